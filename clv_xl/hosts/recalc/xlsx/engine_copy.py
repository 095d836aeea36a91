"""What the engine is given of a package: the parts that it reads, and a sheet for scratch work.

Left out are drawings, charts, comments and macros, and from the sheets the conditional formats,
which the engine would compute at every evaluation though nothing depends on them, the merged
ranges, of which it would visit every cell, and the formulas of what-if tables, which it does not
load; and of very many texts those that no cell shows. A cell that holds nothing is blank, even
where its type is given; the engine would take it for 0. Escaped characters are written where it
decodes them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO, Final

from lxml import etree

from clv_xl.hosts.recalc.xlsx.engine_styles import use_plain_styles
from clv_xl.hosts.recalc.xlsx.plain_sheet import END, PlainSheet, plain_sheet
from clv_xl.package import Package
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN, STRICT_MAIN, WORKBOOK
from clv_xl.package.sheet_list import add_sheet
from clv_xl.package.text_escapes import decoded
from clv_xl.package.xml_parts import parse, serialize

_READ: Final = (".xml", ".rels")
_NOT_READ: Final = ("xl/drawings/", "xl/charts/", "xl/pivotcache/", "customxml/")
_SHEETS: Final = "xl/worksheets/"
_TABLES: Final = "xl/tables/"
_COMMENTS: Final = ("/comments", "/threadedComment", "/vmlDrawing")
"""Kinds of relations: the engine reads comments, but not from every place where they may lie."""
_FORMATS: Final = re.compile(
    rb"<(?P<name>(?:\w+:)?(?:conditionalFormattings?|mergeCells))[\s>].*?</(?P=name)>", re.DOTALL
)
_WHAT_IF: Final = re.compile(rb'<f\s(?:[^<>]*\s)?t="dataTable"[^<>]*?(?:/>|>[^<]*</f>)')
_ESCAPE: Final = re.compile(rb"_x[0-9A-Fa-f]{4}_")
_INLINE: Final = re.compile(
    rb't="inlineStr"([^<>]*)><is><t[^<>]*>([^<]*_x[0-9A-Fa-f]{4}_[^<]*)</t></is>'
)
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_ROWS: Final = re.compile(rb"(<sheetData[^<>]*)/>")
_STRINGS: Final = "xl/sharedstrings.xml"
_LARGE: Final = 4 * 1024 * 1024
_STRING: Final = re.compile(rb"<si(?:/>|>.*?</si>)", re.DOTALL)
_SHOWN: Final = re.compile(rb"<c [^<>]*t=\"s\"[^<>]*><v>(\d+)")
_TEXT_TYPE: Final = re.compile(rb"\st\s*=\s*[\"']s[\"']")
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
            parts[name] = _texts_decoded(_without_what_if(_without_formats(_blank(content))))
        elif name.startswith(_SHEETS) and b"omment" in content:
            parts[name] = _without_comments(content)
        elif name.startswith(_TABLES) and b"_x" in content:
            parts[name] = _names_decoded(content)
    use_plain_styles(parts)
    _leave_out_strings(parts)
    part = f"{_SHEETS}{scratch}.xml"
    if b"</sheets>" in parts.get(WORKBOOK, b"") and CONTENT_TYPES in parts and part not in parts:
        add_sheet(parts, scratch, part, _EMPTY)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)


def own_elements(sheet: PlainSheet) -> bytes:
    """Return a sheet without the elements of other programs, whose names alone the engine reads."""
    root = parse(sheet.head + sheet.tail)
    own = etree.QName(root).namespace
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element)
        foreign = name.namespace not in {own, MAIN, STRICT_MAIN} or name.localname == "extLst"
        if foreign and element.getparent() is not None:
            element.getparent().remove(element)
    start, tag, end = _NO_ROWS.split(serialize(root), maxsplit=1)
    return b"".join((start, tag, b">", sheet.rows, END, end))


def _leave_out_strings(parts: dict[str, bytes]) -> None:
    """Empty the shared texts that no cell shows, where most of very many are such."""
    name = next((one for one in parts if one.lower() == _STRINGS), None)
    if name is None or len(parts[name]) < _LARGE:
        return
    sheets = [content for part, content in parts.items() if part.startswith(_SHEETS)]
    if any(len(_SHOWN.findall(one)) < len(_TEXT_TYPE.findall(one)) for one in sheets):
        return  # a sheet is written in another way, by which texts could be missed
    if 2 * sum(map(len, map(_SHOWN.findall, sheets))) > parts[name].count(b"<si"):
        return
    shown = {int(number) for content in sheets for number in _SHOWN.findall(content)}
    strings = list(_STRING.finditer(parts[name]))
    kept = [match[0] if at in shown else b"<si/>" for at, match in enumerate(strings)]
    last = max(shown, default=0) + 1
    if strings and len(strings) == parts[name].count(b"<si"):
        head, tail = strings[0].start(), strings[-1].end()
        parts[name] = parts[name][:head] + b"".join(kept[:last]) + parts[name][tail:]


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


def _without_what_if(content: bytes) -> bytes:
    """Leave out the formulas of what-if tables; their cells hold what they showed."""
    return _WHAT_IF.sub(b"", content) if b"dataTable" in content else content


def _texts_decoded(content: bytes) -> bytes:
    """Write texts of cells as results of formulas, whose escapes the engine decodes."""
    if b"inlineStr" not in content or not _ESCAPE.search(content):
        return content
    return _INLINE.sub(rb't="str"\1><v xml:space="preserve">\2</v>', plain_sheet(content).plain())


def _names_decoded(content: bytes) -> bytes:
    """Write the headings of a table as formulas name them."""
    root = parse(content)
    for column in root.iter("{*}tableColumn"):
        column.set("name", _NOT_IN_XML.sub("", decoded(column.get("name", ""))))
    return serialize(root)


def _without_comments(content: bytes) -> bytes:
    """Leave out a sheet's relations to its comments."""
    root = parse(content)
    for entry in list(root):
        if entry.get("Type", "").endswith(_COMMENTS):
            root.remove(entry)
    return serialize(root)
