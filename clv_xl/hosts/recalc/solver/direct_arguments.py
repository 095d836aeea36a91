"""Arguments read without computing anything: references, literals, names, results at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from clv_xl.cells import MISSING, Argument, Cell, CellError
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    Infix,
    Prefix,
    Token,
    Value,
    area,
    cell_name,
    plain_name,
)
from clv_xl.hosts.recalc.formula.literals import array, constant
from clv_xl.hosts.recalc.solver.array_functions import (
    FUNCTIONS,
    OF_EACH,
    ArrayFunction,
    NotDirect,
    choice,
    is_chosen,
    one_of,
    operation,
)
from clv_xl.hosts.recalc.solver.lambda_elements import parameters

_MOST_LOOKS: Final = 500
"""Pieces of one argument; a name that LET binds counts wherever it stands, with all it means."""
Bindings: TypeAlias = tuple[tuple[str, Expression], ...]  # LET names in force, outermost first


@dataclass(frozen=True, slots=True)
class Column:
    """A whole column of a block of cells, counted from 1 by a number that may lie in a cell."""

    table: Area
    number: Found

    def area(self, number: Argument) -> Area:
        """Return the cells of the column.

        Raises
        ------
        NotDirect
            There is no such column.
        """
        cell = one_of(number)
        left = self.table.left - 1
        if not isinstance(cell, float) or not 1 <= cell <= self.table.right - left:
            raise NotDirect
        return self.table._replace(left=left + int(cell), right=left + int(cell))


@dataclass(frozen=True, slots=True)
class Computed:
    """What a function makes of arguments that are at hand."""

    function: ArrayFunction
    arguments: Sequence[Found]


Found: TypeAlias = Argument | Area | Column | Computed
"""A value, the cells that hold it, or what it is made of."""


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
        self._looks = 0
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

    def may_change(self, found: Found) -> bool:
        """Whether what `find` has found lies where formulas fill cells."""
        if isinstance(found, Computed):
            return any(map(self.may_change, found.arguments))
        if isinstance(found, Column):
            return self.may_change(found.number) or self.may_change(found.table)
        if not isinstance(found, Area):
            return False
        filled = self._filled.get(self._engine.sheet(found.sheet) or 0, {})
        return any(
            found.left <= column <= found.right and top <= found.bottom and bottom >= found.top
            for column, (top, bottom) in filled.items()
        )

    def value(self, found: Found) -> Argument:
        """Return the value of what `find` has found.

        Raises
        ------
        NotDirect
            It cannot be computed here after all.
        """
        match found:
            case Area():
                return self._block(found)
            case Column(_, number):
                return self._block(found.area(self.value(number)))
            case Computed(function, [condition, yes, no]) if function is choice:
                test = self.value(condition)
                chosen = is_chosen(test)
                if chosen is None:
                    return choice(test, self.value(yes), self.value(no))
                return (
                    chosen if isinstance(chosen, CellError) else self.value(yes if chosen else no)
                )
            case Computed(function, arguments):
                return function(*map(self.value, arguments))
            case _:
                return found

    def _chosen(self, condition: Argument, yes: Found, no: Found) -> Argument:
        """Return what IF gives; of one condition only the branch that it means is computed."""
        chosen = is_chosen(condition)
        if chosen is None:
            return choice(condition, self.value(yes), self.value(no))
        return chosen if isinstance(chosen, CellError) else self.value(yes if chosen else no)

    def find(self, expression: Expression, context: FormulaContext, bindings: Bindings) -> Found:
        """Return an argument's value, or what it is made of; MISSING where it is left out.

        Raises
        ------
        NotDirect
            It is made of something else than references, literals, names of them, results at hand,
            and functions that are computed here, or of too many of these.
        """
        self._looks = 0
        return self._find(expression, context, bindings)

    def _find(self, expression: Expression, context: FormulaContext, bindings: Bindings) -> Found:
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            raise NotDirect
        match expression:
            case Value(content):
                return content
            case Call():
                return self._call(expression, context, bindings)
            case Token():
                return self._token(expression, context, bindings)
            case Prefix(("-" | "+") as sign, Token("number", text)):
                return float(sign + text)
            case Infix(signs, operands):
                return Computed(
                    operation(signs), [self._find(one, context, bindings) for one in operands]
                )
            case _:
                raise NotDirect

    def find_plain(self, expression: Expression, context: FormulaContext) -> Argument | Area:
        """Return an argument's value, or the cells that hold it.

        Raises
        ------
        NotDirect
            It is anything else.
        """
        found = self.find(expression, context, ())
        if isinstance(found, (Column, Computed)):
            raise NotDirect
        return found

    def _call(self, call: Call, context: FormulaContext, bindings: Bindings) -> Found:
        name = plain_name(call.name)
        if name in {"TRUE", "FALSE"} and not call.arguments:
            return name == "TRUE"
        if name == "LET":
            return self._let(call, context, bindings)
        if name == "MAP":
            return self._find(_of_all(call), context, bindings)
        return self._function(
            name, [self._find(argument, context, bindings) for argument in call.arguments]
        )

    def _function(self, name: str, arguments: Sequence[Found]) -> Found:
        """Return what a function gives that is computed here."""
        match name, arguments:
            case "", [one]:
                return one
            case "INDEX", [Area() as table, row, number] if row == 0:
                return Column(table, number)
            case "INDEX", [table, row, number] if row == 0:
                return Computed(self._column, [table, number])
        function = FUNCTIONS.get((name, len(arguments)))
        if function is None:
            raise NotDirect
        return Computed(function, arguments)

    def _let(self, call: Call, context: FormulaContext, bindings: Bindings) -> Found:
        """Return what a LET gives, with what it binds."""
        if len(call.arguments) < 3 or len(call.arguments) % 2 == 0:
            raise NotDirect
        for name, bound in zip(call.arguments[:-1:2], call.arguments[1::2], strict=True):
            if not isinstance(name, Token):
                raise NotDirect
            bindings = (*bindings, (name.text, bound))
        return self._find(call.arguments[-1], context, bindings)

    def _column(self, table: Argument, number: Argument) -> list[list[Cell]]:
        """Return a whole column of a table at hand: INDEX(table, 0, number)."""
        if not isinstance(table, list) or not isinstance(number, float):
            raise NotDirect
        column = int(number) - 1
        if len(table) == 1 or not 0 <= column < len(table[0]):
            raise NotDirect
        key = id(table), column
        if key not in self._columns:  # the table is kept, so that no other can take its identity
            cells = [row[column] for row in table]
            self._columns[key] = table, [["" if cell is None else cell] for cell in cells]
        return self._columns[key][1]

    def _token(self, token: Token, context: FormulaContext, bindings: Bindings) -> Found:
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

    def _name(self, name: str, context: FormulaContext, bindings: Bindings) -> Found:
        for index in range(len(bindings) - 1, -1, -1):
            if bindings[index][0].casefold() == name.casefold():
                return self._find(bindings[index][1], context, bindings[:index])
        if name.upper() in {"TRUE", "FALSE"}:
            return name.upper() == "TRUE"
        meaning = self._names.meaning(name, context.number)
        if meaning is None:
            raise NotDirect
        return self._find(meaning.expression, context, ())

    def _block(self, block: Area) -> Cell | list[list[Cell]]:
        if block.top == block.bottom and block.left == block.right:
            return self._engine.read(block)
        read = self._read if self.may_change(block) else self._fixed
        if block not in read:
            read[block] = self._engine.read(block)
        return read[block]


def _of_all(call: Call) -> Call:
    """Return the call of a whole array in the place of a MAP that makes it for each cell.

    Raises
    ------
    NotDirect
        That would be something else.
    """
    found = parameters(call)
    match found, call.arguments:
        case ([name], Call() as body), [array, _]:
            function, at = plain_name(body.name), Token("name", name)
            given = list(body.arguments)
            if given.count(at) == 1 and given.index(at) in OF_EACH.get(function, ()):
                return Call(function, [array if one == at else one for one in given])
    raise NotDirect
