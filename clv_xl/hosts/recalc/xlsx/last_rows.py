"""Down to which row a sheet's columns hold anything, found in its bytes from the end."""

from __future__ import annotations

import re
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import column_letters, column_number
from clv_xl.hosts.recalc.xlsx.held_cells import CONTENT

_CELL: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"[^<>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_FEW: Final = 8
"""As many columns are looked up one by one; of more, one or another ends near the last row."""


def last_row(rows: bytes, left: int, right: int) -> int:
    """Return the last row in which one of some columns holds something; 0 where none does.

    Parameters
    ----------
    rows : bytes
        The rows of a sheet in their plain form.
    left, right : int
        The columns.
    """
    if right - left >= _FEW:
        return _last(rows, "", left, right)
    return max(_last(rows, column_letters(one), one, one) for one in range(left, right + 1))


def _last(rows: bytes, letters: str, left: int, right: int) -> int:
    """Return the last such row, looking at the cells whose names begin with these letters."""
    start = f'<c r="{letters}'.encode()
    place = rows.rfind(start)
    while place >= 0:
        cell = _CELL.match(rows, place)
        held = cell is not None and cell[3] and CONTENT.search(cell[3])
        if cell and held and left <= column_number(cell[1].decode()) <= right:
            return int(cell[2])
        place = rows.rfind(start, 0, place)
    return 0
