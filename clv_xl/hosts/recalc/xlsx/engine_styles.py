"""Styles for the engine's copy of a book: plain ones, where those of the book would stop it.

No value depends on a style, but the engine does not load a book without styles or with some that
refer to what is not there, and fails where a cell has a style that is not there. The book itself
keeps what it has.
"""

from __future__ import annotations

import re
from typing import Any, Final

from clv_xl.errors import FileError
from clv_xl.package.namespaces import MAIN
from clv_xl.package.relations import Parts
from clv_xl.package.xml_parts import parse

_PART: Final = "xl/styles.xml"
_SHEETS: Final = "xl/worksheets/"
_PLAIN: Final = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
_REFERENCES: Final = {
    "fontId": "fonts/{*}font",
    "fillId": "fills/{*}fill",
    "borderId": "borders/{*}border",
    "xfId": "cellStyleXfs/{*}xf",
}
_PERHAPS_USED: Final = re.compile(rb' s="([^"]*)"')
"""In texts too, but found ten times as fast."""
_USED: Final = re.compile(rb'<(?:c|row)\s[^<>]*?(?<=\s)s="([^"]*)"')
_COLUMNS: Final = re.compile(rb"<(?:\w+:)?cols[\s>].*?</(?:\w+:)?cols>", re.DOTALL)
_OF_CELL: Final = re.compile(rb"""(<(?:\w+:)?(?:c|row)\s(?:[^<>]*?\s)?)s\s*=\s*["'][^"']*["']""")


def use_plain_styles(parts: Parts) -> None:
    """Replace the styles of the engine's copy by plain ones, where they would stop it.

    Parameters
    ----------
    parts : dict
        Changed in place.
    """
    count = _usable(parts.get(_PART, b""))
    sheets = [name for name in parts if name.startswith(_SHEETS) and name.endswith(".xml")]
    if count and all(_uses_known(parts[name], count) for name in sheets):
        return
    parts[_PART] = _PLAIN
    for name in sheets:
        parts[name] = _OF_CELL.sub(rb"\1", _COLUMNS.sub(b"", parts[name]))


def _usable(content: bytes) -> int:
    """Return how many formats of cells there are; 0 where the engine cannot use the styles."""
    try:
        root = parse(content)
    except FileError:
        return 0
    known = {name: len(root.findall(f"{{*}}{path}")) for name, path in _REFERENCES.items()}
    formats = root.findall("{*}cellXfs/{*}xf")
    named = root.findall("{*}cellStyles/{*}cellStyle")
    referring = [*formats, *named, *root.findall("{*}cellStyleXfs/{*}xf")]
    sound = named and all(_refers(one, known) for one in referring)
    return len(formats) if sound else 0


def _refers(element: Any, known: dict[str, int]) -> bool:
    """Whether what an element refers to is there."""
    return all(
        (number := element.get(name, "0")).isdecimal() and int(number) < count
        for name, count in known.items()
    )


def _uses_known(content: bytes, count: int) -> bool:
    """Whether the cells of a sheet that the engine may change have styles that are there."""
    if content.find(b"<f", 0, content.rfind(b"sheetData>")) < 0:
        return True
    return any(
        all(one.isdigit() and int(one) < count for one in set(used.findall(content)))
        for used in (_PERHAPS_USED, _USED)
    )
