"""What a workbook file says of its formula cells: where they are, what they fill and showed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.formula import Area


class Place(NamedTuple):
    """One cell: the sheet by its number in the book."""

    sheet: int
    row: int
    column: int


@dataclass(slots=True)
class FormulaCell:
    """A cell with a formula.

    `kind` is "plain", "array" (a fixed block, entered with Ctrl+Shift+Enter), "dynamic" (spills) or
    "table" (a what-if table). `block` is what the formula fills, top, left, bottom and right;
    `old_block` what the file says. `shared` says that `text` is that of another cell.
    """

    place: Place
    kind: str
    text: str
    block: tuple[int, int, int, int]
    element: Any
    old_block: tuple[int, int, int, int]
    shared: bool = False


@dataclass(slots=True)
class SheetPart:
    """One sheet with formulas: its part, its XML, and its formula cells.

    Where `gaps` is not empty, the XML is without the rows that hold no formula (excerpt.py), and
    `content` is the whole.
    """

    number: int
    name: str
    part: str
    root: Any
    cells: list[FormulaCell] = field(default_factory=list)
    gaps: list[bytes] = field(default_factory=list)
    content: bytes = b""


@dataclass(slots=True)
class Book:
    """What the file says of sheets and formulas."""

    sheets: list[str]
    date1904: bool
    parts: list[SheetPart]
    tables: list[tuple[str, Area]]

    def formula_cells(self) -> Iterator[FormulaCell]:
        """Yield every formula cell, sheet by sheet."""
        for part in self.parts:
            yield from part.cells


def stored_value(element: Any) -> Cell:
    """Return the value that a formula cell's XML holds; None where none was stored."""
    content = element.find("{*}v")
    if content is None or (not content.text and element.get("t") != "str"):
        return None
    text = content.text or ""
    match element.get("t", "n"):
        case "str":
            return text
        case "b":
            return text in {"1", "true"}
        case "e":
            return next((error for error in CellError if error.value == text), CellError.VALUE)
        case _:
            try:
                return float(text)
            except ValueError:
                return None
