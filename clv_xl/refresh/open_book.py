"""A workbook open in Excel whose tables are being changed, over COM.

What is to change is gathered first and written at the end, so that a fault found on the way leaves
the workbook as it was. Only members of Excel's object model that its documentation describes are
used, and cells are named by their address.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from clv_xl.cells import Cell, CellError, is_blank, serial
from clv_xl.errors import FileError
from clv_xl.hosts.excel_cells import decode
from clv_xl.hosts.recalc.formula.grammar import column_letters
from clv_xl.input_columns import by_heading, own_headings
from clv_xl.refresh.book import LAST_REFRESH, fitted
from clv_xl.refresh.tables import Column, InputTable, known_columns

AS_TEXT: Final = "@"
"""The number format under which Excel takes a text as it is: 007 stays 007, =A1 no formula."""


class _Rows(NamedTuple):
    """Rows to be put into a table, by column, and the table's new last row."""

    table: InputTable
    first: int
    columns: dict[int, list[Cell]]
    bottom: int


class OpenBook:
    """A workbook that is open in Excel; see `book.Book`.

    Parameters
    ----------
    workbook : Excel's Workbook object
    """

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.date1904 = bool(workbook.Date1904)
        self._tables: dict[str, Any] = {}
        self._rows: list[_Rows] = []
        self._lines: list[str] = []

    def find(self, name: str) -> InputTable:
        """Return a table by its name."""
        for sheet in _each(self.workbook.Worksheets):
            for table in _each(sheet.ListObjects):
                if str(table.Name).casefold() == name.casefold():
                    self._tables[name] = table
                    return self._described(name, sheet, table)
        raise FileError(
            f"The workbook has no table {name}. Start from a new workbook of clv_xl, or name your "
            f"table {name} (Table Design)."
        )

    def _described(self, name: str, sheet: Any, table: Any) -> InputTable:
        if not table.ShowHeaders:
            raise FileError(f"Table {name} has no row of headings. Show its headings and retry.")
        if table.ShowTotals:
            raise FileError(f"Table {name} has a total row. Switch it off and retry.")
        area = table.Range
        top, left = int(area.Row) + 1, int(area.Column)
        bottom = max(top, int(area.Row + area.Rows.Count) - 1)
        headings = _rows_of(table.HeaderRowRange.Value2)[0]
        columns = [
            Column(
                str(heading),
                "=" if sheet.Range(_address(top, place)).HasFormula is True else "",
            )
            for place, heading in enumerate(headings, left)
        ]
        where = (str(sheet.Name), "", "", "")
        known = known_columns(name, columns, self.own_headings(name))
        return InputTable(name, *where, top, bottom, left, known)

    def own_headings(self, name: str) -> dict[str, str]:
        """Return the user's own headings of a table's columns, typed on sheet Settings."""
        typed: list[Cell] = []
        for one in _each(self.workbook.Names):
            if one.Name == own_headings(name):
                typed = [row[0] for row in _rows_of(one.RefersToRange.Value2)]
        return by_heading(name, typed)

    def columns(self, table: InputTable) -> tuple[int, dict[str, list[Cell]]]:
        """Return how many rows of a table hold data, and its columns by heading."""
        area = _address(table.top, table.left, table.bottom, table.right)
        rows = _rows_of(self._sheet(table).Range(area).Value2)
        inputs = [i for i, column in enumerate(table.columns) if not column.formula]
        while rows and all(is_blank(rows[-1][i]) for i in inputs):
            rows.pop()
        return len(rows), {
            column.heading: [row[i] for row in rows] for i, column in enumerate(table.columns)
        }

    def put(self, table: InputTable, keep: int, columns: Mapping[str, Sequence[Cell]]) -> None:
        """Remember rows to put into a table behind those that are kept."""
        count = len(next(iter(columns.values()), ()))
        first = table.top + keep
        bottom = max(first + count - 1, table.top)
        if bottom > table.bottom:
            below = _address(table.bottom + 1, table.left, bottom, table.right)
            rows = _rows_of(self._sheet(table).Range(below).Value2)
            for number, row in enumerate(rows, table.bottom + 1):
                if not all(map(is_blank, row)):
                    raise FileError(
                        f"The new rows of table {table.name} need sheet {table.sheet} down to row "
                        f"{bottom}, but row {number} is not blank. Move what stands there and "
                        "retry."
                    )
        blank: list[Cell] = [None] * (bottom - first + 1)
        filled = {
            place: [*columns.get(column.heading, ()), *blank][: len(blank)]
            for place, column in enumerate(table.columns, table.left)
            if not column.formula
        }
        self._rows.append(_Rows(table, first, filled, bottom))

    def say(self, lines: Sequence[str]) -> None:
        """Remember the lines to write into the cells named for them."""
        self._lines = list(lines)

    def finish(self) -> None:
        """Write what was remembered."""
        for rows in self._rows:
            self._write(rows)
        for name in _each(self.workbook.Names):
            if name.Name == LAST_REFRESH:
                area = name.RefersToRange
                area.Value2 = tuple((line,) for line in fitted(self._lines, int(area.Rows.Count)))

    def _sheet(self, table: InputTable) -> Any:
        return self._tables[table.name].Parent

    def _write(self, rows: _Rows) -> None:
        table, first, columns, bottom = rows
        sheet, there = self._sheet(table), self._tables[table.name]
        left, right = table.left, table.right
        if there.AutoFilter is not None and there.AutoFilter.FilterMode:
            there.AutoFilter.ShowAllData()  # rows that a filter hides would not be filled
        if bottom < table.bottom:
            sheet.Range(_address(bottom + 1, left, table.bottom, right)).ClearContents()
        if bottom != table.bottom:
            there.Resize(sheet.Range(_address(table.top - 1, left, bottom, right)))
        above = max(first - 1, table.top)
        if bottom > above:  # formats and formulas of the row above
            sheet.Range(_address(above, left, bottom, right)).FillDown()
        for place, cells in columns.items():
            if cells:
                area = sheet.Range(_address(first, place, bottom, place))
                if any(isinstance(cell, (str, CellError)) for cell in cells):
                    area.NumberFormat = AS_TEXT
                area.Value2 = tuple((self._sent(cell),) for cell in cells)

    def _sent(self, cell: Cell) -> float | str | bool:
        """Return a cell as Excel takes it; a blank one is the empty text, which empties it."""
        match cell:
            case None:
                return ""
            case bool() | str():
                return cell
            case dt.date():
                return float(serial(cell, date1904=self.date1904))
            case int() | float():
                return float(cell) if math.isfinite(cell) else ""
            case _:
                return str(cell)


def _each(collection: Any) -> list[Any]:
    """Return the members of one of Excel's collections, which count from 1."""
    return [collection.Item(place) for place in range(1, int(collection.Count) + 1)]


def _rows_of(values: Any) -> list[list[Cell]]:
    """Return what Range.Value2 gives, one cell or rows, as rows."""
    cells = decode(values)
    if isinstance(cells, (list, tuple)):
        return [list(row) for row in cells]
    return [[cast("Cell", cells)]]


def _address(top: int, left: int, bottom: int = 0, right: int = 0) -> str:
    first = f"{column_letters(left)}{top}"
    return f"{first}:{column_letters(right)}{bottom}" if bottom else first
