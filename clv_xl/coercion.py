"""Coercion: what cells hold, read as numbers, labels, dates or choices.

Faults are collected, never raised: a cell that cannot be read does not touch its neighbours.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import unicodedata
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import (
    DAYS_1904,
    FIRST_SERIAL,
    LAST_SERIAL,
    ORDINAL_OF_1970,
    SERIAL_OF_1970,
    ArgumentCells,
    Cell,
    CellError,
    IncomingError,
    is_blank,
    serial,
)
from clv_xl.errors import ArgumentError, ClvError
from clv_xl.text_values import (
    DAY_FIRST,
    EITHER_ORDER,
    AmountColumn,
    DateColumn,
    may_be_swapped,
    parse_amount,
)


@dataclass
class CoercedCells:
    """What an argument's cells hold, read as one type.

    `values` has a neutral value (NaN, 0) wherever `blank` is set or `faults` has the index.
    """

    values: NDArray[Any]
    blank: NDArray[np.bool_]
    faults: dict[int, ClvError] = field(default_factory=dict)
    names: list[Cell] = field(default_factory=list)
    """Of labels: what each code stands for."""
    keys: tuple[str, ...] = ()
    """Of labels: what each code is matched by."""
    question: ClvError | None = None
    """What must be asked where the whole column is text that can be read in two ways."""
    swapped: tuple[int, ...] = ()
    """Of dates: the cells in which day and month may have been swapped before."""

    def repeated(self, size: int) -> CoercedCells:
        """Return the one cell, so many times."""
        faults = dict.fromkeys(range(size), self.faults[0]) if self.faults else {}
        return CoercedCells(np.repeat(self.values, size), np.repeat(self.blank, size), faults)

    def padded(self, size: int) -> CoercedCells:
        """Return the cells, with blank ones below to this size."""
        short = size - self.blank.size
        values = np.concatenate([self.values, np.zeros(short, dtype=self.values.dtype)])
        blank = np.concatenate([self.blank, np.ones(short, dtype=np.bool_)])
        return replace(self, values=values, blank=blank)

    def name_blanks(self, name: str, rows: NDArray[np.bool_]) -> None:
        """Make the blank labels of these rows one more label."""
        empty = self.blank & rows
        if empty.any():
            self.values = np.where(empty, len(self.names), self.values)
            self.names = [*self.names, name]
            self.blank = self.blank & ~empty


def numbers(source: ArgumentCells, argument: str, *, as_text: bool = False) -> CoercedCells:
    """Return the cells as numbers; text, TRUE and FALSE, dates and errors are faults.

    With `as_text`, a column without a single number is read from its texts, where they agree on
    one way of writing amounts. Numbers beside texts may be wrong: a program that took "1.234" for
    a number and left "1.234,50" as text read the point as the decimal mark.
    """
    cells = source.cells
    blank = np.zeros(len(cells), dtype=np.bool_)
    if (floats := _plain_numbers(source)) is not None:
        return CoercedCells(floats, blank)
    values = np.full(len(cells), np.nan)
    column = CoercedCells(values, blank)
    texts = (cell for cell in cells if isinstance(cell, str) and not is_blank(cell))
    written = AmountColumn(texts) if as_text and not any(map(_is_number, cells)) else None
    for index, cell in enumerate(cells):
        if is_blank(cell):
            column.blank[index] = True
        elif _is_number(cell):
            values[index] = _float(cell)
        elif written is None or not isinstance(cell, str) or parse_amount(cell) is None:
            column.faults[index] = wrong_type(source, index, argument, "a number")
        elif isinstance(amount := written.read(cell), float):
            values[index] = amount
        else:
            sentence = f"{argument}{source.place(index)} {amount}; enter the column as numbers"
            column.faults[index] = ArgumentError(sentence, argument=argument)
            column.question = column.question or column.faults[index]
    return column


def _is_number(cell: object) -> bool:
    return isinstance(cell, (float, int, np.integer, np.floating)) and not isinstance(cell, bool)


def _plain_numbers(source: ArgumentCells) -> NDArray[np.float64] | None:
    """Return the cells as one array, if all are numbers that a float can hold."""
    if not source.types <= {float, int}:
        return None
    try:
        return np.array(source.cells, dtype=np.float64)
    except OverflowError:
        return None


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def wrong_type(source: ArgumentCells, index: int, argument: str, wanted: str) -> ClvError:
    """Return the fault of a cell that holds another type than wanted, or an error value."""
    cell, place = source.cells[index], source.place(index)
    if isinstance(cell, CellError):
        return IncomingError(cell, f"{argument} holds the error {cell}{place}", argument=argument)
    return ArgumentError(
        f"{argument} must be {wanted}; got {_kind(cell)}{place}", argument=argument
    )


def _kind(cell: object) -> str:
    """Return what a cell holds, in words that do not quote it."""
    return (
        "TRUE or FALSE"
        if isinstance(cell, bool)
        else "a date"
        if isinstance(cell, dt.date)
        else "text"
        if isinstance(cell, str)
        else "a number"
        if isinstance(cell, (int, float))
        else "something else"
    )


# Choices.


def choices(
    source: ArgumentCells, argument: str, options: Sequence[str | int], domain: str
) -> CoercedCells:
    """Return the cells as the option that each names, without regard to case."""
    by_key = {label_key(option): option for option in options}
    values = np.full(source.size, options[0], dtype=object)
    column = CoercedCells(values, np.zeros(source.size, dtype=np.bool_))
    for index, cell in enumerate(source.cells):
        if is_blank(cell):
            column.blank[index] = True
        elif isinstance(cell, CellError):
            column.faults[index] = wrong_type(source, index, argument, "a text")
        elif (option := by_key.get(label_key(cell))) is None:
            found = {"text": "another text", "a number": "another number"}.get(
                kind := _kind(cell), kind
            )
            sentence = f"{argument} must {domain}; got {found}{source.place(index)}"
            column.faults[index] = ArgumentError(sentence, argument=argument)
        else:
            column.values[index] = option
    return column


# Labels: the names of customers, segments and channels.

LONGEST_EXACT_NUMBER: Final = 10**15
"""Spreadsheets keep 15 digits: a longer number was rounded."""


def label_key(cell: Cell) -> str:
    """Return the key that labels match by: trimmed, Unicode NFKC, case folded."""
    if isinstance(cell, str):
        plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
        return plain.strip().casefold()
    if isinstance(cell, bool):
        return str(cell).casefold()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(float(cell))
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


REMEMBERED: Final = 4
"""How many columns of texts are remembered as labels: reports read the same few again and again."""
_LONG: Final = 1000
"""Cells from which on a column is worth it."""
_memory: Final[OrderedDict[tuple[str, ...], CoercedCells]] = OrderedDict()


def labels(source: ArgumentCells, argument: str) -> CoercedCells:
    """Return the cells as codes 0, 1, ... in order of occurrence, and names as first written."""
    cells = source.plain
    if len(cells) < _LONG or source.types != {str}:  # 1 and TRUE are equal, but not as labels
        return _read_labels(source, cells, argument)
    key = tuple(cells)
    if key not in _memory:
        _memory[key] = _read_labels(source, cells, argument)
        if len(_memory) > REMEMBERED:
            _memory.popitem(last=False)
    _memory.move_to_end(key)
    known = _memory[key]  # texts have no faults; the caller may change what it is given
    return replace(
        known, values=known.values.copy(), blank=known.blank.copy(), names=list(known.names)
    )


def _read_labels(source: ArgumentCells, cells: list[Any], argument: str) -> CoercedCells:
    """Read the cells as labels, one by one where they differ."""
    column = CoercedCells(np.zeros(0, dtype=np.int64), np.zeros(len(cells), dtype=np.bool_))
    distinct, found = _distinct(cells, source.types)
    # Only the distinct cells, mostly few beside all, are looked at one by one.
    usable = [not is_blank(cell) and not _is_unusable(cell) for cell in distinct]
    kept = list(itertools.compress(distinct, usable))
    names: dict[str, Cell] = {}
    keys = list(map(label_key, kept))
    for key, cell in zip(keys, kept, strict=True):
        names.setdefault(key, cell)
    codes = {key: code for code, key in enumerate(names)}
    code_of = np.full(len(distinct), -1, dtype=np.int64)
    code_of[usable] = np.fromiter(map(codes.__getitem__, keys), np.int64, len(keys))
    column.names = [cell.strip() if isinstance(cell, str) else cell for cell in names.values()]
    column.values = code_of[found]
    column.keys = tuple(codes)
    if not all(usable):
        for index in np.flatnonzero(column.values < 0).tolist():
            if is_blank(cells[index]):
                column.blank[index] = True
            else:
                column.faults[index] = _label_fault(source, index, argument)
        column.values[column.values < 0] = 0
    return column


def _distinct(cells: list[Any], kinds: frozenset[type]) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the distinct cells in the order in which they occur, and each cell's number there."""
    if kinds == {str}:
        # Sorting 64-bit hashes is several times faster than a look-up in a large dict. That two
        # texts share one happens once in 30 million columns of a million names; hashes of numbers
        # do meet, so those go the long way.
        hashes = np.fromiter(map(hash, cells), np.int64, len(cells))
        _, inverse = np.unique(hashes, return_inverse=True)
        first = np.empty(int(inverse.max(initial=-1)) + 1, dtype=np.int64)
        first[inverse[::-1]] = np.arange(len(cells))[::-1]  # the last written is the first cell
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(order.size)
        return [cells[index] for index in first[order].tolist()], rank[inverse]
    # 1 and TRUE are one key of a dict, hence the pairs where both may occur.
    typed = bool in kinds
    keys: list[Any] = [(type(cell), cell) for cell in cells] if typed else cells
    numbered: defaultdict[Any, int] = defaultdict(itertools.count().__next__)
    found = np.fromiter(map(numbered.__getitem__, keys), np.int64, len(keys))
    return [key[1] if typed else key for key in numbered], found


def _is_unusable(cell: Cell) -> bool:
    """Return whether a cell that is not blank can be no label."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return not abs(cell) < LONGEST_EXACT_NUMBER
    return not isinstance(cell, (str, bool, dt.date))


def _label_fault(source: ArgumentCells, index: int, argument: str) -> ClvError:
    cell = source.plain[index]
    if isinstance(cell, (int, float)):
        return ArgumentError(
            f"{argument} is a number of more than 15 digits{source.place(index)}, which "
            "spreadsheets round; store such numbers as text",
            argument=argument,
        )
    return wrong_type(source, index, argument, "text or a number")


# Days, counted from 1970-01-01.


def dates(source: ArgumentCells, argument: str, *, date1904: bool = False) -> CoercedCells:
    """Return the cells as days since 1970-01-01; the time of day is dropped.

    Serial numbers, dates, ISO text, and day/month/year text where some cell of the column shows
    which is the day.
    """
    cells = source.cells
    blank = np.zeros(len(cells), dtype=np.bool_)
    if source.types <= {dt.datetime, dt.date}:
        ordinals = np.fromiter(map(dt.date.toordinal, cells), np.int64, len(cells))
        return CoercedCells(ordinals - ORDINAL_OF_1970, blank)
    offset = DAYS_1904 if date1904 else 0
    faults: dict[int, ClvError] = {}
    question: ClvError | None = None
    swapped: list[int] = []
    if (floats := _plain_numbers(source)) is not None:
        serials = floats + offset
    else:
        serials = np.full(len(cells), np.nan)
        written = DateColumn(cell for cell in cells if isinstance(cell, str))
        for index, cell in enumerate(cells):
            if is_blank(cell):
                blank[index] = True
                continue
            number = _serial_of(cell, written, offset)
            if isinstance(number, float):
                serials[index] = number
                if written.by_number and not isinstance(cell, str) and _may_be_swapped(number):
                    swapped.append(index)
            elif number:
                sentence = f"{argument} {number}{source.place(index)}"
                faults[index] = ArgumentError(sentence, argument=argument)
                if number == EITHER_ORDER and source.types <= {str, type(None)}:
                    question = question or faults[index]
            else:
                faults[index] = wrong_type(source, index, argument, "a date")
    days = np.floor(serials)
    usable = (days >= FIRST_SERIAL) & (days <= LAST_SERIAL)
    for index in np.flatnonzero(~usable & ~blank).tolist():
        sentence = (
            f"{argument} must be a date from 1900-03-01 on; "
            f"got the number {serials[index] - offset:g}{source.place(index)}"
        )
        faults.setdefault(index, ArgumentError(sentence, argument=argument))
    whole = np.where(usable, days, SERIAL_OF_1970).astype(np.int64) - SERIAL_OF_1970
    return CoercedCells(whole, blank, faults, question=question, swapped=tuple(swapped))


def _may_be_swapped(number: float) -> bool:
    if not FIRST_SERIAL <= number < LAST_SERIAL + 1:
        return False
    return may_be_swapped(dt.date.fromordinal(int(number) - SERIAL_OF_1970 + ORDINAL_OF_1970))


def _serial_of(cell: object, written: DateColumn, offset: int) -> float | str:
    """Return the serial number from 1900, or the rest of a sentence about what is wrong."""
    if _is_number(cell):
        return _float(cell) + offset
    day = written.read(cell) if isinstance(cell, str) else cell
    if isinstance(day, dt.date):
        return float(serial(day))
    return day if isinstance(day, str) else ""


def has_title(source: ArgumentCells) -> bool:
    """Return whether a column of numbers or dates begins with its title.

    That is a text which is no date, and no amount unless the cells below are numbers.
    """
    title, below = source.cells[0], source.cells[1:]
    return (
        isinstance(title, str)
        and not is_blank(title)
        and isinstance(DateColumn((), DAY_FIRST).read(title), str)
        and (parse_amount(title) is None or any(map(_is_number, below)))
    )
