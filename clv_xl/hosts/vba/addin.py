"""The add-ins as files: workbooks without a window, their functions there for all others.

``clv_xl.xlam`` holds the functions; ``clv_xl_start.xlam``, for who needs it, starts the server.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from clv_xl.hosts.vba.modules import WORKBOOK, project_for, start_modules
from clv_xl.hosts.vba.project import vba_project
from clv_xl.hosts.vba.ribbon import PART, RELATION, ribbon

SHEET: Final = "Sheet1"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
VBA_RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def addin() -> bytes:
    """Return the add-in of the functions as a file's content; two builds are equal."""
    return _packed(
        {**_parts(project_for([SHEET]), {RELATION: PART}), PART: ribbon()},
    )


def start_addin(version: str) -> bytes:
    """Return the add-in that starts the server through the DLL of this version of xlwings."""
    return _packed(_parts(vba_project(start_modules(SHEET, version)), {}))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, content)
    return stream.getvalue()


def _parts(project: bytes, relations: Mapping[str, str]) -> Mapping[str, bytes]:
    texts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            {f"{OFFICE}/officeDocument": "xl/workbook.xml", **relations},
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr codeName="{WORKBOOK}"/>'
            f'<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            {
                f"{OFFICE}/worksheet": "worksheets/sheet1.xml",
                f"{OFFICE}/styles": "styles.xml",
                VBA_RELATION: "vbaProject.bin",
            }
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetPr codeName="{SHEET}"/><sheetData/></worksheet>'
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{MAIN}">'
            '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
            "<border><left/><right/><top/><bottom/><diagonal/></border></borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            '</cellStyleXfs><cellXfs count="1">'
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        ),
    }
    return {
        **{name: (HEAD + text).encode() for name, text in texts.items()},
        "xl/vbaProject.bin": project,
    }


def _content_types() -> str:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": f"{office}.worksheet+xml",
        "/xl/styles.xml": f"{office}.styles+xml",
    }
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "bin": "application/vnd.ms-office.vbaProject",
    }
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        + "".join(
            f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items()
        )
        + "".join(
            f'<Override PartName="{part}" ContentType="{kind}"/>'
            for part, kind in overrides.items()
        )
        + "</Types>"
    )


def _relations(targets: Mapping[str, str]) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets.items(), 1)
        )
        + "</Relationships>"
    )
