"""The last pass over a written workbook: what openpyxl cannot write, and constant dates."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from clv_xl.package.content_types import add_part
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN, OFFICE, WORKBOOK
from clv_xl.package.relations import relate
from clv_xl.package.xml_parts import serialize
from clv_xl.workbook.macros import add_macros

_METADATA_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
)
_METADATA: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<metadata xmlns="{MAIN}"'
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


def finish(path: Path, buttons: Mapping[str, tuple[int, int, int]] | None) -> None:
    """Complete a workbook that openpyxl wrote: spilling formulas, macros, fixed dates.

    Parameters
    ----------
    path : Path
        The file, rewritten in place.
    buttons : mapping or None
        Where each button is, by the title of its sheet; None for a workbook without macros.
    """
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    spills = False
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name], found = _mark_spills(part)
            spills |= found
    if spills:
        add_part(parts, "xl/metadata.xml", _METADATA, _METADATA_TYPE)
        relate(parts, WORKBOOK, f"{OFFICE}/sheetMetadata", "xl/metadata.xml")
    if buttons is not None:
        add_macros(parts, buttons)
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(rb"\g<1>2025-01-01T00:00:00Z\g<2>", parts[core])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in [CONTENT_TYPES, *(part for part in parts if part != CONTENT_TYPES)]:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])


def _mark_spills(part: bytes) -> tuple[bytes, bool]:
    """Mark array formulas as such that spill, and remove the default type of cells.

    A cell without a value that says it is a number would be taken for a 0 by some programs.
    """
    root = etree.fromstring(part)
    found = False
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.get("t") == "n":
            del cell.attrib["t"]
        formula = cell.find(f"{{{MAIN}}}f")
        if formula is not None and formula.get("t") == "array":
            cell.set("cm", "1")
            found = True
    return serialize(root), found
