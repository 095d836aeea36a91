"""What makes the functions work in Excel: VBA project, ribbon, help while typing, buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree
from openpyxl.utils import get_column_letter

from clv_xl.hosts.excel_texts import intellisense
from clv_xl.hosts.vba.addin import VBA_RELATION
from clv_xl.hosts.vba.modules import project_for
from clv_xl.hosts.vba.ribbon import PART, RELATION, ribbon
from clv_xl.package.relations import (
    CONTENT_TYPES,
    MAIN,
    OFFICE,
    TYPES,
    WORKBOOK,
    Parts,
    add_part,
    code_name,
    relate,
    set_content_type,
    sheet_parts,
    written,
)
from clv_xl.workbook.buttons import add_buttons

MACRO_ENABLED: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
"""What the main part of an .xlsm must be, macros or not."""
PROJECT: Final = "xl/vbaProject.bin"
INTELLISENSE: Final = "_IntelliSense_"
_PROJECT_TYPE: Final = "application/vnd.ms-office.vbaProject"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def add_macros(parts: Parts, buttons: Mapping[str, tuple[int, int, int]]) -> None:
    """Add all that Excel needs to compute the functions in this workbook.

    Parameters
    ----------
    parts : dict
        The parts of the workbook, changed in place. Its sheets have the code names Sheet1, Sheet2
        and so on.
    buttons : mapping
        Where a button stands, by the title of its sheet.
    """
    set_content_type(parts, WORKBOOK, MACRO_ENABLED)
    _add_intellisense(parts)
    add_buttons(parts, buttons)
    _add_default(parts, "bin", _PROJECT_TYPE)
    parts[PROJECT] = project_for([code_name(parts, sheet) for _, sheet in sheet_parts(parts)])
    relate(parts, WORKBOOK, VBA_RELATION, PROJECT)
    _add_default(parts, "xml", "application/xml")
    parts[PART] = ribbon()
    relate(parts, "", RELATION, PART)


def _add_intellisense(parts: Parts) -> None:
    """Add the hidden sheet from which Excel-DNA IntelliSense helps while one types."""
    number = sum(1 for _ in sheet_parts(parts)) + 1
    name = f"xl/worksheets/sheet{number}.xml"
    root = etree.fromstring(f'<worksheet xmlns="{MAIN}"/>')
    etree.SubElement(root, f"{{{MAIN}}}sheetPr", codeName=f"Sheet{number}")
    data = etree.SubElement(root, f"{{{MAIN}}}sheetData")
    for row, values in enumerate(intellisense(), 1):
        line = etree.SubElement(data, f"{{{MAIN}}}row", r=str(row))
        for column, value in enumerate(values, 1):
            if value != "":
                _add_cell(line, f"{get_column_letter(column)}{row}", value)
    add_part(parts, name, written(root), _SHEET_TYPE)
    book: Any = etree.fromstring(parts[WORKBOOK])
    sheets = book.find(f"{{{MAIN}}}sheets")
    entry = etree.SubElement(sheets, f"{{{MAIN}}}sheet")
    entry.set("name", INTELLISENSE)
    entry.set("sheetId", str(max(int(one.get("sheetId", "0")) for one in sheets) + 1))
    entry.set("state", "hidden")
    entry.set(f"{{{OFFICE}}}id", relate(parts, WORKBOOK, f"{OFFICE}/worksheet", name))
    parts[WORKBOOK] = written(book)


def _add_cell(line: Any, place: str, value: str | int) -> None:
    cell = etree.SubElement(line, f"{{{MAIN}}}c", r=place)
    if isinstance(value, int):
        etree.SubElement(cell, f"{{{MAIN}}}v").text = str(value)
        return
    cell.set("t", "inlineStr")
    text = etree.SubElement(cell, f"{{{MAIN}}}is")
    etree.SubElement(text, f"{{{MAIN}}}t").text = value


def _add_default(parts: Parts, extension: str, content_type: str) -> None:
    """Say what parts with an ending are, if nothing says it yet."""
    root = etree.fromstring(parts[CONTENT_TYPES])
    defaults = root.findall(f"{{{TYPES}}}Default")
    if all(entry.get("Extension") != extension for entry in defaults):
        made = etree.Element(
            f"{{{TYPES}}}Default", {"Extension": extension, "ContentType": content_type}
        )
        root.insert(len(defaults), made)
        parts[CONTENT_TYPES] = written(root)
