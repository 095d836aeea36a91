"""Results as the rows that cells show."""

from __future__ import annotations

from itertools import chain
from operator import is_

from clv_xl.cells import Cell, CellError


def rows_shown(content: Cell | list[list[Cell]]) -> list[list[Cell]]:
    """Return a result as the rows that cells show: an empty cell of it as empty text."""
    rows = content if isinstance(content, list) else [[content]]
    return [["" if cell is None else cell for cell in row] for row in rows]


def same_rows(rows: list[list[Cell]], shown: list[list[Cell]] | None) -> bool:
    """Whether cells show the same already; 1 and TRUE are not the same."""
    if rows != shown:
        return False
    if len(rows) == len(rows[0]) == 1:
        return type(rows[0][0]) is type(shown[0][0])
    kinds, others = map(type, chain.from_iterable(rows)), map(type, chain.from_iterable(shown))
    return all(map(is_, kinds, others))


def fill_block(rows: list[list[Cell]], block: tuple[int, int, int, int]) -> list[list[Cell]]:
    """Return a result as a fixed block shows it: one row or column repeats, gaps are #N/A."""
    height, width = block[2] - block[0] + 1, block[3] - block[1] + 1

    def cell(down: int, across: int) -> Cell:
        line = rows[0] if len(rows) == 1 else rows[down] if down < len(rows) else []
        if len(line) == 1 and len(rows[0]) == 1:
            return line[0]
        return line[across] if across < len(line) else CellError.NA

    return [[cell(down, across) for across in range(width)] for down in range(height)]
