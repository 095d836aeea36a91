"""The spreadsheet functions, one declaration each; importing this package fills the catalogue."""

from clv_xl.functions import acquisition, information, segments, transactions, value
from clv_xl.functions.spec import CATALOGUE, CATEGORIES, Function

__all__ = [
    "CATALOGUE",
    "CATEGORIES",
    "Function",
    "acquisition",
    "information",
    "segments",
    "transactions",
    "value",
]
