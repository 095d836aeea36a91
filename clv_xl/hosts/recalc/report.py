"""What a recalculation did, in numbers and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from clv_xl.cells import CellError
from clv_xl.session import Fault


@dataclass(frozen=True)
class CellFault:
    """A cell that shows an error, or that could not be computed.

    Parameters
    ----------
    sheet, cell : str
        Where it is, such as "Segments" and "B7".
    error : CellError or None
        What the cell shows; None where it keeps what it showed before.
    sentence : str
        What is wrong and what to do about it.
    """

    sheet: str
    cell: str
    error: CellError | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.sentence}"


@dataclass(frozen=True)
class RowsBelow:
    """Rows directly below a table: added to it, or not read.

    Parameters
    ----------
    table : str
        The table's name.
    rows : int, count
    added : bool
    sentence : str
        What is left to do, empty if nothing is; of rows not read, why and what to do.
    """

    table: str
    rows: int
    added: bool
    sentence: str = ""

    def __str__(self) -> str:
        one = self.rows == 1
        rows = "1 row" if one else f"{self.rows:,} rows"
        if self.added:
            done = f"{'was' if one else 'were'} added to it."
        else:
            done = f"{'is' if one else 'are'} not read:"
        return f"{self.table}: {rows} below the table {done} {self.sentence}".rstrip()


@dataclass(frozen=True)
class ColumnsBeside:
    """Columns directly right of a table: added to it, or not read.

    Parameters
    ----------
    table : str
        The table's name.
    columns : int, count
    added : bool
    sentence : str
        Of columns not read, why and what to do.
    """

    table: str
    columns: int
    added: bool
    sentence: str = ""

    def __str__(self) -> str:
        one = self.columns == 1
        columns = "1 column" if one else f"{self.columns:,} columns"
        if self.added:
            done = f"{'was' if one else 'were'} added to it."
        else:
            done = f"{'is' if one else 'are'} not read:"
        return f"{self.table}: {columns} right of the table {done} {self.sentence}".rstrip()


Growth: TypeAlias = RowsBelow | ColumnsBeside
"""What was done about cells that stand next to a table."""


@dataclass(frozen=True)
class Report:
    """The outcome of one recalculation.

    Parameters
    ----------
    path : Path
        The file written.
    formulas : int, count
        Formula cells computed.
    calls : int, count
        Calls of clv_xl's functions among them, each counted once.
    changed : int, count
        Cells whose stored value differs from before.
    not_computed : tuple of CellFault
        Cells left as they were, each with its reason: a circular reference, or something only the
        real spreadsheet program knows.
    errors : tuple of CellFault
        Custom cells whose value is an error, each with its sentence.
    cut : tuple of CellFault
        Custom cells whose formula fills fewer cells than its result has.
    rows_below : tuple of RowsBelow or ColumnsBeside
        What was done about rows directly below a table, and columns directly right of it.
    """

    path: Path
    formulas: int
    calls: int
    changed: int
    not_computed: tuple[CellFault, ...]
    errors: tuple[CellFault, ...]
    cut: tuple[CellFault, ...] = ()
    rows_below: tuple[Growth, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every formula cell was computed."""
        return not self.not_computed


def last_sentence(faults: Sequence[Fault]) -> str:
    """Return the sentence behind an error: that of the call computed last; empty if none is."""
    return next((fault.sentence for fault in reversed(faults) if not fault.is_caveat), "")
