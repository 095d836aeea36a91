"""A reference in a formula that is filled down: which block it means in each copy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from clv_xl.hosts.recalc.solver.order import Block

_ROW: Final = re.compile(r"(\$?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class CopiedReference:
    """What a reference means where its formula stands, and which of its rows move in copies."""

    block: Block
    top_moves: bool = False
    bottom_moves: bool = False

    def at(self, down: int) -> Block:
        """Return what it means in the copy so many rows below."""
        sheet, top, left, bottom, right = self.block
        one, other = top + down * self.top_moves, bottom + down * self.bottom_moves
        return (sheet, min(one, other), left, max(one, other), right)


def moving_rows(cells: str) -> tuple[bool, bool]:
    """Tell of a reference, such as A$1:B2, whether its top and its bottom row move in copies."""
    rows = sorted((int(row), not fixed) for fixed, row in _ROW.findall(cells))
    return (rows[0][1], rows[-1][1]) if rows else (False, False)
