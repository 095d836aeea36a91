"""What a refresh did, in numbers and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clv_xl.hosts.recalc import Report as Recalculation
from clv_xl.refresh.renames import Rename
from clv_xl.refresh.source import SkippedRow

SHOWN: Final = 10
"""As many rows are named; the others are counted."""


@dataclass(frozen=True)
class TableReport:
    """What became of the rows of one source.

    Parameters
    ----------
    table : str
        The table that they were put into.
    read : int, count
        Rows of the source, those skipped included.
    added : int, count
        Rows put into the table.
    already_there : int, count
        Rows left out because the table holds them.
    removed : int, count
        Old rows that the new ones replace.
    skipped : tuple of SkippedRow
        Rows that cannot be read.
    notes : tuple of str
        How the source was read.
    origin : str
        What it is called: a file's name without its folder.
    samples : int, count
        Rows of the template's sample that stand beside those added.
    """

    table: str
    read: int
    added: int
    already_there: int
    removed: int
    skipped: tuple[SkippedRow, ...] = ()
    notes: tuple[str, ...] = ()
    origin: str = ""
    samples: int = 0

    def sentences(self) -> Iterator[str]:
        """Yield what to tell the user."""
        said = [f"{_rows(self.read)} read", f"{self.added:,} added"]
        said += [f"{self.already_there:,} already there"] if self.already_there else []
        said += [f"{self.removed:,} old replaced"] if self.removed else []
        yield f"{self.table}: {', '.join(said)}."
        if self.samples:
            yield (
                f"{self.table}: {_rows(self.samples)} of the template's sample stand beside yours. "
                "Refresh without --add, or delete them."
            )
        if self.skipped:
            named = ", ".join(f"{one.row}" for one in self.skipped[:SHOWN])
            more = f" and {len(self.skipped) - SHOWN:,} more" if len(self.skipped) > SHOWN else ""
            yield f"{self.table}: {_rows(len(self.skipped))} skipped (row {named}{more})."
            for one in self.skipped[:SHOWN]:
                yield f"{self.table}, row {one.row}: {one.sentence}"
        for note in self.notes:
            yield f"{self.table}: {note}"


@dataclass(frozen=True)
class Update:
    """What a refresh put into the tables of a workbook.

    Parameters
    ----------
    when : datetime
    tables : tuple of TableReport
        One for each source, in the order Orders, Customers, Channels.
    new_customers : int, count
        Customers of the orders appended to table Customers.
    renames : tuple of Rename
        Customers who may be the same under another name; nothing was changed for them.
    samples_removed : int, count
        Customers of the template's sample that were removed.
    before : tuple of str
        What was done to the tables before, in sentences.
    """

    when: dt.datetime
    tables: tuple[TableReport, ...]
    new_customers: int
    renames: tuple[Rename, ...]
    samples_removed: int
    before: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """Yield what to tell the user; names of customers are not among it, rows are."""
        yield from self._of_tables()
        for one in self.renames:
            yield (
                f"Customers: is row {one.new_row} the customer of row {one.known_row} under a new "
                "name? If so, use one name in Orders and delete the other row."
            )

    def lines(self) -> Iterator[str]:
        """Yield what to write into the workbook, where customers may be named."""
        sources = ", ".join(f"{table.table} from {table.origin}" for table in self.tables)
        yield f"{self.when:%Y-%m-%d %H:%M}: {sources}."
        yield from self._of_tables()
        for one in self.renames:
            yield (
                f'Customers: is "{one.new}" (row {one.new_row}) the customer "{one.known}" (row '
                f"{one.known_row}) under a new name? If so, use one name in Orders and delete the "
                "other row."
            )

    def _of_tables(self) -> Iterator[str]:
        yield from self.before
        for table in self.tables:
            yield from table.sentences()
        if self.samples_removed:
            yield (
                f"Customers: the {self.samples_removed:,} customers of the template's sample were "
                "removed. Channels stay; check that they are yours."
            )
        if self.new_customers:
            yield (
                f"Customers: {_rows(self.new_customers)} appended for new customers of the orders. "
                "Their segment is blank; fill it in."
            )


@dataclass(frozen=True)
class Report(Update):
    """The outcome of one refresh of a file.

    Parameters
    ----------
    path : Path
        The file written.
    recalculation : Report of hosts.recalc
        What was computed afterwards.
    """

    path: Path
    recalculation: Recalculation


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
