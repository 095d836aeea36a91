"""Values put into the rows of a sheet; every other byte of them stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, zip_longest
from operator import ge
from typing import Final, NamedTuple

from clv_xl.hosts.recalc.formula.grammar import column_letters, column_number
from clv_xl.hosts.recalc.xlsx.formula_scanner import plain_text
from clv_xl.package.text_escapes import decoded

_ROW: Final = re.compile(rb'<row r="(\d+)"[^<>]*?(/?)>')
_SPANS: Final = re.compile(rb'\sspans="[^"]*"')
_CELL: Final = re.compile(rb'(<c r="([A-Za-z]+\d+)"([^<>]*?)(?:/>|>([^<]*(?:<(?!/c>)[^<]*)*)</c>))')
_DIGITS: Final = b"0123456789"
_MOST_ROWS: Final = 500
"""As many at once as memory is cheap for."""
_HELD: Final = re.compile(rb"<v(?:\s[^<>]*?)?(?:/>|>([^<]*)</v>)")
_TYPE: Final = re.compile(rb'\st="([^"]*)"')
_VALUE_MARK: Final = re.compile(rb'\svm="[^"]*"')
_ARRAY_MARK: Final = re.compile(rb'\scm="[^"]*"')
_AREA: Final = re.compile(rb'\sref="[^"]*"')
_REFERENCE: Final = re.compile(rb'(\sref=")([^"]*)(")')


class DisorderError(Exception):
    """Rows or cells are out of order, or one is there twice."""


class Put(NamedTuple):
    """What a cell is to hold: the type and text of its value, nothing where it is to be empty.

    `reference` is what a formula that spills fills now, empty for every other cell; `mark` says by
    which number its cell is marked as spilling, where it was not.
    """

    kind: str = ""
    text: str = ""
    reference: str = ""
    mark: int | None = None


def splice(content: bytes, wanted: Mapping[int, Mapping[int, Put]]) -> tuple[bytes, int]:
    """Return rows with values put in, and how many cells changed.

    Parameters
    ----------
    content : bytes
        The rows of a sheet in their plain form.
    wanted : mapping of row number to mapping of column number to Put

    Raises
    ------
    DisorderError
        The rows, or the cells of a row that is wanted, do not follow each other.
    """
    end = len(content)
    rows = list(_ROW.finditer(content))
    numbers = [int(row[1]) for row in rows]
    if any(map(ge, numbers, numbers[1:])):
        raise DisorderError
    pieces: list[bytes] = []
    done = changed = 0
    for run in _runs(sorted(wanted), numbers):
        index = bisect_left(numbers, run[0])
        begin = after = rows[index].start() if index < len(rows) else end
        if index < len(rows) and numbers[index] == run[0]:
            last = rows[index + len(run) - 1]
            after = last.end() if last[2] else content.index(b"</row>", last.end()) + 6
            new, count = _rows(content[begin:after], run, wanted)
        else:
            cells = list(_new_cells(run[0], wanted[run[0]], sorted(wanted[run[0]])))
            new, count = b'<row r="%d">%b</row>' % (run[0], b"".join(cells)), len(cells)
        if count:
            pieces += [content[done:begin], new]
            done = after
            changed += count
    return (b"".join([*pieces, content[done:]]), changed) if changed else (content, 0)


def _runs(wanted: list[int], numbers: list[int]) -> Iterator[list[int]]:
    """Yield rows in runs that follow each other in the file; a missing row is its own run."""
    place = {number: index for index, number in enumerate(numbers)}
    run: list[int] = []
    for number in wanted:
        apart = number not in place or (bool(run) and place.get(run[-1], -2) + 1 != place[number])
        if run and (apart or len(run) == _MOST_ROWS):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _rows(
    content: bytes, run: list[int], wanted: Mapping[int, Mapping[int, Put]]
) -> tuple[bytes, int]:
    """Return rows with values put in, and how many of their cells changed."""
    puts = {
        b"%b%d" % (_letters(column), number): put
        for number in run
        for column, put in wanted[number].items()
    }
    parts = _CELL.split(content)
    names, cells = parts[2::5], parts[1::5]
    if len(set(names)) < len(names):
        raise DisorderError
    if any(puts[name].kind for name in puts.keys() - names):
        return _longer_rows(content, run, wanted)
    changed = 0
    for index, put in enumerate(map(puts.get, names)):
        if put is not None:
            at = 5 * index
            new = _replaced(names[index], parts[at + 3], parts[at + 4] or b"", put)
            if new is not None:
                cells[index] = new
                changed += 1
    pieces = zip_longest(parts[::5], cells, fillvalue=b"")
    return b"".join(chain.from_iterable(pieces)), changed


def _longer_rows(
    content: bytes, run: list[int], wanted: Mapping[int, Mapping[int, Put]]
) -> tuple[bytes, int]:
    """Return rows, some of which lack cells that are wanted, with the values put in."""
    pieces: list[bytes] = []
    done = changed = 0
    for number, tag in zip(run, _ROW.finditer(content), strict=True):
        after = tag.end() if tag[2] else content.index(b"</row>", tag.end()) + 6
        new, count = _row(
            content[tag.start() : after], tag.end() - tag.start(), number, wanted[number]
        )
        pieces += [content[done : tag.start()], new]
        done, changed = after, changed + count
    return b"".join([*pieces, content[done:]]), changed


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
    last = next_ = added = changed = 0
    for cell in _CELL.finditer(content, tag):
        column = _column(cell[2].rstrip(_DIGITS))
        if column <= last:
            raise DisorderError
        last = column
        before = bisect_left(columns, column, next_)
        new = list(_new_cells(number, wanted, columns[next_:before])) if before > next_ else []
        if new:
            pieces += [content[done : cell.start()], *new]
            done, added = cell.start(), added + len(new)
        next_ = before
        if next_ < len(columns) and columns[next_] == column:
            replaced = _replaced(cell[2], cell[3], cell[4] or b"", wanted[column])
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


def _replaced(name: bytes, tag: bytes, inside: bytes, put: Put) -> bytes | None:
    """Return a cell with its new value, or None where it holds it already.

    Parameters
    ----------
    name, tag, inside : bytes
        The cell's name, the rest of its tag, and its content.
    put : Put
    """
    held, kept = _parted(inside, b"<extLst ")
    if not put.kind:
        if not held or held.startswith(b"<f"):
            return None
        tag = _without(tag, _TYPE, _VALUE_MARK, _ARRAY_MARK)
        return b'<c r="%b"%b>%b</c>' % (name, tag, kept) if kept else b'<c r="%b"%b/>' % (name, tag)
    formula = b""
    if held.startswith(b"<f"):
        end = held.find(b"</f>") + 4 if b"</f>" in held else held.index(b"/>") + 2
        formula, held = held[:end], held[end:]
    kind = _TYPE.search(tag) if b' t="' in tag else None
    value = _value(put)
    same = (kind[1].decode() if kind else "n") == put.kind and _says(held, value, put.text)
    if put.reference and put.mark is not None:
        same, formula = False, _spilling(formula, put.reference.encode())
        tag = _without(tag, _ARRAY_MARK) + b' cm="%d"' % put.mark
    elif put.reference:
        referring = _REFERENCE.sub(rb"\g<1>%b\g<3>" % put.reference.encode(), formula, count=1)
        same, formula = same and referring == formula, referring
    if same:
        return None
    if kind or b" vm=" in tag:
        tag = _without(tag, _TYPE, _VALUE_MARK)
    if put.kind != "n":
        tag += b' t="%b"' % put.kind.encode()
    return b'<c r="%b"%b>%b%b%b</c>' % (name, tag, formula, value, kept)


def _parted(inside: bytes, sign: bytes) -> tuple[bytes, bytes]:
    """Return what stands before a sign, and the rest."""
    place = inside.find(sign)
    return (inside, b"") if place < 0 else (inside[:place], inside[place:])


def _spilling(formula: bytes, reference: bytes) -> bytes:
    """Return a formula as one that fills an area from its cell."""
    end = formula.index(b">")
    kept = _without(formula[:end], _TYPE, _AREA).removeprefix(b"<f")
    return b'<f t="array" ref="%b"%b%b' % (reference, kept, formula[end:])


def _says(held: bytes, value: bytes, text: str) -> bool:
    """Whether the content of a cell, its formula apart, is that value, however it is written."""
    if held == value:
        return True
    found = _HELD.match(held)
    return found is not None and decoded(plain_text(found[1] or b"")) == decoded(text)


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
