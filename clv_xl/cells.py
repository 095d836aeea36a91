"""Cells and ranges, and the one table of error values.

A cell is what every host knows: a number, a text, TRUE or FALSE, a date, an error value, or blank.
A range is a list of rows; from Python it may also be a flat list or a numpy array.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self, TypeAlias

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
    """Stands for an argument that the formula leaves out."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

Cell: TypeAlias = float | int | str | bool | dt.date | CellError | None
CellOrTable: TypeAlias = Cell | list[list[Cell]]
"""What a formula gives: the value of its own cell, or the rows that it spills."""
Rows: TypeAlias = Sequence[Sequence[Cell]]
Argument: TypeAlias = Cell | Rows | Missing

ERROR_VALUES: Final[Mapping[type[ClvError], CellError]] = {
    ArgumentError: CellError.VALUE,
    DomainError: CellError.NUM,
    ZeroDenominatorError: CellError.DIV0,
    NoAnswerError: CellError.NA,
}

WHOLE_COLUMN: Final = frozenset({65_536, 1_048_576})
"""Rows of a sheet: a range of so many is a whole column, of which only the used part counts."""


class IncomingError(ClvError):
    """An argument holds an error value, which is the formula's result too."""

    def __init__(self, value: CellError, sentence: str, *, argument: str = "") -> None:
        super().__init__(sentence, argument=argument)
        self.value = value

    def with_sentence(self, sentence: str) -> Self:
        """Return the same error value with another sentence."""
        return type(self)(self.value, sentence, argument=self.argument)


def error_value(fault: ClvError) -> CellError:
    """Return the cell's error value for a fault."""
    if isinstance(fault, IncomingError):
        return fault.value
    return next(
        (value for kind, value in ERROR_VALUES.items() if isinstance(fault, kind)), CellError.VALUE
    )


@dataclass
class ArgumentCells:
    """The cells of one argument, flat, with the shape they had.

    `cells` is a list of cells or, where a Python user gave numbers as such, an array of them.
    `shape` is () for one cell, (n,) for a flat list, (rows, columns) for a range. Of a whole column
    only the used part is kept.
    """

    cells: list[Any] | NDArray[Any]
    shape: tuple[int, ...]
    whole_column: bool = False
    first_row: int = 1
    column: int = 0
    """The place of this column among several, counted from 1; 0 where it is alone."""

    @property
    def size(self) -> int:
        """Number of cells."""
        return math.prod(self.shape)

    @property
    def plain(self) -> list[Any]:
        """The cells as a list of plain values."""
        return self.cells.tolist() if isinstance(self.cells, np.ndarray) else self.cells

    def below_title(self) -> ArgumentCells:
        """Return the column without its first cell; rows keep the numbers they had."""
        return replace(
            self, cells=self.cells[1:], shape=(self.size - 1, 1), first_row=self.first_row + 1
        )

    @cached_property
    def types(self) -> frozenset[type]:
        """The types that occur among the cells; looked up once, not per cell."""
        return (
            frozenset({float})
            if isinstance(self.cells, np.ndarray)
            else frozenset(map(type, self.cells))
        )

    def place(self, index: int) -> str:
        """Return where a cell is, as " in row 3"; empty for a single cell."""
        if self.size == 1 or not self.shape:
            return ""
        if len(self.shape) == 1 or self.shape[1] == 1:
            beside = f", column {self.column}" if self.column else ""
            return f" in row {index + self.first_row}{beside}"
        row, column = divmod(index, self.shape[1])
        return (
            f" in column {column + 1}"
            if self.shape[0] == 1
            else f" in row {row + self.first_row}, column {column + 1}"
        )


def argument_cells(argument: Any) -> ArgumentCells:
    """Return an argument's cells in one flat list, with their shape.

    Raises
    ------
    ArgumentError
        The rows are of unequal length, or nested deeper than a sheet.
    """
    if isinstance(argument, (str, CellError)) or not isinstance(argument, Iterable):
        return ArgumentCells([argument], ())
    if isinstance(argument, np.ndarray) or hasattr(argument, "__array__"):
        array = np.asarray(argument)
        if array.ndim > 2:
            raise ArgumentError("A range has rows and columns only; got more dimensions")
        if array.dtype.kind in "fiu":
            whole = array.dtype.kind != "f"  # numbers of customers stay whole
            return ArgumentCells((array if whole else array.astype(float)).ravel(), array.shape)
        if array.dtype.kind == "M":
            array = array.astype("datetime64[us]")
        return ArgumentCells(array.ravel().tolist(), array.shape)
    rows: Sequence[Any] = argument if isinstance(argument, (list, tuple)) else list(argument)
    if not rows or not isinstance(rows[0], (list, tuple)):
        flat_list = ArgumentCells(list(rows), (len(rows),))
        if flat_list.types & {list, tuple}:
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
    return ArgumentCells(flat, (len(rows), width), whole_column)


def _used_part(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """Cut the rows below the last that is not blank."""
    used = len(rows)
    while used > 1 and all(is_blank(cell) for cell in rows[used - 1]):
        used -= 1
    return rows[:used]


def is_blank(cell: object) -> bool:
    """Return whether a cell is empty or holds only spaces, as a formula's "" does."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


# Serial numbers of days.

FIRST_SERIAL: Final = 61
"""1 March 1900: before it, Excel counts a 29 February 1900 that did not exist."""
LAST_SERIAL: Final = 2_958_465
SERIAL_OF_1970: Final = 25_569
DAYS_1904: Final = 1_462
ORDINAL_OF_1970: Final = dt.date(1970, 1, 1).toordinal()


def serial(day: dt.date, *, date1904: bool = False) -> int:
    """Return a date as the serial number of a cell."""
    return day.toordinal() - ORDINAL_OF_1970 + SERIAL_OF_1970 - (DAYS_1904 if date1904 else 0)
