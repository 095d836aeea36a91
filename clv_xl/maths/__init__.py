"""The mathematics of customer value: arrays in, arrays out. Knows nothing of cells, sheets or files."""
