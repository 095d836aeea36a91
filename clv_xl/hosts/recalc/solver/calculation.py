"""One recalculation of a whole book, iterated until no value changes."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import chain
from typing import Final

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.dialect.rewriter import Rewriter
from clv_xl.hosts.recalc.dialect.unsupported import Natives
from clv_xl.hosts.recalc.dialect.vectorize import filling
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Expression,
    GrammarError,
    Value,
    cell_name,
    parse,
)
from clv_xl.hosts.recalc.formula.limits import TooLargeError, UnsupportedError
from clv_xl.hosts.recalc.formula.text_search import any_call, has_spill, is_volatile
from clv_xl.hosts.recalc.report import CellFault
from clv_xl.hosts.recalc.solver.alike_cells import AlikeCells, alike_cells
from clv_xl.hosts.recalc.solver.cell_faults import CellFaults
from clv_xl.hosts.recalc.solver.column_calls import ColumnCalls
from clv_xl.hosts.recalc.solver.custom_calls import CallResolver, Dispatch, run
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell, CustomColumn, Finder
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.dispatch import elementwise_names
from clv_xl.hosts.recalc.solver.likely_place import likely_place
from clv_xl.hosts.recalc.solver.not_computed import NotComputed
from clv_xl.hosts.recalc.solver.order import Block, Cells, EngineUse, Plan, Step, plan
from clv_xl.hosts.recalc.solver.precedents import Precedents
from clv_xl.hosts.recalc.solver.scratch_sheet import Scratch
from clv_xl.hosts.recalc.solver.shown_rows import fill_block, rows_shown, same_rows
from clv_xl.hosts.recalc.solver.spills import Spills
from clv_xl.hosts.recalc.solver.typed_tables import let_spill
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Outcome, Place

_MOST_ROUNDS: Final = 5
_LAST: Final = any_call(("CLV_ERRORS",))
_PART: Final = "The result has {} cells and the formula fills fewer, so a part of it is not shown"
_ENTER: Final = "; mark that many cells and enter the formula with Ctrl+Shift+Enter."
_UNSTABLE: Final = "Its value never settles; look for a circular reference."


class Calculation:
    """Computes the formula cells of a book.

    Parameters
    ----------
    engine : Engine
        The book, loaded.
    book : Book
        Its formula cells.
    dispatch : callable
        Name and arguments of a custom call in, result out.
    functions : set of str
        The names of clv_xl's functions, upper case.
    """

    def __init__(
        self,
        engine: Engine,
        book: Book,
        dispatch: Dispatch,
        functions: frozenset[str],
    ) -> None:
        self.engine = engine
        self.book = book
        self.scratch = Scratch(engine)
        self.names = Names(book.names)
        self.reader = Reader(engine, self.names)
        if (place := likely_place(book.formula_cells())) is not None:
            engine.budget.stand(book.name(place))
        for sheet, block in book.filled_blocks():
            self.reader.note_filled(sheet, block)
        self.resolver = CallResolver(
            functions, dispatch, self.names, self.scratch, self.reader, date1904=book.date1904
        )
        self.rewriter = Rewriter(functions, self.names, date1904=book.date1904)
        self.names.rewrite(
            lambda expression, sheet: self.rewriter.rewrite(
                expression, sheet, "", array_context=True
            )
        )
        self.calls = 0
        self._functions = functions
        self._elementwise = elementwise_names()
        self._cells: dict[Place, FormulaCell] = {cell.place: cell for cell in book.formula_cells()}
        let_spill(book, functions - self._elementwise)
        self._left = NotComputed(engine, book, self._cells)
        self._custom_cells: dict[Place, CustomCell] = {}
        self._spills = Spills(engine, book, self.scratch, self.reader, self._custom_cells)
        self._precedents = Precedents(engine, book, self.names, self._custom_cells)
        self._cell_faults = CellFaults(
            engine, book, self._custom_cells, self._precedents, self._shown
        )
        self._spill_names = False
        self._written: dict[Place, str] = {}
        """The formulas put in the place of custom ones, by which their cells show their values."""
        self._cut: dict[Place, str] = {}
        self._filed: dict[Place, list[list[Cell]]] = {}

    @property
    def not_computed(self) -> dict[Place, str]:
        """The cells left as they were, each with the sentence that says why."""
        return self._left.sentences

    def solve(self) -> None:
        """Compute everything, native formulas and custom cells."""
        if self.engine.as_filed:
            self._filed = {
                place: self._read(cell)
                for place, cell in self._cells.items()
                if cell.stored is not None
            }
        finder = Finder(
            self.engine, self.book, self.names, self.resolver, self._functions, self.rewriter
        )
        self._custom_cells.update(finder.find())
        self.calls = finder.calls
        for place, sentence in finder.too_large.items():
            self._left.add(place, sentence)
        self._left.add_unknown(Natives(self.engine, self._functions, self.names))
        for place in self.not_computed:
            self._drop(place)
        texts = {cell.pattern for cell in self._cells.values()}
        texts.update(formula for _, _, formula in self.book.names)
        self._spill_names = any(map(has_spill, texts))
        self._seed()
        self.rewrite_natives()
        self._spills.watch()
        self._solve_once(self._plan(), None)
        self._iterate()
        self._leave_failed()

    def _seed(self) -> None:
        """Put the stored values of custom cells into them.

        What reads them then computes what it showed, and spills as far as it did, before they are
        computed; where they turn out to show the same, nothing is computed again.
        """
        for own in self._custom_cells.values():
            if own.column.together:
                if own is own.column.cells[0]:
                    self._spills.seed_column(own.column)
            elif own.cell.stored is not None and not self._must_spill(own):
                self._spills.seed(own)

    def _must_spill(self, own: CustomCell) -> bool:
        """Whether a custom cell has to stay a formula that spills: others name it as A1#."""
        cell = own.cell
        return cell.kind == "dynamic" and cell.filed_kind != "array" and self._spill_names

    def _iterate(self) -> None:
        """Solve again what reads cells that a spill or an indirect reference has changed."""
        volatile = [place for place, cell in self._cells.items() if is_volatile(cell.pattern)]
        seen: dict[Place, Cell] = {}
        for _ in range(_MOST_ROUNDS):
            changed = self._spills.resized()
            now = {place: self.engine.cell(*place) for place in volatile}
            moved = {place for place in volatile if place not in seen or seen[place] != now[place]}
            seen = now
            again = self._plan(changed, moved) if changed or moved else Plan()
            if not again.affected:
                return
            self._solve_once(again, again.affected)
        self._spills.resized()
        for place in moved:
            self.not_computed[place] = _UNSTABLE

    def rewrite_natives(self) -> None:
        """Rewrite native formulas that the engine would compute otherwise than Excel."""
        for place, cell in self._cells.items():
            top, left, bottom, right = cell.block
            height, width = bottom - top + 1, right - left + 1
            skip = place in self._custom_cells or place in self.not_computed or not cell.text
            if skip or not self.rewriter.concerns(cell.pattern, cell.kind, height * width):
                continue
            text = self.engine.formula(*place) or ""
            try:
                expression = parse(text)
            except GrammarError:
                continue
            context = FormulaContext(
                self.book.sheets[place.sheet], place.sheet, place.row, place.column
            )
            try:
                rewritten = self.rewriter.rewrite(
                    expression,
                    place.sheet,
                    cell.text,
                    array_context=cell.kind != "plain",
                    block=(height, width) if cell.kind == "array" else (1, 1),
                )
                written = "=" + self.resolver.writer.text(rewritten, context, moved=False)
            except TooLargeError as fault:
                self._left.add(place, fault.sentence)
                continue
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
        if not self._left.add_failed(self._custom_cells, self._precedents.own_blocks):
            return
        failed = [place for place in self.not_computed if place not in before]
        for place in failed:
            self._drop(place)
        again = self._plan([(place.sheet, *self._cells[place].block) for place in failed])
        self._solve_once(again, again.affected)
        self._spills.resized()

    # Order

    def _drop(self, place: Place) -> None:
        """Count a cell among the custom ones no longer."""
        own = self._custom_cells.pop(place, None)
        if own is not None:
            own.column.together = False

    def _plan(self, changed: Sequence[Block] = (), unstable: Container[Place] = ()) -> Plan:
        """Return the order of the cells, that of a column computed as one by its first cell.

        Columns that read each other by turns, cell by cell, are taken apart; and where formulas are
        circular all are, so that each cell that depends on them is known.
        """
        take_apart = True
        while take_apart:
            self._precedents.forget()
            found = plan(
                [
                    place
                    for place, own in self._custom_cells.items()
                    if not own.column.together or own is own.column.cells[0]
                ],
                Cells(self._precedents.alike_formulas()),
                self._precedents.blocks,
                self._engine_use,
                changed,
                unstable,
            )
            circular = list(chain.from_iterable(found.circular))
            take_apart = bool(circular) and (
                self._precedents.take_apart(circular) or self._precedents.take_all_apart()
            )
        planned = (place for step in found.steps for place in step.places)
        last = [place for place in planned if _LAST.search(self._custom_cells[place].cell.text)]
        if last:  # CLV_ERRORS lists the faults of the others
            for step in found.steps:
                step.places = [place for place in step.places if place not in last]
            found.steps.append(Step(found.steps[-1].evaluations, last))
        return found

    def _engine_use(self, place: Place) -> EngineUse:
        own = self._custom_cells[place]
        engine_use = self.resolver.engine_use(own.expression, own.context)
        return engine_use | EngineUse.RESULT if self._must_spill(own) else engine_use

    def _asks(self, column: CustomColumn) -> bool:
        """Whether the calls of a column have arguments that the engine has to compute."""
        first = column.cells[0]
        return EngineUse.ARGUMENTS in self.resolver.engine_use(first.expression, first.context)

    # Work

    def _solve_once(self, found: Plan, only: Container[Place] | None) -> None:
        """Solve custom cells, or only some of them, step by step."""
        for cycle in found.circular:
            for place in cycle:
                self._mark_circular(place)
        for place in found.dependent_on_cycle:
            self._mark_circular(place)
        evaluations = 0
        for step in found.steps:
            places = [place for place in step.places if only is None or place in only]
            if places:
                self.engine.budget.stand(self.book.name(places[0]))
                self.engine.budget.look_at_clock()
            self.reader.forget()
            self.reader.stale = step.evaluations > evaluations
            heads = [self._custom_cells[place] for place in places]
            columns = [own.column for own in heads if own.column.together]
            pending = [own for own in heads if not own.column.together]
            groups = alike_cells(pending, self._elementwise, self.reader)
            alike = {own.cell.place for group in groups for own in group.cells}
            asking = [own for own in pending if own.cell.place not in alike]
            asking += (own for column in columns if self._asks(column) for own in column.cells)
            known_requests = (
                self.resolver.known_requests(own.expression, own.context) for own in asking
            )
            self.scratch.expect(list(chain.from_iterable(known_requests)))
            if self.reader.stale and (groups or columns):
                self.scratch.compute([])
                self.reader.forget()
            solved_alike = self._solve_alike(groups)
            pending = [own for own in pending if own.cell.place not in solved_alike]
            pending += self._solve_columns(columns)
            steps = [self.resolver.solve(own.expression, own.context) for own in pending]
            for own, solved in zip(pending, run(steps, self.scratch, self.reader), strict=True):
                if isinstance(solved, UnsupportedError):
                    self._drop(own.cell.place)
                    self._left.add(own.cell.place, solved.sentence)
                else:
                    self._put(own, solved)
            if not self.reader.stale:
                evaluations = step.evaluations

    def _solve_columns(self, columns: Sequence[CustomColumn]) -> list[CustomCell]:
        """Solve columns with one call each; return the cells that have to be solved by themselves.

        Those have a fault, or their formula is more than one call, whose calls are made already.
        """
        alone: list[CustomCell] = []
        for column in columns:
            calls = ColumnCalls(column, self._elementwise, self.reader)
            values = calls.results()
            if values:
                alone += self._spills.show(column, values)
            else:
                self.resolver.note_results(calls.inner_results())
                alone += column.cells
        return alone

    def _solve_alike(self, groups: Sequence[AlikeCells]) -> Container[Place]:
        """Solve alike cells with one call for all; return those that have a value."""
        values = [found for group in groups for found in group.values(self.reader)]
        for own, value in values:
            self._put(own, value)
        return {own.cell.place for own, _ in values}

    def _mark_circular(self, place: Place) -> None:
        """Make a cell circular for the engine too, so that whatever depends on it knows."""
        own = self._custom_cells.get(place)
        if own is not None:
            self._clear(own)
            self.engine.clear(place.sheet, *own.cell.block)
            self.engine.set_formula(*place, "=" + cell_name(place.row, place.column))

    def _clear(self, own: CustomCell) -> None:
        """Clear the constants that a custom cell shows and fills."""
        if own.spread is not None:
            self.engine.clear(own.cell.place.sheet, *own.spread)
            own.spread = own.shown = None

    def _put(self, own: CustomCell, solved: Expression) -> None:
        cell = own.cell
        if isinstance(solved, Value) and not self._must_spill(own):
            rows = rows_shown(solved.content)
            self._cut.pop(cell.place, None)
            if cell.filed_kind == "array":
                rows = self._grown_or_cut(own, rows)
            elif cell.kind != "dynamic":
                self._note_cut(cell, rows)
                rows = [rows[0][:1]] if cell.kind == "plain" else fill_block(rows, cell.block)
            if not same_rows(rows, own.shown):
                self._clear(own)
                self._spills.spread(own, rows)
            return
        top, left, bottom, right = cell.block
        if cell.kind == "array" and (top, left) != (bottom, right):
            solved = filling(solved, bottom - top + 1, right - left + 1)
        try:
            text = self.resolver.writer.text(solved, own.context, moved=False)
        except TooLargeError as fault:
            self._clear(own)
            self._custom_cells.pop(cell.place, None)
            self._left.add(cell.place, fault.sentence)
            return
        if own.shown is not None or self._written.get(cell.place) != text:
            self._clear(own)
            self._set_formula(cell, "=" + text)
            self._written[cell.place] = text

    def _grown_or_cut(self, own: CustomCell, rows: list[list[Cell]]) -> list[list[Cell]]:
        """Return what a fixed block shows of a table: all of it where the cells around are free."""
        cell = own.cell
        if _is_larger(rows, cell.old_block):
            obstacle = self._spills.obstacle(own, rows)
            if not obstacle:
                return rows
            self._cut[cell.place] = f"{_PART.format(_size(rows))}. {obstacle}"
        return fill_block(rows, cell.old_block)

    def _note_cut(self, cell: FormulaCell, rows: list[list[Cell]]) -> None:
        if _is_larger(rows, cell.block):
            self._cut[cell.place] = _PART.format(_size(rows)) + _ENTER

    def outcomes(self) -> list[Outcome]:
        """Return what every formula cell shows now."""
        found = []
        not_computed = self.not_computed
        for place, cell in self._cells.items():
            if cell.filed_kind and not self._spills_now(cell):
                cell.kind = cell.filed_kind
            if place in not_computed:
                unknown = cell.stored is None and self.engine.error_text(*place) != "#CIRC!"
                block = cell.old_block if cell.kind == "array" else (0, 0, 0, 0)
                found.append(
                    Outcome(cell, fill_block([[CellError.NAME]], block) if unknown else None)
                )
                continue
            rows = self._shown(cell)
            same = cell.block == cell.old_block and same_rows(rows, self._filed.get(place))
            found.append(Outcome(cell, None if same else rows))
        return found

    def _spills_now(self, cell: FormulaCell) -> bool:
        """Whether a formula that was entered otherwise fills other cells now, or would."""
        own = self._custom_cells.get(cell.place)
        if own is None or cell.place in self.not_computed:
            return False
        return cell.block != cell.old_block or bool(own.obstacle)

    def _shown(self, cell: FormulaCell) -> list[list[Cell]]:
        """Return the rows that a formula cell fills, the constants of a custom cell as they are."""
        own = self._custom_cells.get(cell.place)
        return self._read(cell) if own is None or own.shown is None else own.shown

    def _read(self, cell: FormulaCell) -> list[list[Cell]]:
        """Return what a formula cell shows, and the cells that it fills."""
        if cell.kind == "plain":
            return [[self.engine.cell(*cell.place)]]
        rows = self.engine.read(Area(self.book.sheets[cell.place.sheet], *cell.block))
        return rows if isinstance(rows, list) else [[rows]]

    def faults(self) -> list[CellFault]:
        """Return the causes of errors that custom cells show, each with its sentence."""
        left = self.not_computed
        computed = (cell for cell in self._cells.values() if cell.place not in left)
        return self._cell_faults.of_errors(computed)

    def cut(self) -> list[CellFault]:
        """Return the custom cells whose formulas fill fewer cells than their results have."""
        return self._cell_faults.named(self._cut)

    def caveats(self) -> list[CellFault]:
        """Return what custom calls say of the cells that they read, each sentence once."""
        return self._cell_faults.of_caveats()

    def left_out(self) -> list[CellFault]:
        """Return the cells that could not be computed, each with its reason."""
        return self._cell_faults.named(self.not_computed, self._left.causes)


def _is_larger(rows: list[list[Cell]], block: tuple[int, int, int, int]) -> bool:
    """Whether a result has more rows or columns than a block."""
    top, left, bottom, right = block
    return len(rows) > bottom - top + 1 or len(rows[0]) > right - left + 1


def _size(rows: list[list[Cell]]) -> str:
    return f"{len(rows):,} x {len(rows[0]):,}"
