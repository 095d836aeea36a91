"""What formula cells read: the blocks of cells that they refer to.

The formulas down a table's column, or filled down any other, say the same of each row. They count
as one, which reads what the first and the last of them read and all between, so a long column costs
no more than a short one; but not where one of them would then depend on itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import Expression, GrammarError, Token, area, parse, walk
from clv_xl.hosts.recalc.formula.text_search import is_volatile
from clv_xl.hosts.recalc.solver.copied_references import CopiedReference, moving_rows
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell
from clv_xl.hosts.recalc.solver.order import Block
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place

_DEEPEST: Final = 8


class Precedents:
    """Knows what formula cells refer to.

    Parameters
    ----------
    engine : Engine
    book : Book
    names : Names
    custom_cells : mapping
        The custom cells by place, as the calculation knows them.
    """

    def __init__(
        self, engine: Engine, book: Book, names: Names, custom_cells: Mapping[Place, CustomCell]
    ) -> None:
        self._engine = engine
        self._book = book
        self._names = names
        self._custom_cells = custom_cells
        self._cells = {cell.place: cell for cell in book.formula_cells()}
        self._blocks: dict[Place, list[Block]] = {}
        self._referred: dict[tuple[str, int, int], list[CopiedReference]] = {}
        self._last: dict[Place, Place] = {}
        self._apart: set[Place] = set()

    def forget(self) -> None:
        """Formulas have changed: read them again."""
        self._blocks.clear()

    def alike_formulas(self) -> Iterator[tuple[Place, tuple[int, int, int, int]]]:
        """Yield each formula cell with the block that it fills; a column of alike ones as one."""
        self._last.clear()
        open_: dict[tuple[int, int], tuple[FormulaCell, FormulaCell]] = {}
        for cell in self._book.formula_cells():
            place = cell.place
            own = self._custom_cells.get(place)
            if own is not None and own.column.together:
                if own is own.column.cells[0]:
                    yield self._group(cell, own.column.cells[-1].cell)
                continue
            key = (place.sheet, place.column)
            alike = cell.kind == "plain" and cell.text and not cell.shared
            if own is not None or not alike or is_volatile(cell.pattern) or place in self._apart:
                yield place, cell.block
                continue
            first, last = open_.get(key, (cell, cell))
            if _continues(first, last, cell):
                open_[key] = first, cell
            else:
                yield self._group(first, last)
                open_[key] = cell, cell
        for first, last in open_.values():
            yield self._group(first, last)

    def take_apart(self, places: Iterable[Place]) -> bool:
        """Count the formulas of groups one by one from now on; tell whether there were any.

        Parameters
        ----------
        places : places of the first cells of groups, and of others
        """
        groups = [(first, self._last[first]) for first in places if first in self._last]
        for first, last in groups:
            own = self._custom_cells.get(first)
            if own is not None:
                own.column.together = False
            else:
                rows = range(first.row, last.row + 1)
                self._apart.update(Place(first.sheet, row, first.column) for row in rows)
        return bool(groups)

    def take_all_apart(self) -> bool:
        """Count the formulas of all groups one by one; tell whether there were any."""
        return self.take_apart(list(self._last))

    def _group(
        self, first: FormulaCell, last: FormulaCell
    ) -> tuple[Place, tuple[int, int, int, int]]:
        if first is not last:
            self._last[first.place] = last.place
        top, left, _, _ = first.block
        _, _, bottom, right = last.block
        return first.place, (top, left, bottom, right)

    def blocks(self, place: Place) -> list[Block]:
        """Return the blocks that a formula cell, or the group that it begins, refers to."""
        if place not in self._blocks:
            found = self.own_blocks(place)
            last = self._last.get(place)
            if last is not None:
                found = _stretched(found, self.own_blocks(last))
            self._blocks[place] = found
        return self._blocks[place]

    def own_blocks(self, place: Place) -> list[Block]:
        """Return the blocks that one formula cell refers to."""
        text, row = self._text(place)
        key = text, row, place.sheet
        if key not in self._referred:
            try:
                self._referred[key] = list(self._references(parse(text), place.sheet, 0))
            except GrammarError:
                self._referred[key] = []
        down = place.row - row
        return [one.block if not down else one.at(down) for one in self._referred[key]]

    def _text(self, place: Place) -> tuple[str, int]:
        """Return the formula of a cell, or that of which it is a copy; and the row of this one."""
        own = self._custom_cells.get(place)
        if own is not None:
            return own.column.filled.text, own.column.filled.row
        text, cell = self._engine.formula(*place), self._cells.get(place)
        copied = cell is not None and cell.kind == "plain" and cell.text != cell.pattern
        if text and cell and copied and not cell.shared and "[" not in cell.pattern:
            return cell.pattern, cell.origin
        return text or "", place.row

    def _references(
        self, expression: Expression, sheet: int, depth: int
    ) -> Iterator[CopiedReference]:
        for piece in walk(expression):
            if not isinstance(piece, Token):
                continue
            if piece.kind in {"reference", "spill"}:
                block = area(piece, self._book.sheets[sheet])
                number = self._engine.sheet(block.sheet)
                if number is not None:
                    moving = (False, False) if depth else moving_rows(piece.cells)
                    yield CopiedReference((number, *block[1:]), *moving)
            elif piece.kind == "name" and depth < _DEEPEST:
                meaning = self._names.meaning(piece.text, sheet)
                if meaning:
                    yield from self._references(meaning.expression, sheet, depth + 1)


def _continues(first: FormulaCell, last: FormulaCell, cell: FormulaCell) -> bool:
    """Whether a formula below says the same as all of a group, or is filled down from them."""
    if last.place.row not in {cell.place.row, cell.place.row - 1}:
        return False
    if cell.text == first.text:
        return last.text == first.text
    return cell.pattern == first.pattern and (last is first or last.text != first.text)


def _stretched(first: list[Block], last: list[Block]) -> list[Block]:
    """Return the blocks of the first and the last formula of a group, and of all between."""
    if len(first) != len(last) or any(a[0] != b[0] for a, b in zip(first, last, strict=True)):
        return [*first, *last]
    return [
        (one[0], *map(min, one[1:3], two[1:3]), *map(max, one[3:5], two[3:5]))  # type: ignore[misc]
        for one, two in zip(first, last, strict=True)
    ]
