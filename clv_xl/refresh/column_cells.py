"""The cells of one column, read as what the column holds: labels, dates or numbers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from clv_xl.cells import FIRST_SERIAL, LAST_SERIAL, Cell, CellError, serial
from clv_xl.errors import ArgumentError, ClvError
from clv_xl.headings import HOLDS, Holds
from clv_xl.refresh.questions import DATE_ORDERS, DECIMAL_MARKS, QuestionError
from clv_xl.text_values import (
    DAY_FIRST,
    EITHER_MARK,
    EITHER_ORDER,
    MONTH_FIRST,
    TWO_CURRENCIES,
    TWO_MARKS,
    AmountColumn,
    DateColumn,
    may_be_swapped,
)

QUESTIONS: Final = {
    EITHER_MARK: 'give the decimal mark ("," or ".")',
    TWO_MARKS: "write all in one way",
    TWO_CURRENCIES: "keep the rows of one currency",
    EITHER_ORDER: "or give the order of day and month (dmy or mdy)",
}
"""What is wrong with a whole column, and what to do about it."""
ANSWERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    EITHER_MARK: ("decimal", DECIMAL_MARKS),
    EITHER_ORDER: ("date_order", DATE_ORDERS),
}
"""The option that answers, and its values."""
MARKS: Final = {",": "comma", ".": "point"}
ORDERS: Final = {DAY_FIRST: "day, month, year", MONTH_FIRST: "month, day, year"}
ERRORS: Final = frozenset(map(str, CellError))


class ReadColumn(NamedTuple):
    """The cells of a column, the fault of one that cannot be read in its place.

    `notes` say which decimal mark or order of day and month was taken, and what is in doubt.
    """

    cells: list[Cell | ClvError]
    notes: tuple[str, ...]


def read_column(
    name: str, cells: Sequence[Cell], decimal: str = "", date_order: str = ""
) -> ReadColumn:
    """Return the cells of a column as what it holds.

    Parameters
    ----------
    name : str
        Its heading, which says whether it holds labels, dates or numbers.
    cells : sequence of Cell
    decimal, date_order : str, optional
        The decimal mark, and the order of day and month, where the texts do not show them.

    Raises
    ------
    ArgumentError
        The whole column can be read in two ways; the sentence asks.
    """
    holds = HOLDS.get(name, Holds.LABEL)
    texts = [cell for cell in cells if isinstance(cell, str)]
    numbers = any(isinstance(cell, float) for cell in cells)
    amounts, dates = AmountColumn(texts, decimal), DateColumn(texts, date_order)

    def read(cell: Cell) -> Cell | ClvError:
        value: Cell = cell
        if isinstance(cell, str) and cell in ERRORS:
            return ArgumentError(f"{name} holds an error; correct it")
        if cell is None or holds is Holds.LABEL:
            return cell
        if holds is Holds.DATE:
            value = dates.read(cell) if isinstance(cell, str) else cell
            if isinstance(value, float) and FIRST_SERIAL <= value < LAST_SERIAL + 1:
                value = dt.date(1970, 1, 1) + dt.timedelta(int(value) - serial(dt.date(1970, 1, 1)))
            if isinstance(value, dt.date):
                return value
        else:
            if isinstance(cell, str) and numbers and not decimal:
                return ArgumentError(f"{name} is text beside numbers; make it a number")
            value = amounts.read(cell) if isinstance(cell, str) else cell
            if isinstance(value, float) and math.isfinite(value):
                return value
        if isinstance(value, str) and value in QUESTIONS:
            option, choices = ANSWERS.get(value, ("", {}))
            sentence = f"{name} {value}; {QUESTIONS[value]}"
            raise QuestionError(sentence, argument=name, option=option, choices=choices)
        wanted = "date" if holds is Holds.DATE else "number"
        return ArgumentError(f"{name} cannot be read; enter a {wanted}")

    found = [read(cell) for cell in cells]
    notes: list[str] = []
    if texts and holds is Holds.NUMBER and amounts.marks in MARKS:
        notes.append(f"{name} is read with a decimal {MARKS[amounts.marks]}.")
    elif texts and holds is Holds.DATE and dates.order in ORDERS:
        notes.append(f"{name} is read as {ORDERS[dates.order]}.")
    if holds is Holds.DATE and dates.by_number:
        notes += _of_swapped(name, cells, found)
    return ReadColumn(found, tuple(notes))


def _of_swapped(
    name: str, cells: Sequence[Cell], found: Sequence[Cell | ClvError]
) -> Iterator[str]:
    """Yield what to say of real dates beside dates that are text with day and month as numbers."""
    count = sum(
        isinstance(value, dt.date) and not isinstance(cell, str) and may_be_swapped(value)
        for cell, value in zip(cells, found, strict=True)
    )
    if count:
        rows = "1 row" if count == 1 else f"{count:,} rows"
        yield (
            f"{name} is real in some rows and text in others, so in {rows} day and month may have "
            "been swapped before. Compare them with the source, or give all dates as 2024-03-31."
        )


def as_cell(value: Any) -> Cell:
    """Return a value of a file or data frame as a cell; what is missing is blank."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    return value if isinstance(value, bool) else _number(value)


def _number(value: Any) -> Cell:
    """Return a number as one that a cell can hold; text where it has too many digits."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)
    if math.isnan(number):
        return None
    return str(value) if isinstance(value, int) and abs(value) >= 10**15 else number
