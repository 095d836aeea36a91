"""A sheet with its rows as nearly all programs write them, whatever its own program wrote.

What reads formulas and puts values in knows one way of writing only: tags without prefix, each row
and cell with its place first, in a cell its formula, then its value or text. `plain_row` says
what that is. A sheet that is written otherwise is read through `filed_rows`, and stays as it is
outside the cells that change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from typing import Final

from clv_xl.hosts.recalc.xlsx.filed_rows import FiledSheet, read_filed
from clv_xl.hosts.recalc.xlsx.plain_row import PLAIN_ROW
from clv_xl.package.namespaces import MAIN, STRICT_MAIN

START: Final = b"<sheetData>"
END: Final = b"</sheetData>"
_ROWS: Final = re.compile(rb"(?:\s*+" + PLAIN_ROW + rb")*+\s*+")
_HEAD: Final = re.compile(rb"\s*+(?:<\?xml [^<>?]*+\?>\s*+)?<(?:[\w.-]++:)?\w++([^<>]*+)>")
_UTF8: Final = re.compile(rb"(?i)\sencoding=[\"'](?!utf-8[\"'])")
_NAMESPACES: Final = tuple(f'xmlns="{name}"'.encode() for name in (MAIN, STRICT_MAIN))
_LIKE_ROWS: Final = re.compile(rb"[<:](?:row|c)[\s/>]")
"""Behind the rows only other programs have such tags."""
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class PlainSheet:
    """A sheet in three pieces: what stands before its rows, its rows in the plain way, the rest.

    Parameters
    ----------
    head, rows, tail : bytes
        Together a sheet that says the same as the part.
    filed : FiledSheet, optional
        How the part writes its rows, where it does so otherwise.
    """

    head: bytes = field(repr=False)
    rows: bytes = field(repr=False)
    tail: bytes = field(repr=False)
    filed: FiledSheet | None = field(default=None, repr=False)

    def plain(self) -> bytes:
        """Return the whole sheet with its rows in the plain way."""
        return b"".join((self.head, self.rows, self.tail))

    def part(self) -> bytes:
        """Return the sheet as its part writes it; rows and cells that are new are plain."""
        if self.filed is None:
            return self.plain()
        head, tail = self.head.removesuffix(self.filed.plain_start), self.tail.removeprefix(END)
        return b"".join((head, self.filed.written(self.rows), tail))

    def with_pieces(
        self, rows: bytes, head: bytes | None = None, tail: bytes | None = None
    ) -> PlainSheet:
        """Return the sheet with other rows, and other pieces around them where they are given."""
        return _replace(
            self,
            rows=rows,
            head=self.head if head is None else head,
            tail=self.tail if tail is None else tail,
        )


def plain_sheet(content: bytes, name: str = "") -> PlainSheet:
    """Return a sheet in its pieces.

    Parameters
    ----------
    content : bytes
        The part.
    name : str, optional
        The sheet's title for the sentence.

    Raises
    ------
    FileError
        The part is damaged: not well-formed, a row or cell has no proper place, or they are out of
        order.
    """
    start = content.find(START) + len(START)
    end = content.find(END, start)
    if start > len(START) and end >= 0 and _is_plain(content, start, end):
        return PlainSheet(content[:start], content[start:end], content[end:])
    filed = read_filed(content, name)
    return PlainSheet(filed.before + filed.plain_start, filed.rows, END + filed.after, filed)


def _is_plain(content: bytes, start: int, end: int) -> bool:
    """Whether rows are written the plain way, and nothing around them gives it another meaning."""
    head = _HEAD.match(content, len(_BOM) if content.startswith(_BOM) else 0)
    return (
        head is not None
        and head[1].count(b"xmlns=") == content.count(b"xmlns=", 0, end) == 1
        and any(one in head[1] and content.count(one[6:], 0, start) == 1 for one in _NAMESPACES)
        and not _UTF8.search(content, 0, head.start(1))
        and content.find(b"<!", 0, end) < 0
        and not _LIKE_ROWS.search(content, end)
        and _ROWS.fullmatch(content, start, end) is not None
    )
