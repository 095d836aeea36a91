"""A package into the engine, in a plainer copy where it cannot read what Excel can."""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from clv_xl.cells import serial
from clv_xl.errors import FileError
from clv_xl.hosts.recalc.engine import Engine, free_name
from clv_xl.hosts.recalc.formula.limits import MOST_CHARACTERS, excess
from clv_xl.hosts.recalc.xlsx import engine_copy
from clv_xl.hosts.recalc.xlsx.book import Book, Known
from clv_xl.hosts.recalc.xlsx.columns_in_use import ColumnsInUse
from clv_xl.hosts.recalc.xlsx.formula_scanner import with_formulas
from clv_xl.hosts.recalc.xlsx.formulas_set_aside import without_formulas
from clv_xl.hosts.recalc.xlsx.named_columns import names_as_ranges
from clv_xl.hosts.recalc.xlsx.names_as_cells import NamesOfCells
from clv_xl.hosts.recalc.xlsx.needed_names import (
    MANY,
    defined_names,
    needed_names,
    with_names,
)
from clv_xl.hosts.recalc.xlsx.sheet_parts import UTF16, name_cells, read_book
from clv_xl.package import Package
from clv_xl.package.namespaces import MAIN, OFFICE, STRICT, STRICT_MAIN, STRICT_OFFICE
from clv_xl.package.relations import main_part
from clv_xl.package.xml_parts import parse, serialize

_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_STRICT: Final = STRICT.encode()
_USUAL: Final = ((STRICT_MAIN.encode(), MAIN.encode()), (STRICT_OFFICE.encode(), OFFICE.encode()))
"""The names of the strict variant of the format, and the usual ones."""
_DESCRIPTORS: Final = Path("/dev/fd")
_HEAD: Final = 4096
MOST_FILLED: Final = 2_000_000
"""Cells that all array formulas of a book may fill together."""
_GROWTH: Final = 4
"""How many times as long a formula may be in a copy, A1048576 instead of A1."""
_DATE_CELLS: Final = (b' t="d"', b" t='d'")


def load(
    package: Package,
    known: Known | None = None,
    is_set_aside: Callable[[str], bool] | None = None,
) -> tuple[Engine, Book]:
    """Return the engine with the book loaded, and what the file says of its formulas.

    Parameters
    ----------
    package : Package
    known : Known, optional
        What cells show by which the book is loaded; by default what the file says.
    is_set_aside : callable, optional
        Tells of a formula whether the engine need not read it and its copies in other rows; it then
        may find values in their place.

    IronCalc loads a copy in the temporary folder. It asks that every cell has a name, every part
    is UTF-8, no date is written as text, and the book is not in the strict form of the format:
    where a file is otherwise, the copy says the same in that way.

    Raises
    ------
    FileError
        IronCalc cannot load the book, or a formula in it is too long or deep or fills too many
        cells.
    """
    book = read_book(package)
    _refuse_excess(book)
    odd = [one for one in book.parts if one.sheet.filed]
    package = package.with_parts({one.part: engine_copy.own_elements(one.sheet) for one in odd})
    changes = _plainer(package, book.date1904, everything=False)
    unusual = frozenset(changes)
    main = main_part(package)
    main_content = changes.get(main) or package.read(main)
    if is_set_aside is not None:
        for part in book.parts:
            if part.part not in changes:
                shorter = without_formulas(package.read(part.part), part, is_set_aside)
                if shorter is not None:
                    changes[part.part] = shorter
    columns = ColumnsInUse(book, package.read, known and known.last_rows)
    for part in book.parts:
        if part.part not in unusual and (written := columns.cut(part)):
            sheet = changes.get(part.part) or package.read(part.part)
            changes[part.part] = with_formulas(sheet, written)
    changes[main], used = names_as_ranges(main_content, book, known and known.numbers)
    names = defined_names(changes[main], book)
    needed = needed_names(names, (cell.text for cell in book.formula_cells()))
    every_name = with_names(changes[main], names, needed)
    changes[main] = every_name
    if len(needed) > MANY:
        as_cells = NamesOfCells(names)
        parts = [part for part in book.parts if part.part not in unusual]
        for part in parts:
            sheet = changes.get(part.part) or package.read(part.part)
            changes[part.part] = as_cells.in_sheet(sheet, part.number)
        needed = needed_names(names, as_cells.formulas(book, {part.part for part in parts}))
        changes[main] = with_names(every_name, names, needed)
    try:
        engine = _engine(package, changes, book)
    except FileError:
        everything = _plainer(package, book.date1904, everything=True)
        if everything.keys() <= changes.keys():
            raise
        engine = _engine(package, {**everything, main: every_name}, book)
    if engine.names != book.sheets:
        book = read_book(package, engine.names)
        book.names = defined_names(main_content, book)
        return engine, book
    book.numbers, book.names, book.last_rows = used, names, columns.last_rows
    return engine, book


def _engine(package: Package, changes: dict[str, bytes], book: Book) -> Engine:
    scratch = free_name(book.sheets)
    try:
        with _unnamed() as (file, path):
            engine_copy.write(package, changes, file, scratch)
            return Engine(path, scratch, shown=package.path.name)
    except OSError:
        raise FileError(
            f"There is no room for a temporary copy of '{package.path.name}'. "
            "Free some disk space and retry."
        ) from None


@contextmanager
def _unnamed() -> Iterator[tuple[IO[bytes], str]]:
    """Give a temporary file that is gone with this process, and a path by which to open it."""
    if sys.platform != "win32" and _DESCRIPTORS.is_dir():
        with tempfile.TemporaryFile() as file:
            yield file, str(_DESCRIPTORS / str(file.fileno()))
    else:
        with tempfile.TemporaryDirectory(prefix="clv_xl-") as folder:
            path = Path(folder) / "book.xlsx"
            with path.open("wb") as file:
                yield file, str(path)


def _refuse_excess(book: Book) -> None:
    """Refuse a book that the engine cannot load, or takes hours to load."""
    seen: dict[str, str] = {}  # the formulas of a table's column are alike
    filled = 0
    for cell in book.formula_cells():
        is_short = len(cell.pattern) * _GROWTH < MOST_CHARACTERS
        text = cell.pattern if is_short else cell.text
        if text not in seen:
            seen[text] = excess(text)
        if seen[text]:
            raise FileError(f"The formula in {book.name(cell.place)} {seen[text]}")
        top, left, bottom, right = cell.block
        if (top, left) != (bottom, right):
            filled += (bottom - top + 1) * (right - left + 1)
            if filled > MOST_FILLED:
                raise FileError(
                    f"The array formula in {book.name(cell.place)} fills too many cells: all of "
                    f"them may fill {MOST_FILLED // 10**6} million. Enter it for fewer cells."
                )


def _plainer(package: Package, date1904: bool, *, everything: bool) -> dict[str, bytes]:
    """Return the parts that the engine would not read, written so that it does."""
    changes: dict[str, bytes] = {}
    for name in package.names:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        content = package.read(name)
        is_sheet = _SHEET.match(name) is not None
        foreign = (
            content[:2] in UTF16
            or _STRICT in content[:_HEAD]
            or (is_sheet and any(sign in content for sign in _DATE_CELLS))
        )
        if not foreign and not (everything and is_sheet):
            continue
        if content[:2] not in UTF16:
            for strict, usual in _USUAL:
                content = content.replace(strict, usual)
        root = parse(content)
        if is_sheet:
            name_cells(root)
            _write_dates_as_numbers(root, date1904)
        changes[name] = serialize(root)
    return changes


def _write_dates_as_numbers(root: Any, date1904: bool) -> None:
    for cell in root.iter("{*}c"):
        if cell.get("t") != "d":
            continue
        value = cell.find("{*}v")
        try:
            moment = dt.datetime.fromisoformat(value.text)
        except (AttributeError, TypeError, ValueError):
            continue
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        value.text = repr(serial(moment.date(), date1904=date1904) + seconds / 86_400)
        cell.set("t", "n")
