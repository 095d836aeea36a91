"""How many cells a formula makes the engine go through, as far as its text says it.

The engine cuts whole columns to the part in use for some functions only, and goes through a million
cells a column for the others, the blank ones too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    GrammarError,
    Token,
    area,
    children,
    parse,
    plain_name,
)
from clv_xl.hosts.recalc.formula.text_search import any_call

_WIDE: Final = re.compile(r":\$?[A-Za-z]{1,3}(?![\w$.(])|:\$?[A-Za-z]{0,3}\$?[0-9]{5,7}(?![\w.(])")
"""Whole columns, and blocks down to a high row."""
_LARGE: Final = 100_000
_IN_USE: Final = frozenset(
    {
        "SUM", "SUMIF", "SUMIFS", "COUNTIF", "COUNTIFS", "AVERAGEIF", "AVERAGEIFS", "MAXIFS",
        "MINIFS", "STDEV", "STDEV.S", "STDEV.P", "STDEVP", "VAR", "VAR.S", "VAR.P", "VARP",
        "SUMSQ", "PRODUCT", "XMATCH", "XLOOKUP", "HLOOKUP", "NPV", "OR",
    }
)  # fmt: skip
"""Functions for which the engine cuts whole columns, found by their time over an empty column."""
_NONE: Final = frozenset({"ROWS", "COLUMNS", "INDEX", "OFFSET"})
"""Functions that do not go through the cells of a range."""
_FIRST_COLUMN: Final = "VLOOKUP"
"""The function that goes through the first column of a range only."""


class CellsRead:
    """Counts the cells that formulas read.

    Parameters
    ----------
    functions : set of str
        The names of clv_xl's functions, upper case, which read what is in use.
    names : Names
    clip : callable
        Cuts whole columns and rows to the part in use.
    """

    def __init__(
        self, functions: frozenset[str], names: Names, clip: Callable[[Area], Area]
    ) -> None:
        self._in_use = _IN_USE | functions
        self._clip = clip
        self._named = {name: block for name, block in names.ranges() if _size(block) > _LARGE}
        self._has_named = any_call((), self._named) if self._named else None

    def count(self, text: str) -> int:
        """Return how many cells a formula reads; 0 where they are few."""
        named = self._has_named is not None and self._has_named.search(text) is not None
        if not named and not _WIDE.search(text):
            return 0
        try:
            return sum(self._counts(parse(text), ""))
        except GrammarError:
            return 0

    def _counts(self, expression: Expression, function: str) -> Iterator[int]:
        if isinstance(expression, Call):
            function = plain_name(expression.name) or function
        for part in children(expression) or [expression]:
            block = self._block(part)
            if block is None:
                if part is not expression:
                    yield from self._counts(part, function)
            elif function == _FIRST_COLUMN:
                yield _size(block._replace(right=block.left))
            elif function not in _NONE:
                yield _size(self._clip(block) if function in self._in_use else block)

    def _block(self, piece: Expression) -> Area | None:
        if not isinstance(piece, Token):
            return None
        if piece.kind == "reference":
            return area(piece, "")
        return self._named.get(piece.text.casefold()) if piece.kind == "name" else None


def _size(block: Area) -> int:
    return (block.bottom - block.top + 1) * (block.right - block.left + 1)
