"""What the declarations say of an argument, for the inputs of the workbook."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Kind, Meaning, Measures, Table, Unit
from clv_xl.workbook.declarations import Heading

ANY_TEXT = Kind.LABEL
PLAIN: Final = {
    "frequency": "repeat purchases",
    "recency": "first to last purchase",
    "age": "since first purchase",
    "monetary_value": "average repeat purchase",
    "log_gaps": "regularity (log of times between)",
    "p_alive": "probability active",
    "expected_spend": "expected spend per purchase",
    "clv": "expected value",
    "p_buys": "probability of buying",
    "purchases_low": "purchases, low",
    "purchases_high": "purchases, high",
    "first": "first row",
    "std_error": "standard error",
    "value left after spend": "net value",
    "most to spend per customer": "max. CAC",
}
"""Headings in a marketer's words, where a function's own are those of models or programs."""


def meaning(name: str, of: str = "") -> Meaning:
    """Return the meaning of an argument: in the function `of`, or the first that has it."""
    return next(
        parameter.meaning
        for function in CATALOGUE.values()
        for parameter in function.parameters
        if parameter.name == name and of in {"", function.name}
    )


def own(sentence: str, unit: Unit, low: float | None = None, high: float | None = None) -> Meaning:
    """Return the meaning of an input that is no function's argument."""
    if unit is Unit.TEXT:
        return Meaning(sentence, unit, ANY_TEXT)
    if low is None or high is None:
        return Meaning(sentence, unit)
    return Meaning(sentence, unit, low=low, high=high)


def headings(function: str, **widths: int) -> tuple[Heading, ...]:
    """Return the columns of a table function, in plain words, some with a width.

    Widths are named by the function's own headings, blanks as underlines.
    """
    result = CATALOGUE[function].result
    if isinstance(result, Measures):
        return (
            Heading("measure", Unit.TEXT, widths.get("measure", 34)),
            Heading("value", Unit.DECIMAL, widths.get("value", 14)),
        )
    assert isinstance(result, Table)  # noqa: S101 - only tables are asked for
    return tuple(
        Heading(plain(title), unit, widths.get(title.replace(" ", "_"), 0), fine=title == "p-value")
        for title, unit in result.columns
    )


def plain(heading: str) -> str:
    """Return a function's own heading in plain words."""
    return PLAIN.get(heading, heading.replace("_", " "))


def measure_units(function: str) -> tuple[Unit, ...]:
    """Return the unit of each row of a function that gives measures."""
    result = CATALOGUE[function].result
    assert isinstance(result, Measures)  # noqa: S101 - only such functions are asked for
    return tuple(unit for _, unit in result.rows)
