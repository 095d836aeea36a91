"""References to the cells of a block, wherever the layout will put them.

A sheet writes `f"=SUM({SCORES.column(7)})"`. Until the layout knows where the block `scores` is,
the text holds a mark for those cells; `resolve` puts the reference in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MARK: Final = re.compile(r"§(\w+) (-?\d*) (-?\d+) (-?\d*) (-?\d*)§")


@dataclass(frozen=True)
class Span:
    """Cells counted from a block's first, which is 0, 0; None reaches as far as the block does.

    Without a `top` it is the whole columns of the sheet, or their part down to the `bottom`.
    """

    top: int | None
    left: int
    bottom: int | None
    right: int | None


@dataclass(frozen=True)
class Ref:
    """The cells of a block, below its header; columns and rows count from 1.

    Examples
    --------
    >>> scores = Ref("scores")
    >>> resolve(f"=SUM({scores.column(7, 5)})", lambda key, span: f"{key}!{span.bottom}")
    '=SUM(scores!4)'
    """

    key: str

    @property
    def first(self) -> str:
        """The first cell."""
        return self.cell(1, 1)

    @property
    def data(self) -> Ref:
        """The cells that a chart draws, if the block is a chart with data of its own."""
        return Ref(f"{self.key}_data")

    def cell(self, column: int, row: int) -> str:
        """Return one cell."""
        return self._mark(Span(row - 1, column - 1, row - 1, column - 1))

    def column(self, column: int, rows: int | None = None) -> str:
        """Return a column below its header, or its first rows; 0 is the column on the left."""
        return self._mark(Span(0, column - 1, None if rows is None else rows - 1, column - 1))

    def rows(self, count: int | None = None) -> str:
        """Return all columns below the header, or their first rows."""
        return self._mark(Span(0, 0, None if count is None else count - 1, None))

    def header(self, column: int) -> str:
        """Return the header of a column."""
        return self._mark(Span(-1, column - 1, -1, column - 1))

    def headers(self) -> str:
        """Return the header of all columns."""
        return self._mark(Span(-1, 0, -1, None))

    def whole_column(self, column: int) -> str:
        """Return the sheet's whole column, however many rows the block will have."""
        return self._mark(Span(None, column - 1, None, column - 1))

    def above_header(self, column: int) -> str:
        """Return a column from the sheet's first row to the one above the header."""
        return self._mark(Span(None, column - 1, -2, column - 1))

    def _mark(self, span: Span) -> str:
        numbers = (span.top, span.left, span.bottom, span.right)
        return f"§{self.key} {' '.join('' if one is None else str(one) for one in numbers)}§"


def resolve(text: str, place: Callable[[str, Span], str]) -> str:
    """Return a text with every mark replaced by what `place` gives for its block and cells."""

    def reference(mark: re.Match[str]) -> str:
        top, left, bottom, right = (int(part) if part else None for part in mark.groups()[1:])
        return place(mark[1], Span(top, left or 0, bottom, right))

    return _MARK.sub(reference, text)
