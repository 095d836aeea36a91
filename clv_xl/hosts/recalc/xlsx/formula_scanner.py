"""Formula cells found in the bytes of a sheet's rows, which are in their plain form.

Parsing a sheet of 20,000 customers takes as long as computing it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from clv_xl.errors import FileError
from clv_xl.package.damage import DAMAGED

_CELL: Final = re.compile(
    rb"<c ([^<>]*)>(<f)((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>)(<v(?:\s[^<>]*?)?(?:/>|>([^<]*)</v>))?"
)
_PLAIN: Final = re.compile(
    rb'<c r="([^"&]*)"([^<>]*)><f>([^<&\r]*)</f>(?:<v>([^<&\r]*)</v>|(?!<v))'
)
"""What nearly all formula cells are: nothing in them needs to be decoded."""
_PLACED: Final = re.compile(rb'r="([^"]*)"([^<>]*)')
_ATTRIBUTE: Final = re.compile(r'\s*(\w+)="([^"]*)"')
_FORMULA: Final = re.compile(rb"(<f(?:\s[^<>]*)?>)([^<]+)(?=</f>)")
_REFERENCE: Final = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9A-Fa-f]+));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_MOST_DIGITS: Final = 7
_SURROGATES: Final = range(0xD800, 0xE000)


_NONE: Final[Mapping[str, str]] = {}


class Found(NamedTuple):
    """A formula cell as the file writes it: its name, the attributes and texts of its tags.

    `value` is None where the cell holds none.
    """

    name: str
    cell: Mapping[str, str]
    formula: Mapping[str, str]
    text: str
    value: str | None


def formula_cells(rows: bytes) -> Iterator[Found]:
    """Yield the formula cells in their order.

    Few of a long sheet's cells are, so their tags are looked for.

    Parameters
    ----------
    rows : bytes
        The rows of a sheet in their plain form.
    """
    start = 0
    while (place := rows.find(b"<f", start)) >= 0:
        cell = rows.rfind(b"<c ", start, place)
        plain = _PLAIN.match(rows, cell) if cell >= 0 else None
        if plain is not None:
            name, tag, text, value = plain.groups()
            yield Found(
                _decoded(name),
                _attributes(tag),
                _NONE,
                _decoded(text),
                None if value is None else _decoded(value),
            )
            start = plain.end()
            continue
        match = _CELL.match(rows, cell) if cell >= 0 else None
        if match is None:
            raise FileError(DAMAGED)
        tag, _, formula, text, held, value = match.groups()
        placed = _PLACED.fullmatch(tag)
        if placed is None:
            raise FileError(DAMAGED)
        yield Found(
            _decoded(placed[1]),
            _attributes(placed[2]),
            _attributes(formula),
            plain_text(text or b""),
            None if held is None else plain_text(value or b""),
        )
        start = match.end()


def with_formulas(content: bytes, written: Callable[[str], str]) -> bytes:
    """Return a sheet, its rows in their plain form, with its formulas written otherwise."""

    def formula(match: re.Match[bytes]) -> bytes:
        text = plain_text(match[2])
        other = written(text)
        return match[0] if other == text else match[1] + escape(other).encode()

    return _FORMULA.sub(formula, content)


@lru_cache(maxsize=1024)  # nearly all cells of a sheet are written alike
def _attributes(content: bytes) -> Mapping[str, str]:
    return dict(_ATTRIBUTE.findall(_decoded(content)))


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise FileError(DAMAGED) from None


def plain_text(content: bytes) -> str:
    """Return a text with its references resolved and its line ends as XML has them."""
    text = _decoded(content)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    digits = (decimal or hexadecimal).lstrip("0")
    code = int(digits or "0", 10 if decimal else 16) if len(digits) <= _MOST_DIGITS else 0
    if not 0 < code <= sys.maxunicode or code in _SURROGATES:
        raise FileError(DAMAGED)
    return chr(code)
