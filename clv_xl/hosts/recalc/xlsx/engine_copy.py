"""What the engine is given of a package: the parts that it reads, and a sheet for scratch work.

Left out are drawings, charts, comments and macros, and from the sheets the conditional formats,
which the engine would compute at every evaluation though nothing depends on them, and the merged
ranges, of which it would visit every cell. A cell that holds
nothing is blank, even where its type is given; the engine would take it for 0.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO, Final

from clv_xl.package import Package
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN, WORKBOOK
from clv_xl.package.sheet_list import add_sheet
from clv_xl.package.xml_parts import parse, serialize

_READ: Final = (".xml", ".rels")
_NOT_READ: Final = ("xl/drawings/", "xl/charts/", "xl/pivotcache/", "customxml/")
_SHEETS: Final = "xl/worksheets/"
_COMMENTS: Final = ("/comments", "/threadedComment", "/vmlDrawing")
"""Kinds of relations: the engine reads comments, but not from every place where they may lie."""
_FORMATS: Final = re.compile(
    rb"<(?P<name>(?:\w+:)?(?:conditionalFormattings?|mergeCells))[\s>].*?</(?P=name)>", re.DOTALL
)
_EMPTY: Final = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()


def write(package: Package, changes: Mapping[str, bytes], file: IO[bytes], scratch: str) -> None:
    """Write what the engine needs into an open file, unpacked, since it is read but once.

    Parameters
    ----------
    package : Package
    changes : mapping of part name to content
        Parts to write otherwise than the package has them.
    file : binary file
        Left at its start.
    scratch : str
        The name of the sheet to add after all others. Where the book is written unusually none is
        added, and the engine has to add it.
    """
    parts = {
        name: changes.get(name) or package.read(name)
        for name in package.names
        if name.lower().endswith(_READ) and not name.lower().startswith(_NOT_READ)
    }
    for name, content in parts.items():
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            parts[name] = _without_formats(_blank(content))
        elif name.startswith(_SHEETS) and b"omment" in content:
            parts[name] = _without_comments(content)
    part = f"{_SHEETS}{scratch}.xml"
    if b"</sheets>" in parts.get(WORKBOOK, b"") and CONTENT_TYPES in parts and part not in parts:
        add_sheet(parts, scratch, part, _EMPTY)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)


def _blank(content: bytes) -> bytes:
    """Leave out the type of cells that hold nothing; openpyxl says that they are numbers."""
    for end in (b"/>", b" />", b"></c>"):
        content = content.replace(b' t="n"' + end, end)
    return content


def _without_formats(content: bytes) -> bytes:
    """Leave out the conditional formats and merged ranges, which follow the cells."""
    if b"onditionalFormatting" not in content and b"mergeCells" not in content:
        return content
    end = max(content.rfind(b"sheetData>"), 0)
    return content[:end] + _FORMATS.sub(b"", content[end:])


def _without_comments(content: bytes) -> bytes:
    """Leave out a sheet's relations to its comments."""
    root = parse(content)
    for entry in list(root):
        if entry.get("Type", "").endswith(_COMMENTS):
            root.remove(entry)
    return serialize(root)
