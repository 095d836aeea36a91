"""The spreadsheet functions, one declaration each; importing this package fills the catalogue."""

# The catalogue keeps the order in which the categories are imported.
from clv_xl.functions import value  # isort: skip
from clv_xl.functions import acquisition  # isort: skip
from clv_xl.functions import segments  # isort: skip
from clv_xl.functions import transactions  # isort: skip
from clv_xl.functions import customer_base  # isort: skip
from clv_xl.functions import purchase_models  # isort: skip
from clv_xl.functions import regular_purchase_models  # isort: skip
from clv_xl.functions import covariate_models  # isort: skip
from clv_xl.functions import spend_models  # isort: skip
from clv_xl.functions import retention_models  # isort: skip
from clv_xl.functions import occasion_models  # isort: skip
from clv_xl.functions import prediction  # isort: skip
from clv_xl.functions import information  # isort: skip
from clv_xl.functions.spec import CATALOGUE, CATEGORIES, Function
from clv_xl.maths.fitted_models import (
    AUTOMATIC,
    FORECAST_MODELS,
    GAMMA_GAMMA,
    MBG_CNBD,
    MBG_NBD,
    PURCHASE_MODELS,
    FittedModel,
)
from clv_xl.maths.transactions import DAYS_IN

__all__ = [
    "AUTOMATIC",
    "CATALOGUE",
    "CATEGORIES",
    "DAYS_IN",
    "FORECAST_MODELS",
    "GAMMA_GAMMA",
    "MBG_CNBD",
    "MBG_NBD",
    "PURCHASE_MODELS",
    "FittedModel",
    "Function",
    "acquisition",
    "covariate_models",
    "customer_base",
    "information",
    "occasion_models",
    "prediction",
    "purchase_models",
    "regular_purchase_models",
    "retention_models",
    "segments",
    "spend_models",
    "transactions",
    "value",
]
