"""Tables grown over the rows and columns next to them, as Excel does while these are pasted.

LibreOffice and other programs leave a table as it was. Where rows are added only the range of the
table changes, every other byte of its part stays; `table_columns` adds columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count, takewhile
from typing import Any, Final, NamedTuple

from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    GrammarError,
    Token,
    area,
    cell_name,
    column_letters,
)
from clv_xl.hosts.recalc.report import ColumnsBeside, Growth, RowsBelow
from clv_xl.hosts.recalc.xlsx.book import SheetPart
from clv_xl.hosts.recalc.xlsx.held_cells import held_cells
from clv_xl.hosts.recalc.xlsx.sheet_parts import UTF16, read_sheet, sheet_titles
from clv_xl.hosts.recalc.xlsx.table_columns import heading_texts, widened
from clv_xl.package import Package
from clv_xl.package.relations import relations
from clv_xl.package.xml_parts import parse, serialize

_TABLE_TAG: Final = re.compile(rb"<(?:\w+:)?table\s[^>]*>")
_FILTER_TAG: Final = re.compile(rb"<(?:\w+:)?autoFilter\s[^>]*>")
_RANGE: Final = re.compile(rb"""(\sref\s*=\s*["'])[^"']*""")
_MERGED: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']*)""")


class _Table(NamedTuple):
    """A table: its part, name and range, the columns that compute themselves, a totals row."""

    part: str
    name: str
    area: Area
    calculated: frozenset[int]
    has_totals: bool


class _Obstacle(NamedTuple):
    """Cells that cannot be part of a table, or are no data, and what stands there in words."""

    area: Area
    what: str


def grow_tables(package: Package) -> tuple[dict[str, bytes], list[Growth]]:
    """Return the parts of the tables that grow, and what is to be said of each.

    Columns directly right of a table are part of it, to the first one that has no heading beside
    those of the table or no data. The rows directly below it are part of it, to the first one that
    holds no data in the table's columns; not below a totals row. It grows neither way where
    something stands that cannot be part of a table.

    Parameters
    ----------
    package : Package

    Returns
    -------
    dict of part name to content, list of Growth
    """
    changes: dict[str, bytes] = {}
    said: list[Growth] = []
    for sheet, title in sheet_titles(package).items():
        tables = list(_tables(package, sheet))
        for number, narrow in enumerate(tables):
            content = package.read(sheet)
            beside, part = _widened(package, sheet, title, narrow, tables, content)
            if beside:
                said.append(beside)
            table = narrow
            if part:
                changes[narrow.part] = part
                right = narrow.area.right + (beside.columns if beside else 0)
                table = tables[number] = narrow._replace(area=narrow.area._replace(right=right))
            held = held_cells(content, table.area.bottom, sheet=title)
            if table.area.bottom + 1 not in held:
                continue
            found = _said(table, held, tables, read_sheet(0, title, sheet, content))
            said += [found] if found else []
            if found and found.added:
                part = changes.get(table.part) or package.read(table.part)
                changes[table.part] = _grown(part, table.area, found.rows)
    return changes, said


def _widened(
    package: Package,
    sheet: str,
    title: str,
    table: _Table,
    tables: Sequence[_Table],
    content: bytes,
) -> tuple[ColumnsBeside | None, bytes]:
    """Return what is to be said of the columns right of a table, and its part if it takes them."""
    area = table.area
    top = held_cells(content, area.top - 1, area.top, sheet=title)
    if area.right + 1 not in top.get(area.top, ()):
        return None, b""
    held = held_cells(content, area.top, area.bottom, sheet=title)
    rows = [held.get(row, ()) for row in range(area.top + 1, area.bottom + 1)]
    filled = takewhile(lambda column: any(column in row for row in rows), count(area.right + 1))
    if not (columns := list(filled)):
        return None, b""
    texts = heading_texts(package, sheet, area.top)
    headings = [texts[column] for column in takewhile(texts.get, columns)]
    if not headings:
        return None, b""
    beside = area._replace(left=area.right + 1, right=area.right + len(headings))
    part = read_sheet(0, title, sheet, content)
    found = [one for one in _obstacles(table, tables, part) if _meet(one.area, beside)]
    inside = [texts.get(column, "") for column in range(area.left, area.right + 1)]
    names = [*inside, *headings]
    if found:
        first = column_letters(max(min(one.area.left for one in found), beside.left))
        why = f"{found[0].what} in column {first}; move it away, and run this again."
    elif not all(inside):
        why = "one of the table's own headings is no text; type it anew, and run this again."
    elif len({name.casefold() for name in names}) < len(names):
        why = "two columns have the same heading; rename one, and run this again."
    else:
        grown = widened(package.read(table.part), area, names)
        return ColumnsBeside(table.name, len(headings), True), grown
    return ColumnsBeside(table.name, len(headings), False, why), b""


def _tables(package: Package, sheet: str) -> Iterator[_Table]:
    for part in relations(package, sheet).values():
        if "/tables/" not in f"/{part}" or part not in package.names:
            continue
        root = parse(package.read(part))
        found = _area(root.get("ref", ""))
        if found is not None:
            name = root.get("displayName") or root.get("name") or ""
            totals = root.get("totalsRowCount", "0") != "0"
            yield _Table(part, name, found, frozenset(_calculated(root, found.left)), totals)


def _area(reference: str) -> Area | None:
    try:
        return area(Token("reference", "", "", reference), "")
    except GrammarError:
        return None


def _calculated(root: Any, left: int) -> Iterator[int]:
    """Yield the numbers of the columns that have a formula of their own."""
    for column, entry in enumerate(root.iterfind("{*}tableColumns/{*}tableColumn"), left):
        if entry.find("{*}calculatedColumnFormula") is not None:
            yield column


def _rows_below(table: Area, held: dict[int, set[int]], sheet: SheetPart) -> int:
    """Return how many rows of data follow a table, in its columns; formulas alone are no data."""
    formulas = {cell.place[1:] for cell in sheet.cells}

    def is_data(row: int) -> bool:
        return any(
            table.left <= column <= table.right and (row, column) not in formulas
            for column in held.get(row, ())
        )

    return next(rows for rows in count() if not is_data(table.bottom + 1 + rows))


def _said(
    table: _Table, held: dict[int, set[int]], tables: Sequence[_Table], sheet: SheetPart
) -> RowsBelow | None:
    """Return what is to be said of the rows below a table; None where there are none of data."""
    rows = _rows_below(table.area, held, sheet)
    if not rows:
        return None
    if table.has_totals:
        why = "they stand below its totals row; move them above it, or remove the totals row."
        return RowsBelow(table.name, rows, False, why)
    below = table.area._replace(top=table.area.bottom + 1, bottom=table.area.bottom + rows)
    found = [one for one in _obstacles(table, tables, sheet) if _meet(one.area, below)]
    if found:
        first = min(found, key=lambda one: one.area.top)
        rows = first.area.top - below.top
        why = (
            f"{first.what} in row {first.area.top}; put a blank row above that row, "
            "and run this again."
        )
        return RowsBelow(table.name, rows, False, why) if rows > 0 else None
    empty = [
        column
        for column in sorted(table.calculated)
        if any(column not in held[row] for row in range(below.top, below.bottom + 1))
    ]
    return RowsBelow(table.name, rows, True, _fill_down(empty))


def _fill_down(columns: Sequence[int]) -> str:
    """Return what is to be done about calculated columns whose new cells are blank."""
    if not columns:
        return ""
    letters = ", ".join(map(column_letters, columns))
    return f"Its formulas in column {letters} do not reach them yet; fill them down."


def _obstacles(table: _Table, tables: Sequence[_Table], sheet: SheetPart) -> Iterator[_Obstacle]:
    """Yield what cannot be part of a table, or is no data: a formula where the table has none."""
    for other in tables:
        if other is not table:
            yield _Obstacle(other.area, "another table begins")
    formulas = table.calculated | {
        cell.place.column for cell in sheet.cells if cell.place.row == table.area.bottom
    }
    for cell in sheet.cells:
        _, row, column = cell.place
        if cell.kind in {"array", "dynamic"}:
            yield _Obstacle(Area("", *cell.block), "the result of a formula begins")
        elif column not in formulas:
            yield _Obstacle(Area("", row, column, row, column), "there is a formula")
    for match in _MERGED.finditer(sheet.sheet.tail):
        merged = _area(match[1].decode())
        if merged is not None:
            yield _Obstacle(merged, "there are merged cells")


def _meet(one: Area, other: Area) -> bool:
    return (
        one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


def _grown(content: bytes, table: Area, rows: int) -> bytes:
    """Return the part of a table with its range, and that of its filter, grown by some rows."""
    if content[:2] in UTF16:
        content = serialize(parse(content))
    first, last = cell_name(table.top, table.left), cell_name(table.bottom + rows, table.right)
    reference = f"{first}:{last}".encode()

    def with_range(tag: re.Match[bytes]) -> bytes:
        return _RANGE.sub(rb"\g<1>" + reference, tag[0], count=1)

    return _FILTER_TAG.sub(with_range, _TABLE_TAG.sub(with_range, content, count=1), count=1)
