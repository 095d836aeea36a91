"""What makes the functions work in Excel: VBA project, ribbon, help while typing, buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree
from openpyxl.utils import get_column_letter

from clv_xl.hosts.excel_help import intellisense
from clv_xl.hosts.vba.modules import project_for
from clv_xl.hosts.vba.parts import add_project, add_ribbon
from clv_xl.package.content_types import set_content_type
from clv_xl.package.namespaces import MAIN, WORKBOOK
from clv_xl.package.relations import Parts
from clv_xl.package.sheet_list import add_sheet, code_name, sheet_parts
from clv_xl.package.xml_parts import serialize
from clv_xl.workbook.buttons import add_buttons

MACRO_ENABLED: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
"""What the main part of an .xlsm must be, macros or not."""
INTELLISENSE: Final = "_IntelliSense_"


def add_macros(parts: Parts, buttons: Mapping[str, tuple[int, int, int]]) -> None:
    """Add all that Excel needs to compute the functions in this workbook.

    Parameters
    ----------
    parts : dict
        The parts of the workbook, changed in place. Its sheets have the code names Sheet1, Sheet2
        and so on.
    buttons : mapping
        Where each button is, by the title of its sheet.
    """
    set_content_type(parts, WORKBOOK, MACRO_ENABLED)
    _add_intellisense(parts)
    add_buttons(parts, buttons)
    add_project(parts, project_for([code_name(parts, sheet) for _, sheet in sheet_parts(parts)]))
    add_ribbon(parts)


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
    add_sheet(parts, INTELLISENSE, name, serialize(root), hidden=True)


def _add_cell(line: Any, place: str, value: str | int) -> None:
    cell = etree.SubElement(line, f"{{{MAIN}}}c", r=place)
    if isinstance(value, int):
        etree.SubElement(cell, f"{{{MAIN}}}v").text = str(value)
        return
    cell.set("t", "inlineStr")
    text = etree.SubElement(cell, f"{{{MAIN}}}is")
    etree.SubElement(text, f"{{{MAIN}}}t").text = value
