"""Places on a sheet, and what a layout says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import Meaning, Unit
from clv_xl.workbook.declarations import Chart, Rule, Sheet, Style, Value


@dataclass(frozen=True)
class CellRange:
    """A block of cells, first and last row and column counting from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The area as a formula on its own sheet writes it."""
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def fixed(self) -> str:
        """The area with dollar signs."""
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", self.name)

    def cells(self) -> Iterator[tuple[int, int]]:
        """Yield every row and column of it."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


@dataclass(frozen=True)
class PlacedCell:
    """One cell: what it holds, what it means, what it counts."""

    value: Value
    style: Style | None
    unit: Unit = Unit.TEXT
    fine: bool = False
    link: str = ""
    inset: bool = False
    """Whether a text keeps a distance from the number on its left."""
    button: bool = False
    """Whether it has the arrow of a filter at its right."""


@dataclass(frozen=True)
class PlacedTable:
    """A table: its cells with the header, and its columns' formulas by name."""

    name: str
    area: CellRange
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlacedInput:
    """Cells that allow what a meaning says."""

    area: CellRange
    label: str
    meaning: Meaning
    prompt: str
    optional: bool


@dataclass
class Layout:
    """One sheet as the writer finds it."""

    sheet: Sheet
    cells: dict[tuple[int, int], PlacedCell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    tables: list[PlacedTable] = field(default_factory=list)
    inputs: list[PlacedInput] = field(default_factory=list)
    merged: list[CellRange] = field(default_factory=list)
    charts: list[tuple[CellRange, Chart]] = field(default_factory=list)
    rules: list[tuple[Rule, CellRange]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    freeze: str = ""
    repeated_rows: str = ""
    """The rows that are printed on each page, as a reference."""
    printed: str = ""
    """The cells that are printed, as a reference; all are if it is empty."""
    hidden_rows: set[int] = field(default_factory=set)
    open_rows: set[int] = field(default_factory=set)
    """Rows with headings that are not declared."""
    breaks: list[int] = field(default_factory=list)
    """Rows below which a page ends."""
    areas: dict[str, CellRange] = field(default_factory=dict)
    """All that a block occupies, by key."""
    bodies: dict[str, CellRange] = field(default_factory=dict)
    """The cells below a block's header, by key."""
    headings: dict[str, int] = field(default_factory=dict)
    """The row of a block's plain headings, where it is not the one above its body."""

    def put(self, row: int, column: int, cell: PlacedCell) -> None:
        """Place a cell where none is yet.

        Raises
        ------
        ArgumentError
            Two blocks want the same cell.
        """
        if (row, column) in self.cells:
            raise ArgumentError(
                f"Two things want cell {get_column_letter(column)}{row} of {self.sheet.title}"
            )
        self.cells[row, column] = cell


def quoted(title: str) -> str:
    """Return a sheet's title as formulas write it."""
    return title if title.isidentifier() and title.isascii() else f"'{title}'"


def column_pixels(width: float) -> int:
    """Return how wide Excel shows a column whose width is given in characters."""
    return int(width * 7 + 5)
