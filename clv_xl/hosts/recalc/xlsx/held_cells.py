"""Which cells of a sheet hold something, found in its bytes."""

from __future__ import annotations

import re
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import column_number
from clv_xl.hosts.recalc.xlsx.plain_sheet import END, START, plain_sheet

_ROW: Final = re.compile(rb'<row r="(\d+)"[^<>]*?/?>')
_CELL: Final = re.compile(rb'<c r="([A-Za-z]+)(\d+)"[^<>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
CONTENT: Final = re.compile(rb"<f[\s/>]|<(?:v|t)(?:\s[^<>]*)?>[^<]")
"""A formula, or a value or text that is not empty."""


class _UnusualError(Exception):
    """Rows or cells are not written as nearly all are."""


def held_cells(
    content: bytes, after: int, last: int | None = None, *, sheet: str
) -> dict[int, set[int]]:
    """Return the columns of the cells that hold something, by row.

    Parameters
    ----------
    content : bytes
        The sheet, as it lies in the package.
    after : int
        Only rows after this one are read.
    last : int, optional
        The last row that is read.
    sheet : str
        The sheet's title for the sentence.
    """
    start, end = content.find(START), content.find(END)
    if 0 <= start < end:
        try:
            return _held(content, start, end, after, last)
        except _UnusualError:
            pass
    rows = plain_sheet(content, sheet).rows
    return _held(rows, 0, len(rows), after, last)


def _held(
    content: bytes, start: int, end: int, after: int, last: int | None
) -> dict[int, set[int]]:
    rows = list(_ROW.finditer(content, start, end))
    if len(rows) != content.count(b"<row", start, end):
        raise _UnusualError
    begin = next((row.start() for row in rows if int(row[1]) > after), end)
    if last is not None:
        end = next((row.start() for row in rows if int(row[1]) > last), end)
    cells = list(_CELL.finditer(content, begin, end))
    if len(cells) != content.count(b"<c", begin, end) or content.find(b"<!", begin, end) >= 0:
        raise _UnusualError
    found: dict[int, set[int]] = {}
    for cell in cells:
        if cell[3] and CONTENT.search(cell[3]):
            found.setdefault(int(cell[2]), set()).add(column_number(cell[1].decode()))
    return found
