"""Formula cells that are left as they were, each with the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from clv_xl.cells import CellError
from clv_xl.hosts.recalc.dialect.unsupported import Natives
from clv_xl.hosts.recalc.engine import NOT_OF_ARRAYS, Engine
from clv_xl.hosts.recalc.solver.causes import first_causes
from clv_xl.hosts.recalc.solver.circular import AFTER_A_CYCLE, circular_sentence
from clv_xl.hosts.recalc.solver.order import Block, Cells, EngineUse, plan
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place

_TABLE: Final = "A what-if table is computed by Excel only."
_UNREADABLE: Final = "The built-in engine cannot read this formula."


class NotComputed:
    """Knows which cells are left out, and lets the others go on from what they showed.

    Parameters
    ----------
    engine : Engine
    book : Book
    cells : mapping
        The formula cells by place.

    Attributes
    ----------
    sentences : dict
        Why each of them is left out.
    causes : dict
        Which circular reference each cell follows from that is in one or reads one.
    """

    def __init__(self, engine: Engine, book: Book, cells: Mapping[Place, FormulaCell]) -> None:
        self._engine = engine
        self._book = book
        self._cells = cells
        self.sentences: dict[Place, str] = {}
        self.causes: dict[Place, Place] = {}

    def add(self, place: Place, sentence: str) -> None:
        """Leave a cell out: it shows its stored value."""
        self.sentences[place] = sentence
        cell = self._cells[place]
        if cell.kind in {"array", "dynamic"}:
            self._engine.clear(place.sheet, *cell.block)
        self._engine.set_value(*place, CellError.NAME if cell.stored is None else cell.stored)

    def add_unknown(self, natives: Natives) -> None:
        """Leave out what the engine is known not to compute."""
        seen: dict[str, str] = {}
        for place, cell in self._cells.items():
            if cell.kind == "table":
                self.add(place, _TABLE)
            elif cell.text:
                if cell.pattern not in seen:
                    seen[cell.pattern] = natives.obstacle(cell.pattern)
                if seen[cell.pattern]:
                    self.add(place, seen[cell.pattern])

    def add_failed(
        self, custom: Iterable[Place], references: Callable[[Place], Iterable[Block]]
    ) -> bool:
        """Leave out what could not be computed after all; tell whether others must follow.

        Parameters
        ----------
        custom : places of the custom cells
        references : callable
            The blocks that a formula cell refers to.
        """
        mine = set(custom)
        circular: list[Place] = []
        failed: dict[Place, str] = {}
        for place in self._cells:
            if place in self.sentences:
                continue
            match self._engine.error_text(*place):
                case "#CIRC!":
                    circular.append(place)
                case "#N/IMPL!":
                    failed[place] = NOT_OF_ARRAYS
                case "#ERROR!" if place not in mine:
                    failed[place] = _UNREADABLE
                case _:
                    pass
        if circular:
            self._name_cycles(circular, references)
        for place, sentence in failed.items():
            self.add(place, sentence)
        return bool(failed)

    def _name_cycles(
        self, circular: Sequence[Place], references: Callable[[Place], Iterable[Block]]
    ) -> None:
        cells = Cells((place, self._cells[place].block) for place in circular)
        cycles = plan(circular, cells, references, lambda _: EngineUse.RESULT).circular
        for place in circular:
            self.sentences[place] = AFTER_A_CYCLE
        for cycle in cycles:
            sentence = circular_sentence(list(map(self._book.name, cycle)))
            self.sentences.update(dict.fromkeys(cycle, sentence))
        if list(map(len, cycles)) == [len(circular)]:  # all in one, however long
            self.causes = dict.fromkeys(circular, min(circular))
            return
        self.causes = first_causes(
            {place: [(*place, *place[1:])] for place in circular}, references
        )
