"""Custom cells: the cells of a book whose formulas call clv_xl's functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clv_xl.cells import Cell
from clv_xl.hosts.recalc.dialect.rewriter import Rewriter
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Expression,
    GrammarError,
    Token,
    parse,
    walk,
)
from clv_xl.hosts.recalc.formula.limits import TooLargeError
from clv_xl.hosts.recalc.formula.text_search import any_call, with_table
from clv_xl.hosts.recalc.solver.custom_calls import CallResolver
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place


@dataclass(slots=True)
class CustomCell:
    """A cell with a custom call: its formula, where it is, and what it showed last.

    `shown` is what its cells hold as constants now, `spread` the block of them, and `obstacle` the
    sentence that says why a result could not spill.
    """

    cell: FormulaCell
    expression: Expression
    context: FormulaContext
    shown: list[list[Cell]] | None = None
    spread: tuple[int, int, int, int] | None = None
    obstacle: str = ""


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
        self.calls = 0
        self.too_large: dict[Place, str] = {}
        """Cells whose formulas are too large, each with the sentence that says so."""

    def find(self) -> dict[Place, CustomCell]:
        """Return the custom cells; `calls` then counts the calls in them."""
        found: dict[Place, CustomCell] = {}
        likely: dict[str, bool] = {}  # the formulas of a table's column are alike
        for cell in self._book.formula_cells():
            if "[@" in cell.text:
                self._spell_this_row(cell)
            text = cell.text
            if text and text not in likely:
                likely[text] = self._pattern.search(text) is not None
            if text and likely[text]:
                own = self._custom_cell(cell)
                if own is not None:
                    found[cell.place] = own
        return found

    def _custom_cell(self, cell: FormulaCell) -> CustomCell | None:
        place = cell.place
        text = self._engine.formula(*place) or cell.text
        try:
            expression = parse(text)
        except GrammarError:
            return None  # the engine cannot read it either, and will say so
        calls = sum(map(self._resolver.is_custom, walk(expression)))
        if not calls and not self._uses_foreign_name(expression):
            return None  # the name of a sheet looked like a call
        self.calls += calls
        context = FormulaContext(
            self._book.sheets[place.sheet], place.sheet, place.row, place.column
        )
        try:
            expression = self._rewriter.rewrite(
                expression, place.sheet, cell.text, array_context=cell.kind != "plain"
            )
        except TooLargeError as fault:
            self.too_large[place] = fault.sentence
            return None
        return CustomCell(cell, expression, context)

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
