"""Files of a table, read as rows of values: text files, workbooks, Parquet."""

from __future__ import annotations

import importlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from clv_xl import headings
from clv_xl.errors import ArgumentError, FileError
from clv_xl.package.regular_file import read_regular
from clv_xl.package.text_escapes import decoded
from clv_xl.package.workbook_file import MAX_BYTES
from clv_xl.refresh.csv_dialect import read_csv
from clv_xl.refresh.questions import QuestionError

Matched: TypeAlias = Callable[[Sequence[Sequence[Any]]], int]
FIRST_ROWS: Final = 20
"""Rows at the top of a file among which its headings are looked for."""
DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError),
)
"""What reading a damaged workbook or Parquet file raises."""


class FileRows(NamedTuple):
    """The rows of a file, headings included, and sentences on how it was read."""

    rows: list[list[Any]]
    notes: list[str]


def file_rows(path: Path, matched: Matched, *, sheet: str = "", encoding: str = "") -> FileRows:
    """Return the rows of a file.

    Parameters
    ----------
    path : Path
        What it holds decides, not its name.
    matched : callable
        How many of the headings asked for some rows hold; decides on separator and sheet.
    sheet : str, optional
        The sheet of a workbook, by default the one whose headings fit.
    encoding : str, optional
        That of a text file, by its name in Python.

    Raises
    ------
    ArgumentError
        It can be read in two ways; the sentence asks.
    FileError
        The file is missing, damaged, or needs a library that is not installed.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        return FileRows(_workbook_rows(content, path.name, sheet, matched), [])
    if content.startswith(b"PAR1"):
        return FileRows(_parquet_rows(content, path.name), [])
    return FileRows(*read_csv(content, matched, headings.languages, encoding))


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, most=MAX_BYTES)
    except FileNotFoundError:
        raise FileError(f"{path.name} does not exist; check the path") from None
    except OSError:
        raise FileError(f"{path.name} cannot be read; close it elsewhere and try again") from None


def _workbook_rows(content: bytes, file: str, sheet: str, matched: Matched) -> list[list[Any]]:
    """Return the rows of a workbook's sheet, by default the one whose headings fit."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {
                one.title: [[_meant(cell) for cell in row] for row in one.values]
                for one in book.worksheets
            }
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
        sentence = f"Several sheets fit; choose one of {', '.join(best)}"
        raise QuestionError(
            sentence, argument="sheet", option="sheet", choices=dict(zip(best, best, strict=True))
        )
    return sheets[best[0]] if best else []


def _meant(cell: Any) -> Any:
    """Return a cell with the characters that its file escapes, which openpyxl leaves."""
    return decoded(cell) if isinstance(cell, str) else cell


def _parquet_rows(content: bytes, file: str) -> list[list[Any]]:
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise FileError(
            f"{file} is a Parquet file. To read it, run: pip install pyarrow (or install "
            "clv_xl[parquet]); or save the table as .csv or .xlsx"
        ) from None
    try:
        table = parquet.read_table(io.BytesIO(content))
        columns = [column.to_pylist() for column in table.columns]
    except DAMAGED:
        raise FileError(f"{file} cannot be read as a Parquet file; save it again") from None
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]
