"""Arguments read without computing anything: references, literals, names, results at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from clv_xl.cells import MISSING, Argument, Cell
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    Prefix,
    Token,
    Value,
    area,
    cell_name,
)
from clv_xl.hosts.recalc.formula.literals import array, constant

Bindings: TypeAlias = tuple[tuple[str, Expression], ...]  # LET names in force, outermost first


class NotDirect(Exception):  # noqa: N818 - no fault
    """The argument has to be computed."""


class Reader:
    """Reads direct arguments; blocks are read once until `forget`.

    While `stale` is true, the native formulas have to be computed before cells are read.

    Parameters
    ----------
    engine : Engine
    names : Names
    """

    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine = engine
        self._names = names
        self._filled: dict[int, dict[int, tuple[int, int]]] = {}
        self._read: dict[Area, Cell | list[list[Cell]]] = {}
        self._fixed: dict[Area, Cell | list[list[Cell]]] = {}
        self._columns: dict[tuple[int, int], tuple[object, list[list[Cell]]]] = {}
        self.stale = False

    def stand(self, context: FormulaContext) -> None:
        """Take note that a call of this formula begins."""
        self._engine.budget.stand(f"{context.sheet}!{cell_name(context.row, context.column)}")
        self._engine.budget.look_at_clock()

    def forget(self) -> None:
        """Cells that formulas fill have changed: read them again."""
        self._read.clear()
        self.stale = False

    def note_filled(self, sheet: int, block: tuple[int, int, int, int]) -> None:
        """Take note that formulas fill a block: top, left, bottom, right.

        Of each column the rows from the first to the last that formulas fill may change; all others
        stay as they are.
        """
        top, left, bottom, right = block
        known = self._filled.setdefault(sheet, {})
        for column in range(left, right + 1):
            first, last = known.get(column, (top, bottom))
            if column not in known or top < first or bottom > last:
                known[column] = min(first, top), max(last, bottom)
                self._fixed.clear()

    def may_change(self, found: Argument | Area) -> bool:
        """Whether what `find` has found lies where formulas fill cells."""
        if not isinstance(found, Area):
            return False
        filled = self._filled.get(self._engine.sheet(found.sheet) or 0, {})
        return any(
            found.left <= column <= found.right and top <= found.bottom and bottom >= found.top
            for column, (top, bottom) in filled.items()
        )

    def value(self, found: Argument | Area) -> Argument:
        """Return what `find` has found, read from the cells if it is a reference."""
        return self._block(found) if isinstance(found, Area) else found

    def find(
        self, expression: Expression, context: FormulaContext, bindings: Bindings
    ) -> Argument | Area:
        """Return an argument's value, or the cells that hold it; MISSING where it is left out.

        Raises
        ------
        NotDirect
            It is neither a reference, a literal, a name of one, nor a result at hand.
        """
        match expression:
            case Value(content):
                return content
            case Call():
                return self._call(expression, context, bindings)
            case Token():
                return self._token(expression, context, bindings)
            case Prefix(("-" | "+") as sign, Token("number", text)):
                return float(sign + text)
            case _:
                raise NotDirect

    def _call(self, call: Call, context: FormulaContext, bindings: Bindings) -> Argument | Area:
        match call.name.upper(), call.arguments:
            case "", [argument]:
                return self.find(argument, context, bindings)
            case ("TRUE" | "FALSE") as name, []:
                return name == "TRUE"
            case "INDEX", [_, _, _]:
                return self._column(call.arguments, context, bindings)
            case _:
                raise NotDirect

    def _column(
        self, arguments: Sequence[Expression], context: FormulaContext, bindings: Bindings
    ) -> list[list[Cell]]:
        """Return a whole column of a table at hand: INDEX(table, 0, number)."""
        table = self.find(arguments[0], context, bindings)
        row, number = (self.find(argument, context, bindings) for argument in arguments[1:])
        if not isinstance(table, list) or row != 0 or not isinstance(number, float):
            raise NotDirect
        column = int(number) - 1
        if len(table) == 1 or not 0 <= column < len(table[0]):
            raise NotDirect
        key = id(table), column
        if key not in self._columns:  # the table is kept, so that no other can take its identity
            cells = [row[column] for row in table]
            self._columns[key] = table, [["" if cell is None else cell] for cell in cells]
        return self._columns[key][1]

    def _token(self, token: Token, context: FormulaContext, bindings: Bindings) -> Argument | Area:
        match token.kind:
            case "missing":
                return MISSING
            case "reference":
                return area(token, context.sheet)
            case "number" | "text" | "error":
                return constant(token.text)
            case "array":
                return array(token.text)
            case "name":
                return self._name(token.text, context, bindings)
            case _:
                raise NotDirect

    def _name(self, name: str, context: FormulaContext, bindings: Bindings) -> Argument | Area:
        for index in range(len(bindings) - 1, -1, -1):
            if bindings[index][0].casefold() == name.casefold():
                return self.find(bindings[index][1], context, bindings[:index])
        if name.upper() in {"TRUE", "FALSE"}:
            return name.upper() == "TRUE"
        meaning = self._names.meaning(name, context.number)
        if meaning is None:
            raise NotDirect
        return self.find(meaning.expression, context, ())

    def _block(self, block: Area) -> Cell | list[list[Cell]]:
        if block.top == block.bottom and block.left == block.right:
            return self._engine.read(block)
        read = self._read if self.may_change(block) else self._fixed
        if block not in read:
            read[block] = self._engine.read(block)
        return read[block]
