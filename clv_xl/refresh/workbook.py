"""Put new data into the input tables of a workbook and recompute it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from clv_xl.cells import Cell, is_blank
from clv_xl.coercion import label_key
from clv_xl.errors import ArgumentError, FileError
from clv_xl.hosts.recalc.workbook import computed
from clv_xl.package import Package, lock, open_package
from clv_xl.package.relations import main_part, relations
from clv_xl.package.xml_parts import parse
from clv_xl.refresh import calculation_chain
from clv_xl.refresh.extents import extended
from clv_xl.refresh.merge import new_labels, new_orders
from clv_xl.refresh.renames import Rename, probable_renames
from clv_xl.refresh.report import Report, TableReport
from clv_xl.refresh.sheet_rows import put_rows, read_rows, shared_texts, usual_form
from clv_xl.refresh.source import SourceTable, read_source
from clv_xl.refresh.tables import InputTable, find_table, with_last_row

REQUIRED: Final = {
    "Orders": ("customer", "date", "amount"),
    "Customers": ("customer",),
    "Channels": ("channel", "spend"),
}
"""The columns that a source of a table must have."""
STEPS: Final = ("Reading", "Putting rows in", "Computing", "Saving")


class _Book:
    """A workbook whose tables are being changed."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.changes: dict[str, bytes] = {}
        self.moved: list[tuple[InputTable, int, int]] = []
        root = parse(package.read(main_part(package)))
        setting = next(root.iter("{*}workbookPr"), None)
        self.date1904 = setting is not None and setting.get("date1904") in {"1", "true", "on"}
        targets = relations(package, main_part(package)).values()
        shared = next((one for one in targets if one.lower().endswith("sharedstrings.xml")), "")
        self.shared = shared_texts(package.get(shared, b""))

    def sheet(self, table: InputTable) -> bytes:
        part = table.sheet_part
        return usual_form(self.changes.get(part) or self.package.read(part))

    def columns(self, table: InputTable) -> tuple[int, dict[str, list[Cell]]]:
        """Return how many rows of a table hold data, and its columns so far."""
        rows = read_rows(self.sheet(table), table, self.shared)
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
        content, bottom = put_rows(self.sheet(table), table, keep, rows, date1904=self.date1904)
        self.changes[table.sheet_part] = extended(content, table, bottom)
        if bottom != table.bottom:
            self.changes[table.part] = with_last_row(self.package.read(table.part), table, bottom)
        self.moved.append((table, table.top + keep, bottom))

    def finish(self) -> dict[str, bytes]:
        """Return the parts that changed."""
        chain = self.package.get(calculation_chain.PART, b"")
        if chain:
            new = calculation_chain.without_lost(chain, self.moved)
            if new != chain:
                self.changes[calculation_chain.PART] = new
        return self.changes


def refresh(
    path: str | os.PathLike[str],
    *,
    orders: Any = None,
    customers: Any = None,
    channels: Any = None,
    add: bool = False,
    mapping: Mapping[str, str] | None = None,
    decimal: str = "",
    date_order: str = "",
    sheet: str = "",
    encoding: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Put new data into the tables Orders, Customers and Channels of a workbook and recompute it.

    New customers of the orders are appended to Customers. Only the sheets of these tables and those
    whose values change are rewritten; the file is replaced in one step.

    Parameters
    ----------
    path : path
        The workbook, .xlsx or .xlsm.
    orders, customers, channels : path or data frame, optional
        The new rows: .csv, .txt, .xlsx, .xlsm, .parquet, a data frame, or columns by heading.
    add : bool
        Keep the old rows; what is already there is not added again. By default the new rows stand
        in place of the old.
    mapping : mapping of heading to the source's own, optional
    decimal : "," or ".", optional
    date_order : "dmy", "mdy" or "ymd", optional
    sheet : str, optional
        The sheet of a source that is a workbook.
    encoding : str, optional
        That of a text file, by its name in Python, where its letters do not show it.
    progress : callable, optional
        Told each of `STEPS` as it begins.

    Returns
    -------
    Report

    Raises
    ------
    ArgumentError
        No source is given, one can be read in two ways, or lacks a column that is needed.
    FileError
        The workbook or a source cannot be read, the workbook lacks a table, or what stands below
        a table is in the way. The workbook is unchanged.
    """
    sources = {"Orders": orders, "Customers": customers, "Channels": channels}
    sources = {name: source for name, source in sources.items() if source is not None}
    if not sources:
        raise ArgumentError("Name a source of orders, customers or channels.", argument="orders")
    with lock(path):
        progress(STEPS[0])
        book = _Book(open_package(path))
        tables = {name: find_table(book.package, name) for name in {**sources, "Customers": None}}
        read = {
            name: _read(
                source, tables[name], mapping=mapping, decimal=decimal, date_order=date_order,
                sheet=sheet, encoding=encoding,
            )
            for name, source in sources.items()
        }  # fmt: skip
        progress(STEPS[1])
        reports = [
            _put(book, tables[name], found, add=add)
            for name, found in read.items()
            if name != "Customers"
        ]
        report, appended, renames = _put_customers(
            book, tables["Customers"], read.get("Customers"), read.get("Orders"), add=add
        )
        reports[1:1] = [report] if report else []
        progress(STEPS[2])
        changes = book.finish()
        values, recalculation = computed(book.package.with_parts(changes))
        progress(STEPS[3])
        book.package.save({**changes, **values})
    return Report(book.package.path, tuple(reports), appended, tuple(renames), recalculation)


def _read(source: Any, table: InputTable, **options: Any) -> SourceTable:
    """Read a source for the columns of a table that hold data."""
    required = REQUIRED[table.name]
    missing = next((name for name in required if name not in table.inputs), "")
    if missing:
        raise FileError(
            f"Table {table.name} has no column {missing}. Give its column that heading and retry."
        )
    return read_source(source, table.inputs, required=required, **options)


def _put(book: _Book, table: InputTable, found: SourceTable, *, add: bool) -> TableReport:
    """Put the rows of a source into a table other than Customers."""
    count, known = book.columns(table)
    places = list(range(len(found.rows)))
    if add:
        if table.name == "Orders":
            places = new_orders(known, found.columns, date1904=book.date1904)
        else:
            places = new_labels(known["channel"], found.columns["channel"])
    if places or not add:
        book.put(table, count if add else 0, _chosen(found.columns, places))
    return _report(table, found, len(places), 0 if add else count)


def _put_customers(
    book: _Book,
    table: InputTable,
    found: SourceTable | None,
    orders: SourceTable | None,
    *,
    add: bool,
) -> tuple[TableReport | None, int, list[Rename]]:
    """Put the rows of a source into Customers, and append the customers who are only in orders."""
    if "customer" not in table.inputs:
        raise FileError(
            "Table Customers has no column customer. Give its column that heading and retry."
        )
    count, known = book.columns(table)
    keep = count if add or found is None else 0
    listed = known["customer"][:keep]
    rows: dict[str, list[Cell]] = {heading: [] for heading in table.inputs}
    report = None
    if found is not None:
        places = list(range(len(found.rows)))
        if add:
            places = new_labels(listed, found.columns["customer"])
        chosen = _chosen(found.columns, places)
        for heading in rows:
            rows[heading] += chosen.get(heading, [None] * len(places))
        report = _report(table, found, len(places), count - keep)
    buyers = orders.columns["customer"] if orders is not None else []
    appended = [buyers[i] for i in new_labels([*listed, *rows["customer"]], buyers)]
    for heading in rows:
        rows[heading] += appended if heading == "customer" else [None] * len(appended)
    if rows["customer"] or (found is not None and not add):
        book.put(table, keep, rows)
    everyone = [*listed, *rows["customer"]]
    return report, len(appended), _renames(table, everyone, len(appended), buyers)


def _renames(
    table: InputTable, everyone: Sequence[Cell], appended: int, buyers: Sequence[Cell]
) -> list[Rename]:
    """Return the customers appended last who resemble one that bought nothing in the new data."""
    bought = {label_key(cell) for cell in buyers}
    first = len(everyone) - appended
    named = [(str(cell), table.top + i) for i, cell in enumerate(everyone) if not is_blank(cell)]
    new = {name: row for name, row in named if row >= table.top + first}
    absent = {
        name: row
        for name, row in named
        if row < table.top + first and label_key(everyone[row - table.top]) not in bought
    }
    return probable_renames(new, absent) if new else []


def _chosen(columns: Mapping[str, Sequence[Cell]], places: Sequence[int]) -> dict[str, list[Cell]]:
    return {heading: [cells[i] for i in places] for heading, cells in columns.items()}


def _report(table: InputTable, found: SourceTable, added: int, removed: int) -> TableReport:
    return TableReport(
        table.name,
        len(found.rows) + len(found.skipped),
        added,
        len(found.rows) - added,
        removed,
        tuple(found.skipped),
        tuple(found.notes),
    )
