"""The sheets of a package, read for their formula cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.filled_down import FilledDown
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    GrammarError,
    Token,
    area,
    column_letters,
    column_number,
)
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place, SheetPart, stored_value
from clv_xl.hosts.recalc.xlsx.formula_scanner import Found, formula_cells
from clv_xl.package import Package
from clv_xl.package.namespaces import MAIN, OFFICE, STRICT_OFFICE
from clv_xl.package.relations import main_part, relations
from clv_xl.package.xml_parts import parse, serialize

_HAS_FORMULA: Final = re.compile(rb":f[\s/>]")
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PLACE: Final = re.compile(r"([A-Za-z]+)([0-9]+)")


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
    tables: list[tuple[str, Area]] = []
    headings: dict[str, tuple[str, ...]] = {}
    for sheet in sheets:
        name = sheet.get("name", "")
        target = sheet.get(f"{{{OFFICE}}}id") or sheet.get(f"{{{STRICT_OFFICE}}}id") or ""
        part = targets.get(target, "")
        if part not in package.names or name not in names:
            continue
        content = package.read(part)
        if _has_formula(content):
            parts.append(read_sheet(names.index(name), name, part, content))
        for table, block, columns in _tables(package, name, part):
            tables.append((table, block))
            headings[table.casefold()] = columns
    return Book(names, date1904, parts, tables, headings)


def read_sheet(number: int, name: str, part: str, content: bytes) -> SheetPart:
    """Return a sheet's formulas; one that is written unusually is first written as usual."""
    found = formula_cells(content)
    if found is None:
        content = as_usual(content)
        found = formula_cells(content)
    if found is None:
        raise FileError(
            f"Sheet '{name}' is written in a way that cannot be read. Save it again in Excel."
        )
    return SheetPart(number, name, part, content, list(_cells(number, found)))


def as_usual(content: bytes) -> bytes:
    """Return a sheet that says the same with plain tags, each row and cell with its place first.

    Raises
    ------
    FileError
        It is damaged.
    """
    root = parse(content)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    name_cells(root)
    for formula in list(root.iter(f"{{{etree.QName(root).namespace or MAIN}}}f")):
        _tidy(formula)
    plain = serialize(root)
    prefix = (root.prefix or "").encode()
    if prefix:
        plain = re.sub(rb"<(/?)" + prefix + rb":", rb"<\1", plain)
        plain = plain.replace(b"xmlns:" + prefix + b"=", b"xmlns=", 1)
    return plain


def _has_formula(content: bytes) -> bool:
    """Tell whether a sheet seems to hold a formula, be its tags plain or prefixed."""
    if content[:2] in UTF16:
        return True
    plain = b"<f>" in content or b"<f " in content or b"<f/" in content
    return plain or _HAS_FORMULA.search(content) is not None


def _tables(package: Package, sheet: str, part: str) -> Iterator[tuple[str, Area, tuple[str, ...]]]:
    """Yield name, place and headings of the tables of a sheet."""
    for target in relations(package, part).values():
        if "/tables/" in f"/{target}" and target in package.names:
            table = parse(package.read(target))
            name = table.get("displayName") or table.get("name") or ""
            block = _proper_area(table.get("ref", "A1"), sheet, "a table")
            columns = table.iterfind("{*}tableColumns/{*}tableColumn")
            yield name, block, tuple(column.get("name", "") for column in columns)


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
    for name, cell, formula, own_text, value in found:
        row, column = place(name)
        kind, said, text, is_foreign = "plain", formula.get("t"), own_text, False
        block = (row, column, row, column)
        match said:
            case "shared":
                number = formula.get("si", "")
                if text or number not in shared:
                    shared[number] = column, FilledDown(text, row)
                first_column, filled = shared[number]
                is_foreign = column != first_column
                text = filled.text if is_foreign else filled.text_at(row)
            case "array":
                kind = "dynamic" if cell.get("cm") else "array"
                block = _proper_area(formula.get("ref") or name, "", "a formula")[1:]
            case "dataTable":
                kind = "table"
            case _:
                pass
        stored = stored_value(cell.get("t", "n"), value)
        where = Place(sheet, row, column)
        pattern = above.get(column)
        if pattern is None or (text != pattern.text and text != pattern.text_at(row)):
            pattern = above[column] = FilledDown(text, row)
        yield FormulaCell(where, kind, text, block, block, stored, is_foreign, pattern.text)


def name_cells(root: Any) -> None:
    """Give a place to rows and cells whose file leaves it out, as the format allows."""
    namespace = etree.QName(root).namespace or MAIN
    row_tag, cell_tag = f"{{{namespace}}}row", f"{{{namespace}}}c"
    row_number = 0
    for row in root.iterfind(f"{{{namespace}}}sheetData/{row_tag}"):
        row_number = int(row.get("r") or row_number + 1)
        _place_first(row, str(row_number))
        cells = list(row.iterchildren(cell_tag))
        named = sum(cell.get("r") is not None for cell in cells)
        if named not in {0, len(cells)}:
            raise FileError("The workbook is damaged: cells of one row are named only in part.")
        for column, cell in enumerate(cells, 1):
            _place_first(cell, cell.get("r") or f"{column_letters(column)}{row_number}")


def _tidy(formula: Any) -> None:
    """Put a cell's formula first and its value next, with nothing between."""
    cell = formula.getparent()
    value = cell.find(f"{{{etree.QName(formula).namespace}}}v")
    others = [child for child in cell if child is not formula and child is not value]
    cell.text = None
    for child in (formula, value, *others):
        if child is not None:
            child.tail = None
            cell.append(child)


def _place_first(element: Any, name: str) -> None:
    others = [item for item in element.attrib.items() if item[0] != "r"]
    element.attrib.clear()
    element.attrib.update([("r", name), *others])


def place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name."""
    match = _PLACE.fullmatch(name)
    if match is None:
        raise FileError("The workbook is damaged: a cell has no proper name.")
    return int(match[2]), column_number(match[1])
