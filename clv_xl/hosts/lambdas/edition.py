"""The names of the edition: the functions that formulas express, and their helpers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from clv_xl.functions import CATALOGUE, Function
from clv_xl.hosts.lambdas import (
    acquisition,
    column_formulas,
    fits,
    likelihoods,
    maximum,
    models,
    orders,
    renewals,
    segments,
    shared_formulas,
    value,
    value_tables,
)
from clv_xl.hosts.lambdas.columns import columns_text
from clv_xl.hosts.lambdas.element import lambda_text
from clv_xl.hosts.lambdas.formula import ColumnsFormula, Formula, Helper, MeasuresFormula
from clv_xl.hosts.lambdas.measures import measures_text
from clv_xl.hosts.lambdas.syntax import as_filed

HELPERS: Final[Mapping[str, Helper]] = {
    **shared_formulas.HELPERS,
    **column_formulas.HELPERS,
    **maximum.HELPERS,
    **likelihoods.HELPERS,
    **renewals.HELPERS,
    **orders.HELPERS,
    **segments.HELPERS,
    **value_tables.HELPERS,
}
FORMULAS: Final[Mapping[str, Formula | MeasuresFormula | ColumnsFormula]] = {
    **value.FORMULAS,
    **acquisition.FORMULAS,
    **segments.FORMULAS,
    **models.FORMULAS,
    **fits.FORMULAS,
    **orders.FORMULAS,
    **value_tables.FORMULAS,
}


class Name(NamedTuple):
    """A name of a workbook: what it stands for, and what Excel shows beside it."""

    name: str
    formula: str
    comment: str


def names(write: Callable[[str], str] = as_filed) -> Iterator[Name]:
    """Yield all names, helpers first.

    Parameters
    ----------
    write : function
        Maps a formula to the form that is wanted: `as_filed` or `as_typed` of `syntax`.
    """
    for name, helper in HELPERS.items():
        yield Name(name, write(helper.text), f"Used by other functions. {helper.meaning}")
    for name, formula in FORMULAS.items():
        function = CATALOGUE[name]
        yield Name(name, write(_text(function, formula)), function.summary)


def _text(function: Function, formula: Formula | MeasuresFormula | ColumnsFormula) -> str:
    match formula:
        case Formula():
            return lambda_text(function, formula)
        case MeasuresFormula():
            return measures_text(function, formula)
        case ColumnsFormula():
            return columns_text(function, formula)
