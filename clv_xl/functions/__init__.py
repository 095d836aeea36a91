"""The spreadsheet functions, one declaration each; importing this package fills the catalogue."""

# The catalogue keeps the order in which the categories are imported.
from clv_xl.functions import value  # isort: skip
from clv_xl.functions import acquisition  # isort: skip
from clv_xl.functions import segments  # isort: skip
from clv_xl.functions import transactions  # isort: skip
from clv_xl.functions import models  # isort: skip
from clv_xl.functions import prediction  # isort: skip
from clv_xl.functions import information  # isort: skip
from clv_xl.functions.spec import CATALOGUE, CATEGORIES, Function

__all__ = [
    "CATALOGUE",
    "CATEGORIES",
    "Function",
    "acquisition",
    "information",
    "models",
    "prediction",
    "segments",
    "transactions",
    "value",
]
