"""Formulas as text: read into pieces, written again, with the defined names they use."""
