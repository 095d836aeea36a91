"""Whole columns in formulas, cut to the rows in use.

The engine does so itself for some functions (`cells_read`); for others it goes through a million
cells a column, the blank ones too, and its MATCH, VLOOKUP and LOOKUP for the next smaller value
take the blank cells below for values. Cut is what gives the same without the blank cells at its
end: not in ROWS, INDEX, OFFSET, COUNTBLANK or anything computed from a column cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import (
    LAST_COLUMN,
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
        "AVEDEV", "DEVSQ", "KURT", "SKEW", "SKEW.P", "AND", "XOR", "CONCAT", "SUBTOTAL",
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
}
"""Functions whose columns have to stay of one length: all of them are whole columns, or none is."""
_MAY_BE: Final = re.compile(r":\$?(?:[A-Za-z]{1,3}(?![\w$.(])|[A-Za-z]{1,3}\$?1048576)")
_WHOLE: Final = re.compile(
    r"(\$?[A-Za-z]{1,3})(?:(\$[0-9]+):(\$?[A-Za-z]{1,3})\$?1048576|:(\$?[A-Za-z]{1,3}))"
)
"""Columns from a row that is the same wherever the formula stands."""
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
    for together in _concerned(pieces):
        blocks = [area(token, sheet) for token in together]
        if anywhere:
            blocks = [block._replace(left=1, right=LAST_COLUMN) for block in blocks]
        last = max(map(last_row, blocks))
        found.update((id(token), last) for token in together)
    tokens = [one for one in pieces if isinstance(one, Token) and one.kind in _REFERENCES]
    return _written(text, [found.get(id(token)) for token in tokens]) if found else text


def _concerned(pieces: Sequence[Expression]) -> Iterator[list[Token]]:
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
            if tokens and len(tokens) == len(given) and single and len(sizes) == 1:
                yield tokens
            continue
        places = range(len(arguments)) if name in _EACH else _PLACES.get(name, ())
        for place in places:
            one = arguments[place] if place < len(arguments) else None
            if isinstance(one, Token) and _is_whole(one):
                yield [one]


def _is_whole(token: Token) -> bool:
    return token.kind == "reference" and _WHOLE.fullmatch(token.cells) is not None


def _written(text: str, last_rows: Sequence[int | None]) -> str:
    """Return a formula with its references cut, each to the row given for it, if there is one."""
    parts: list[str] = []
    done = 0
    for (start, end), last in zip(references(text), last_rows, strict=True):
        whole = _WHOLE.fullmatch(text, start, end) if last is not None else None
        if whole is None or last is None:
            continue
        left, top, right, alone = whole.groups()
        bottom = max(last, int((top or "$1")[1:]))
        parts += [text[done:start], f"{left}{top or '$1'}:{right or alone}${bottom}"]
        done = end
    return "".join([*parts, text[done:]])
