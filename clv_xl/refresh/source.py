"""A file or data frame of orders, customers or channels, read as columns of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, NamedTuple

from clv_xl.cells import Cell


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
    """Return the wanted columns of a file (.csv, .txt, .xlsx, .xlsm, .parquet) or a data frame.

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
    raise NotImplementedError
