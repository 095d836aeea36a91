"""Custom cells: the cells of a book whose formulas call clv_xl's functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

from clv_xl.cells import Cell
from clv_xl.hosts.recalc.dialect.rewriter import Rewriter
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.filled_down import FilledDown
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Call,
    Expression,
    GrammarError,
    Token,
    parse,
    plain_name,
    walk,
)
from clv_xl.hosts.recalc.formula.limits import TooLargeError
from clv_xl.hosts.recalc.formula.text_search import any_call, is_volatile, with_table
from clv_xl.hosts.recalc.solver.custom_calls import CallResolver
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place
from clv_xl.session import Fault

_FEWEST = 50
"""As many cells as make one call of columns worth its own preparation."""


@dataclass(slots=True)
class CustomCell:
    """A cell with a custom call: its formula, where it is, and what it showed last.

    `shown` is what its cells hold as constants now, `spread` the block of them, and `obstacle` the
    sentence that says why a result could not spill. The formula is read when it is asked for, which
    of a column that is computed as one happens to the first and the last only.
    """

    cell: FormulaCell
    column: CustomColumn
    _expression: Expression | None = None
    shown: list[list[Cell]] | None = None
    spread: tuple[int, int, int, int] | None = None
    obstacle: str = ""
    _context: FormulaContext | None = None

    @property
    def expression(self) -> Expression:
        """The formula, as the engine can compute it."""
        if self._expression is None:
            self._expression = self.column.expression(self.cell)
        return self._expression

    @property
    def context(self) -> FormulaContext:
        """Where the formula is, and what its calls have said."""
        if self._context is None:
            _, row, column = self.cell.place
            self._context = FormulaContext(self.column.sheet, self.cell.place.sheet, row, column)
        return self._context

    @property
    def faults(self) -> Sequence[Fault]:
        """What its calls have said."""
        return () if self._context is None else self._context.faults


@dataclass(slots=True)
class CustomColumn:
    """A custom formula and its copies below it, filled down; most often it has none.

    `filled` is the formula as the engine has read it, `calls` the number of custom calls in it.
    """

    filled: FilledDown
    sheet: str
    calls: int
    rewriter: Rewriter
    cells: list[CustomCell] = field(default_factory=list)
    together: bool = False
    """Whether its cells are planned and computed as one."""

    def is_copied_to(self, cell: FormulaCell) -> bool:
        """Whether the file says of a formula that it is the next copy."""
        last = self.cells[-1].cell
        return (
            cell.pattern == last.pattern
            and cell.origin == self.filled.row
            and cell.place.row == last.place.row + 1
            and cell.text != cell.pattern
            and cell.kind == last.kind == "plain"
            and not cell.shared
            and "[" not in cell.pattern
        )

    def continues(self, cell: FormulaCell, text: str) -> bool:
        """Whether a formula is the next copy."""
        last = self.cells[-1].cell
        below = cell.place.row == last.place.row + 1 and cell.kind == last.kind == "plain"
        return below and text == self.filled.text_at(cell.place.row)

    def expression(self, cell: FormulaCell) -> Expression:
        """Return the formula of one of its cells."""
        return self.rewriter.rewrite(
            parse(self.filled.text_at(cell.place.row)),
            cell.place.sheet,
            cell.text,
            array_context=cell.kind != "plain",
        )


def is_custom_alone(functions: Set[str]) -> Callable[[str], bool]:
    """Return what tells of a formula's text whether it has a custom call and is plain.

    Plain is what reads the same without the engine: nothing of tables, and no name in the long form
    that files have.
    """
    pattern = any_call(functions)

    def is_alone(text: str) -> bool:
        if "[" in text or "_xl" in text or pattern.search(text) is None:
            return False
        try:
            pieces = walk(parse(text))
        except GrammarError:
            return False
        return any(isinstance(one, Call) and plain_name(one.name) in functions for one in pieces)

    return is_alone


class Finder:
    """Finds formulas the engine cannot compute alone: custom calls, defined names it lacks.

    Parameters
    ----------
    engine : Engine
    book : Book
    names : Names
    resolver : CallResolver
    functions : set of str
        The names of clv_xl's functions, upper case.
    rewriter : Rewriter
    """

    def __init__(
        self,
        engine: Engine,
        book: Book,
        names: Names,
        resolver: CallResolver,
        functions: Iterable[str],
        rewriter: Rewriter,
    ) -> None:
        self._engine = engine
        self._book = book
        self._resolver = resolver
        self._rewriter = rewriter
        self._foreign = names.foreign()
        self._pattern = any_call(functions, self._foreign)
        self._columns: dict[tuple[int, int], CustomColumn] = {}
        self.calls = 0
        self.too_large: dict[Place, str] = {}
        """Cells whose formulas are too large, each with the sentence that says so."""

    def find(self) -> dict[Place, CustomCell]:
        """Return the custom cells; `calls` then counts the calls in them."""
        found: dict[Place, CustomCell] = {}
        likely: dict[str, bool] = {}
        for cell in self._book.formula_cells():
            if "[@" in cell.text:
                self._spell_this_row(cell)
            text = cell.pattern
            if text and text not in likely:
                likely[text] = self._pattern.search(text) is not None
            if text and likely[text]:
                own = self._custom_cell(cell)
                if own is not None:
                    found[cell.place] = own
        for own in found.values():
            column = own.column
            column.together = len(column.cells) >= _FEWEST and not is_volatile(column.filled.text)
        return found

    def _custom_cell(self, cell: FormulaCell) -> CustomCell | None:
        key = cell.place.sheet, cell.place.column
        column = self._columns.get(key)
        text = ""
        if column is None or not column.is_copied_to(cell):
            text = self._engine.formula(*cell.place) or cell.text
        if column is not None and (not text or column.continues(cell, text)):
            own = CustomCell(cell, column)
        else:
            first = self._first_cell(cell, text)
            if first is None:
                return None
            own, column = first, first.column
            self._columns[key] = column
        self.calls += column.calls
        column.cells.append(own)
        return own

    def _first_cell(self, cell: FormulaCell, text: str) -> CustomCell | None:
        """Return the first cell of a column, its formula read."""
        try:
            expression = parse(text)
        except GrammarError:
            return None  # the engine cannot read it either, and will say so
        calls = sum(map(self._resolver.is_custom, walk(expression)))
        if not calls and not self._uses_foreign_name(expression):
            return None  # the name of a sheet looked like a call
        sheet = self._book.sheets[cell.place.sheet]
        column = CustomColumn(FilledDown(text, cell.place.row), sheet, calls, self._rewriter)
        try:
            return CustomCell(cell, column, column.expression(cell))
        except TooLargeError as fault:
            self.too_large[cell.place] = fault.sentence
            return None

    def _uses_foreign_name(self, expression: Expression) -> bool:
        return any(
            isinstance(piece, Token)
            and piece.kind == "name"
            and piece.text.casefold() in self._foreign
            for piece in walk(expression)
        )

    def _spell_this_row(self, cell: FormulaCell) -> None:
        """Write [@column] as the file format has it, with the table's name."""
        place = cell.place
        sheet = self._book.sheets[place.sheet]
        for name, block in self._book.tables:
            inside = (
                block.top <= place.row <= block.bottom and block.left <= place.column <= block.right
            )
            if block.sheet == sheet and inside:
                self._engine.set_formula(*place, "=" + with_table(cell.text, name))
                return
