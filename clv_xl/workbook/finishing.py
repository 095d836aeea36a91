"""The last pass over a written workbook: what openpyxl cannot write, and constant dates."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from clv_xl.package.cell_metadata import spill_mark
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN
from clv_xl.package.xml_parts import serialize
from clv_xl.workbook.alternative_text import describe_charts
from clv_xl.workbook.macros import add_macros

_DAY: Final = (2025, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def finish(path: Path, buttons: Mapping[str, tuple[int, int, int]] | None) -> None:
    """Complete a workbook that openpyxl wrote: spills, alternative text, macros, fixed dates.

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
        spill_mark(parts)
    describe_charts(parts)
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
