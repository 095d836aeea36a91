"""The rows of a table among those of a sheet: read, and written anew; every other byte stays.

The rows of a sheet are in their plain form, which `plain_sheet` gives and takes back.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import ge
from typing import Final, NamedTuple

from clv_xl.cells import Cell, CellError, is_blank, serial
from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.grammar import column_letters, column_number
from clv_xl.hosts.recalc.xlsx.filed_rows import broken
from clv_xl.hosts.recalc.xlsx.formula_scanner import plain_text
from clv_xl.package.text_escapes import decoded, encoded
from clv_xl.refresh.tables import Column, InputTable

_ROW: Final = re.compile(rb'<row r="(\d+)"[^<>]*?(/?)>')
_CELL: Final = re.compile(rb'<c r="([A-Z]+)\d+"([^<>]*?)(?:/>|>([^<]*(?:<(?!/c>)[^<]*)*)</c>)')
_SPANS: Final = re.compile(rb'\sspans="[^"]*"')
_STYLE: Final = re.compile(rb'\ss="(\d+)"')
_KIND: Final = re.compile(rb'\st="([^"]*)"')
_VALUE: Final = re.compile(rb"<v[^<>]*>([^<]*)</v>")
_TEXT: Final = re.compile(rb"<t(?:\s[^<>]*)?>([^<]*)</t>")
_PHONETIC: Final = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAY: Final = 86_400


class _Row(NamedTuple):
    """Where a row lies in the bytes, and its tag."""

    start: int
    tag_end: int
    end: int
    closed: bool


def read_rows(content: bytes, table: InputTable, shared: Sequence[str]) -> list[list[Cell]]:
    """Return the cells of a table's data rows; dates are serial numbers."""
    found = _rows(content, table.top, table.bottom)
    rows: list[list[Cell]] = []
    for number in range(table.top, table.bottom + 1):
        cells: list[Cell] = [None] * len(table.columns)
        if number in found:
            for cell in _CELL.finditer(content, found[number].start, found[number].end):
                place = _number(cell[1]) - table.left
                if 0 <= place < len(cells):
                    cells[place] = _read(cell[2], cell[3] or b"", shared)
        rows.append(cells)
    return rows


def put_rows(
    content: bytes, table: InputTable, keep: int, rows: Sequence[Sequence[Cell]], *, date1904: bool
) -> tuple[bytes, int]:
    """Return the rows of a sheet with some put into a table, and the table's new last row.

    Parameters
    ----------
    content : bytes
    table : InputTable
    keep : int, count
        Data rows that stay as they are; the new ones follow them.
    rows : sequence of rows
        A cell for each column of the table; those of calculated columns are not looked at.
    date1904 : bool
        Whether the workbook counts days from 1904.

    Raises
    ------
    FileError
        What stands below the table is in the way, or the sheet's rows are out of order.
    """
    numbers = [int(number) for number, _ in _ROW.findall(content)]
    if any(map(ge, numbers, numbers[1:])):
        raise broken(table.sheet)
    first = table.top + keep
    bottom = max(first + len(rows) - 1, table.top)
    last = max(bottom, table.bottom)
    found = _rows(content, table.top, last)
    _refuse_if_occupied(content, table, found, last)
    begin, end = _zone(content, first, last)
    styles = _styles(content, table, found.get(table.top))
    writers = [
        _writer(column, place, style, date1904=date1904)
        for place, (column, style) in enumerate(zip(table.columns, styles, strict=True), table.left)
    ]
    blank: list[Cell] = [None] * len(writers)
    pieces = [content[:begin]]
    for number in range(first, last + 1):
        index = number - first
        name = str(number)
        if number <= bottom:
            values = rows[index] if index < len(rows) else blank
            new = "".join(
                [writer(cell, name) for writer, cell in zip(writers, values, strict=True)]
            ).encode()
        else:
            new = b"".join(_emptied(table, styles, number))
        row = found.get(number)
        if row is None:
            pieces.append(b'<row r="%d">%b</row>' % (number, new))
        else:
            before, after = _beside(content, table, row)
            tag = _SPANS.sub(b"", content[row.start : row.tag_end])
            tag = tag[:-2] + b">" if row.closed else tag
            pieces.append(b"%b%b%b%b</row>" % (tag, before, new, after))
    pieces.append(content[end:])
    return b"".join(pieces), bottom


def _rows(content: bytes, first: int, last: int) -> dict[int, _Row]:
    """Return where the rows from first to last lie."""
    found: dict[int, _Row] = {}
    for match in _ROW.finditer(content):
        number = int(match[1])
        if first <= number <= last:
            closed = bool(match[2])
            end = match.end() if closed else content.index(b"</row>", match.end()) + 6
            found[number] = _Row(match.start(), match.end(), end, closed)
    return found


def _zone(content: bytes, first: int, last: int) -> tuple[int, int]:
    """Return where the rows from first to last begin and end; they are one piece of the sheet."""
    begin = end = stop = len(content)
    for match in _ROW.finditer(content):
        number = int(match[1])
        if number >= first and begin == stop:
            begin = match.start()
        if number > last:
            end = match.start()
            break
    return begin, max(begin, end)


def _refuse_if_occupied(
    content: bytes, table: InputTable, found: dict[int, _Row], last: int
) -> None:
    for number in range(table.bottom + 1, last + 1):
        row = found.get(number)
        if row is None:
            continue
        for cell in _CELL.finditer(content, row.start, row.end):
            inside = table.left <= _number(cell[1]) <= table.right
            if inside and cell[3]:
                raise FileError(
                    f"The new rows of table {table.name} need sheet {table.sheet} down to row "
                    f"{last}, but row {number} is not blank. Move what stands there and retry."
                )


def _styles(content: bytes, table: InputTable, row: _Row | None) -> list[str]:
    """Return the number of each column's style, as its first data row has it; empty for none."""
    styles = [""] * len(table.columns)
    if row is not None:
        for cell in _CELL.finditer(content, row.start, row.end):
            place, style = _number(cell[1]) - table.left, _STYLE.search(cell[2])
            if 0 <= place < len(styles) and style:
                styles[place] = style[1].decode()
    return styles


def _writer(
    column: Column, place: int, style: str, *, date1904: bool
) -> Callable[[Cell, str], str]:
    """Return what writes the cells of one column, given a value and a row.

    A formula holds 0 until it is computed: the engine remarks on one without a value.
    """
    letters = column_letters(place)
    styled = f' s="{style}"' if style else ""
    if column.formula:
        formula = _escaped(column.formula)
        if column.is_array:
            return lambda _, row: (
                f'<c r="{letters}{row}"{styled}>'
                f'<f t="array" ref="{letters}{row}">{formula}</f><v>0</v></c>'
            )
        return lambda _, row: f'<c r="{letters}{row}"{styled}><f>{formula}</f><v>0</v></c>'

    def write(cell: Cell, row: str) -> str:
        rest = _content(cell, date1904=date1904)
        if rest:
            return f'<c r="{letters}{row}"{styled}{rest}</c>'
        return f'<c r="{letters}{row}"{styled}/>' if styled else ""

    return write


def _content(cell: Cell, *, date1904: bool) -> str:
    """Return the type and value of a cell as XML, from behind its style; empty for a blank one."""
    match cell:
        case bool():
            return f' t="b"><v>{int(cell)}</v>'
        case int() | float():
            return f"><v>{cell!r}</v>" if math.isfinite(cell) else ""
        case dt.date():
            return f"><v>{_serial(cell, date1904=date1904)!r}</v>"
        case CellError():
            return f' t="e"><v>{cell}</v>'
        case str() if not is_blank(cell):
            space = ' xml:space="preserve"' if cell != cell.strip() else ""
            return f' t="inlineStr"><is><t{space}>{_text(cell)}</t></is>'
        case _:
            return ""


def _serial(day: dt.date, *, date1904: bool) -> float:
    number = serial(day, date1904=date1904)
    if not isinstance(day, dt.datetime):
        return number
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return number + seconds / _DAY if seconds else number


def _text(text: str) -> str:
    """Return a text as XML, without characters that are in no text that people see."""
    if text.isalnum():
        return text
    text = _NOT_IN_XML.sub("", text)
    return _escaped(encoded(text) if "_x" in text else text)


def _escaped(text: str) -> str:
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(sign, written)
    return text


def _emptied(table: InputTable, styles: Sequence[str], number: int) -> Iterator[bytes]:
    """Yield the cells of a row that the table no longer has; they keep their style."""
    for place, style in enumerate(styles, table.left):
        if style:
            yield b'<c r="%b%d" s="%b"/>' % (column_letters(place).encode(), number, style.encode())


def _beside(content: bytes, table: InputTable, row: _Row) -> tuple[bytes, bytes]:
    """Return what a row holds left and right of a table."""
    end = row.tag_end if row.closed else row.end - 6
    left = row.tag_end
    for cell in _CELL.finditer(content, row.tag_end, end):
        column = _number(cell[1])
        if column < table.left:
            left = cell.end()
        elif column > table.right:
            return content[row.tag_end : left], content[cell.start() : end]
    return content[row.tag_end : left], b""


def _read(tag: bytes, inside: bytes, shared: Sequence[str]) -> Cell:
    """Return what a cell holds."""
    found = _KIND.search(tag)
    kind = found[1] if found else b"n"
    if kind == b"inlineStr":
        return _joined_text(inside)
    value = _VALUE.search(inside)
    if value is None:
        return None
    text = plain_text(value[1])
    match kind:
        case b"s":
            return shared[int(text)] if text.isdigit() and int(text) < len(shared) else None
        case b"b":
            return text == "1"
        case b"n":
            return _as_number(text)
        case _:
            return decoded(text)


def _as_number(text: str) -> Cell:
    try:
        return float(text)
    except ValueError:
        return None


def _joined_text(item: bytes) -> str:
    """Return a text from its runs, without the reading aids of Japanese."""
    return decoded("".join(map(plain_text, _TEXT.findall(_PHONETIC.sub(b"", item)))))


@cache
def _number(letters: bytes) -> int:
    return column_number(letters.decode())
