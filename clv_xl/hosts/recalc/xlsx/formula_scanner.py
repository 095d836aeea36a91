"""Formula cells found in a sheet's bytes, as nearly all programs write them.

Parsing a sheet of 20,000 customers takes as long as computing it. What is written unusually is not
understood here, and is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from clv_xl.errors import FileError

_CELL: Final = re.compile(
    rb"<c ([^<>]*)>(<f)((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>)(<v(?:\s[^<>]*?)?(?:/>|>([^<]*)</v>))?"
)
_PLACED: Final = re.compile(rb'r="([^"]*)"([^<>]*)')
_ATTRIBUTE: Final = re.compile(r'\s*(\w+)="([^"]*)"')
_REFERENCE: Final = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9A-Fa-f]+));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_UNUSUAL: Final = (b"<!--", b"<![CDATA[")
_HEAD: Final = 200
_UTF8: Final = re.compile(rb"(?i)encoding=[\"']utf-8[\"']")


class UnusualError(FileError):
    """Rows or cells are not written as nearly all are.

    The reader or writer writes them as usual and tries again; what is unusual even then is refused.
    """

    def __init__(self) -> None:
        super().__init__(
            "The workbook is damaged: a sheet of it is written in a way that cannot be read. "
            "Save it again in Excel."
        )


class Found(NamedTuple):
    """A formula cell as the file writes it: its name, the attributes and texts of its tags.

    `value` is None where the cell holds none.
    """

    name: str
    cell: Mapping[str, str]
    formula: Mapping[str, str]
    text: str
    value: str | None


def formula_cells(content: bytes) -> list[Found] | None:
    """Return the formula cells of a sheet in their order, or None where they cannot all be told.

    Parameters
    ----------
    content : bytes
        The sheet, as it lies in the package.
    """
    head = content[:_HEAD]
    start, end = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    if min(start, end) < 0 or (b"encoding=" in head and not _UTF8.search(head)):
        return None
    if any(sign in content for sign in _UNUSUAL):
        return None
    try:
        return list(_found(content, start, end))
    except (UnusualError, UnicodeDecodeError):
        return None


def _found(content: bytes, start: int, end: int) -> Iterator[Found]:
    """Yield the formula cells; few of a long sheet's cells are, so their tags are looked for."""
    while (place := content.find(b"<f", start, end)) >= 0:
        match = _CELL.match(content, max(content.rfind(b"<c ", start, place), start))
        if match is None or match.start(2) != place:
            raise UnusualError
        tag, _, formula, text, held, value = match.groups()
        placed = _PLACED.fullmatch(tag)
        if placed is None:
            raise UnusualError
        yield Found(
            placed[1].decode(),
            _attributes(placed[2]),
            _attributes(formula),
            plain_text(text or b""),
            None if held is None else plain_text(value or b""),
        )
        start = match.end()


@lru_cache(maxsize=1024)  # nearly all cells of a sheet are written alike
def _attributes(content: bytes) -> Mapping[str, str]:
    return dict(_ATTRIBUTE.findall(content.decode()))


def plain_text(content: bytes) -> str:
    """Return a text with its references resolved and its line ends as XML has them."""
    text = content.decode()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))
