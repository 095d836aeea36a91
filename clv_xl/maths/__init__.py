"""The mathematics of customer value: arrays in, arrays out; nothing of cells or files."""
