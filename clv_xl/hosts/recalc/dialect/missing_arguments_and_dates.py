"""Native functions that IronCalc computes otherwise than Excel, rewritten so that both agree.

Three kinds: arguments left out that it does not understand; the number of sheets, among which it
counts the one that only the recalculation sees; and dates in books that count days from 1904, which
it takes for dates of 1900.
"""

from __future__ import annotations

import re
from typing import Final

from clv_xl.cells import DAYS_1904
from clv_xl.hosts.recalc.formula.grammar import (
    LEFT_OUT,
    Call,
    Expression,
    Infix,
    Token,
    Value,
    children,
    plain_name,
    with_children,
)
from clv_xl.hosts.recalc.formula.text_search import any_call, has_left_out

_LEFT_OUT: Final[dict[str, dict[int, str]]] = {
    "SORT": {1: "1", 2: "1"},
    "SORTBY": {2: "1", 4: "1", 6: "1"},
    "FILTER": {2: "0"},
    "TAKE": {1: "ROWS"},
    "EXPAND": {1: "ROWS"},
}
"""Function, argument, what to write where it is left out; ROWS: the first argument's height."""

_LEFT_OUT_IS_0: Final = {
    "COUNT", "COUNTA", "AVERAGE", "AVERAGEA", "MIN", "MINA", "MAX", "MAXA", "PRODUCT", "MEDIAN",
    "STDEV", "STDEV.S", "STDEV.P", "STDEVA", "STDEVP", "STDEVPA", "VAR", "VAR.S", "VAR.P",
    "VARA", "VARP", "VARPA", "GEOMEAN", "HARMEAN", "AVEDEV", "DEVSQ", "SUMSQ",
}  # fmt: skip
"""Functions of many arguments, to which one left out counts as 0."""

_DATES_IN: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("YEAR", "MONTH", "DAY", "WEEKDAY", "WEEKNUM", "ISOWEEKNUM"), (0,)),
    **dict.fromkeys(("EDATE", "EOMONTH"), (0,)),
    **dict.fromkeys(("WORKDAY", "WORKDAY.INTL"), (0, 2)),
    **dict.fromkeys(("DATEDIF", "DAYS360", "YEARFRAC"), (0, 1)),
    **dict.fromkeys(("NETWORKDAYS", "NETWORKDAYS.INTL"), (0, 1, 2)),
}
_DATES_OUT: Final = frozenset(
    {"DATE", "DATEVALUE", "TODAY", "NOW", "EDATE", "EOMONTH", "WORKDAY", "WORKDAY.INTL"}
)
_DATE_FORMAT: Final = re.compile(r"(?i)[ymd]")
_SHEETS: Final = any_call(("SHEETS",))
_WITH_DATES: Final = any_call({*_DATES_IN, *_DATES_OUT, "TEXT"})


def concerns(text: str, *, date1904: bool) -> bool:
    """Tell whether a formula holds a function that has such a case."""
    if has_left_out(text) or _SHEETS.search(text):
        return True
    return date1904 and _WITH_DATES.search(text) is not None


def supply(expression: Expression, *, date1904: bool) -> Expression:
    """Return the expression so that IronCalc computes what Excel would."""
    parts = [supply(part, date1904=date1904) for part in children(expression)]
    if not isinstance(expression, Call):
        return with_children(expression, parts)
    return _supply_call(expression.name, parts, date1904)


def _supply_call(full_name: str, arguments: list[Expression], date1904: bool) -> Expression:
    name = plain_name(full_name)
    for place, default in _LEFT_OUT.get(name, {}).items():
        if place < len(arguments) and arguments[place] == LEFT_OUT:
            arguments[place] = (
                Call("ROWS", [arguments[0]]) if default == "ROWS" else Token("number", default)
            )
    if name in _LEFT_OUT_IS_0 and len(arguments) > 1:
        arguments = [Token("number", "0") if one == LEFT_OUT else one for one in arguments]
    if name == "SHEETS" and not arguments:
        return Call("", [Infix(["-"], [Call(full_name, []), Token("number", "1")])])
    if not date1904:
        return Call(full_name, arguments)
    dates = (0,) if name == "TEXT" and _formats_date(arguments) else _DATES_IN.get(name, ())
    for place in dates:
        if place < len(arguments) and arguments[place] != LEFT_OUT:
            arguments[place] = _shifted(arguments[place], "+")
    supplied = Call(full_name, arguments)
    return Call("", [_shifted(supplied, "-")]) if name in _DATES_OUT else supplied


def _shifted(expression: Expression, sign: str) -> Expression:
    return Infix([sign], [Call("", [expression]), Token("number", str(DAYS_1904))])


def _formats_date(arguments: list[Expression]) -> bool:
    """Whether the second argument of TEXT is a format with year, month or day."""
    if len(arguments) < 2:
        return False
    shown = arguments[1]
    if isinstance(shown, Value):
        return isinstance(shown.content, str) and _DATE_FORMAT.search(shown.content) is not None
    if not isinstance(shown, Token) or shown.kind != "text":
        return False
    return _DATE_FORMAT.search(re.sub(r'"".*?""|\[[^\]]*\]', "", shown.text)) is not None
