"""The sheets of a package, read for their formula cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.filled_down import FilledDown
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    GrammarError,
    Token,
    area,
    cell_name,
    column_letters,
)
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place, SheetPart, stored_value
from clv_xl.hosts.recalc.xlsx.filed_rows import broken
from clv_xl.hosts.recalc.xlsx.formula_scanner import Found, formula_cells, place
from clv_xl.hosts.recalc.xlsx.plain_sheet import plain_sheet
from clv_xl.package import Package
from clv_xl.package.namespaces import MAIN, OFFICE, STRICT_OFFICE
from clv_xl.package.relations import main_part, relations
from clv_xl.package.xml_parts import parse

_FORMULA_TAGS: Final = (b"<f>", b"<f ", b"<f/", b"<f\n", b"<f\t", b"<f\r")
_HAS_FORMULA: Final = re.compile(rb":f[\s/>]")
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NUMBER: Final = re.compile("[1-9][0-9]{0,6}")


def read_book(package: Package, order: Sequence[str] | None = None) -> Book:
    """Return the sheets with formulas and what is needed to compute them.

    Parameters
    ----------
    package : Package
    order : sequence of str, optional
        The sheets as the engine numbers them; by default in the order of the file.

    Raises
    ------
    FileError
        The package holds no workbook, or a part of it is damaged.
    """
    workbook_part = main_part(package)
    root = parse(package.read(workbook_part))
    namespace = etree.QName(root).namespace or MAIN
    targets = relations(package, workbook_part)
    setting = root.find(f"{{{namespace}}}workbookPr")
    date1904 = setting is not None and setting.get("date1904", "0") in {"1", "true", "on"}
    sheets = root.findall(f"{{{namespace}}}sheets/{{{namespace}}}sheet")
    names = list(order) if order is not None else [sheet.get("name", "") for sheet in sheets]
    parts: list[SheetPart] = []
    paths: dict[str, str] = {}
    tables: list[tuple[str, Area]] = []
    for sheet in sheets:
        name = sheet.get("name", "")
        target = sheet.get(f"{{{OFFICE}}}id") or sheet.get(f"{{{STRICT_OFFICE}}}id") or ""
        part = targets.get(target, "")
        if part not in package.names or name not in names:
            continue
        if part in paths.values():
            raise FileError("The workbook is damaged: two of its sheets are one. Save it again.")
        paths[name] = part
        content = package.read(part)
        if _has_formula(content):
            parts.append(read_sheet(names.index(name), name, part, content))
        tables += _tables(package, name, part)
    return Book(names, date1904, parts, tables, paths=paths)


def sheet_titles(package: Package) -> dict[str, str]:
    """Return the titles of the sheets by their parts."""
    part = main_part(package)
    targets = relations(package, part)
    return {
        targets[target]: sheet.get("name", "")
        for sheet in parse(package.read(part)).iterfind("{*}sheets/{*}sheet")
        for space in (OFFICE, STRICT_OFFICE)
        if (target := sheet.get(f"{{{space}}}id")) in targets
    }


def read_sheet(number: int, name: str, part: str, content: bytes) -> SheetPart:
    """Return a sheet's formulas, however it is written.

    Raises
    ------
    FileError
        The sheet is damaged, or its rows or cells are out of order.
    """
    sheet = plain_sheet(content, name)
    cells = list(_cells(number, formula_cells(sheet.rows)))
    if any(one.place >= two.place for one, two in pairwise(cells)):
        raise broken(name)
    return SheetPart(number, name, part, sheet, cells)


def _has_formula(content: bytes) -> bool:
    """Tell whether a sheet seems to hold a formula, be its tags plain or prefixed."""
    if content[:2] in UTF16:
        return True
    plain = any(tag in content for tag in _FORMULA_TAGS)
    return plain or _HAS_FORMULA.search(content) is not None


def _tables(package: Package, sheet: str, part: str) -> Iterator[tuple[str, Area]]:
    for target in relations(package, part).values():
        if "/tables/" in f"/{target}" and target in package.names:
            table = parse(package.read(target))
            name = table.get("displayName") or table.get("name") or ""
            yield name, _proper_area(table.get("ref", "A1"), sheet, "a table")


def _proper_area(reference: str, sheet: str, what: str) -> Area:
    """Return the range of a table or an array formula."""
    try:
        return area(Token("reference", "", "", reference), sheet)
    except GrammarError:
        raise FileError(
            f"The workbook is damaged: the range of {what} has no proper name. "
            "Save it again in Excel."
        ) from None


def _cells(sheet: int, found: Iterable[Found]) -> Iterator[FormulaCell]:
    shared: dict[str, tuple[int, FilledDown]] = {}
    above: dict[int, FilledDown] = {}
    for row, column, cell, formula, own_text, value in found:
        kind, said, text, is_foreign = "plain", formula.get("t"), own_text, False
        block = (row, column, row, column)
        match said:
            case None:
                pass
            case "shared":
                number = formula.get("si", "")
                if text or number not in shared:
                    shared[number] = column, FilledDown(text, row)
                first_column, filled = shared[number]
                is_foreign = column != first_column
                text = filled.text if is_foreign else filled.text_at(row)
            case "array":
                kind = "dynamic" if cell.get("cm") else "array"
                block = _proper_area(formula.get("ref") or cell_name(row, column), "", "a formula")[
                    1:
                ]
            case "dataTable":
                kind = "table"
            case _:
                pass
        stored = stored_value(cell.get("t", "n"), value)
        where = Place(sheet, row, column)
        pattern = above.get(column)
        if pattern is None or (text != pattern.text and text != pattern.text_at(row)):
            pattern = above[column] = FilledDown(text, row)
        yield FormulaCell(
            where, kind, text, block, block, stored, is_foreign, pattern.text, pattern.row
        )


def name_cells(root: Any) -> None:
    """Give a place to rows and cells whose file leaves it out, as the format allows."""
    namespace = etree.QName(root).namespace or MAIN
    row_tag, cell_tag = f"{{{namespace}}}row", f"{{{namespace}}}c"
    row_number = 0
    for row in root.iterfind(f"{{{namespace}}}sheetData/{row_tag}"):
        name = row.get("r") or str(row_number + 1)
        if not _NUMBER.fullmatch(name):
            raise FileError("The workbook is damaged: a row has no proper number.")
        row_number = int(name)
        _place_first(row, str(row_number))
        column = 0
        for cell in row.iterchildren(cell_tag):
            where = cell.get("r") or f"{column_letters(column + 1)}{row_number}"
            _place_first(cell, where)
            column = place(where)[1]


def _place_first(element: Any, name: str) -> None:
    others = [item for item in element.attrib.items() if item[0] != "r"]
    element.attrib.clear()
    element.attrib.update([("r", name), *others])
