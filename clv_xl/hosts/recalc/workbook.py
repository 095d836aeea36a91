"""Recalculate a workbook file: look, compute, store, replace."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.child import in_child
from clv_xl.hosts.recalc.formula.grammar import (
    Call,
    GrammarError,
    cell_name,
    parse,
    plain_name,
    walk,
)
from clv_xl.hosts.recalc.formula.recursion import room_for_levels
from clv_xl.hosts.recalc.report import CellFault, Report
from clv_xl.hosts.recalc.solver.custom_cells import is_custom_alone
from clv_xl.hosts.recalc.solver.dispatch import function_names
from clv_xl.hosts.recalc.solver.solved import solved
from clv_xl.hosts.recalc.xlsx.book import Book, Outcome, SheetPart
from clv_xl.hosts.recalc.xlsx.loader import load
from clv_xl.hosts.recalc.xlsx.sheet_parts import read_book
from clv_xl.hosts.recalc.xlsx.stored_values import by_place, store
from clv_xl.hosts.recalc.xlsx.table_growth import grow_tables
from clv_xl.package import Package, lock, open_package
from clv_xl.package.cell_metadata import spill_mark
from clv_xl.package.namespaces import CONTENT_TYPES
from clv_xl.package.relations import main_part

EngineName: TypeAlias = Literal["builtin", "libreoffice"]
Values: TypeAlias = Mapping[str, Mapping[str, Cell]]
_ABOUT_PARTS: Final = (CONTENT_TYPES, ".rels", "metadata.xml")
ENGINES: Final = ("builtin", "libreoffice")


def recalculate(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    engine: EngineName = "builtin",
    backup: bool = False,
) -> Report:
    """Compute every formula of a workbook and store the values in the file.

    Native functions are computed by IronCalc, those of clv_xl by the same code that computes them
    in Excel. Only cells whose values change are written anew, with comments inside their tags left
    out; everything else stays byte for byte, but for a sheet that is not UTF-8, which becomes it.
    The file is replaced in one step when the new one is whole and its changed parts are parsed.

    Rows directly below a table are part of it: its range grows over them first, where nothing that
    cannot be in a table stands there; the report says so of each table. A formula that is one call
    of a table function, typed or fixed to a block that is too small, is made to spill where the
    cells beside and below it are free.

    A formula that the engine does not know (a function it lacks, another workbook, a what-if table)
    and a circular reference keep the value that the file holds, and other formulas go on from that
    value; one that holds none shows #NAME?. The report names each of them.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file.
    out : path, optional
        Where to write; by default the file itself.
    engine : {"builtin", "libreoffice"}
        What computes: this process, or an installed LibreOffice.
    backup : bool
        When the file itself changes, keep its last three versions beside it, as
        NAME.backup-1.xlsx (the newest) to NAME.backup-3.xlsx.

    Returns
    -------
    Report

    Raises
    ------
    FileError
        The file is no workbook, damaged, protected, open elsewhere, or cannot be written; `out`
        ends in .xlsx and the workbook holds macros. It is unchanged.
    """
    with lock(path if out is None else out):
        package = open_package(path)
        if out is not None:
            package.refuse_name(Path(out).name)
        tables, growth = grow_tables(package)
        grown = package.with_parts(tables)
        if engine == "libreoffice":
            changes, report = _by_libreoffice(grown, tables, out)
        else:
            changes, report = computed(grown, out)
        if tables or changes or out is not None:
            package.save({**tables, **changes}, out, backup=backup)
    return replace(report, growth=tuple(growth))


def computed(
    package: Package, out: str | os.PathLike[str] | None = None
) -> tuple[dict[str, bytes], Report]:
    """Return the parts of a package with the values of its formulas, and a report; save nothing.

    Parameters
    ----------
    package : Package
    out : path, optional
        Where the result will be written, for the report.

    Raises
    ------
    BudgetError
        It takes more than it may.
    """
    return in_child(lambda: _computed(package, out), len(package.content))


@room_for_levels()
def _computed(
    package: Package, out: str | os.PathLike[str] | None
) -> tuple[dict[str, bytes], Report]:
    set_aside = is_custom_alone(function_names())
    calculation = solved(lambda known: load(package, known, set_aside))
    book = calculation.book
    outcomes = calculation.outcomes()
    parts: dict[str, bytes] = {}
    mark = None
    if any(one.rows and one.cell.filed_kind and one.cell.kind == "dynamic" for one in outcomes):
        parts, mark = _spill_mark(package)
    changes, changed = _store(book, outcomes, mark)
    changes |= parts
    report = Report(
        Path(out) if out is not None else package.path,
        sum(1 for _ in book.formula_cells()),
        calculation.calls,
        changed,
        tuple(calculation.left_out()),
        tuple(calculation.faults()),
        tuple(calculation.cut()),
        caveats=tuple(calculation.caveats()),
    )
    return changes, report


def _spill_mark(package: Package) -> tuple[dict[str, bytes], int]:
    """Return the parts to change so that cells can be marked as spilling, and the mark."""
    parts = {name: package.read(name) for name in package.names if name.endswith(_ABOUT_PARTS)}
    mark = spill_mark(parts, main_part(package))
    return {name: part for name, part in parts.items() if package.get(name, b"") != part}, mark


def _store(
    book: Book, outcomes: list[Outcome], mark: int | None = None
) -> tuple[dict[str, bytes], int]:
    """Return the sheet parts whose values changed, and how many cells did."""
    changes: dict[str, bytes] = {}
    count = 0
    by_sheet: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        by_sheet.setdefault(outcome.cell.place.sheet, []).append(outcome)
    for part in book.parts:
        content, changed = store(part, by_sheet.get(part.number, []), mark)
        count += changed
        if content is not None:
            changes[part.part] = content
    return changes, count


def values_from_libreoffice(path: Path) -> Values:
    """Return what real LibreOffice shows in every formula cell, by sheet and cell name."""
    from clv_xl.hosts.libreoffice import compute

    return compute(path)


def _by_libreoffice(
    package: Package, tables: Mapping[str, bytes], out: str | os.PathLike[str] | None
) -> tuple[dict[str, bytes], Report]:
    if not tables:
        return store_values(package, values_from_libreoffice(package.path), out)
    with tempfile.TemporaryDirectory(prefix="clv_xl-") as folder:
        copy = Path(folder) / package.path.name
        package.save(tables, copy)
        return store_values(package, values_from_libreoffice(copy), out)


@room_for_levels()
def store_values(
    package: Package, values: Values, out: str | os.PathLike[str] | None = None
) -> tuple[dict[str, bytes], Report]:
    """Return the parts of a package with values that another program computed, and a report.

    Parameters
    ----------
    package : Package
    values : mapping of sheet to mapping of cell name to value
        What the formula cells show, cells that a formula spills into included.
    out : path, optional
        Where the result will be written, for the report.
    """
    book = read_book(package)
    known = by_place(values)
    outcomes = [
        _outcome(book, part, index, known)
        for part in book.parts
        for index in range(len(part.cells))
    ]
    changes, changed = _store(book, outcomes)
    left = [
        CellFault(
            book.sheets[one.cell.place.sheet],
            cell_name(*one.cell.place[1:]),
            None,
            "No value was computed.",
        )
        for one in outcomes
        if one.rows is None
    ]
    target = Path(out) if out is not None else package.path
    return changes, Report(target, len(outcomes), _calls(book), changed, tuple(left), ())


def _calls(book: Book) -> int:
    """Return how many calls of clv_xl's functions the formulas of a book hold."""
    functions, count = function_names(), 0
    for cell in book.formula_cells():
        try:
            pieces = walk(parse(cell.text))
        except GrammarError:
            continue
        count += sum(isinstance(one, Call) and plain_name(one.name) in functions for one in pieces)
    return count


def _outcome(
    book: Book, part: SheetPart, index: int, known: Mapping[tuple[str, int, int], Cell]
) -> Outcome:
    cell = part.cells[index]
    sheet = book.sheets[part.number].casefold()
    top, left, bottom, right = cell.block
    if (sheet, top, left) not in known:
        return Outcome(cell, None)
    rows = [
        [known.get((sheet, row, column), CellError.NA) for column in range(left, right + 1)]
        for row in range(top, bottom + 1)
    ]
    return Outcome(cell, rows)
