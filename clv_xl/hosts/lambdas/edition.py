"""The names of the edition: the functions that formulas express, and their helpers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas import acquisition, models, segments, value
from clv_xl.hosts.lambdas.element import lambda_text
from clv_xl.hosts.lambdas.shared_formulas import HELPERS
from clv_xl.hosts.lambdas.syntax import LONGEST_COMMENT, as_filed

FORMULAS: Final = {
    **value.FORMULAS,
    **acquisition.FORMULAS,
    **segments.FORMULAS,
    **models.FORMULAS,
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
        comment = function.summary[:LONGEST_COMMENT]
        yield Name(name, write(lambda_text(function, formula)), comment)
