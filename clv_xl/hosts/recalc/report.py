"""What a recalculation did, in numbers and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    dependents : int, count
        Other cells that follow from this one.
    cause : str
        The cell that this one follows from, such as "Models!B9"; empty where it is the cause.
    """

    sheet: str
    cell: str
    error: CellError | None
    sentence: str
    dependents: int = 0
    cause: str = ""

    def __str__(self) -> str:
        told = f"{self.sheet}!{self.cell}: {self.sentence}"
        if not self.dependents:
            return told
        one = self.dependents == 1
        depend = "1 cell that depends" if one else f"{self.dependents:,} cells that depend"
        end = "." if told.endswith(".") else ""
        return f"{told.removesuffix('.')} (and {depend} on it){end}"


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
        done = _done(self.rows, "row", "below", added=self.added)
        return f"{self.table}: {done} {self.sentence}".rstrip()


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
        done = _done(self.columns, "column", "right of", added=self.added)
        return f"{self.table}: {done} {self.sentence}".rstrip()


def _done(count: int, what: str, where: str, *, added: bool) -> str:
    """Return what was done about so many rows or columns, as the middle of a sentence."""
    one = count == 1
    found = f"1 {what}" if one else f"{count:,} {what}s"
    if added:
        done = f"{'was' if one else 'were'} added to it."
    else:
        done = f"{'is' if one else 'are'} not read:"
    return f"{found} {where} the table {done}"


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
        The causes of errors, each with its sentence and the number of cells that follow from it:
        custom cells, and native formulas that custom cells depend on.
    cut : tuple of CellFault
        Custom cells whose formula fills fewer cells than its result has.
    growth : tuple of Growth
        What was done about rows directly below a table, and columns directly right of it.
    caveats : tuple of CellFault
        What functions say of the cells that they read, such as which rows they leave out; each
        sentence once, with the first cell that it concerns.
    """

    path: Path
    formulas: int
    calls: int
    changed: int
    not_computed: tuple[CellFault, ...]
    errors: tuple[CellFault, ...]
    cut: tuple[CellFault, ...] = ()
    growth: tuple[Growth, ...] = ()
    caveats: tuple[CellFault, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every formula cell was computed."""
        return not self.not_computed

    def faults(self) -> Iterator[CellFault]:
        """Yield what is wrong in the workbook, each cause once."""
        yield from self.errors
        yield from self.cut
        yield from (fault for fault in self.not_computed if not fault.cause)


def last_sentence(faults: Sequence[Fault]) -> str:
    """Return the sentence behind an error: that of the call computed last; empty if none is."""
    return next((fault.sentence for fault in reversed(faults) if not fault.is_caveat), "")
