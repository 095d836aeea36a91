"""What a workbook file says of its formula cells: where they are, what they fill and showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.formula.grammar import Area, cell_name
from clv_xl.package.text_escapes import decoded

if TYPE_CHECKING:
    from clv_xl.hosts.recalc.xlsx.plain_sheet import PlainSheet


class Place(NamedTuple):
    """One cell: the sheet by its number in the book."""

    sheet: int
    row: int
    column: int


Numbers: TypeAlias = Mapping[Place, Cell]
"""What cells show by which defined names pick columns of tables; None where it is not known."""


LastRows: TypeAlias = Mapping[Area, int]
"""The last row of whole columns that holds anything."""


class Known(NamedTuple):
    """What the cells of a book show by which it is loaded."""

    numbers: Numbers
    last_rows: LastRows


NameText: TypeAlias = tuple[str, int | None, str]
"""A defined name: the name, the sheet that it is limited to, and its formula."""


@dataclass(slots=True)
class FormulaCell:
    """A cell with a formula.

    `kind` is "plain", "array" (a fixed block, entered with Ctrl+Shift+Enter), "dynamic" (spills) or
    "table" (a what-if table). `block` is what the formula fills, top, left, bottom and right;
    `old_block` what the file says. `stored` is the value that the file holds, None where it holds
    none. `shared` says that `text` is that of another cell. `pattern` is the text of the formula of
    which it is a copy filled down, or its own, and `origin` the row of that formula: what asks for
    no row is looked up once for all of them. `filed_kind` is what the file says of a
    formula that is let spill though it was entered as another kind, empty for all others.
    """

    place: Place
    kind: str
    text: str
    block: tuple[int, int, int, int]
    old_block: tuple[int, int, int, int]
    stored: Cell
    shared: bool = False
    pattern: str = ""
    origin: int = 0
    filed_kind: str = ""


@dataclass(slots=True)
class Outcome:
    """What a formula cell shows now: the rows that it fills, None where it shows what it did."""

    cell: FormulaCell
    rows: list[list[Cell]] | None


@dataclass(slots=True)
class SheetPart:
    """One sheet with formulas: its part, what it holds, and its formula cells in their order."""

    number: int
    name: str
    part: str
    sheet: PlainSheet = field(repr=False)
    cells: list[FormulaCell] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """What the file says of sheets and formulas."""

    sheets: list[str]
    date1904: bool
    parts: list[SheetPart]
    tables: list[tuple[str, Area]]
    numbers: Numbers = field(default_factory=dict)
    """Those by which the engine has loaded the names."""
    names: list[NameText] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    """The part of each sheet, by the sheet's name."""
    last_rows: LastRows = field(default_factory=dict)
    """Those that whole columns in its formulas are cut to."""

    def formula_cells(self) -> Iterator[FormulaCell]:
        """Return every formula cell, sheet by sheet."""
        return chain.from_iterable(part.cells for part in self.parts)

    def filled_blocks(self) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
        """Yield sheet and block of what formulas fill, the plain ones of a column as one block."""
        for part in self.parts:
            first: dict[int, int] = {}
            last: dict[int, int] = {}
            for cell in part.cells:
                if cell.kind == "plain":
                    _, row, column = cell.place
                    first.setdefault(column, row)
                    last[column] = row
                else:
                    yield part.number, cell.block
            for column, top in first.items():
                yield part.number, (top, column, last[column], column)

    def name(self, place: Place) -> str:
        """Return a cell's sheet and name, such as "Models!B9"."""
        return f"{self.sheets[place.sheet]}!{cell_name(place.row, place.column)}"


def stored_value(kind: str, text: str | None) -> Cell:
    """Return the value that a formula cell's XML holds; None where none was stored.

    Parameters
    ----------
    kind : str
        The type that the cell's tag names, "n" where it names none.
    text : str, optional
        The text between the tags of the value.
    """
    if text is None or (not text and kind != "str"):
        return None
    match kind:
        case "str":
            return decoded(text)
        case "b":
            return text in {"1", "true"}
        case "e":
            return next((error for error in CellError if error.value == text), CellError.VALUE)
        case _:
            try:
                return float(text)
            except ValueError:
                return None
