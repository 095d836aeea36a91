"""Functions that IronCalc computes for ranges but not for arrays, written with others.

Over an array that is computed, `COUNT` gives 0, `NPV` gives 0, `XLOOKUP` finds nothing, and
`PRODUCT`, `CONCAT` and `TEXTJOIN` are not there at all. Each is written with functions that are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import (
    LEFT_OUT,
    Call,
    Expression,
    Token,
    children,
    parse,
    plain_name,
    with_children,
)

_PLACES: Final = "clv_xl_array"
_COUNT: Final = "SUM(MAP(clv_xl_array0,LAMBDA(clv_xl_item,IF(ISNUMBER(clv_xl_item),1,0))))"
_PRODUCT: Final = (
    "REDUCE(1,clv_xl_array0,LAMBDA(clv_xl_so_far,clv_xl_item,IF(ISTEXT(clv_xl_item),clv_xl_so_far,"
    "IF(ISLOGICAL(clv_xl_item),clv_xl_so_far,clv_xl_so_far*clv_xl_item))))"
)
_CONCAT: Final = (
    'REDUCE("",clv_xl_array0,LAMBDA(clv_xl_so_far,clv_xl_item,clv_xl_so_far&clv_xl_item))'
)
_TEXTJOIN: Final = (
    'MID(REDUCE("",clv_xl_array2,LAMBDA(clv_xl_so_far,clv_xl_item,IF(AND(clv_xl_array1,'
    'clv_xl_item=""),clv_xl_so_far,clv_xl_so_far&clv_xl_array0&clv_xl_item))),'
    "LEN(clv_xl_array0)+1,32767)"
)
_NPV: Final = (
    "LET(clv_xl_flows,clv_xl_array1,"
    "SUM(clv_xl_flows/(1+clv_xl_array0)^SEQUENCE(ROWS(clv_xl_flows))))"
)
_XLOOKUP: Final = (
    "LET(clv_xl_keys,clv_xl_array1,clv_xl_found,clv_xl_array2,"
    "clv_xl_place,XMATCH(clv_xl_array0,clv_xl_keys,clv_xl_array4,clv_xl_array5),"
    "IF(ISNA(clv_xl_place),clv_xl_array3,IF(COLUMNS(clv_xl_keys)=1,"
    "IF(COLUMNS(clv_xl_found)=1,INDEX(clv_xl_found,clv_xl_place,1),"
    "INDEX(clv_xl_found,clv_xl_place,0)),"
    "IF(ROWS(clv_xl_found)=1,INDEX(clv_xl_found,1,clv_xl_place),"
    "INDEX(clv_xl_found,0,clv_xl_place)))))"
)
_DEFAULTS: Final = ("", "", "", "NA()", "0", "1")  # what XLOOKUP takes for arguments left out

_OF_ALL: Final = {"COUNT": _COUNT, "PRODUCT": _PRODUCT, "CONCAT": _CONCAT}
NAMES: Final = frozenset({*_OF_ALL, "TEXTJOIN", "NPV", "XLOOKUP"})


def substitute(call: Call, is_computed: Callable[[Expression], bool]) -> Call | None:
    """Return what to write for a call, or None where the call itself is right.

    Parameters
    ----------
    call : Call
    is_computed : callable
        Whether an argument may be an array that is not simply a range of cells.
    """
    name = plain_name(call.name)
    arguments = call.arguments
    first = {"TEXTJOIN": 2, "NPV": 1, "XLOOKUP": 1}.get(name, 0)
    last = 3 if name == "XLOOKUP" else len(arguments)
    if not any(map(is_computed, arguments[first:last])):
        return None
    if name in _OF_ALL:
        return _written(_OF_ALL[name], [_stacked(arguments)])
    if name == "TEXTJOIN":
        return _written(_TEXTJOIN, [*arguments[:2], _stacked(arguments[2:])])
    if name == "NPV":
        return _written(_NPV, [arguments[0], _stacked(arguments[1:], always=True)])
    given = [
        arguments[place]
        if place < len(arguments) and arguments[place] != LEFT_OUT
        else (parse(default) if default else LEFT_OUT)
        for place, default in enumerate(_DEFAULTS)
    ]
    return _written(_XLOOKUP, given)


def _stacked(arguments: Sequence[Expression], *, always: bool = False) -> Expression:
    """Return several arguments as one array."""
    if len(arguments) == 1 and not always:
        return arguments[0]
    return Call("VSTACK", [Call("TOCOL", [one]) for one in arguments])


def _written(text: str, arguments: Sequence[Expression]) -> Call:
    """Return a formula with arguments put where it names them."""
    made = _filled(parse(text), arguments)
    assert isinstance(made, Call)  # noqa: S101 - the texts above are calls
    return made


def _filled(expression: Expression, arguments: Sequence[Expression]) -> Expression:
    if isinstance(expression, Token) and expression.text.startswith(_PLACES):
        return Call("", [arguments[int(expression.text.removeprefix(_PLACES))]])
    return with_children(expression, [_filled(part, arguments) for part in children(expression)])
