"""The mathematics of customer value: arrays in, arrays out; no cells, no files."""
