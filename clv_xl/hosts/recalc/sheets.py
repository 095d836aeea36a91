"""The sheets of a package, read for their formula cells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.book import Book, FormulaCell, Place, SheetPart
from clv_xl.hosts.recalc.excerpt import excerpt
from clv_xl.hosts.recalc.formula import Area, Token, area, column_letters, column_number
from clv_xl.package import Package

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_HAS_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PLACE: Final = re.compile(r"([A-Za-z]+)([0-9]+)")


def parse_xml(content: bytes) -> Any:
    """Parse a part without fetching or expanding anything."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise FileError(
            "The workbook is damaged: a part of it is not well-formed. Fetch or save it again."
        ) from None


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
    workbook_part = _main_part(package)
    root = parse_xml(package.read(workbook_part))
    namespace = etree.QName(root).namespace or MAIN
    relations = _relations(package, workbook_part)
    setting = root.find(f"{{{namespace}}}workbookPr")
    date1904 = setting is not None and setting.get("date1904", "0") in {"1", "true", "on"}
    sheets = root.findall(f"{{{namespace}}}sheets/{{{namespace}}}sheet")
    names = list(order) if order is not None else [sheet.get("name", "") for sheet in sheets]
    parts: list[SheetPart] = []
    tables: list[tuple[str, Area]] = []
    for sheet in sheets:
        name = sheet.get("name", "")
        part = relations.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or "", "")
        if part not in package.names or name not in names:
            continue
        content = package.read(part)
        if _has_formula(content):
            parts.append(_sheet(names.index(name), name, part, content))
            tables += _tables(package, name, part)
    return Book(names, date1904, parts, tables)


def _sheet(number: int, name: str, part: str, content: bytes) -> SheetPart:
    """Return a sheet's formulas, the rows without any left unparsed where that can be."""
    if not _all_named(content):
        found = SheetPart(number, name, part, parse_xml(content))
        name_cells(found.root)
    else:
        short, gaps = excerpt(content)
        found = SheetPart(number, name, part, parse_xml(short), gaps=gaps, content=content)
    found.cells = list(_formula_cells(found))
    return found


def complete(sheet: SheetPart) -> None:
    """Parse all rows of a sheet: a formula fills some that hold none."""
    if sheet.gaps:
        sheet.root, sheet.gaps = parse_xml(sheet.content), []
        for cell, whole in zip(sheet.cells, _formula_cells(sheet), strict=True):
            cell.element = whole.element


def _has_formula(content: bytes) -> bool:
    """Tell whether a sheet holds a formula; plain searches first, since sheets can be long."""
    if content[:2] in UTF16:
        return True
    likely = b"<f" in content or b":f" in content
    return likely and _HAS_FORMULA.search(content) is not None


def _all_named(content: bytes) -> bool:
    """Tell at a glance whether every cell says where it is, as nearly all writers have it."""
    prefixed = b"<sheetData" not in content
    bare = prefixed or b"<c>" in content or b"<c/>" in content
    return not bare and content.count(b"<c ") == content.count(b"<c r=")


def _main_part(package: Package) -> str:
    for relation in parse_xml(package.read("_rels/.rels")):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(posixpath.normpath("/" + relation.get("Target", "").lstrip("/"))).lstrip("/")
    raise FileError(f"'{package.path.name}' is not an Excel workbook (.xlsx or .xlsm).")


def _relations(package: Package, part: str) -> dict[str, str]:
    """Return the parts that a part refers to, by relation id."""
    folder, file = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", file + ".rels")
    if relations not in package.names:
        return {}
    return {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/" + folder, relation.get("Target", ""))
        ).lstrip("/")
        for relation in parse_xml(package.read(relations))
        if relation.get("TargetMode") != "External"
    }


def _tables(package: Package, sheet: str, part: str) -> Iterator[tuple[str, Area]]:
    for target in _relations(package, part).values():
        if "/tables/" in f"/{target}" and target in package.names:
            table = parse_xml(package.read(target))
            name = table.get("displayName") or table.get("name") or ""
            yield name, area(Token("reference", "", "", table.get("ref", "A1")), sheet)


def _formula_cells(sheet: SheetPart) -> Iterator[FormulaCell]:
    namespace = etree.QName(sheet.root).namespace or MAIN
    shared: dict[str, str] = {}
    for formula in sheet.root.iter(f"{{{namespace}}}f"):
        element = formula.getparent()
        if element is None or element.tag != f"{{{namespace}}}c":
            continue
        row, column = place(element.get("r"))
        text, kind = formula.text or "", "plain"
        block = (row, column, row, column)
        is_shared = formula.get("t") == "shared"
        match formula.get("t"):
            case "shared":
                text = text or shared.get(formula.get("si", ""), "")
                shared[formula.get("si", "")] = text
            case "array":
                kind = "dynamic" if element.get("cm") else "array"
                block = area(
                    Token("reference", "", "", formula.get("ref") or element.get("r")), ""
                )[1:]
            case "dataTable":
                kind = "table"
            case _:
                pass
        yield FormulaCell(
            Place(sheet.number, row, column), kind, text, block, element, block, is_shared
        )


def name_cells(root: Any) -> None:
    """Give a name to cells whose file leaves it out, as the format allows."""
    namespace = etree.QName(root).namespace or MAIN
    row_tag, cell_tag = f"{{{namespace}}}row", f"{{{namespace}}}c"
    row_number = 0
    for row in root.iterfind(f"{{{namespace}}}sheetData/{row_tag}"):
        row_number = int(row.get("r") or row_number + 1)
        column = 0
        for cell in row.iterchildren(cell_tag):
            name = cell.get("r")
            if name is None:
                column += 1
                cell.set("r", f"{column_letters(column)}{row_number}")
            else:
                column = -1
                break
        if column == -1 and any(cell.get("r") is None for cell in row.iterchildren(cell_tag)):
            raise FileError("The workbook is damaged: cells of one row are named only in part.")


def place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name."""
    match = _PLACE.fullmatch(name)
    if match is None:
        raise FileError("The workbook is damaged: a cell has no proper name.")
    return int(match[2]), column_number(match[1])
