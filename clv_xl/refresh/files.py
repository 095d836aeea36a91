"""Files of a table, read as rows of values: text files, workbooks, Parquet."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from clv_xl import headings
from clv_xl.errors import ArgumentError, ClvError, FileError
from clv_xl.package import Package
from clv_xl.package.regular_file import read_regular
from clv_xl.package.workbook_file import MAX_BYTES, OLE, check_package
from clv_xl.refresh.csv_dialect import read_csv
from clv_xl.refresh.damage import DAMAGED
from clv_xl.refresh.parquet_rows import parquet_rows
from clv_xl.refresh.questions import QuestionError

if TYPE_CHECKING:
    from clv_xl.refresh.book_rows import SheetRows

Matched: TypeAlias = Callable[[Sequence[Sequence[Any]]], int]
FIRST_ROWS: Final = 20
"""Rows at the top of a file among which its headings are looked for."""
_WORKBOOK: Final = (b"PK", OLE)


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
    if content.startswith(_WORKBOOK):
        package = check_package(Path(os.path.realpath(path)), content, path.name)
        return FileRows(_workbook_rows(package, path.name, sheet, matched), [])
    if content.startswith(b"PAR1"):
        return FileRows(parquet_rows(content, path.name), [])
    return FileRows(*read_csv(content, matched, headings.languages, encoding))


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, most=MAX_BYTES)
    except FileNotFoundError:
        raise FileError(f"{path.name} does not exist; check the path") from None
    except OSError:
        raise FileError(f"{path.name} cannot be read; close it elsewhere and try again") from None


def _workbook_rows(package: Package, file: str, sheet: str, matched: Matched) -> list[list[Any]]:
    """Return the rows of a workbook's sheet, by default the one whose headings fit."""
    from clv_xl.refresh.book_rows import SheetRows

    try:
        sheets = SheetRows(package)
        title = sheet or _fitting(sheets, matched)
        if sheet and sheet not in sheets.titles:
            raise ArgumentError(f"There is no such sheet; choose from {', '.join(sheets.titles)}")
        return sheets.all(title) if title else []
    except ClvError:
        raise
    except DAMAGED:
        raise FileError(f"{file} cannot be read as a workbook; save it again") from None


def _fitting(sheets: SheetRows, matched: Matched) -> str:
    """Return the title of the sheet whose first rows have most of the headings."""
    counts = {title: matched(sheets.first(title, FIRST_ROWS)) for title in sheets.titles}
    best = [title for title, count in counts.items() if count == max(counts.values())]
    if len(best) > 1 and counts[best[0]]:
        sentence = f"Several sheets fit; choose one of {', '.join(best)}"
        raise QuestionError(
            sentence, argument="sheet", option="sheet", choices=dict(zip(best, best, strict=True))
        )
    return best[0] if best else ""
