"""Formulas with calls of clv_xl functions: in which order they are computed, and how."""
