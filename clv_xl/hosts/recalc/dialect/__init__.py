"""Native formulas written so that IronCalc computes what Excel does."""
