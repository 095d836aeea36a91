"""Whole columns that the formulas of a book read, cut to the rows in use before it is computed.

Formulas that spill may fill more rows then, or fewer: the book is loaded and computed once more
with what they fill (see `solver.solved`). Long ranges, which leave room for what spills, keep
as many rows as the longest table has, or the longest sheet where there is no table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from clv_xl.hosts.recalc.dialect.whole_columns import cut
from clv_xl.hosts.recalc.formula.filled_down import FilledDown
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, Area
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, LastRows, SheetPart
from clv_xl.hosts.recalc.xlsx.last_rows import last_row
from clv_xl.hosts.recalc.xlsx.plain_sheet import plain_sheet

_Run = tuple[str, FilledDown | None]
"""The pattern of a column's formulas, and what it becomes where anything of it is cut."""
_NOT_CUT: Final[_Run] = ("", None)
_ROOM: Final = 100


class ColumnsInUse:
    """Cuts the whole columns in a book's formulas.

    Parameters
    ----------
    book : Book
    read : callable
        Returns the content of a part.
    known : mapping, optional
        The last rows in use where they are known; by default what the file says.

    Attributes
    ----------
    last_rows : dict
        Those that something has been cut to.
    """

    def __init__(
        self, book: Book, read: Callable[[str], bytes], known: LastRows | None = None
    ) -> None:
        self._book = book
        self._read = read
        self._known = known or {}
        self._rows: dict[str, bytes] = {
            part.name.casefold(): part.sheet.rows for part in book.parts
        }
        self._parts = {name.casefold(): part for name, part in book.paths.items()}
        self._longest: int | None = None
        self.last_rows: dict[Area, int] = {}

    def cut(self, part: SheetPart) -> Callable[[str], str] | None:
        """Cut the formulas of a sheet; return what gives each text as it is now, if any was."""
        wandering = {cell.text for cell in part.cells if cell.shared}
        runs: dict[int, _Run] = {}
        changed: dict[str, str] = {}
        for cell in part.cells:
            pattern, filled = runs.get(cell.place.column, _NOT_CUT)
            if pattern != cell.pattern:
                filled = self._filled(cell, part.name, anywhere=cell.text in wandering)
                runs[cell.place.column] = cell.pattern, filled
            if filled is None:
                continue
            same = cell.text == cell.pattern
            text = filled.text if same else filled.text_at(cell.place.row)
            changed[cell.text] = text
            cell.text, cell.pattern = text, filled.text
        return (lambda text: changed.get(text, text)) if changed else None

    def _filled(self, cell: FormulaCell, sheet: str, *, anywhere: bool) -> FilledDown | None:
        text = cut(cell.pattern, sheet, self._last_row, anywhere=anywhere)
        return None if text == cell.pattern else FilledDown(text, cell.place.row)

    def _last_row(self, block: Area) -> int:
        if block not in self.last_rows:
            known = self._known.get(block)
            if known is None:
                known = self._found(block) if block.is_whole else self._with_room(block)
            self.last_rows[block] = known
        return self.last_rows[block]

    def _with_room(self, block: Area) -> int:
        """Return a row above which a list of as many rows as the longest table has would end."""
        if self._longest is None:
            tables = [area.bottom - area.top for _, area in self._book.tables]
            self._longest = max(tables) if tables else self._longest_sheet()
        end = max(block.top + self._longest, self._found(block))
        return min(block.bottom, end + _ROOM)

    def _longest_sheet(self) -> int:
        sheets = [self._rows_of(name) for name in self._book.sheets]
        return max(last_row(rows, 1, LAST_COLUMN) for rows in sheets)

    def _found(self, block: Area) -> int:
        return last_row(self._rows_of(block.sheet), block.left, block.right)

    def _rows_of(self, sheet: str) -> bytes:
        name = sheet.casefold()
        if name not in self._rows:
            part = self._parts.get(name)
            self._rows[name] = plain_sheet(self._read(part), sheet).rows if part else b""
        return self._rows[name]
