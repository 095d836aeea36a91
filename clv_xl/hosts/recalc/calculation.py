"""One recalculation of a whole book: in order, round by round, until nothing changes."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.arguments import Reader
from clv_xl.hosts.recalc.book import Book, FormulaCell, Place, stored_value
from clv_xl.hosts.recalc.bridge import Bridge, Door, run
from clv_xl.hosts.recalc.engine import Engine, UnsupportedError
from clv_xl.hosts.recalc.finding import Finder, OurCell
from clv_xl.hosts.recalc.formula import (
    Area,
    Expression,
    GrammarError,
    Value,
    cell_name,
    parse,
    without_blanks,
)
from clv_xl.hosts.recalc.leaving import LeftOut
from clv_xl.hosts.recalc.lifting import filling
from clv_xl.hosts.recalc.names import Names
from clv_xl.hosts.recalc.native import Natives
from clv_xl.hosts.recalc.order import Block, Cells, Plan, plan
from clv_xl.hosts.recalc.reading import LATE, Reading
from clv_xl.hosts.recalc.report import CellFault
from clv_xl.hosts.recalc.rewriting import Rewriter
from clv_xl.hosts.recalc.scratch import Scratch
from clv_xl.hosts.recalc.spilling import Spills
from clv_xl.hosts.recalc.writing import Standpoint

_MOST_ROUNDS: Final = 5
_LAST: Final = re.compile(r"(?i)\bCLV_ERRORS\s*\(")
_SPILL_NAME: Final = re.compile(r"(?i)[\w.)]#|\bANCHORARRAY\b")
_RESTLESS: Final = "Its value never settles; look for a circular reference."


@dataclass(slots=True)
class Outcome:
    """What a formula cell shows now: the rows that it fills, None where it keeps its value."""

    cell: FormulaCell
    rows: list[list[Cell]] | None


class Calculation:
    """Computes the formula cells of a book.

    Parameters
    ----------
    engine : Engine
        The book, loaded.
    book : Book
        Its formula cells.
    door : callable
        Name and arguments of a call of ours in, result out.
    ours : set of str
        The names of our functions, upper case.
    """

    def __init__(self, engine: Engine, book: Book, door: Door, ours: frozenset[str]) -> None:
        self.engine = engine
        self.book = book
        self.scratch = Scratch(engine)
        self.names = Names(engine)
        with_formulas = {part.number for part in book.parts}
        self.reader = Reader(engine, self.names, with_formulas)
        self.bridge = Bridge(
            ours, door, self.names, self.scratch, self.reader, date1904=book.date1904
        )
        self.rewriter = Rewriter(ours, self.names, date1904=book.date1904)
        self.names.rewrite(
            lambda expression, sheet: self.rewriter.rewrite(expression, sheet, "", wide=True)
        )
        self.calls = 0
        self._ours_names = ours
        self._cells: dict[Place, FormulaCell] = {cell.place: cell for cell in book.formula_cells()}
        self._left = LeftOut(engine, book, self._cells)
        self._ours: dict[Place, OurCell] = {}
        self._spills = Spills(engine, book, self.scratch, self._ours)
        self._reading = Reading(engine, book, self.names, self._ours)
        self._spill_names = False

    @property
    def not_computed(self) -> dict[Place, str]:
        """The cells left as they were, each with the sentence that says why."""
        return self._left.sentences

    def solve(self) -> None:
        """Compute everything, native formulas and ours."""
        finder = Finder(
            self.engine, self.book, self.names, self.bridge, self._ours_names, self.rewriter
        )
        self._ours.update(finder.find())
        self.calls = finder.calls
        self._left.add_unknown(Natives(self.engine, self._ours_names))
        for place in self.not_computed:
            self._ours.pop(place, None)
        self._rewrite_natives()
        self._spill_names = any(
            _SPILL_NAME.search(cell.text) for cell in self._cells.values()
        )
        self.engine.evaluate()  # what was left out or rewritten; the rest is as it was loaded
        self._solve_once(self._plan(), None)
        self._settle()
        self._leave_failed()

    def _settle(self) -> None:
        """Solve again what reads cells that a spill or an indirect reference has changed."""
        late = [place for place, cell in self._cells.items() if LATE.search(cell.text)]
        seen: dict[Place, Cell] = {}
        for _ in range(_MOST_ROUNDS):
            changed = self._spills.resized()
            now = {place: self.engine.cell(*place) for place in late}
            moved = {place for place in late if place not in seen or seen[place] != now[place]}
            seen = now
            again = self._plan(changed, moved) if changed or moved else Plan()
            if not again.affected:
                return
            self._solve_once(again, again.affected)
        self._spills.resized()
        for place in moved:
            self.not_computed[place] = _RESTLESS

    def _rewrite_natives(self) -> None:
        """Put native formulas differently that the engine would compute otherwise than Excel."""
        for place, cell in self._cells.items():
            top, left, bottom, right = cell.block
            height, width = bottom - top + 1, right - left + 1
            skip = place in self._ours or place in self.not_computed or not cell.text
            if skip or not self.rewriter.concerns(cell.text, cell.kind, height * width):
                continue
            text = self.engine.formula(*place) or ""
            try:
                expression = parse(text)
            except GrammarError:
                continue
            rewritten = self.rewriter.rewrite(
                expression,
                place.sheet,
                cell.text,
                wide=cell.kind != "plain",
                block=(height, width) if cell.kind == "array" else (1, 1),
            )
            stand = Standpoint(self.book.sheets[place.sheet], place.sheet, place.row, place.column)
            written = "=" + self.bridge.writer.text(rewritten, stand, moved=False)
            if written != text:
                self._set_formula(cell, written)

    def _set_formula(self, cell: FormulaCell, text: str) -> None:
        place = cell.place
        if cell.kind == "dynamic":
            self.engine.set_formula(*place, text)
        else:
            self.engine.clear(place.sheet, *cell.block)
            self.engine.set_array((place.sheet, *cell.block), text)

    def _leave_failed(self) -> None:
        """Leave out what the engine has failed at; what reads it goes on from its stored value."""
        before = set(self.not_computed)
        if not self._left.add_failed(self._ours, self._reading.own_blocks):
            return
        failed = [place for place in self.not_computed if place not in before]
        for place in failed:
            self._ours.pop(place, None)
        again = self._plan([(place.sheet, *self._cells[place].block) for place in failed])
        self._solve_once(again, again.affected)
        self._spills.resized()

    # Order

    def _plan(self, changed: Sequence[Block] = (), restless: Container[Place] = ()) -> Plan:
        self._reading.forget()
        found = plan(
            self._ours,
            Cells(self._reading.families(self._ours)),
            self._reading.blocks,
            lambda place: self._is_constant(self._ours[place]),
            changed,
            restless,
        )
        last = [p for p in self._ours if _LAST.search(self._ours[p].cell.text)]
        if last:  # what tells of the others' faults comes after them
            found.levels = [[p for p in level if p not in last] for level in found.levels] + [last]
        return found

    @staticmethod
    def _is_constant(own: OurCell) -> bool:
        return own.pure and own.cell.kind in {"plain", "array"}

    # Work

    def _solve_once(self, found: Plan, only: Container[Place] | None) -> None:
        """Solve our cells, or only some of them, level by level."""
        for ring in found.circular:
            for place in ring:
                self._tie(place)
        for place in found.tainted:
            self._tie(place)
        computed = 0
        for number, planned in enumerate(found.levels):
            level = [place for place in planned if only is None or place in only]
            self.reader.forget()
            if max((found.stale.get(place, 0) for place in level), default=0) > computed:
                self.engine.evaluate()
                computed = number
            works = [self._ours[place] for place in level]
            steps = [self.bridge.solve(own.expression, own.stand) for own in works]
            for own, solved in zip(works, run(steps, self.scratch, self.reader), strict=True):
                if isinstance(solved, UnsupportedError):
                    self._ours.pop(own.cell.place, None)
                    self._left.add(own.cell.place, solved.sentence)
                else:
                    self._put(own, solved)

    def _tie(self, place: Place) -> None:
        """Make a cell circular for the engine too, so that whatever depends on it knows."""
        if place in self._ours:
            self.engine.set_formula(*place, "=" + cell_name(place.row, place.column))

    def _put(self, own: OurCell, solved: Expression) -> None:
        cell, engine = own.cell, self.engine
        place = cell.place
        pieces = without_blanks(solved)
        only = pieces[0] if len(pieces) == 1 else None
        if own.spread is not None:
            engine.clear(place.sheet, *own.spread)
            own.spread = own.shown = None
        if isinstance(only, Value) and cell.kind == "dynamic" and not self._spill_names:
            self._spills.spread(own, only.content)
            return
        if isinstance(only, Value) and cell.kind != "dynamic":
            if cell.kind == "plain":
                engine.set_value(*place, _corner(only.content))
            else:
                engine.clear(place.sheet, *cell.block)
                engine.set_table(*place, fill(only.content, cell.block))
            return
        top, left, bottom, right = cell.block
        if cell.kind == "array" and (top, left) != (bottom, right):
            pieces = filling(pieces, bottom - top + 1, right - left + 1)
        self._set_formula(cell, "=" + self.bridge.writer.text(pieces, own.stand, moved=False))

    def outcomes(self) -> list[Outcome]:
        """Return what every formula cell shows now."""
        found = []
        for place, cell in self._cells.items():
            if place in self.not_computed:
                unknown = (
                    stored_value(cell.element) is None
                    and self.engine.error_text(*place) != "#CIRC!"
                )
                block = cell.block if cell.kind == "array" else (0, 0, 0, 0)
                found.append(Outcome(cell, fill(CellError.NAME, block) if unknown else None))
                continue
            own = self._ours.get(place)
            if own is not None and own.shown is not None:
                found.append(Outcome(cell, own.shown))
                continue
            block = cell.block
            rows = self.engine.read(Area(self.book.sheets[place.sheet], *block))
            found.append(Outcome(cell, rows if isinstance(rows, list) else [[rows]]))
        return found

    def faults(self) -> list[CellFault]:
        """Return our cells that show an error, each with its sentence."""
        found = []
        for place, own in self._ours.items():
            value = self.engine.cell(*place)
            if isinstance(value, CellError) and place not in self.not_computed:
                sentence = own.stand.faults[-1] if own.stand.faults else f"It shows {value}."
                name = cell_name(place.row, place.column)
                found.append(CellFault(self.book.sheets[place.sheet], name, value, sentence))
        return found

    def left_out(self) -> list[CellFault]:
        """Return the cells that could not be computed, each with its reason."""
        return [
            CellFault(
                self.book.sheets[place.sheet], cell_name(place.row, place.column), None, sentence
            )
            for place, sentence in sorted(self.not_computed.items())
        ]


def _corner(content: Cell | list[list[Cell]]) -> Cell:
    return content[0][0] if isinstance(content, list) else content


def fill(content: Cell | list[list[Cell]], block: tuple[int, int, int, int]) -> list[list[Cell]]:
    """Return a result as a fixed block shows it: one row or column repeats, gaps are #N/A."""
    rows = content if isinstance(content, list) else [[content]]
    height, width = block[2] - block[0] + 1, block[3] - block[1] + 1

    def cell(down: int, across: int) -> Cell:
        line = rows[0] if len(rows) == 1 else rows[down] if down < len(rows) else []
        if len(line) == 1 and len(rows[0]) == 1:
            return line[0]
        return line[across] if across < len(line) else CellError.NA

    return [[cell(down, across) for across in range(width)] for down in range(height)]
