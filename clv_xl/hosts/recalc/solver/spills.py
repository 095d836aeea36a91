"""Formulas that spill: how far they reach now, and which cells are in their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, LAST_ROW, Area, cell_name, quote
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.order import Block
from clv_xl.hosts.recalc.solver.scratch_sheet import Scratch
from clv_xl.hosts.recalc.xlsx.book import Book, Place

_IN_THE_WAY = "Other cells stand where the result would spill; clear them."


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

    def spread(self, own: CustomCell, rows: list[list[Cell]]) -> None:
        """Put a result into the cells that it fills, or #SPILL! where others are in its way."""
        engine, cell = self._engine, own.cell
        sheet, row, column = cell.place
        block = (row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
        engine.clear(sheet, *cell.block)
        own.obstacle = ""
        if block[2] > LAST_ROW or block[3] > LAST_COLUMN or not engine.is_empty((sheet, *block)):
            rows, block = [[CellError.SPILL]], (row, column, row, column)
            own.obstacle = _IN_THE_WAY
        self._put(own, rows, block)

    def _put(
        self, own: CustomCell, rows: list[list[Cell]], block: tuple[int, int, int, int]
    ) -> None:
        self._engine.set_table(*own.cell.place, rows)
        self._reader.note_filled(own.cell.place.sheet, block[1], block[3])
        own.shown, own.spread = rows, block

    def resized(self) -> list[Block]:
        """Compute everything; note how far formulas spill now, and return what that changed."""
        changed: list[Block] = []
        for cell, block in zip(self._cells, self._extents(), strict=True):
            if block != cell.block:
                changed += [(cell.place.sheet, *cell.block), (cell.place.sheet, *block)]
                cell.block = block
                self._engine.grow(cell.place.sheet, block[2], block[3])
                self._reader.note_filled(cell.place.sheet, block[1], block[3])
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
