"""Formulas that spill: how far they reach now, and which cells are in their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, LAST_ROW, Area, cell_name, quote
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell, CustomColumn
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.order import Block
from clv_xl.hosts.recalc.solver.scratch_sheet import Scratch
from clv_xl.hosts.recalc.solver.shown_rows import same_rows
from clv_xl.hosts.recalc.xlsx.book import Book, Place

_IN_THE_WAY = "The result fills {}, where other cells stand, the first in {}; clear them."
_ON_TABLE = "The result fills {}, where a table stands, and nothing spills into one; move either."
_OUTSIDE = "The result has {} x {} cells and does not fit on the sheet from here; move the formula."


class Spills:
    """Keeps the blocks of spilling formulas as large as their results.

    Parameters
    ----------
    engine : Engine
    book : Book
    scratch : Scratch
    reader : Reader
    custom_cells : mapping
        The custom cells by place, as the calculation knows them.
    """

    def __init__(
        self,
        engine: Engine,
        book: Book,
        scratch: Scratch,
        reader: Reader,
        custom_cells: Mapping[Place, CustomCell],
    ) -> None:
        self._engine = engine
        self._sheets = book.sheets
        self._tables = [block for _, block in book.tables]
        self._scratch = scratch
        self._reader = reader
        self._custom_cells = custom_cells
        self._cells = [cell for cell in book.formula_cells() if cell.kind == "dynamic"]

    def watch(self) -> None:
        """Have the sizes of all spills computed along with the native formulas."""
        self._scratch.watch(
            [
                f"{quote(self._sheets[place.sheet])}!{cell_name(place.row, place.column)}"
                for place in (cell.place for cell in self._cells)
            ]
        )

    def seed(self, own: CustomCell) -> None:
        """Let a custom cell show its stored value, until it is computed."""
        engine, cell = self._engine, own.cell
        rows = engine.read(Area(self._sheets[cell.place.sheet], *cell.block))
        engine.clear(cell.place.sheet, *cell.block)
        self._put(own, rows if isinstance(rows, list) else [[rows]], cell.block)

    def seed_column(self, column: CustomColumn) -> None:
        """Let the cells of a column show their stored values; those without one are blank."""
        first, last = column.cells[0].cell.place, column.cells[-1].cell.place
        rows = self._engine.read(Area(column.sheet, *first[1:], *last[1:]))
        if not isinstance(rows, list):
            rows = [[rows]]
        self._engine.set_table(*first, rows)
        for own, row in zip(column.cells, rows, strict=True):
            if own.cell.stored is not None:
                own.shown, own.spread = [row], own.cell.block

    def show(self, column: CustomColumn, values: Sequence[Cell]) -> list[CustomCell]:
        """Put values into the cells of a column, and return those for which there is none."""
        without: list[CustomCell] = []
        for own, value in zip(column.cells, values, strict=True):
            if value is None:
                without.append(own)
            elif own.shown is None or not same_rows([[value]], own.shown):
                self._engine.set_value(*own.cell.place, value)
                own.shown, own.spread = [[value]], own.cell.block
        return without

    def spread(self, own: CustomCell, rows: list[list[Cell]]) -> None:
        """Put a result into the cells that it fills, or #SPILL! where others are in its way."""
        engine, cell = self._engine, own.cell
        _, row, column = cell.place
        block = _filled_block(cell.place, rows)
        engine.clear(cell.place.sheet, *cell.block)
        own.obstacle = self.obstacle(own, rows)
        if own.obstacle:
            rows, block = [[CellError.SPILL]], (row, column, row, column)
        self._put(own, rows, block)

    def obstacle(self, own: CustomCell, rows: list[list[Cell]]) -> str:
        """Return the sentence that says why a result cannot spill; empty where it can."""
        top, left, bottom, right = _filled_block(own.cell.place, rows)
        if bottom > LAST_ROW or right > LAST_COLUMN:
            return _OUTSIDE.format(f"{len(rows):,}", f"{len(rows[0]):,}")
        whole = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
        if self._reaches_table(own.cell.place, bottom, right):
            return _ON_TABLE.format(whole)
        blocks = [own.cell.block, *([own.spread] if own.spread else [])]
        for row, column in self._engine.filled((own.cell.place.sheet, top, left, bottom, right)):
            if not any(one[0] <= row <= one[2] and one[1] <= column <= one[3] for one in blocks):
                return _IN_THE_WAY.format(whole, cell_name(row, column))
        return ""

    def _reaches_table(self, place: Place, bottom: int, right: int) -> bool:
        """Whether a block meets a table that begins below or beside its first cell."""
        return any(
            block.sheet == self._sheets[place.sheet]
            and (block.top > place.row or block.left > place.column)
            and place.row <= block.bottom
            and block.top <= bottom
            and place.column <= block.right
            and block.left <= right
            for block in self._tables
        )

    def _put(
        self, own: CustomCell, rows: list[list[Cell]], block: tuple[int, int, int, int]
    ) -> None:
        self._engine.set_table(*own.cell.place, rows)
        self._reader.note_filled(own.cell.place.sheet, block)
        own.shown, own.spread = rows, block

    def resized(self) -> list[Block]:
        """Compute everything; note how far formulas spill now, and return what that changed."""
        changed: list[Block] = []
        for cell, block in zip(self._cells, self._extents(), strict=True):
            if block != cell.block:
                changed += [(cell.place.sheet, *cell.block), (cell.place.sheet, *block)]
                cell.block = block
                self._engine.grow(cell.place.sheet, block[2], block[3])
                self._reader.note_filled(cell.place.sheet, block)
        return changed

    def _extents(self) -> Iterable[tuple[int, int, int, int]]:
        """Return what each spilling formula fills now."""
        for cell, (height, width) in zip(self._cells, self._scratch.sizes(), strict=True):
            own = self._custom_cells.get(cell.place)
            if own is not None and own.spread is not None:
                yield own.spread
            else:
                _, row, column = cell.place
                yield (row, column, row + height - 1, column + width - 1)


def _filled_block(place: Place, rows: list[list[Cell]]) -> tuple[int, int, int, int]:
    _, row, column = place
    return (row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
