"""Scalar native functions over arrays, written so that IronCalc computes them for each element.

`ROUND(A1:A9/2,0)` becomes `MAP(A1:A9/2,LAMBDA(x,ROUND(x,0)))`, which is all that is needed where
one argument is an array. Several are brought to one shape first: `IF` repeats a row or a column as
its condition demands, and gives #N/A where shapes do not fit, as Excel does. Nothing is computed
here, so what is vectorized still follows the cells that it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from clv_xl.hosts.recalc.dialect import substitutes
from clv_xl.hosts.recalc.dialect.scalar_arguments import (
    BY_ITSELF,
    MAKE_ARRAYS,
    NAMES,
    ONE_VALUE,
    WITH_ARRAYS,
    single,
)
from clv_xl.hosts.recalc.formula.grammar import (
    LEFT_OUT,
    Call,
    Expression,
    GrammarError,
    Infix,
    Prefix,
    Token,
    Value,
    area,
    children,
    plain_name,
    with_children,
)
from clv_xl.hosts.recalc.formula.limits import MOST_PIECES, TooLargeError

_ONE, _MAYBE, _ARRAY = 0, 1, 2
"""How likely an expression is to give more than one value."""

_ELEMENT: Final = "clv_xl_element"
_DEEPEST: Final = 8
_LOOKS_A_PIECE: Final = 10
_EACH_ELEMENT: Final = frozenset({"MAP", "MAKEARRAY", "REDUCE", "SCAN"})
_GIVE_CELLS: Final = frozenset({"OFFSET", "INDIRECT", "CHOOSE"})
_EACH_LINE: Final = frozenset({"BYROW", "BYCOL"})


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression is.

    `array_context`: in an array formula, where a range means all of its cells. `explicit_at`: the
    signs @ (implicit intersection) are the user's own, not the engine's. `in_element`: inside a
    LAMBDA that is called for each element, where a result of one element must stay one cell.
    `bound`: how likely the names of LET and LAMBDA, case-folded, are to be arrays.
    """

    array_context: bool
    explicit_at: bool = False
    in_element: bool = False
    bound: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def binding(self, names: Mapping[str, int], *, in_element: bool | None = None) -> Context:
        """Return the context inside a LET or LAMBDA."""
        bound = {**self.bound, **{name.casefold(): shape for name, shape in names.items()}}
        inner = self.in_element if in_element is None else in_element
        return replace(self, bound=bound, in_element=inner)


class Vectorizer:
    """Vectorizes scalar functions over arrays.

    Parameters
    ----------
    functions : set of str
        The names of clv_xl's functions, whose arguments may all be arrays.
    meaning : callable
        What a defined name means, or None.
    """

    def __init__(
        self, functions: frozenset[str], meaning: Callable[[str], Expression | None]
    ) -> None:
        self._functions = functions
        self._meaning = meaning
        self._pieces = self._looks = 0

    def vectorize(self, expression: Expression, context: Context) -> Expression:
        """Return the expression with every scalar function of an array computed by element."""
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            raise TooLargeError
        if isinstance(expression, Call):
            return self._call(expression, context)
        parts = [self.vectorize(part, context) for part in children(expression)]
        if isinstance(expression, Prefix) and expression.sign == "@":
            stays = self._at_stays(expression.operand, context)
            return Prefix("@", parts[0]) if stays else parts[0]
        return with_children(expression, parts)

    def _call(self, call: Call, context: Context) -> Expression:
        name = plain_name(call.name)
        if name == "LET":
            return self._let(call, context)
        if name in _EACH_ELEMENT | _EACH_LINE:
            return self._mapped(name, call, context)
        if name == "LAMBDA":
            return self._lambda(call, context, _MAYBE, in_element=context.in_element)
        if name in substitutes.NAMES:
            other = substitutes.substitute(call, lambda one: self._is_computed(one, context))
            if other is not None:
                return self._call(other, context)
        inside = replace(context, array_context=True) if self._takes_arrays(name) else context
        arguments = [self.vectorize(argument, inside) for argument in call.arguments]
        if name not in NAMES:
            return Call(call.name, arguments)
        least = _ARRAY if context.in_element or not context.array_context else _MAYBE
        arrays = [
            place
            for place in single(name, len(arguments))
            if self._shape(call.arguments[place], inside) >= least
        ]
        if name == "CHOOSE" and 0 not in arrays:
            arrays = []
        return (
            _by_element(Call(call.name, arguments), arrays)
            if arrays
            else Call(call.name, arguments)
        )

    def _at_stays(self, operand: Expression, context: Context) -> bool:
        """Whether the sign @ before something is to stay: it is the user's, or Excel has it too."""
        if context.explicit_at:
            return True
        is_name = isinstance(operand, Token) and operand.kind == "name"
        return not context.array_context and not (is_name and not self._is_range(operand, context))

    def _takes_arrays(self, name: str) -> bool:
        return name in WITH_ARRAYS or name in self._functions

    def _let(self, call: Call, context: Context) -> Call:
        arguments: list[Expression] = []
        for index, argument in enumerate(call.arguments):
            if index % 2 == 0 and index < len(call.arguments) - 1:
                arguments.append(argument)
                continue
            arguments.append(self.vectorize(argument, context))
            if index % 2:
                name = _only_name(call.arguments[index - 1])
                context = context.binding({name: self._shape(argument, context)})
        return Call(call.name, arguments)

    def _mapped(self, name: str, call: Call, context: Context) -> Call:
        """Vectorize what a function maps, and what its LAMBDA does with one element or one line."""
        each = name in _EACH_ELEMENT
        arguments: list[Expression] = []
        for argument in call.arguments:
            if isinstance(argument, Call) and plain_name(argument.name) == "LAMBDA":
                shape = _ONE if each else _ARRAY
                arguments.append(self._lambda(argument, context, shape, in_element=each))
            else:
                arguments.append(self.vectorize(argument, context))
        return Call(call.name, arguments)

    def _lambda(self, call: Call, context: Context, shape: int, *, in_element: bool) -> Call:
        *parameters, body = call.arguments or [LEFT_OUT]
        names = {_only_name(parameter): shape for parameter in parameters}
        inner = context.binding(names, in_element=in_element)
        return Call(call.name, [*parameters, self.vectorize(body, inner)])

    def _is_computed(self, expression: Expression, context: Context) -> bool:
        """Whether an argument may be an array that is not simply a range of cells."""
        in_array = replace(context, array_context=True)
        return self._shape(expression, in_array) != _ONE and not self._is_range(expression, context)

    def _is_range(self, expression: Expression, context: Context) -> bool:
        if isinstance(expression, Token):
            if expression.kind != "name":
                return expression.kind in {"reference", "spill"}
            meaning = self._meaning(expression.text)
            return "[" in expression.text or (
                isinstance(meaning, Token)
                and meaning.kind == "reference"
                and expression.text.casefold() not in context.bound
            )
        if not isinstance(expression, Call):
            return False
        name = plain_name(expression.name)
        if name in {"", "INDEX"} and expression.arguments:
            return self._is_range(expression.arguments[0], context)
        return name in {"OFFSET", "INDIRECT"}

    # Shapes

    def _shape(self, expression: Expression, context: Context, depth: int = 0) -> int:
        """Return how likely an expression is to be an array."""
        self._looks += 1
        if self._looks > _LOOKS_A_PIECE * MOST_PIECES:
            raise TooLargeError
        match expression:
            case Value(content):
                return _ARRAY if isinstance(content, list) else _ONE
            case Call():
                return self._call_shape(expression, context, depth)
            case Token():
                return self._token_shape(expression, context, depth)
            case Prefix("@", operand) if self._at_stays(operand, context):
                return _ONE
            case _:
                return max(self._shape(part, context, depth) for part in children(expression))

    def _token_shape(self, token: Token, context: Context, depth: int) -> int:
        match token.kind:
            case "reference":
                _, top, left, bottom, right = area(token, "")
                return _ARRAY if context.array_context and (top, left) != (bottom, right) else _ONE
            case "spill" | "array":
                return _ARRAY
            case "name":
                return self._name_shape(token.text, context, depth)
            case _:
                return _ONE

    def _name_shape(self, name: str, context: Context, depth: int) -> int:
        bound = context.bound.get(name.casefold())
        if bound is not None:
            return bound
        if name.upper() in {"TRUE", "FALSE"}:
            return _ONE
        meaning = self._meaning(name)
        if meaning is None or depth >= _DEEPEST:
            return _MAYBE
        return self._shape(meaning, replace(context, bound={}), depth + 1)

    def _call_shape(self, call: Call, context: Context, depth: int) -> int:
        name = plain_name(call.name)
        if name in ONE_VALUE:
            return _ONE
        if name in MAKE_ARRAYS:
            return _ARRAY
        inside = replace(context, array_context=True) if self._takes_arrays(name) else context
        places = (
            single(name, len(call.arguments))
            if name in NAMES or name in BY_ITSELF
            else range(len(call.arguments))
        )
        if name == "CHOOSE":
            places = range(len(call.arguments))
        given = max((self._shape(call.arguments[p], inside, depth) for p in places), default=_ONE)
        if not name or name in BY_ITSELF or name in {"CHOOSE", "IFS", "SWITCH"}:
            return given
        if name in self._functions:
            return max(given, _MAYBE)
        if name in NAMES and name not in {"INDEX", "OFFSET", "INDIRECT", "XLOOKUP"}:
            return given
        return _ARRAY if name in NAMES and given == _ARRAY else _MAYBE


def _only_name(expression: Expression) -> str:
    return expression.text if isinstance(expression, Token) else ""


def _by_element(call: Call, arrays: list[int]) -> Call:
    """Return the call made for each element of its arguments at these places."""
    names = [Token("name", f"{_ELEMENT}{place}") for place in arrays]
    ranges = [call.arguments[place] for place in arrays]
    extents = {_extent(one) for one in ranges}
    if len(ranges) > 1 and (len(extents) > 1 or None in extents):
        ranges = [_repeated(one, [other for other in ranges if other is not one]) for one in ranges]
    inner = list(call.arguments)
    for place, name in zip(arrays, names, strict=True):
        inner[place] = name
    body: Expression = Call(call.name, inner)
    if plain_name(call.name) in _GIVE_CELLS:
        body = _one_cell(body)
    return Call("MAP", [*ranges, Call("LAMBDA", [*names, body])])


def _one_cell(expression: Expression) -> Expression:
    """Return the value of the one cell that a function refers to; #VALUE! if there are more."""
    one = [
        Call("", [Infix(["="], [Call(name, [expression]), Token("number", "1")])])
        for name in ("ROWS", "COLUMNS")
    ]
    is_one = Infix(["*"], one)
    return Call("IF", [is_one, Prefix("@", expression), Token("error", "#VALUE!")])


def _extent(expression: Expression) -> tuple[int, int] | None:
    """Return height and width of what is a mere reference."""
    if not isinstance(expression, Token) or expression.kind != "reference":
        return None
    try:
        _, top, left, bottom, right = area(expression, "")
    except GrammarError:
        return None
    return bottom - top, right - left


def _repeated(expression: Expression, others: list[Expression]) -> Expression:
    """Return an array repeated as often as it takes to match the others."""
    conditions = [
        Call(
            "IFERROR",
            [Infix(["="], [Call("", [other]), Call("", [other])]), Token("name", "TRUE")],
        )
        for other in others
    ]
    signs = ["*"] * (len(conditions) - 1)
    return Call("IF", [Infix(signs, conditions) if signs else conditions[0], expression])


def filling(expression: Expression, height: int, width: int) -> Expression:
    """Return an expression as a fixed block shows it: rows and columns repeat, gaps are #N/A."""
    sizes = [Token("number", str(size)) for size in (height, width)]
    positive = Infix([">"], [Call("SEQUENCE", sizes), Token("number", "0")])
    return Call("IF", [positive, expression])
