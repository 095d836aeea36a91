"""The sheets that the main part of a workbook lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from clv_xl.package.content_types import add_part
from clv_xl.package.namespaces import MAIN, OFFICE, WORKBOOK
from clv_xl.package.relations import Parts, relate, relations
from clv_xl.package.xml_parts import parse, serialize

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def sheet_parts(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield title and part of every sheet, in their order."""
    targets = relations(parts, WORKBOOK)
    for entry in parse(parts[WORKBOOK]).iter(f"{{{MAIN}}}sheet"):
        yield entry.get("name", ""), targets[entry.get(f"{{{OFFICE}}}id", "")]


def add_sheet(parts: Parts, title: str, part: str, content: bytes, *, hidden: bool = False) -> None:
    """Add a sheet after all others.

    Parameters
    ----------
    parts : dict
    title : str
    part : str
        The name of its part.
    content : bytes
    hidden : bool, optional
    """
    add_part(parts, part, content, _SHEET_TYPE)
    root: Any = parse(parts[WORKBOOK])
    sheets = root.find(f"{{{MAIN}}}sheets")
    used = {entry.get("sheetId") for entry in sheets}
    number = next(str(count) for count in range(1, len(used) + 2) if str(count) not in used)
    sheet = etree.SubElement(sheets, f"{{{MAIN}}}sheet", name=title, sheetId=number)
    if hidden:
        sheet.set("state", "hidden")
    sheet.set(f"{{{OFFICE}}}id", relate(parts, WORKBOOK, f"{OFFICE}/worksheet", part))
    parts[WORKBOOK] = serialize(root)


def code_name(parts: Parts, sheet: str) -> str:
    """Return the code name of a sheet, by which VBA refers to it, given the sheet's part."""
    return str(parse(parts[sheet]).find(f"{{{MAIN}}}sheetPr").get("codeName"))
