"""Which rows of the sources go into which table, and what is to be said about them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from clv_xl.cells import Cell, is_blank
from clv_xl.coercion import label_key
from clv_xl.errors import ArgumentError, FileError
from clv_xl.refresh.book import Book
from clv_xl.refresh.merge import new_labels, new_orders, with_texts_read
from clv_xl.refresh.renames import Rename, probable_renames
from clv_xl.refresh.report import TableReport, Update
from clv_xl.refresh.source import SourceTable, read_source
from clv_xl.refresh.tables import InputTable
from clv_xl.sample_marks import is_sample_customer, is_sample_order

REQUIRED: Final = {
    "Orders": ("customer", "date", "amount"),
    "Customers": ("customer",),
    "Channels": ("channel", "spend"),
}
"""The columns that a source of a table must have."""


def update(
    book: Book,
    given: Mapping[str, Any],
    *,
    add: bool = False,
    progress: Callable[[], None] = lambda: None,
    before: Iterable[str] = (),
    **options: Any,
) -> Update:
    """Put sources into the tables of a workbook, and return what was done.

    Parameters
    ----------
    book : Book
    given : mapping of a table's name to its source
        Those that are None are not looked at.
    add : bool
        Keep the old rows; what is already there is not added again.
    progress : callable, optional
        Called when all is read, before the workbook is changed.
    before : sentences, optional
        What was done to the tables before.
    options
        How sources are read: those of `read_source`.

    Raises
    ------
    ArgumentError, FileError
        See `refresh`. Nothing was put into the workbook.
    """
    sources = {name: source for name, source in given.items() if source is not None}
    if not sources:
        raise ArgumentError("Name a source of orders, customers or channels.", argument="orders")
    tables = {name: book.find(name) for name in {**sources, "Customers": None}}
    read = {
        name: _read(source, tables[name], book.own_headings(name), options)
        for name, source in sources.items()
    }
    places = {
        name: _new_places(book, tables[name], found, options) if add else range(len(found.rows))
        for name, found in read.items()
        if name != "Customers"
    }
    customers = _Customers(book, tables["Customers"], read.get("Orders"), add=add)
    progress()
    reports = [
        _put(book, tables[name], read[name], chosen, _origin(sources[name]), add=add)
        for name, chosen in places.items()
    ]
    report = customers.put(read.get("Customers"), _origin(sources.get("Customers")))
    reports[1:1] = [report] if report else []
    done = Update(
        dt.datetime.now().astimezone(),
        tuple(reports),
        customers.appended,
        tuple(customers.renames()),
        customers.samples_removed,
        tuple(before),
    )
    book.say(list(done.lines()))
    return done


def _read(
    source: Any, table: InputTable, own: Mapping[str, str], options: Mapping[str, Any]
) -> SourceTable:
    """Read a source for the columns of a table that hold data."""
    required = REQUIRED[table.name]
    missing = next((name for name in required if name not in table.inputs), "")
    if missing:
        raise FileError(
            f"Table {table.name} has no column {missing}. Give its column that heading and retry."
        )
    known = {heading: name for heading, name in own.items() if heading in table.inputs}
    return read_source(source, table.inputs, required=required, own=known, **options)


def _origin(source: Any) -> str:
    """Return what a source is called: a file's name without its folder."""
    return Path(source).name if isinstance(source, (str, os.PathLike)) else "a data frame"


def _new_places(
    book: Book, table: InputTable, found: SourceTable, options: Mapping[str, Any]
) -> Sequence[int]:
    """Return the places of the rows of a source that are not yet in its table."""
    _, known = book.columns(table)
    if table.name != "Orders":
        return new_labels(known["channel"], found.columns["channel"])
    marks = {name: options.get(name, "") for name in ("decimal", "date_order")}
    known = {**known, **with_texts_read(known, **marks)}
    return new_orders(known, found.columns, date1904=book.date1904)


def _put(
    book: Book,
    table: InputTable,
    found: SourceTable,
    places: Sequence[int],
    origin: str,
    *,
    add: bool,
) -> TableReport:
    """Put the rows of a source into a table other than Customers."""
    count, known = book.columns(table)
    if places or not add:
        book.put(table, count if add else 0, _chosen(found.columns, places))
    samples = 0
    if add and table.name == "Orders":
        numbers = known.get("order", [None] * count)
        samples = sum(map(is_sample_order, numbers, known["customer"]))
    return _report(table, found, len(places), 0 if add else count, origin, samples)


class _Customers:
    """What becomes of table Customers: rows of its source, and customers only in the orders."""

    def __init__(
        self, book: Book, table: InputTable, orders: SourceTable | None, *, add: bool
    ) -> None:
        if "customer" not in table.inputs:
            raise FileError(
                "Table Customers has no column customer. Give its column that heading and retry."
            )
        self.book, self.table, self.add = book, table, add
        self.buyers = orders.columns["customer"] if orders is not None else []
        self.everyone: list[Cell] = []
        self.appended = 0
        self.samples_removed = 0

    def put(self, found: SourceTable | None, origin: str) -> TableReport | None:
        """Put the rows of a source, if there is one, and append new customers of the orders."""
        count, known = self.book.columns(self.table)
        keep = count if self.add or found is None else 0
        if keep and not self.add and self._is_foreign_sample(known):
            keep, self.samples_removed = 0, count
        listed = known["customer"][:keep]
        rows: dict[str, list[Cell]] = {heading: [] for heading in self.table.inputs}
        report = None
        if found is not None:
            places: Sequence[int] = range(len(found.rows))
            if self.add:
                places = new_labels(listed, found.columns["customer"])
            chosen = _chosen(found.columns, places)
            for heading in rows:
                rows[heading] += chosen.get(heading, [None] * len(places))
            report = _report(self.table, found, len(places), count - keep, origin)
        new = new_labels([*listed, *rows["customer"]], self.buyers)
        self.appended = len(new)
        for heading in rows:
            rows[heading] += [self.buyers[i] if heading == "customer" else None for i in new]
        if rows["customer"] or keep < count:
            self.book.put(self.table, keep, rows)
        self.everyone = [*listed, *rows["customer"]]
        return report

    def _is_foreign_sample(self, known: Mapping[str, Sequence[Cell]]) -> bool:
        """Return whether all rows are the template's sample and none of the buyers is there."""
        customers, towns = known["customer"], known.get("town", ())
        bought = {label_key(cell) for cell in self.buyers}
        return (
            bool(bought)
            and len(towns) == len(customers)
            and all(map(is_sample_customer, customers, towns))
            and bought.isdisjoint(map(label_key, customers))
        )

    def renames(self) -> list[Rename]:
        """Return the customers appended who resemble one that bought nothing in the new data."""
        bought = {label_key(cell) for cell in self.buyers}
        first = self.table.top + len(self.everyone) - self.appended
        named = [(i, cell) for i, cell in enumerate(self.everyone, self.table.top)]
        new = {str(cell): row for row, cell in named if row >= first}
        absent = {
            str(cell): row
            for row, cell in named
            if row < first and not is_blank(cell) and label_key(cell) not in bought
        }
        return probable_renames(new, absent) if new else []


def _chosen(columns: Mapping[str, Sequence[Cell]], places: Sequence[int]) -> dict[str, list[Cell]]:
    return {heading: [cells[i] for i in places] for heading, cells in columns.items()}


def _report(
    table: InputTable, found: SourceTable, added: int, removed: int, origin: str, samples: int = 0
) -> TableReport:
    return TableReport(
        table.name,
        len(found.rows) + len(found.skipped),
        added,
        len(found.rows) - added,
        removed,
        tuple(found.skipped),
        tuple(found.notes),
        origin,
        samples,
    )
