"""Workbooks of texts as Excel stores them, whatever the texts hold."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1">'
    '<fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
)
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")


class Formula(NamedTuple):
    """A formula, of a fixed block if it has one."""

    text: str
    block: str = ""


Content: TypeAlias = str | float | Formula | None


def encoded(text: str) -> str:
    """A text as it is stored: what XML cannot hold as _xHHHH_, and so what looks like that."""
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def decoded(stored: str) -> str:
    """The text that is stored so."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), stored)


def text_book(path: Path, rows: Sequence[Sequence[Content]], *, sheet: str = "Sheet") -> Path:
    """Write a workbook of one sheet, its texts as shared strings."""
    texts: list[str] = []
    lines = "".join(
        f'<row r="{number}">{"".join(_cells(number, row, texts))}</row>'
        for number, row in enumerate(rows, 1)
    )
    strings = "".join(
        f'<si><t xml:space="preserve">{escape(encoded(text))}</t></si>' for text in texts
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
        + "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{TYPE}.{kind}+xml"/>'
            for name, kind in _PARTS.items()
        )
        + "</Types>",
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name={quoteattr(encoded(sheet))} sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            {
                "rId1": ("worksheet", "worksheets/sheet1.xml"),
                "rId2": ("styles", "styles.xml"),
                "rId3": ("sharedStrings", "sharedStrings.xml"),
            }
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + part)
    return path


_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_PARTS = {
    "workbook": "sheet.main",
    "worksheets/sheet1": "worksheet",
    "styles": "styles",
    "sharedStrings": "sharedStrings",
}


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _cells(number: int, row: Sequence[Content], texts: list[str]) -> Iterable[str]:
    for place, value in enumerate(row):
        name = f"{chr(ord('A') + place)}{number}"
        if isinstance(value, Formula):
            block = f' t="array" ref="{value.block}"' if value.block else ""
            yield f'<c r="{name}"><f{block}>{escape(value.text)}</f></c>'
        elif isinstance(value, str):
            yield f'<c r="{name}" t="s"><v>{len(texts)}</v></c>'
            texts.append(value)
        elif value is not None:
            yield f'<c r="{name}"><v>{value}</v></c>'
