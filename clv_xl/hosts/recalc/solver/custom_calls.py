"""Custom calls inside a formula, innermost first: the engine gives arguments, `call` results."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar

from clv_xl.call import Reply
from clv_xl.cells import Argument, Cell, CellError, serial
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext, Writer
from clv_xl.hosts.recalc.formula.grammar import (
    Call,
    Expression,
    Prefix,
    Token,
    Value,
    children,
    plain_name,
    walk,
    with_children,
)
from clv_xl.hosts.recalc.formula.limits import TooLargeError, UnsupportedError
from clv_xl.hosts.recalc.formula.literals import constant
from clv_xl.hosts.recalc.solver.array_functions import NotDirect
from clv_xl.hosts.recalc.solver.direct_arguments import Bindings, Found, Reader
from clv_xl.hosts.recalc.solver.lambda_elements import UNROLLED, elements, parameters
from clv_xl.hosts.recalc.solver.order import EngineUse
from clv_xl.hosts.recalc.solver.scratch_sheet import Answer, Scratch
from clv_xl.session import Fault

Dispatch: TypeAlias = Callable[[str, Sequence[Argument]], Reply]
_T = TypeVar("_T")
Requests: TypeAlias = Generator[list[str], list[Answer], _T]
"""Work that asks for expressions to be computed, gets their values, and goes on."""

REFERENCE_FUNCTIONS: Final = frozenset(
    {"OFFSET", "INDEX", "INDIRECT", "CHOOSE", "XLOOKUP", "IF", "IFS", "SWITCH", "TAKE", "DROP"}
)
"""Functions that can give a range as it lies in the sheet, blanks included."""


_LAMBDA: Final = (
    "A function of clv_xl inside this LAMBDA is computed by the spreadsheet program only; give the "
    "function the whole range instead, or use MAP, BYROW, BYCOL or MAKEARRAY."
)


class CallResolver:
    """Solves formulas.

    Parameters
    ----------
    functions : set of str
        The names of clv_xl's functions, upper case.
    dispatch : callable
        Name and arguments in, result out.
    """

    def __init__(
        self,
        functions: frozenset[str],
        dispatch: Dispatch,
        names: Names,
        scratch: Scratch,
        reader: Reader,
        *,
        date1904: bool = False,
    ) -> None:
        self._functions = functions
        self._dispatch = dispatch
        self._names = names
        self._reader = reader
        self._date1904 = date1904
        # The arguments are kept with the result, so that no other list can take their identity.
        self._results: dict[tuple[Any, ...], tuple[Value, list[Argument], tuple[Fault, ...]]] = {}
        self.writer = Writer(names, scratch.keep)

    def is_custom(self, piece: Expression) -> bool:
        """Whether a piece of a formula is a custom call: one of clv_xl's functions."""
        return isinstance(piece, Call) and plain_name(piece.name) in self._functions

    def solve(
        self, expression: Expression, context: FormulaContext, bindings: Bindings = ()
    ) -> Requests[Expression]:
        """Return the expression with every custom call replaced by its value."""
        if not any(self._leads_to_custom(piece, context) for piece in walk(expression)):
            return expression
        meaning = self._meaning(expression, context)
        if meaning is not None:
            expression = Call("", [meaning])
        if isinstance(expression, Call):
            return (yield from self._call(expression, context, bindings))
        parts = yield from self._solve_all(children(expression), context, bindings)
        return with_children(expression, parts)

    def _meaning(self, piece: Expression, context: FormulaContext) -> Expression | None:
        """Return the meaning of a defined name, if there is a custom call in it."""
        if not isinstance(piece, Token) or piece.kind != "name":
            return None
        found = self._names.meaning(piece.text, context.number)
        if found is None or found.native or not any(map(self.is_custom, walk(found.expression))):
            return None
        return found.expression

    def engine_use(self, expression: Expression, context: FormulaContext) -> EngineUse:
        """Tell what a custom formula needs the engine for, as far as its text says it."""
        asks = EngineUse.DIRECT if self._gives_value(expression) else EngineUse.RESULT
        calls = (piece for piece in walk(expression) if isinstance(piece, Call))
        custom = [call for call in calls if self.is_custom(call)]
        if not all(self._is_direct(one, context) for call in custom for one in call.arguments):
            asks |= EngineUse.ARGUMENTS
        return asks

    def _gives_value(self, piece: Expression) -> bool:
        """Whether a piece is a custom call, a LET that ends in one, or IFERROR of one."""
        if not isinstance(piece, Call):
            return False
        if plain_name(piece.name) == "IFERROR" and len(piece.arguments) == 2:
            call, instead = piece.arguments
            return self.is_custom(call) and _at_hand(instead) is not None
        if plain_name(piece.name) == "LET" and piece.arguments:
            return self._gives_value(piece.arguments[-1])
        return self.is_custom(piece)

    def _is_direct(self, argument: Expression, context: FormulaContext) -> bool:
        if self.is_custom(argument):
            return True
        try:
            self._reader.find(argument, context, ())
        except NotDirect:
            return False
        return True

    def _leads_to_custom(self, piece: Expression, context: FormulaContext) -> bool:
        return self.is_custom(piece) or self._meaning(piece, context) is not None

    def _call(
        self, call: Call, context: FormulaContext, bindings: Bindings
    ) -> Requests[Expression]:
        name = plain_name(call.name)
        if name == "LET":
            return (yield from self._let(call, context, bindings))
        if name in UNROLLED and self._has_custom(call.arguments[-1:]):
            return (yield from self._unroll(name, call, context, bindings))
        if name == "LAMBDA" and self._has_custom(call.arguments):
            raise UnsupportedError(_LAMBDA)
        arguments = yield from self._solve_all(call.arguments, context, bindings)
        if name not in self._functions:
            found = _size(name, arguments) or _without_errors(name, arguments)
            return found or Call(call.name, arguments)
        values = yield from self._values(arguments, context, bindings)
        return self._result(name, values, context)

    def _result(self, name: str, values: list[Argument], context: FormulaContext) -> Value:
        """Return what a call gives; the same call of the same ranges is made once."""
        key = _key(name, values)
        known = self._results.get(key)
        if known is not None:
            value, _, faults = known
        else:
            self._reader.stand(context)
            answer, faults = self._dispatch(name, values)
            value = Value(as_cells(answer, date1904=self._date1904))
            if any(isinstance(one, list) for one in values):
                self._results[key] = value, values, faults
        context.faults.extend(faults)
        return value

    def note_results(self, calls: Iterable[tuple[str, list[Argument], Cell]]) -> None:
        """Take note of what calls give: name, arguments and result of each."""
        for name, values, result in calls:
            self._results[_key(name, values)] = Value(as_cells(result)), values, ()

    def _solve_all(
        self, expressions: Sequence[Expression], context: FormulaContext, bindings: Bindings
    ) -> Requests[list[Expression]]:
        solved: list[Expression] = []
        for expression in expressions:
            solved.append((yield from self.solve(expression, context, bindings)))  # noqa: PERF401 - a generator cannot yield from a comprehension
        return solved

    def _let(self, call: Call, context: FormulaContext, bindings: Bindings) -> Requests[Expression]:
        """Solve a LET: what it binds is known to the calls after it."""
        arguments: list[Expression] = []
        for index, argument in enumerate(call.arguments):
            if index % 2 == 0 and index < len(call.arguments) - 1:
                arguments.append(argument)
                continue
            solved = yield from self.solve(argument, context, bindings)
            arguments.append(solved)
            if index % 2:
                bound = arguments[index - 1]
                if isinstance(bound, Token):
                    bindings = (*bindings, (bound.text, solved))
        if len(arguments) % 2 and isinstance(arguments[-1], Value):
            return arguments[-1]
        return Call(call.name, arguments)

    def _has_custom(self, expressions: Sequence[Expression]) -> bool:
        return any(self.is_custom(piece) for one in expressions for piece in walk(one))

    def _unroll(
        self, name: str, call: Call, context: FormulaContext, bindings: Bindings
    ) -> Requests[Expression]:
        """Solve a LAMBDA's body once for every element of what it is mapped over."""
        found = parameters(call)
        if found is None:
            raise UnsupportedError(_LAMBDA)
        names, body = found
        ranges = yield from self._solve_all(call.arguments[:-1], context, bindings)
        table = elements(name, (yield from self._values(ranges, context, bindings)))
        if table is None or any(len(one) != len(names) for line in table for one in line):
            raise UnsupportedError(_LAMBDA)
        solved: list[Answer] = []
        texts: dict[int, str] = {}
        for line in table:
            for values in line:
                inner = (*bindings, *zip(names, values, strict=True))
                result = yield from self.solve(body, context, inner)
                if isinstance(result, Value):
                    solved.append(result.content)
                else:
                    texts[len(solved)] = self._bound(result, context, inner)
                    solved.append(None)
        if texts:
            for index, answer in zip(texts, (yield list(texts.values())), strict=True):
                solved[index] = answer
        cells = [CellError.CALC if isinstance(one, list) else one for one in solved]
        width = len(table[0])
        rows = [cells[start : start + width] for start in range(0, len(cells), width)]
        return Value(as_cells(rows))

    def _values(
        self, arguments: Sequence[Expression], context: FormulaContext, bindings: Bindings
    ) -> Requests[list[Argument]]:
        """Return the values of a call's arguments, computing those that are not at hand."""
        found: dict[int, Found] = {}
        for index, argument in enumerate(arguments):
            with suppress(NotDirect):
                found[index] = self._reader.find(argument, context, bindings)
        values: dict[int, Argument] = {}
        stale = self._reader.stale and any(map(self._reader.may_change, found.values()))
        if stale:
            others = {i: argument for i, argument in enumerate(arguments) if i not in found}
            values.update((yield from self._asked(others, context, bindings, refresh=True)))
        for index, one in found.items():
            with suppress(NotDirect):
                values[index] = self._reader.value(one)
        others = {i: argument for i, argument in enumerate(arguments) if i not in values}
        values.update((yield from self._asked(others, context, bindings)))
        return [values[index] for index in range(len(arguments))]

    def _asked(
        self,
        arguments: Mapping[int, Expression],
        context: FormulaContext,
        bindings: Bindings,
        *,
        refresh: bool = False,
    ) -> Requests[dict[int, Argument]]:
        """Return the values of arguments that the engine has to compute."""
        texts = {
            index: self._texts(argument, context, bindings) for index, argument in arguments.items()
        }
        request = list(chain.from_iterable(texts.values()))
        answers = iter((yield request) if request or refresh else ())
        values: dict[int, Argument] = {}
        for index, asked in texts.items():
            answer = next(answers)
            values[index] = _with_blanks(answer, next(answers)) if len(asked) > 1 else answer
        return values

    def _texts(
        self, argument: Expression, context: FormulaContext, bindings: Bindings
    ) -> list[str]:
        """Return what to compute for an argument: its value, and where it may be blank."""
        text = self._bound(argument, context, bindings)
        return [text, f'(({text})="")*(({text})=0)'] if _may_be_reference(argument) else [text]

    def known_requests(self, expression: Expression, context: FormulaContext) -> list[str]:
        """Return what a formula will ask for, as far as it does not depend on custom calls."""
        calls = [piece for piece in walk(expression) if isinstance(piece, Call)]
        if any(plain_name(call.name) in {"LET", "LAMBDA"} for call in calls):
            return []
        arguments = (one for call in calls if self.is_custom(call) for one in call.arguments)
        try:
            return [
                text
                for argument in arguments
                if not self._has_custom([argument]) and not self._is_direct(argument, context)
                for text in self._texts(argument, context, ())
            ]
        except TooLargeError:
            return []  # as it will be said when it is asked for

    def _bound(self, argument: Expression, context: FormulaContext, bindings: Bindings) -> str:
        """Return an argument as text complete by itself: the LET names in force come with it."""
        text = self.writer.text(argument, context, moved=True)
        if not bindings:
            return text
        pairs = "".join(
            f"{name},{self.writer.text(bound, context, moved=True)}," for name, bound in bindings
        )
        return f"LET({pairs}{text})"


def _key(name: str, values: Iterable[Argument]) -> tuple[Any, ...]:
    """Return what tells calls apart; of the same range that is read once, the list is the same."""
    return (name, *(id(v) if isinstance(v, list) else (type(v), v) for v in values))


def _size(name: str, arguments: list[Expression]) -> Value | None:
    """Return the number of rows or columns of a result at hand, without laying it down."""
    if name not in {"ROWS", "COLUMNS"} or len(arguments) != 1:
        return None
    (value,) = arguments
    if not isinstance(value, Value):
        return None
    if isinstance(value.content, CellError):
        return value
    table = value.content if isinstance(value.content, list) else [[value.content]]
    return Value(float(len(table if name == "ROWS" else table[0])))


def _without_errors(name: str, arguments: list[Expression]) -> Value | None:
    """Return what IFERROR makes of a result at hand, without laying it down."""
    if name != "IFERROR" or len(arguments) != 2 or not isinstance(arguments[0], Value):
        return None
    instead = _at_hand(arguments[1])
    if instead is None:
        return None

    def shown(cell: Cell) -> Cell:
        return instead if isinstance(cell, CellError) else cell

    content = arguments[0].content
    if isinstance(content, list):
        return Value([[shown(cell) for cell in row] for row in content])
    return Value(shown(content))


def _at_hand(piece: Expression) -> Cell:
    """Return the cell that a formula gives as a number or text; None for any other piece."""
    if isinstance(piece, Token) and piece.kind in {"text", "number"}:
        return constant(piece.text)
    return None


def _may_be_reference(argument: Expression) -> bool:
    match argument:
        case Prefix("@", _) | Token("name", _):
            return True
        case Call(name, _):
            return plain_name(name) in REFERENCE_FUNCTIONS
        case _:
            return False


def _with_blanks(answer: Answer, blank: Answer) -> Answer:
    """Make the cells that are blank in the sheet blank again; a spilled copy shows them as 0."""
    if not isinstance(answer, list) or not isinstance(blank, list):
        return None if not isinstance(answer, list) and blank == 1 else answer
    return [
        [None if empty == 1 else cell for cell, empty in zip(row, marks, strict=False)]
        for row, marks in zip(answer, blank, strict=False)
    ]


_PLAIN: Final = frozenset({float, str, bool, type(None), CellError})


def as_cells(answer: Answer, *, date1904: bool = False) -> Answer:
    """Return a result as cells hold it: numbers as floats, dates as serial numbers."""
    if isinstance(answer, list):
        kinds = set(map(type, chain.from_iterable(answer)))
        ready = kinds <= _PLAIN  # `call` returns finite numbers only
        rows = answer if ready else [[_cell(cell, date1904) for cell in row] for row in answer]
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        return rows if rows and rows[0] else CellError.CALC
    return _cell(answer, date1904)


def _cell(cell: Cell, date1904: bool) -> Cell:
    if type(cell) is float:
        return cell if math.isfinite(cell) else CellError.NUM
    if cell is None or isinstance(cell, (str, bool, CellError)):
        return cell
    if isinstance(cell, dt.date):
        return float(serial(cell, date1904=date1904))
    return _cell(float(cell), date1904)


def run(
    pending: Sequence[Requests[_T]], scratch: Scratch, reader: Reader
) -> list[_T | UnsupportedError]:
    """Complete several formulas at once, computing all that they request in one evaluation."""
    results: dict[int, _T | UnsupportedError] = {}
    asked: dict[int, list[str]] = {}

    def go_on(index: int, answers: list[Answer] | None) -> None:
        try:
            work = pending[index]
            asked[index] = next(work) if answers is None else work.send(answers)
        except StopIteration as end:
            results[index] = end.value
        except UnsupportedError as fault:
            results[index] = fault

    for index in range(len(pending)):
        go_on(index, None)
    while asked:
        round_, asked = asked, {}
        try:
            answers = scratch.compute([text for texts in round_.values() for text in texts])
        except UnsupportedError as fault:
            if len(round_) == 1:  # whose fault it is
                results.update(dict.fromkeys(round_, fault))
                continue
            for index in round_:
                results[index] = run([_resumed(pending[index], round_[index])], scratch, reader)[0]
            continue
        reader.forget()
        start = 0
        for index, texts in round_.items():
            go_on(index, answers[start : start + len(texts)])
            start += len(texts)
    return [results[index] for index in range(len(pending))]


def _resumed(work: Requests[_T], texts: list[str]) -> Requests[_T]:
    """Return work that has made a request already, to be completed by itself."""
    while True:
        answers = yield texts
        try:
            texts = work.send(answers)
        except StopIteration as end:
            result: _T = end.value
            return result
