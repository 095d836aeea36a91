"""The rows of a sheet that is written unusually: read exactly, and written back as they were.

Prefixed tags, namespaces bound anew, comments, character data, blanks, attributes in any order and
quotes, rows and cells without a place, texts in several formats, extension lists: each cell is
known by its plain form and by its own bytes. Where its plain form stays the same its own bytes do;
a cell that changes is written anew with the prefix that it had, comments inside it are lost. A part
that is not UTF-8 is written as UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.grammar import (
    LAST_COLUMN,
    LAST_ROW,
    column_letters,
    column_number,
)
from clv_xl.hosts.recalc.xlsx.formula_scanner import plain_text
from clv_xl.hosts.recalc.xlsx.plain_row import PLAIN_ROW
from clv_xl.package.damage import DAMAGED
from clv_xl.package.namespaces import MAIN, STRICT_MAIN
from clv_xl.package.part_check import root_name
from clv_xl.package.xml_parts import parse, serialize

_TOKEN: Final = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[(?P<data>.*?)\]\]>|<\?.*?\?>|<(?P<end>/?)(?P<name>[^\s<>/="'!?]+)"""
    rb"""(?P<attributes>(?:\s+[^\s<>/="']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<closed>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLACE: Final = re.compile(rb"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW: Final = re.compile(rb'<row r="(\d+)"[^<>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL: Final = re.compile(rb'<c r="([A-Z]+\d+)"[^<>]*?(?:/>|>.*?</c>)', re.DOTALL)
_OWN: Final = re.compile(rb"<(/?)(?=(?:row|c|f|v|is|t)[\s/>])")
_KEPT: Final = re.compile(rb'<extLst n="(\d+)-(\d+)"/>')
_NUMBER: Final = re.compile(rb"[1-9][0-9]{0,6}")
_UTF8: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s(?![^<>]*?\sencoding\s*=\s*[\"'](?!(?i:utf-8)[\"']))|[\s<][^\x00?])"
)
"""How a part begins that is UTF-8."""
_PLAIN_ROW: Final = re.compile(PLAIN_ROW)
_MAIN: Final = (MAIN, STRICT_MAIN)
_UNREADABLE: Final = "is written in a way that cannot be read"
_NO_PLACE: Final = "is damaged: a row or cell in it has no proper place"
_DISORDER: Final = "has rows or cells out of order or twice"


def broken(sheet: str, what: str = _DISORDER) -> FileError:
    """Return the error for a sheet that Excel, too, opens only after a repair."""
    return FileError(f"Sheet '{sheet}' {what}. Open the workbook in Excel, save it, and retry.")


@dataclass(slots=True)
class _Element:
    """An element: whether it is of the format itself, and where its tags begin and end."""

    name: bytes
    prefix: bytes
    own: bool
    attributes: bytes
    start: int
    opened: int
    closing: int
    end: int
    children: list[_Element] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)


_Scope = dict[bytes, str]
"""Namespaces by prefix, the prefix with its colon."""


class _Row(NamedTuple):
    """A row: where it and what stands before it begin in the part, and its plain form."""

    before: int
    start: int
    end: int
    plain: bytes
    scope: _Scope


@dataclass(frozen=True)
class FiledSheet:
    """The rows of a sheet as its part writes them."""

    content: bytes = field(repr=False)
    holder: _Element = field(repr=False)
    """The element of the rows."""
    found: dict[int, _Row] = field(repr=False)

    @property
    def before(self) -> bytes:
        """What stands before the rows, without the tag of their element."""
        return self.content[: self.holder.start]

    @property
    def after(self) -> bytes:
        """What stands behind the rows and their element."""
        return self.content[self.holder.end :]

    @property
    def plain_start(self) -> bytes:
        """The tag of the rows' element in their plain form."""
        return f'<sheetData xmlns="{MAIN}">'.encode()

    @property
    def rows(self) -> bytes:
        """The rows in their plain form."""
        return b"".join(row.plain for row in self.found.values())

    def written(self, rows: bytes) -> bytes:
        """Return the element of the rows as the part writes it, with other plain rows."""
        if rows == self.rows:
            return self.content[self.holder.start : self.holder.end]
        start, opened = self.holder.start, self.holder.opened
        pieces = [_open(self.content[start:opened])]
        done = opened
        for match in _ROW.finditer(rows):
            row = self.found.get(int(match[1]))
            if row is None:
                pieces.append(self._anew(match[0], self.holder.prefix))
                continue
            same = row.plain == match[0]
            pieces.append(self.content[row.before : row.start])
            pieces.append(
                self.content[row.start : row.end] if same else self._row(row, match[0], match[2])
            )
            done = row.end
        pieces.append(self.content[done : self.holder.closing])
        pieces.append(self._closing(self.holder))
        return b"".join(pieces)

    def _row(self, row: _Row, new: bytes, inside: bytes | None) -> bytes:
        """Return a row with the cells of a plain one, those that are the same as they were."""
        element = _element(self.content, row.start, row.scope)
        cells = dict(_cells(element, int(new[8 : new.index(b'"', 8)])))
        tag, old_tag = new[: new.index(b">") + 1], row.plain[: row.plain.index(b">") + 1]
        same = tag == old_tag and element.closing < element.end
        pieces = [
            self.content[element.start : element.opened]
            if same
            else self._anew(_open(tag), element.prefix)
        ]
        done = element.opened
        for match in _CELL.finditer(inside or b""):
            cell = cells.get(match[1])
            if cell is None:
                pieces.append(self._anew(match[0], element.prefix))
                continue
            pieces.append(self.content[done : cell.start])
            plain = _plain_cell(cell, match[1])
            raw = self.content[cell.start : cell.end]
            if match[0] in {plain, _without_prefix(raw, cell.prefix)}:
                pieces.append(raw)
            else:
                named = _attribute(cell, b"r") is not None
                changed = match[0] if named else match[0].replace(b' r="%b"' % match[1], b"", 1)
                pieces.append(self._anew(changed, cell.prefix))
            done = cell.end
        pieces += [self.content[done : element.closing], self._closing(element)]
        return b"".join(pieces)

    def _anew(self, plain: bytes, prefix: bytes) -> bytes:
        """Return plain tags with a prefix, and what was kept of a cell besides its value."""
        named = _OWN.sub(lambda tag: b"<" + tag[1] + prefix, plain) if prefix else plain
        return _KEPT.sub(lambda kept: self.content[int(kept[1]) : int(kept[2])], named)

    def _closing(self, element: _Element) -> bytes:
        closing = self.content[element.closing : element.end]
        return closing or b"</%b%b>" % (element.prefix, element.name)


def read_filed(content: bytes, sheet: str) -> FiledSheet:
    """Return the rows of a sheet, however they are written.

    Parameters
    ----------
    content : bytes
        The part.
    sheet : str
        The sheet's title for the sentence.

    Raises
    ------
    FileError
        The part is not well-formed, has no rows, or they are out of order.
    """
    if not _UTF8.match(content):
        content = serialize(parse(content))
    elif not root_name(content):
        raise FileError(DAMAGED)
    holder, scope = _holder(content, sheet)
    return FiledSheet(content, holder, dict(_rows(content, holder, scope, sheet)))


def _holder(content: bytes, sheet: str) -> tuple[_Element, _Scope]:
    """Return the element of the rows, without its children, and the namespaces inside it."""
    scopes: list[_Scope] = [{}]
    for token in _TOKEN.finditer(content):
        if token["name"] is None:
            continue
        if token["end"]:
            scopes.pop()
            continue
        scope = _scope(scopes[-1], token["attributes"])
        if len(scopes) == 2:
            element = _opened(token, scope)
            if element.own and element.name == b"sheetData":
                if not token["closed"]:
                    element.closing, element.end = _ending(content, token)
                return element, scope
        if not token["closed"]:
            scopes.append(scope)
    raise broken(sheet, _UNREADABLE)


def _ending(content: bytes, opened: re.Match[bytes]) -> tuple[int, int]:
    """Return where the tag begins and ends that closes an element."""
    closing = b"</%b>" % opened["name"]
    place = content.find(closing, opened.end())
    if content.rfind(closing) == place >= 0 and content.find(b"<!", opened.end()) < 0:
        return place, place + len(closing)  # the only tag of this kind
    depth = 1
    for token in _TOKEN.finditer(content, opened.end()):
        if token["name"] is not None and not token["closed"]:
            depth += -1 if token["end"] else 1
            if not depth:
                return token.span()
    raise FileError(DAMAGED)


def _rows(
    content: bytes, holder: _Element, scope: _Scope, sheet: str
) -> Iterator[tuple[int, _Row]]:
    position = before = holder.opened
    number = 0
    while (token := _TOKEN.search(content, position, holder.closing)) is not None:
        if token["name"] is None:
            position = token.end()
            continue
        quick = _quick_row(content, token, scope)
        if quick is not None and number < quick[0] <= LAST_ROW:
            number, end, plain = quick
            yield number, _Row(before, token.start(), end, plain, scope)
            position = before = end
            continue
        element = _element(content, token.start(), scope)
        position = element.end
        if not (element.own and element.name == b"row"):
            continue
        number = _row_number(element, number, sheet)
        plain = _plain_row(element, number, sheet)
        yield number, _Row(before, element.start, element.end, plain, scope)
        before = element.end


def _quick_row(
    content: bytes, token: re.Match[bytes], scope: _Scope
) -> tuple[int, int, bytes] | None:
    """Return number, end and plain form of a row that is plain but for one prefix, else None.

    Texts and attributes hold no "<", so what begins with it and the prefix is a tag.
    """
    prefix = token["name"].rpartition(b":")[0] + b":" * (b":" in token["name"])
    closing = b"</%brow>" % prefix
    end = token.end() if token["closed"] else content.find(closing, token.end()) + len(closing)
    raw = content[token.start() : end]
    plain = _without_prefix(raw, prefix)
    if prefix and plain.count(b"<") * len(prefix) != len(raw) - len(plain):
        return None
    match = _PLAIN_ROW.fullmatch(plain)
    if match is None or b"xmlns" in raw or b"<!" in raw or scope.get(prefix, "") not in _MAIN:
        return None
    return int(match["row"]), end, plain


def _without_prefix(raw: bytes, prefix: bytes) -> bytes:
    if not prefix:
        return raw
    return raw.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def _row_number(element: _Element, last: int, sheet: str) -> int:
    found = _attribute(element, b"r")
    if found is None:
        return last + 1
    if not _NUMBER.fullmatch(found) or int(found) > LAST_ROW:
        raise broken(sheet, _NO_PLACE)
    if int(found) <= last:
        raise broken(sheet)
    return int(found)


def _plain_row(element: _Element, number: int, sheet: str) -> bytes:
    cells = list(_cells(element, number))
    columns = [_column(name, number, sheet) for name, _ in cells]
    if any(one >= two for one, two in pairwise(columns)):
        raise broken(sheet)
    inside = b"".join([_plain_cell(cell, name) for name, cell in cells])
    tag = b'<row r="%d"%b' % (number, _plain_attributes(element.attributes))
    return b"%b>%b</row>" % (tag, inside) if inside else tag + b"/>"


def _cells(row: _Element, number: int) -> Iterator[tuple[bytes, _Element]]:
    """Yield the cells of a row by their names; one without a name is next to the one before."""
    last = 0
    for cell in row.children:
        if not (cell.own and cell.name == b"c"):
            continue
        name = (_attribute(cell, b"r") or f"{column_letters(last + 1)}{number}".encode()).upper()
        yield name, cell
        match = _PLACE.fullmatch(name)
        last = column_number(match[1].decode()) if match else last


def _column(name: bytes, number: int, sheet: str) -> int:
    """Return the column of a cell's name, which must be in its row."""
    match = _PLACE.fullmatch(name)
    column = column_number(match[1].decode()) if match else 0
    if match is None or int(match[2]) != number or column > LAST_COLUMN:
        raise broken(sheet, _NO_PLACE)
    return column


def _plain_cell(cell: _Element, name: bytes) -> bytes:
    """Return a cell in its plain form; where to find what else it holds stands for that."""
    pieces = {b"f": b"", b"v": b"", b"is": b""}
    kept = b""
    for child in cell.children:
        if not child.own or pieces.get(child.name):
            kept += b'<extLst n="%d-%d"/>' % (child.start, child.end)
        elif child.name == b"is":
            text = b"".join(_texts(child))
            pieces[b"is"] = b'<is><t xml:space="preserve">%b</t></is>' % text
        elif child.name in pieces:
            if child.children:  # neither a formula nor a value holds an element
                raise FileError(DAMAGED)
            tag = child.name + _plain_attributes(child.attributes)
            pieces[child.name] = b"<%b>%b</%b>" % (tag, b"".join(child.text), child.name)
        else:
            kept += b'<extLst n="%d-%d"/>' % (child.start, child.end)
    inside = b"".join(pieces.values()) + kept
    tag = b'<c r="%b"%b' % (name, _plain_attributes(cell.attributes))
    return b"%b>%b</c>" % (tag, inside) if inside else tag + b"/>"


def _texts(element: _Element) -> Iterator[bytes]:
    """Yield the texts of the runs of a text, without the reading aids of Japanese."""
    for child in element.children:
        if child.own and child.name == b"t":
            yield b"".join(child.text)
        elif child.own and child.name == b"r":
            yield from _texts(child)


def _plain_attributes(attributes: bytes) -> bytes:
    """Return attributes but the place, each after a blank and in double quotes."""
    return b"".join(
        b' %b="%b"' % (name, (double or single).replace(b'"', b"&quot;").replace(b">", b"&gt;"))
        for name, double, single in _ATTRIBUTE.findall(attributes)
        if name != b"r"
    )


def _attribute(element: _Element, wanted: bytes) -> bytes | None:
    for name, double, single in _ATTRIBUTE.findall(element.attributes):
        if name == wanted:
            return bytes(double or single)
    return None


def _open(tag: bytes) -> bytes:
    """Return the tag of an element that is to hold something."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def _element(content: bytes, start: int, scope: _Scope) -> _Element:
    """Return the element that begins there, with all that is inside it.

    Parameters
    ----------
    content : bytes
    start : int
    scope : dict
        The namespaces around it.
    """
    token = _TOKEN.match(content, start)
    root = _Element(b"", b"", False, b"", start, start, start, start)
    open_elements, scopes = [root], [scope]
    while token is not None:
        current = open_elements[-1]
        if token["end"]:
            current.closing, current.end = token.span()
            open_elements.pop()
            scopes.pop()
        elif token["name"] is not None:
            inner = _scope(scopes[-1], token["attributes"])
            element = _opened(token, inner)
            current.children.append(element)
            if not token["closed"]:
                open_elements.append(element)
                scopes.append(inner)
        elif token["data"] is not None:
            data = token["data"].replace(b"&", b"&amp;").replace(b"<", b"&lt;")
            current.text.append(data.replace(b">", b"&gt;"))
        if len(open_elements) == 1:
            return root.children[0]
        position = token.end()
        token = _TOKEN.search(content, position)
        if token is not None and position < token.start():
            open_elements[-1].text.append(content[position : token.start()])
    raise FileError(DAMAGED)


def _opened(token: re.Match[bytes], scope: _Scope) -> _Element:
    prefix, colon, name = token["name"].rpartition(b":")
    prefix += colon
    return _Element(
        name, prefix, scope.get(prefix, "") in _MAIN, token["attributes"],
        token.start(), token.end(), token.end(), token.end(),
    )  # fmt: skip


def _scope(scope: _Scope, attributes: bytes) -> _Scope:
    """Return the namespaces inside an element."""
    if b"xmlns" not in attributes:
        return scope
    bound = {
        name.removeprefix(b"xmlns").removeprefix(b":") + b":" * (b":" in name): plain_text(
            double or single
        )
        for name, double, single in _ATTRIBUTE.findall(attributes)
        if name == b"xmlns" or name.startswith(b"xmlns:")
    }
    return {**scope, **bound}
