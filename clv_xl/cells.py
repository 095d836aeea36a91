"""Cells to arrays and back, and the one table of error values.

A cell is what every host can say: a number, a text, TRUE or FALSE, a date, an error value, or
nothing. A range is a list of rows. Python users may also hand over flat lists and numpy arrays.
Faults are collected, never raised, so that one cell's fault does not touch its neighbours: the door
decides what a fault means for the call as a whole.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clv_xl.errors import (
    ArgumentError,
    ClvError,
    DomainError,
    NoAnswerError,
    ZeroDenominatorError,
)


class CellError(enum.Enum):
    """An error value of a cell, by the text that every spreadsheet program shows."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value


class Missing(enum.Enum):
    """The place of an argument that the formula leaves out."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

Cell: TypeAlias = float | int | str | bool | dt.date | CellError | None
Rows: TypeAlias = Sequence[Sequence[Cell]]
Argument: TypeAlias = Cell | Rows | Missing

ERROR_VALUES: Final[Mapping[type[ClvError], CellError]] = {
    ArgumentError: CellError.VALUE,
    DomainError: CellError.NUM,
    ZeroDenominatorError: CellError.DIV0,
    NoAnswerError: CellError.NA,
}

WHOLE_COLUMN: Final = frozenset({65_536, 1_048_576})
"""Heights of a sheet: a range this high is a whole column, of which only the used part counts."""


class IncomingError(ClvError):
    """An argument holds an error value, which is the formula's result too."""

    def __init__(self, value: CellError, sentence: str, *, argument: str = "") -> None:
        super().__init__(sentence, argument=argument)
        self.value = value


def error_value(fault: ClvError) -> CellError:
    """Return the cell's error value for a fault."""
    if isinstance(fault, IncomingError):
        return fault.value
    return next(
        (value for kind, value in ERROR_VALUES.items() if isinstance(fault, kind)), CellError.VALUE
    )


@dataclass
class Block:
    """The cells of one argument, flat, with the shape they had.

    `cells` is a list of cells or, where a Python user gave numbers as such, a float array. `shape`
    is () for one cell, (n,) for a flat list, (rows, columns) for a range. Of a whole column only
    the used part is kept.
    """

    cells: list[Any] | NDArray[Any]
    shape: tuple[int, ...]
    whole_column: bool = False
    first_row: int = 1

    @property
    def size(self) -> int:
        """Number of cells."""
        return math.prod(self.shape)

    def below_title(self) -> Block:
        """Return the column without its first cell; rows keep the numbers they had."""
        return Block(self.cells[1:], (self.size - 1, 1), self.whole_column, self.first_row + 1)

    @cached_property
    def kinds(self) -> frozenset[type]:
        """The types that occur among the cells; looking once spares a look at each cell."""
        return (
            frozenset({float})
            if isinstance(self.cells, np.ndarray)
            else frozenset(map(type, self.cells))
        )

    def place(self, index: int) -> str:
        """Return where the element is, in words, with a blank before; nothing for a single cell."""
        if self.size == 1 or not self.shape:
            return ""
        if len(self.shape) == 1 or self.shape[1] == 1:
            return f" in row {index + self.first_row}"
        row, column = divmod(index, self.shape[1])
        return (
            f" in column {column + 1}"
            if self.shape[0] == 1
            else f" in row {row + 1}, column {column + 1}"
        )


def block(argument: Any) -> Block:
    """Return an argument's cells in one flat list.

    Raises
    ------
    ArgumentError
        The rows are of unequal length, or nested deeper than a sheet.
    """
    if isinstance(argument, (str, CellError)) or not isinstance(argument, Iterable):
        return Block([argument], ())
    if isinstance(argument, np.ndarray) or hasattr(argument, "__array__"):
        array = np.asarray(argument)
        if array.ndim > 2:
            raise ArgumentError("A range has rows and columns only; got more dimensions")
        if array.dtype.kind in "fiu":
            return Block(array.astype(np.float64).ravel(), array.shape)
        if array.dtype.kind == "M":
            array = array.astype("datetime64[us]")
        return Block(array.ravel().tolist(), array.shape)
    rows: Sequence[Any] = argument if isinstance(argument, (list, tuple)) else list(argument)
    if not rows or not isinstance(rows[0], (list, tuple)):
        flat_list = Block(list(rows), (len(rows),))
        if flat_list.kinds & {list, tuple}:
            raise ArgumentError("The rows of the range are of unequal length")
        return flat_list
    whole_column = len(rows) in WHOLE_COLUMN
    if whole_column:
        rows = _used_part(rows)
    width = len(rows[0])
    if width == 1:
        try:
            flat = [cell for (cell,) in rows]
        except (TypeError, ValueError):
            raise ArgumentError("The rows of the range are of unequal length") from None
    else:
        if any(not isinstance(row, (list, tuple)) or len(row) != width for row in rows):
            raise ArgumentError("The rows of the range are of unequal length")
        flat = list(itertools.chain.from_iterable(rows))
    return Block(flat, (len(rows), width), whole_column)


def _used_part(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """Cut a whole column to the rows down to the last that holds something."""
    used = len(rows)
    while used > 1 and all(is_blank(cell) for cell in rows[used - 1]):
        used -= 1
    return rows[:used]


def is_blank(cell: object) -> bool:
    """Return whether a cell shows nothing: empty, or a formula's empty text."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


# Serial numbers of days.

FIRST_SERIAL: Final = 61
"""1 March 1900: Excel counts a 29 February that never was, so earlier numbers mean two days."""
LAST_SERIAL: Final = 2_958_465
SERIAL_OF_1970: Final = 25_569
DAYS_1904: Final = 1_462
ORDINAL_OF_1970: Final = dt.date(1970, 1, 1).toordinal()


def serial(day: dt.date, *, date1904: bool = False) -> int:
    """Return a date as the serial number of a cell."""
    return day.toordinal() - ORDINAL_OF_1970 + SERIAL_OF_1970 - (DAYS_1904 if date1904 else 0)
