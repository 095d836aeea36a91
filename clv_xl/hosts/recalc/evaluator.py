"""Formulas evaluated as a cell would, with or without a workbook behind them."""

from __future__ import annotations

import os
from typing import Final

from clv_xl.cells import CellError
from clv_xl.errors import ArgumentError, FileError
from clv_xl.hosts.recalc.dialect.unsupported import Natives
from clv_xl.hosts.recalc.dialect.whole_columns import cut
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Expression,
    GrammarError,
    Value,
    parse,
)
from clv_xl.hosts.recalc.formula.limits import UnsupportedError, excess
from clv_xl.hosts.recalc.formula.recursion import room_for_levels
from clv_xl.hosts.recalc.formula.text_search import has_this_row
from clv_xl.hosts.recalc.report import Growth, last_sentence
from clv_xl.hosts.recalc.solver.custom_calls import run
from clv_xl.hosts.recalc.solver.dispatch import function_names
from clv_xl.hosts.recalc.solver.scratch_sheet import Answer
from clv_xl.hosts.recalc.solver.solved import solved
from clv_xl.hosts.recalc.xlsx.book import Book
from clv_xl.session import Fault

_UNREADABLE: Final = (
    "The formula cannot be read: look at its brackets and quotation marks; "
    "arguments are separated by commas."
)


class Evaluator:
    """Evaluates formulas against a workbook, or against an empty one.

    The workbook is loaded and computed once; the file is not changed. Rows directly below a table
    are part of it, as in a recalculation; `growth` says of which tables.

    Parameters
    ----------
    workbook : path, optional
        An .xlsx or .xlsm file that formulas may refer to.
    sheet : str, optional
        The sheet that references without a sheet's name mean; by default the first.

    Raises
    ------
    FileError
        The workbook cannot be read, or has no such sheet.

    Examples
    --------
    >>> Evaluator().evaluate("=CLV(1000, 6, 5)")
    30000.0
    """

    @room_for_levels()
    def __init__(
        self, workbook: str | os.PathLike[str] | None = None, sheet: str | None = None
    ) -> None:
        self.growth: list[Growth] = []
        if workbook is None:
            self._calculation = solved(lambda _: _empty_book())
        else:
            from clv_xl.hosts.recalc.xlsx.loader import load
            from clv_xl.hosts.recalc.xlsx.table_growth import grow_tables
            from clv_xl.package import open_package

            package = open_package(workbook)
            tables, self.growth = grow_tables(package)
            package = package.with_parts(tables)
            self._calculation = solved(lambda known: load(package, known))
        self._engine, book = self._calculation.engine, self._calculation.book
        number = 0 if sheet is None else self._engine.sheet(sheet)
        if number is None or number >= len(book.sheets):
            raise FileError(
                f"The workbook has no sheet '{sheet}'; it has: {', '.join(book.sheets)}."
            )
        self._context = FormulaContext(book.sheets[number], number, 1, 1)
        self._natives = Natives(self._engine, function_names(), self._calculation.names)
        self.sentence = ""
        self.faults: list[Fault] = []

    @room_for_levels()
    def evaluate(self, formula: str) -> Answer:
        """Return what a cell with this formula shows.

        Parameters
        ----------
        formula : str
            As typed into a cell, with or without the equals sign.

        Returns
        -------
        float, str, bool, CellError, None or list of rows
            `sentence` says what is behind an error, where that is known; `faults` are all that the
            calls of clv_xl's functions reported, caveats included.

        Raises
        ------
        ArgumentError
            The text is no formula, or uses what the built-in engine does not know.
        """
        text = formula.strip().removeprefix("=")
        too_much = excess(text)
        if too_much:
            raise ArgumentError(f"The formula {too_much}")
        if has_this_row(text):
            raise ArgumentError(
                "'This row' has no meaning outside a table; name a cell or a whole column."
            )
        try:
            return self._evaluated(cut(text, self._context.sheet, self._engine.last_row))
        except UnsupportedError as fault:
            raise ArgumentError(fault.sentence) from None

    def _evaluated(self, text: str) -> Answer:
        self.faults = []
        self.sentence = self._natives.obstacle(text)
        if self.sentence:
            return CellError.NAME
        try:
            parse(text)
            expression = self._calculation.rewriter.rewrite(
                parse(self._resolved(text)), self._context.number, text, array_context=True
            )
        except GrammarError:
            raise ArgumentError(_UNREADABLE) from None
        context = FormulaContext(self._context.sheet, self._context.number, 1, 1)
        self.faults = context.faults
        calculation = self._calculation
        calculation.scratch.expect([])
        solved = run(
            [calculation.resolver.solve(expression, context)],
            calculation.scratch,
            calculation.reader,
        )[0]
        if isinstance(solved, UnsupportedError):
            raise solved
        answer = self._value(solved, context)
        if isinstance(answer, CellError):
            self.sentence = last_sentence(context.faults)
        return answer

    def _resolved(self, text: str) -> str:
        """Return the formula with structured references resolved, seen to be one."""
        engine, place = self._engine, (self._engine.scratch, 1, 1)
        engine.set_formula(*place, "=" + text)
        engine.evaluate()
        found = engine.formula(*place) or text
        unreadable = engine.error_text(*place) == "#ERROR!"
        engine.clear(*place, 1, 1)
        if unreadable:
            raise ArgumentError(_UNREADABLE)
        return found

    def _value(self, solved: Expression, context: FormulaContext) -> Answer:
        if isinstance(solved, Value):
            return solved.content
        calculation = self._calculation
        text = calculation.resolver.writer.text(solved, context, moved=True)
        return calculation.scratch.compute([text])[0]


def _empty_book() -> tuple[Engine, Book]:
    engine = Engine()
    return engine, Book(engine.names, False, [], [])
