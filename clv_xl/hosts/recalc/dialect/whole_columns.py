"""Whole columns and long ranges in formulas, cut to the rows in use.

The engine does so itself for whole columns of some functions (`cells_read`); for others it goes
through a million cells a column, the blank ones too, of which it keeps a list, and its MATCH,
VLOOKUP and LOOKUP for the next smaller value take the blank cells below for values. Cut is what
gives the same without the blank cells at its end: not in ROWS, INDEX, OFFSET, COUNTBLANK or
anything computed from a column cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Call,
    Expression,
    GrammarError,
    Token,
    area,
    parse,
    plain_name,
    references,
    walk,
)

_EACH: Final = frozenset(
    {
        "MAX", "MAXA", "MIN", "MINA", "COUNT", "COUNTA", "AVERAGE", "AVERAGEA", "MEDIAN", "MODE",
        "MODE.SNGL", "MODE.MULT", "STDEVA", "STDEVPA", "VARA", "VARPA", "GEOMEAN", "HARMEAN",
        "AVEDEV", "DEVSQ", "KURT", "SKEW", "SKEW.P", "AND", "XOR", "CONCAT", "SUBTOTAL", "SUM",
    }
)  # fmt: skip
"""Functions of which every argument may be cut by itself."""
_PLACES: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("MATCH", "VLOOKUP", "RANK", "RANK.EQ", "RANK.AVG"), (1,)),
    **dict.fromkeys(("LARGE", "SMALL", "TRIMMEAN", "FREQUENCY"), (0,)),
    **dict.fromkeys(("PERCENTILE", "PERCENTILE.INC", "PERCENTILE.EXC"), (0,)),
    **dict.fromkeys(("PERCENTRANK", "PERCENTRANK.INC", "PERCENTRANK.EXC"), (0,)),
    **dict.fromkeys(("QUARTILE", "QUARTILE.INC", "QUARTILE.EXC"), (0,)),
}
"""Functions of which some arguments may be."""
_TOGETHER: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("CORREL", "PEARSON", "RSQ", "SLOPE", "INTERCEPT", "STEYX"), (0, 1)),
    **dict.fromkeys(("COVAR", "COVARIANCE.P", "COVARIANCE.S"), (0, 1)),
    **dict.fromkeys(("FORECAST", "FORECAST.LINEAR", "LOOKUP"), (1, 2)),
    "SUMPRODUCT": tuple(range(255)),
    **dict.fromkeys(("SUMIF", "AVERAGEIF"), (0, 2)),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS"), (0, *range(1, 255, 2))),
    **dict.fromkeys(("COUNTIF", "COUNTIFS"), tuple(range(0, 255, 2))),
}
"""Functions whose columns have to stay of one length: all of them are whole columns, or none is."""
_EXACT: Final = frozenset({"MATCH", "VLOOKUP", "LOOKUP"})
"""Functions that must not see a blank cell below the last row in use."""
_COUNTED: Final = frozenset({"COUNTIF", "COUNTIFS"})
_LARGER_OR_LESS: Final = re.compile(r'"[<>]=?(?![<>=])')
"""How a criterion begins that no blank cell meets."""
_LONG: Final = 1000
_MAY_BE: Final = re.compile(
    r":\$?(?:[A-Za-z]{1,3}(?![\w$.(])|[A-Za-z]{1,3}(?:\$?1048576|\$[0-9]{4,}))"
)
_WHOLE: Final = re.compile(
    r"(\$?[A-Za-z]{1,3})"
    r"(?:(\$[0-9]+):(\$?[A-Za-z]{1,3})(?:\$?1048576|\$([0-9]{4,}))|:(\$?[A-Za-z]{1,3}))"
)
"""Columns from a row that is the same wherever the formula stands, to the last or a far one."""
_REFERENCES: Final = frozenset({"reference", "spill"})


def cut(text: str, sheet: str, last_row: Callable[[Area], int], *, anywhere: bool = False) -> str:
    """Return a formula with its whole columns cut where that changes nothing.

    Parameters
    ----------
    text : str
    sheet : str
        Where it stands.
    last_row : callable
        The last row of a block that holds anything, 0 where none does.
    anywhere : bool
        Whether the text stands for copies in other columns, which refer to other columns.
    """
    if _MAY_BE.search(text) is None:
        return text
    try:
        pieces = list(walk(parse(text)))
    except GrammarError:
        return text
    found: dict[int, int] = {}  # by the identity of a token
    for name, together in _concerned(pieces):
        blocks = [area(token, sheet) for token in together]
        if name not in _EXACT:  # without the sheet's last row, as a block that may keep blank rows
            blocks = [block._replace(bottom=min(block.bottom, LAST_ROW - 1)) for block in blocks]
        if anywhere:
            blocks = [block._replace(left=1, right=LAST_COLUMN) for block in blocks]
        last = max(map(last_row, blocks))
        found.update((id(token), last) for token in together)
    tokens = [one for one in pieces if isinstance(one, Token) and one.kind in _REFERENCES]
    return _written(text, [found.get(id(token)) for token in tokens]) if found else text


def _concerned(pieces: Sequence[Expression]) -> Iterator[tuple[str, list[Token]]]:
    """Yield the columns to be cut, those together that have to stay of one length."""
    for call in pieces:
        if not isinstance(call, Call):
            continue
        name, arguments = plain_name(call.name), call.arguments
        if name in _TOGETHER:
            given = [arguments[place] for place in _TOGETHER[name] if place < len(arguments)]
            tokens = [one for one in given if isinstance(one, Token) and _is_whole(one)]
            sizes = {area(one, "")._replace(left=1, right=1) for one in tokens}
            single = all(one.left == one.right for one in (area(token, "") for token in tokens))
            if name in _COUNTED and not any(map(_never_blank, arguments[1::2])):
                continue  # blank cells may count
            if tokens and len(tokens) == len(given) and single and len(sizes) == 1:
                yield name, tokens
            continue
        places = range(len(arguments)) if name in _EACH else _PLACES.get(name, ())
        for place in places:
            one = arguments[place] if place < len(arguments) else None
            if isinstance(one, Token) and _is_whole(one):
                yield name, [one]


def _never_blank(criterion: Expression) -> bool:
    """Whether no blank cell meets a criterion: one that is larger or less than something."""
    first = next((one for one in walk(criterion) if isinstance(one, Token)), None)
    return first is not None and _LARGER_OR_LESS.match(first.text) is not None


def _is_whole(token: Token) -> bool:
    if token.kind != "reference" or _WHOLE.fullmatch(token.cells) is None:
        return False
    block = area(token, "")
    return block.bottom - block.top >= _LONG


def _written(text: str, last_rows: Sequence[int | None]) -> str:
    """Return a formula with its references cut, each to the row given for it, if there is one."""
    parts: list[str] = []
    done = 0
    for (start, end), last in zip(references(text), last_rows, strict=True):
        whole = _WHOLE.fullmatch(text, start, end) if last is not None else None
        if whole is None or last is None:
            continue
        left, top, right, end_row, alone = whole.groups()
        bottom = min(max(last, int((top or "$1")[1:])), int(end_row or LAST_ROW))
        parts += [text[done:start], f"{left}{top or '$1'}:{right or alone}${bottom}"]
        done = end
    return "".join([*parts, text[done:]])
