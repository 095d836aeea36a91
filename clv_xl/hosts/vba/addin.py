"""The add-ins as files: workbooks without a window, whose functions all other workbooks may call.

``clv_xl.xlam`` holds the functions; ``clv_xl_start.xlam`` starts the server on computers whose
registry is closed.
"""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.vba.modules import WORKBOOK as WORKBOOK_MODULE
from clv_xl.hosts.vba.modules import project_for, start_modules
from clv_xl.hosts.vba.project import vba_project
from clv_xl.package import archive
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN, OFFICE, WORKBOOK

SHEET: Final = "Sheet1"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORKBOOK: Final = (
    f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    f'<workbookPr codeName="{WORKBOOK_MODULE}"/><sheets/></workbook>'
).encode()
_SHEET: Final = (
    f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetPr codeName="{SHEET}"/><sheetData/></worksheet>'
).encode()
_STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
    "<border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
).encode()


def addin() -> bytes:
    """Return the add-in of the functions as a file's content; two builds are equal."""
    return _file(project_for([SHEET]), with_ribbon=True)


def start_addin(version: str) -> bytes:
    """Return the add-in that starts the server by the DLL of this version of xlwings."""
    return _file(vba_project(start_modules(SHEET, version)), with_ribbon=False)


def _file(project: bytes, *, with_ribbon: bool) -> bytes:
    # They load lxml, which the server, importing this module, does not need to compute.
    from clv_xl.hosts.vba.parts import add_project, add_ribbon
    from clv_xl.package.content_types import NO_TYPES, add_part, set_default_type
    from clv_xl.package.relations import relate
    from clv_xl.package.sheet_list import add_sheet

    parts = {CONTENT_TYPES: NO_TYPES}
    set_default_type(parts, "rels", "application/vnd.openxmlformats-package.relationships+xml")
    set_default_type(parts, "xml", "application/xml")
    relate(parts, "", f"{OFFICE}/officeDocument", WORKBOOK)
    add_part(parts, WORKBOOK, _WORKBOOK, "application/vnd.ms-excel.addin.macroEnabled.main+xml")
    add_sheet(parts, SHEET, "xl/worksheets/sheet1.xml", _SHEET)
    add_part(parts, "xl/styles.xml", _STYLES, _STYLES_TYPE)
    relate(parts, WORKBOOK, f"{OFFICE}/styles", "xl/styles.xml")
    add_project(parts, project)
    if with_ribbon:
        add_ribbon(parts)
    return archive.write(parts)
