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
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, LAST_ROW, column_number
from clv_xl.package.damage import DAMAGED

_CELL: Final = re.compile(
    rb"<c ([^<>]*)>(<f)((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>)(<v(?:\s[^<>]*?)?(?:/>|>([^<]*)</v>))?"
)
_PLAIN: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>]*)><f>([^<&\r]*)</f>(?:<v>([^<&\r]*)</v>|(?!<v))'
)
"""What nearly all formula cells are: nothing in them needs to be decoded."""
_PLACED: Final = re.compile(rb'r="([^"]*)"([^<>]*)')
_ATTRIBUTE: Final = re.compile(r'\s*(\w+)="([^"]*)"')
_FORMULA: Final = re.compile(rb"(<f(?:\s[^<>]*)?>)([^<]+)(?=</f>)")
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_REFERENCE: Final = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9A-Fa-f]+));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_MOST_DIGITS: Final = 7
_SURROGATES: Final = range(0xD800, 0xE000)


_NONE: Final[Mapping[str, str]] = {}


class Found(NamedTuple):
    """A formula cell as the file writes it: its place, the attributes and texts of its tags.

    `value` is None where the cell holds none.
    """

    row: int
    column: int
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
    columns: dict[bytes, int] = {}
    while (tag_place := rows.find(b"<f", start)) >= 0:
        cell = rows.rfind(b"<c ", start, tag_place)
        plain = _PLAIN.match(rows, cell) if cell >= 0 else None
        if plain is not None:
            letters, digits, tag, text, value = plain.groups()
            row, column = int(digits), columns.get(letters, 0)
            if not column or row > LAST_ROW:
                row, column = place(_decoded(letters + digits))
                columns[letters] = column
            yield Found(row, column, _attributes(tag), _NONE, _decoded(text), _text(value))
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
            *place(_decoded(placed[1])),
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


def _text(value: bytes | None) -> str | None:
    return None if value is None else _decoded(value)


def place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name."""
    match = _PLACE.fullmatch(name)
    row, column = (int(match[2]), column_number(match[1])) if match else (0, 0)
    if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN):
        raise FileError("The workbook is damaged: a cell has no proper name.")
    return row, column


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
