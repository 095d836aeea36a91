"""A workbook file whose tables are being changed: its new parts are gathered, then saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clv_xl.cells import Cell, is_blank
from clv_xl.hosts.recalc.xlsx.plain_sheet import PlainSheet, plain_sheet
from clv_xl.input_columns import by_heading, own_headings
from clv_xl.package import Package
from clv_xl.package.relations import main_part
from clv_xl.package.shared_texts import shared_texts
from clv_xl.package.xml_parts import parse
from clv_xl.refresh import calculation_chain
from clv_xl.refresh.book import LAST_REFRESH, fitted
from clv_xl.refresh.extents import extended
from clv_xl.refresh.sheet_rows import put_rows, read_rows
from clv_xl.refresh.tables import InputTable, find_table, named_column, with_last_row


class FileBook:
    """A workbook file; see `book.Book`."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.changes: dict[str, bytes] = {}
        self.moved: list[tuple[InputTable, int, int]] = []
        root = parse(package.read(main_part(package)))
        setting = next(root.iter("{*}workbookPr"), None)
        self.date1904 = setting is not None and setting.get("date1904") in {"1", "true", "on"}
        self.shared = shared_texts(package)

    def find(self, name: str) -> InputTable:
        """Return a table by its name."""
        return find_table(self.package, name, self.own_headings(name))

    def own_headings(self, name: str) -> dict[str, str]:
        """Return the user's own headings of a table's columns, typed on sheet Settings."""
        cells = named_column(self.package, own_headings(name))
        if cells is None:
            return {}
        typed = read_rows(self._sheet(cells).rows, cells, self.shared)
        return by_heading(name, [row[0] for row in typed])

    def columns(self, table: InputTable) -> tuple[int, dict[str, list[Cell]]]:
        """Return how many rows of a table hold data, and its columns by heading."""
        rows = read_rows(self._sheet(table).rows, table, self.shared)
        inputs = [i for i, column in enumerate(table.columns) if not column.formula]
        while rows and all(is_blank(rows[-1][i]) for i in inputs):
            rows.pop()
        return len(rows), {
            column.heading: [row[i] for row in rows] for i, column in enumerate(table.columns)
        }

    def put(self, table: InputTable, keep: int, columns: Mapping[str, Sequence[Cell]]) -> None:
        """Put rows into a table behind those that are kept."""
        count = len(next(iter(columns.values()), ()))
        blank: Sequence[Cell] = [None] * count
        filled = [columns.get(column.heading, blank) for column in table.columns]
        rows = list(zip(*filled, strict=True))
        sheet = self._sheet(table)
        content, bottom = put_rows(sheet.rows, table, keep, rows, date1904=self.date1904)
        head, tail = extended(sheet.head, sheet.tail, table, bottom)
        self.changes[table.sheet_part] = sheet.with_pieces(content, head, tail).part()
        if bottom != table.bottom:
            self.changes[table.part] = with_last_row(self.package.read(table.part), table, bottom)
        self.moved.append((table, table.top + keep, bottom))

    def say(self, lines: Sequence[str]) -> None:
        """Write lines into the cells named for them, where the workbook has them."""
        cells = named_column(self.package, LAST_REFRESH)
        if cells is None:
            return
        room = cells.bottom - cells.top + 1
        rows = [(line,) for line in fitted(lines, room)]
        sheet = self._sheet(cells)
        content, _ = put_rows(sheet.rows, cells, 0, rows, date1904=self.date1904)
        self.changes[cells.sheet_part] = sheet.with_pieces(content).part()

    def finish(self) -> dict[str, bytes]:
        """Return the parts that changed."""
        chain = self.package.get(calculation_chain.PART, b"")
        if chain:
            new = calculation_chain.without_lost(chain, self.moved)
            if new != chain:
                self.changes[calculation_chain.PART] = new
        return self.changes

    def _sheet(self, table: InputTable) -> PlainSheet:
        part = table.sheet_part
        return plain_sheet(self.changes.get(part) or self.package.read(part), table.sheet)
