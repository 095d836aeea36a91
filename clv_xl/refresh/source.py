"""A file or data frame of orders, customers or channels, read as columns of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from clv_xl import headings
from clv_xl.cells import Cell, is_blank
from clv_xl.errors import ArgumentError, ClvError, FileError
from clv_xl.refresh.column_cells import as_cell, read_column
from clv_xl.refresh.files import FIRST_ROWS, file_rows
from clv_xl.refresh.frame import frame_rows


class SkippedRow(NamedTuple):
    """A row that cannot be read, and why.

    It has its number in the file, where the headings have one too, or in the data frame.
    """

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
    own: Mapping[str, str] | None = None,
    decimal: str = "",
    date_order: str = "",
    sheet: str = "",
    encoding: str = "",
) -> SourceTable:
    """Return the wanted columns of a file (.csv, .txt, .xlsx, .xlsm, .parquet) or a data frame.

    Parameters
    ----------
    source : path, data frame, or mapping of heading to values
    wanted : headings, such as order, date, customer, product, amount
    required : those of them that the source must have
    mapping : the source's own heading of a wanted one, where it is not recognised
    own : headings of the user's own, which go before the usual ones where the source has them
    decimal : "," or "." where the amounts do not show it
    date_order : "dmy", "mdy" or "ymd" where the dates do not show it
    sheet : the sheet of a workbook, by default the one whose headings fit
    encoding : that of a text file, by its name in Python, where its letters do not show it

    Raises
    ------
    ArgumentError
        Something can be read in two ways, or a required column is missing; the sentence asks.
    FileError
        The file is missing or holds no table.
    """
    notes: list[str] = []
    mapping, own = mapping or {}, own or {}
    named = {**own, **mapping}
    if decimal not in {"", ",", "."}:
        raise ArgumentError('decimal must be "," or "."', argument="decimal")
    if date_order not in {"", "dmy", "mdy", "ymd"}:
        raise ArgumentError("date_order must be dmy, mdy or ymd", argument="date_order")

    def matched(rows: Sequence[Sequence[Any]]) -> int:
        return max((_count_matches(row, wanted, named) for row in rows), default=0)

    is_file = isinstance(source, (str, PathLike))
    if is_file:
        rows, notes = file_rows(Path(source), matched, sheet=sheet, encoding=encoding)
    else:
        rows = frame_rows(source)
    top = rows[:FIRST_ROWS]
    counts = [_count_matches(row, wanted, named) for row in top]
    if not top or not any(any(not is_blank(cell) for cell in row) for row in top):
        raise FileError("The source holds no table; it needs a row of headings and rows below")
    at = counts.index(max(counts))
    found = rows[at]
    keys = {headings.key(cell) for cell in found if isinstance(cell, str)}
    used = {
        heading: name
        for heading, name in own.items()
        if heading not in mapping and headings.key(name) in keys
    }
    places = headings.match(found, wanted, {**used, **mapping})
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
    if used:
        notes.append(f"By your headings of sheet Settings: {', '.join(used)}.")
    if unused := [cell for place, cell in enumerate(found) if place not in places.values()]:
        notes.append(f"Columns not used: {headings.listed(unused)}.")
    first = at + 2 if is_file else 1
    table = _read_rows(rows[at + 1 :], first, len(found), places, required, decimal, date_order)
    return table._replace(notes=[*notes, *table.notes])


def _count_matches(row: Sequence[Any], wanted: Sequence[str], mapping: Mapping[str, str]) -> int:
    keys = {headings.key(cell) for cell in row if isinstance(cell, str)}
    known = (headings.synonyms(name) | {headings.key(mapping.get(name, name))} for name in wanted)
    return sum(not keys.isdisjoint(names) for names in known)


def _found(row: Sequence[Any], places: Mapping[str, int]) -> str:
    """Return which headings a row holds; a row without a known one may be data, never shown."""
    if not places:
        return "the first row has no heading that is known"
    return f"the headings are {headings.listed(row)}"


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
        name: [as_cell(row[at]) if at < len(row) else None for row in rows]
        for name, at in places.items()
    }
    columns = {
        name: read_column(name, column, decimal, date_order) for name, column in cells.items()
    }
    read = {name: column.cells for name, column in columns.items()}
    notes = [note for column in columns.values() for note in column.notes]
    table = SourceTable({name: [] for name in places}, [], [], notes)
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
