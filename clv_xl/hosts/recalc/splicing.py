"""Values put into a sheet's bytes; every other byte stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from clv_xl.hosts.recalc.formula import column_letters, column_number
from clv_xl.hosts.recalc.scan import plain_text

_ROW: Final = re.compile(rb'<row r="(\d+)"[^<>]*?(/?)>')
_SPANS: Final = re.compile(rb'\sspans="[^"]*"')
_CELL: Final = re.compile(rb'<c( r="([A-Za-z]+)\d+"[^<>]*?)(?:/>|>([^<]*(?:<(?!/c>)[^<]*)*)</c>)')
_HELD: Final = re.compile(rb"<v(?:\s[^<>]*?)?(?:/>|>([^<]*)</v>)")
_TYPE: Final = re.compile(rb'\st="([^"]*)"')
_VALUE_MARK: Final = re.compile(rb'\svm="[^"]*"')
_ARRAY_MARK: Final = re.compile(rb'\scm="[^"]*"')
_REFERENCE: Final = re.compile(rb'(\sref=")([^"]*)(")')


class Put(NamedTuple):
    """What a cell is to hold: the type and text of its value, nothing where it is to be empty.

    `reference` is what a formula that spills fills now, empty for every other cell.
    """

    kind: str = ""
    text: str = ""
    reference: str = ""


def splice(content: bytes, wanted: Mapping[int, Mapping[int, Put]]) -> tuple[bytes, int]:
    """Return a sheet with values put in, and how many cells changed.

    Parameters
    ----------
    content : bytes
        A sheet whose tags have no prefix, those of rows and cells with their place first.
    wanted : mapping of row number to mapping of column number to Put
    """
    start, end = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    rows = list(_ROW.finditer(content, start, end))
    numbers = [int(row[1]) for row in rows]
    pieces: list[bytes] = []
    done = changed = 0
    for number in sorted(wanted):
        index = bisect_left(numbers, number)
        if index < len(rows) and numbers[index] == number:
            row = rows[index]
            begin, after = row.start(), row.end()
            if not row[2]:
                after = content.index(b"</row>", after) + len(b"</row>")
            new, count = _row(content[begin:after], row.end() - begin, number, wanted[number])
        else:
            begin = after = rows[index].start() if index < len(rows) else end
            cells = list(_new_cells(number, wanted[number], sorted(wanted[number])))
            new, count = b'<row r="%d">%b</row>' % (number, b"".join(cells)), len(cells)
        if count:
            pieces += [content[done:begin], new]
            done = after
            changed += count
    return (b"".join([*pieces, content[done:]]), changed) if changed else (content, 0)


def _row(content: bytes, tag: int, number: int, wanted: Mapping[int, Put]) -> tuple[bytes, int]:
    """Return a row with values put in, and how many of its cells changed.

    Parameters
    ----------
    content : bytes
    tag : int
        The length of the row's own tag.
    number : int
    wanted : mapping of column number to Put
    """
    columns = sorted(wanted)
    pieces: list[bytes] = []
    done = end = tag
    next_ = added = changed = 0
    for cell in _CELL.finditer(content, tag):
        column = _column(cell[2])
        before = bisect_left(columns, column, next_)
        new = list(_new_cells(number, wanted, columns[next_:before])) if before > next_ else []
        if new:
            pieces += [content[done : cell.start()], *new]
            done, added = cell.start(), added + len(new)
        next_ = before
        if next_ < len(columns) and columns[next_] == column:
            replaced = _replaced(cell, wanted[column])
            if replaced is not None:
                pieces += [content[done : cell.start()], replaced]
                done, changed = cell.end(), changed + 1
            next_ += 1
        end = cell.end()
    new = list(_new_cells(number, wanted, columns[next_:]))
    if new:
        pieces += [content[done:end], *new]
        done, added = end, added + len(new)
    if not added:
        return b"".join([content[:tag], *pieces, content[done:]]), changed
    own_tag, rest = _SPANS.sub(b"", content[:tag]), content[done:]
    if own_tag.endswith(b"/>"):
        own_tag, rest = own_tag[:-2] + b">", b"</row>"
    return b"".join([own_tag, *pieces, rest]), changed + added


def _new_cells(number: int, wanted: Mapping[int, Put], columns: list[int]) -> Iterator[bytes]:
    """Yield the cells of some columns of a row; what is to be empty needs none."""
    for column in columns:
        put = wanted[column]
        if put.kind:
            name = b' r="%b%d"' % (_letters(column), number)
            kind = b"" if put.kind == "n" else b' t="%b"' % put.kind.encode()
            yield b"<c%b%b>%b</c>" % (name, kind, _value(put))


def _replaced(cell: re.Match[bytes], put: Put) -> bytes | None:
    """Return a cell with its new value, or None where it holds it already."""
    tag, _, inside = cell.groups(b"")
    if not put.kind:
        if not inside or inside.startswith(b"<f"):
            return None
        return b"<c%b/>" % _without(tag, _TYPE, _VALUE_MARK, _ARRAY_MARK)
    formula = held = b""
    if inside.startswith(b"<f"):
        end = inside.find(b"</f>") + 4 if b"</f>" in inside else inside.index(b"/>") + 2
        formula, held = inside[:end], inside[end:]
    else:
        held = inside
    kind = _TYPE.search(tag) if b' t="' in tag else None
    value = _value(put)
    same = (kind[1].decode() if kind else "n") == put.kind and _says(held, value, put.text)
    if put.reference:
        referring = _REFERENCE.sub(rb"\g<1>%b\g<3>" % put.reference.encode(), formula, count=1)
        same, formula = same and referring == formula, referring
    if same:
        return None
    if kind or b" vm=" in tag:
        tag = _without(tag, _TYPE, _VALUE_MARK)
    if put.kind != "n":
        tag += b' t="%b"' % put.kind.encode()
    return b"<c%b>%b%b</c>" % (tag, formula, value)


def _says(held: bytes, value: bytes, text: str) -> bool:
    """Whether what stands in a cell, its formula apart, is that value, however it is written."""
    if held == value:
        return True
    found = _HELD.match(held)
    return found is not None and plain_text(found[1] or b"") == text


def _without(tag: bytes, *patterns: re.Pattern[bytes]) -> bytes:
    for pattern in patterns:
        tag = pattern.sub(b"", tag)
    return tag


def _value(put: Put) -> bytes:
    """Return the XML of a value."""
    text = put.text
    if put.kind == "n" or text.isalnum():
        return b"<v>%b</v>" % text.encode()
    space = b' xml:space="preserve"' if text != text.strip() else b""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(sign, written)
    return b"<v%b>%b</v>" % (space, text.encode())


@cache
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


@cache
def _letters(column: int) -> bytes:
    return column_letters(column).encode()
