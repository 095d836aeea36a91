"""A file or data frame of orders, customers or channels, read as columns of cells."""

from __future__ import annotations

import datetime as dt
import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple

from clv_xl import headings
from clv_xl.cells import FIRST_SERIAL, LAST_SERIAL, Cell, CellError, is_blank, serial
from clv_xl.errors import ArgumentError, ClvError, FileError
from clv_xl.headings import HOLDS, Holds
from clv_xl.refresh.csv_dialect import read_csv
from clv_xl.text_values import (
    EITHER_MARK,
    EITHER_ORDER,
    TWO_CURRENCIES,
    TWO_MARKS,
    AmountColumn,
    DateColumn,
)

FIRST_ROWS: Final = 20
"""Rows at the top of a source among which its headings are looked for."""
QUESTIONS: Final = {
    EITHER_MARK: 'give the decimal mark ("," or ".")',
    TWO_MARKS: "write all in one way",
    TWO_CURRENCIES: "keep the rows of one currency",
    EITHER_ORDER: "or give the order of day and month (dmy or mdy)",
}
"""What is wrong with a whole column, and what to do about it."""
ERRORS: Final = frozenset(map(str, CellError))
DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError),
)
"""What reading a damaged workbook raises."""


class SkippedRow(NamedTuple):
    """A row that cannot be read: its number in the source (1 is the heading row), and why."""

    row: int
    sentence: str


class SourceTable(NamedTuple):
    """What a source holds under the headings asked for.

    `columns` has the cells by heading (numbers, texts, dates, TRUE or FALSE, None), `rows` the
    number of each row in the source, `notes` sentences on how the source was read.
    """

    columns: dict[str, list[Cell]]
    rows: list[int]
    skipped: list[SkippedRow]
    notes: list[str]


def read_source(
    source: str | PathLike[str] | Any,
    wanted: Sequence[str],
    *,
    required: Sequence[str],
    mapping: Mapping[str, str] | None = None,
    decimal: str = "",
    date_order: str = "",
    sheet: str = "",
) -> SourceTable:
    """Return the wanted columns of a file (.csv, .txt, .xlsx, .xlsm) or a data frame.

    Parameters
    ----------
    source : path or data frame
    wanted : headings, such as order, date, customer, product, amount
    required : those of them that the source must have
    mapping : the source's own heading of a wanted one, where it is not recognised
    decimal : "," or "." where the amounts do not show it
    date_order : "dmy", "mdy" or "ymd" where the dates do not show it
    sheet : the sheet of a workbook, by default the first

    Raises
    ------
    ArgumentError
        Something can be read in two ways, or a required column is missing; the sentence asks.
    FileError
        The file is missing or holds no table.
    """
    mapping, notes = mapping or {}, list[str]()
    if decimal not in {"", ",", "."}:
        raise ArgumentError('decimal must be "," or "."', argument="decimal")
    if date_order not in {"", "dmy", "mdy", "ymd"}:
        raise ArgumentError("date_order must be dmy, mdy or ymd", argument="date_order")

    def matched(rows: Sequence[Sequence[Any]]) -> int:
        return max((_count_matches(row, wanted, mapping) for row in rows), default=0)

    if isinstance(source, (str, PathLike)):
        path = Path(source)
        content = _content(path)
        if content.startswith(b"PK"):
            rows = _workbook_rows(content, path.name, sheet, matched)
        elif content.startswith(b"PAR1"):
            raise FileError(f"{path.name} is a Parquet file; save the table as .csv or .xlsx")
        else:
            rows, notes = read_csv(content, matched, headings.is_polish)
    else:
        rows = _frame_rows(source)
    top = rows[:FIRST_ROWS]
    counts = [_count_matches(row, wanted, mapping) for row in top]
    if not top or not any(any(not is_blank(cell) for cell in row) for row in top):
        raise FileError("The source holds no table; it needs a row of headings and rows below")
    at = counts.index(max(counts))
    found = rows[at]
    places = headings.match(found, wanted, mapping)
    if missing := [heading for heading in required if heading not in places]:
        raise ArgumentError(
            f"No column is {' or '.join(missing)}; {_found(found, places)}. Rename a heading, or "
            f"map one, as in {missing[0]}=its heading",
            argument="mapping",
        )
    notes.append(
        "Columns read: "
        + ", ".join(f"{str(found[place]).strip()} as {name}" for name, place in places.items())
        + "."
    )
    if unused := [cell for place, cell in enumerate(found) if place not in places.values()]:
        notes.append(f"Columns not used: {headings.listed(unused)}.")
    table = _read_rows(rows[at + 1 :], at + 2, len(found), places, required, decimal, date_order)
    return table._replace(notes=notes)


def _count_matches(row: Sequence[Any], wanted: Sequence[str], mapping: Mapping[str, str]) -> int:
    keys = {headings.key(cell) for cell in row if isinstance(cell, str)}
    known = (headings.synonyms(name) | {headings.key(mapping.get(name, name))} for name in wanted)
    return sum(not keys.isdisjoint(names) for names in known)


def _found(row: Sequence[Any], places: Mapping[str, int]) -> str:
    """Return which headings a row holds; a row without a known one may be data, never shown."""
    if not places:
        return "the first row has no heading that is known"
    return f"the headings are {headings.listed(row)}"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError(f"{path.name} does not exist; check the path") from None
    except OSError:
        raise FileError(f"{path.name} cannot be read; close it elsewhere and try again") from None


def _workbook_rows(content: bytes, file: str, sheet: str, matched: Any) -> list[list[Any]]:
    """Return the rows of a workbook's sheet, by default the one whose headings fit."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {one.title: [list(row) for row in one.values] for one in book.worksheets}
            book.close()
    except DAMAGED:
        raise FileError(f"{file} cannot be read as a workbook; save it again") from None
    if sheet:
        if sheet not in sheets:
            raise ArgumentError(f"There is no such sheet; choose from {', '.join(sheets)}")
        return sheets[sheet]
    counts = {name: matched(rows[:FIRST_ROWS]) for name, rows in sheets.items()}
    best = [name for name, count in counts.items() if count == max(counts.values())]
    if len(best) > 1 and counts[best[0]]:
        raise ArgumentError(f"Several sheets fit; choose one of {', '.join(best)}")
    return sheets[best[0]] if best else []


def _frame_rows(frame: Any) -> list[list[Any]]:
    """Return the headings and rows of a data frame of pandas or polars."""
    if not hasattr(frame, "columns"):
        raise ArgumentError("The source must be a file or a data frame")
    names = [str(name) for name in frame.columns]
    by_place = getattr(frame, "iloc", None)
    columns = [
        (by_place[:, at] if by_place is not None else frame[name]).to_list()
        for at, name in enumerate(names)
    ]
    return [names, *map(list, zip(*columns, strict=True))]


def _cell(value: Any) -> Cell:
    """Return a value as a cell; what is missing in a data frame is blank."""
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


def _read_rows(
    rows: Sequence[Sequence[Any]],
    first: int,
    width: int,
    places: Mapping[str, int],
    required: Sequence[str],
    decimal: str,
    date_order: str,
) -> SourceTable:
    """Read each column as one, then keep the rows of which every cell can be read."""
    cells = {
        name: [_cell(row[at]) if at < len(row) else None for row in rows]
        for name, at in places.items()
    }
    table = SourceTable({name: [] for name in places}, [], [], [])
    read = {name: _read_column(name, column, decimal, date_order) for name, column in cells.items()}
    for index, row in enumerate(rows):
        if all(column[index] is None for column in cells.values()):
            continue
        fault = _row_fault(row, width, {name: read[name][index] for name in places}, required)
        if fault:
            table.skipped.append(SkippedRow(first + index, fault))
            continue
        table.rows.append(first + index)
        for name, column in table.columns.items():
            value = read[name][index]
            column.append(None if isinstance(value, ClvError) else value)
    return table


def _row_fault(
    row: Sequence[Any], width: int, values: Mapping[str, Cell | ClvError], required: Sequence[str]
) -> str:
    """Return the sentence on why a row cannot be read; empty if it can."""
    if any(not is_blank(cell) for cell in row[width:]):
        return "The row has more cells than there are headings; put amounts in quotation marks"
    for name, value in values.items():
        if isinstance(value, ClvError):
            return value.sentence
        if value is None and name in required:
            return f"{name} is empty; fill it in"
    return ""


def _read_column(
    name: str, cells: Sequence[Cell], decimal: str, date_order: str
) -> list[Cell | ClvError]:
    """Return the cells as what the column holds, with the fault of each that cannot be read."""
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
            raise ArgumentError(f"{name} {value}; {QUESTIONS[value]}", argument=name)
        wanted = "date" if holds is Holds.DATE else "number"
        return ArgumentError(f"{name} cannot be read; enter a {wanted}")

    return [read(cell) for cell in cells]
