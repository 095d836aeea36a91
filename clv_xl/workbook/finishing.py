"""The last pass over a written workbook: what openpyxl cannot say, and dates that never change."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final

from lxml import etree

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
MACRO_ENABLED: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
"""What the main part of an .xlsm must be, macros or not."""
_METADATA_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
)
_METADATA: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<metadata xmlns="{_MAIN}"'
    ' xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    '<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1"'
    ' pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1"'
    ' clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>'
    '<futureMetadata name="XLDAPR" count="1"><bk><extLst>'
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
).encode()
_DAY: Final = (2025, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def finish(path: Path) -> None:
    """Complete a workbook that openpyxl wrote: macro-enabled type, spilling formulas, fixed dates.

    Parameters
    ----------
    path : Path
        The file, rewritten in place.
    """
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    spills = False
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name], found = _tidied(part)
            spills |= found
    parts["[Content_Types].xml"] = _content_types(parts["[Content_Types].xml"], spills=spills)
    if spills:
        parts["xl/metadata.xml"] = _METADATA
        relations = "xl/_rels/workbook.xml.rels"
        parts[relations] = _related(parts[relations])
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(rb"\g<1>2025-01-01T00:00:00Z\g<2>", parts[core])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in ["[Content_Types].xml", *(part for part in parts if part[0] != "[")]:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])


def _tidied(part: bytes) -> tuple[bytes, bool]:
    """Mark array formulas as such that spill, and leave the default type of cells unsaid.

    A cell without a value that says it is a number would be taken for a 0 by some programs.
    """
    root = etree.fromstring(part)
    found = False
    for cell in root.iter(f"{{{_MAIN}}}c"):
        if cell.get("t") == "n":
            del cell.attrib["t"]
        formula = cell.find(f"{{{_MAIN}}}f")
        if formula is not None and formula.get("t") == "array":
            cell.set("cm", "1")
            found = True
    return _written(root), found


def _content_types(part: bytes, *, spills: bool) -> bytes:
    root = etree.fromstring(part)
    for entry in root:
        if entry.get("PartName") == "/xl/workbook.xml":
            entry.set("ContentType", MACRO_ENABLED)
    if spills:
        etree.SubElement(
            root,
            f"{{{_TYPES}}}Override",
            {"PartName": "/xl/metadata.xml", "ContentType": _METADATA_TYPE},
        )
    return _written(root)


def _related(part: bytes) -> bytes:
    root = etree.fromstring(part)
    etree.SubElement(
        root,
        f"{{{_RELATIONS}}}Relationship",
        {"Id": "rIdMetadata", "Type": f"{_OFFICE}/sheetMetadata", "Target": "metadata.xml"},
    )
    return _written(root)


def _written(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
