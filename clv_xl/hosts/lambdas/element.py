"""The LAMBDA of a function: its arguments checked as declared, its formula for each element.

The steps are those of `call`: arguments left out, a model's parameters, ranges that fit together,
then cell by cell the type, the default of an empty cell, the domain and the result.
"""

from __future__ import annotations

from clv_xl.cells import CellError, error_value
from clv_xl.errors import ArgumentError, ClvError, DomainError, ZeroDenominatorError
from clv_xl.functions import Function
from clv_xl.functions.spec import Kind, Parameter
from clv_xl.hosts.lambdas.formula import ColumnsFormula, Formula
from clv_xl.hosts.lambdas.syntax import LONGEST_TEXT, quoted, renamed, tokens

VALUE = str(CellError.VALUE)


def lambda_text(function: Function, formula: Formula) -> str:
    """Return the whole formula of an elementwise function."""
    parameters = function.parameters
    columns = [each for each in parameters if each.meaning.model is None and takes(formula, each)]
    bindings = [absent(parameter) for parameter in parameters]
    bindings += [_whole(parameter, formula) for parameter in columns]
    bindings += _model_bindings(function)
    bindings += [
        f"element, LAMBDA(column, row, {_element(function, formula, columns)})",
        *_size("rows", "CLV_ROWS", columns),
        *_size("columns", "CLV_COLUMNS", columns),
    ]
    whole = "IF(rows * columns = 1, element(1, 1), MAKEARRAY(rows, columns, LAMBDA(row, column, "
    result = whole + "element(column, row))))"
    for condition, answer in reversed(_refusals(function, formula, columns)):
        result = f"IF({condition}, {answer}, {result})"
    return with_usage(function, bindings, result)


def takes(formula: Formula | ColumnsFormula, parameter: Parameter) -> bool:
    """Whether a formula takes an argument; a call that gives another is `#VALUE!`."""
    used = {token for kind, token in tokens(formula.body) if kind == "variable"}
    return parameter.meaning.model is not None or parameter.name in used


def with_usage(function: Function, bindings: list[str], result: str) -> str:
    """Return a LAMBDA that answers how it is used where no argument is given."""
    given = ", ".join(f"[{parameter.name}]" for parameter in function.parameters)
    none = ", ".join(f"ISOMITTED({parameter.name})" for parameter in function.parameters)
    usage = quoted(usage_line(function))
    return f"LAMBDA({given}, IF(AND({none}), {usage}, LET({', '.join(bindings)}, {result})))"


def usage_line(function: Function) -> str:
    """Return what a call without arguments answers."""
    line = f"{function.signature}: {function.summary}"
    return line if len(line) <= LONGEST_TEXT else function.signature


def error_text(fault: type[ClvError] | ClvError) -> str:
    """Return the error value of a fault."""
    return str(error_value(fault if isinstance(fault, ClvError) else fault("")))


def absent(parameter: Parameter) -> str:
    """Bind whether an argument was left out, or all its cells are empty."""
    name = parameter.name
    return f"no_{name}, IF(ISOMITTED({name}), TRUE, CLV_BLANK({name}))"


def _whole(parameter: Parameter, formula: Formula) -> str:
    """Bind the whole argument: what was given, or what stands for it."""
    name = parameter.name
    instead = '""'
    if name in formula.left_out:
        instead = formula.left_out[name]
    elif parameter.default is not None:
        instead = literal(parameter.default)
    return f"all_{name}, IF(no_{name}, {instead}, {name})"


def literal(value: object) -> str:
    """Return a number or text as a formula holds it."""
    return quoted(value) if isinstance(value, str) else f"{value:.15g}"


def _names(parameter: Parameter) -> str:
    return "{" + ", ".join(map(quoted, parameter.meaning.fields)) + "}"


def _model_bindings(function: Function) -> list[str]:
    """Bind a model's parameters, and what is wrong with them."""
    found: list[str] = []
    for parameter in function.parameters:
        if parameter.meaning.model is None:
            continue
        names = _names(parameter)
        call = f"{parameter.name}, {names}"
        left_out = f"no_{parameter.name}"
        found.append(f"misfit, IF({left_out}, {VALUE}, CLV_MISFIT({call}))")
        found += [
            f"{name}_, IF(OR({left_out}, ISERROR(misfit)), 1, CLV_PARAMETER({call}, {number}))"
            for number, name in enumerate(parameter.meaning.fields, start=1)
        ]
    return found


def _size(name: str, function: str, columns: list[Parameter]) -> list[str]:
    sizes = ", ".join(f"{function}(all_{parameter.name})" for parameter in columns)
    return [f"{name}, MAX({sizes})"]


def _refusals(
    function: Function, formula: Formula, columns: list[Parameter]
) -> list[tuple[str, str]]:
    """Return the conditions under which the whole call is an error value, in their order."""
    required = [f"no_{each.name}" for each in function.parameters if each.required]
    found = [(f"OR({', '.join(required)})", VALUE)] if required else []
    found += [
        (f"no_{each.name} = FALSE", VALUE)
        for each in function.parameters
        if not takes(formula, each)
    ]
    if any(parameter.meaning.model is not None for parameter in function.parameters):
        found += [("ISERROR(misfit)", "misfit")]
        found += [("misfit = 0", error_text(DomainError))]
    fitting = [
        f"CLV_FITS({size}(all_{parameter.name}), {most})"
        for parameter in columns
        for size, most in (("CLV_ROWS", "rows"), ("CLV_COLUMNS", "columns"))
    ]
    if len(columns) > 1:
        found.append((f"AND({', '.join(fitting)}) = FALSE", VALUE))
    if formula.refused:
        found.append((formula.refused, VALUE))
    found += [
        (f"IF(no_{name}, ISERROR(all_{name}), FALSE)", f"all_{name}") for name in formula.left_out
    ]
    return found


def _element(function: Function, formula: Formula, columns: list[Parameter]) -> str:
    """Return the result of one element, or the first fault of its cells."""
    cells = [f"cell_{each.name}, CLV_CELL(all_{each.name}, column, row)" for each in columns]
    checked = [f"one_{each.name}, {checked_cell(function, each)}" for each in columns]
    body = renamed(
        formula.body,
        {parameter.name: f"one_{parameter.name}" for parameter in columns}
        | {
            "INFINITE": error_text(function.infinite),
            "UNDEFINED": error_text(function.undefined),
        },
    )
    for name in reversed([f"one_{each.name}" for each in columns]):
        body = f"IF(ISERROR({name}), {name}, {body})"
    for name in reversed([f"cell_{each.name}" for each in columns]):
        body = f"IF(ISERROR({name}), {name}, {body})"
    if not columns:
        return body
    return f"LET({', '.join([*cells, *checked])}, {body})"


def checked_cell(function: Function, parameter: Parameter) -> str:
    """Return the value of a cell as its parameter is declared."""
    name, meaning = parameter.name, parameter.meaning
    cell = f"cell_{name}"
    blank = VALUE if parameter.default is None else literal(parameter.default)
    if meaning.kind is Kind.CHOICE:
        choices = "{" + ", ".join(quoted(str(choice)) for choice in meaning.choices) + "}"
        return f"CLV_CHOICE({cell}, {blank}, {choices})"
    if meaning.kind is Kind.DATE:
        return (
            f"CLV_DAY({cell}, {blank})"
            if parameter.required
            else f'IF(no_{name}, "", CLV_DAY({cell}, {blank}))'
        )
    outside = error_text(ArgumentError if meaning.choices else DomainError)
    number = f"CLV_NUMBER({cell}, {blank}, {_is_inside(parameter, cell)}, {outside})"
    if name in function.denominators:
        zero = error_text(ZeroDenominatorError)
        number = (
            f"LET(number, {number}, IF(ISERROR(number), number, IF(number = 0, {zero}, number)))"
        )
    if parameter.required or parameter.default is not None or parameter.meaning.median_by_default:
        return number
    return f'IF(no_{name}, "", {number})'


def inside(parameter: Parameter, cell: str) -> list[str]:
    """Return the conditions that a number lies in its domain."""
    meaning = parameter.meaning
    found = []
    if meaning.low > float("-inf"):
        found.append(f"{cell} {'>' if meaning.above_low else '>='} {meaning.low:.15g}")
    if meaning.high < float("inf"):
        found.append(f"{cell} {'<' if meaning.below_high else '<='} {meaning.high:.15g}")
    if meaning.whole:
        found.append(f"{cell} = INT({cell})")
    return found


def _is_inside(parameter: Parameter, cell: str) -> str:
    """Return the condition that one number lies in its domain."""
    choices = parameter.meaning.choices
    if choices:
        return "OR(" + ", ".join(f"{cell} = {choice}" for choice in choices) + ")"
    found = inside(parameter, cell)
    return f"AND({', '.join(found)})" if found else "TRUE"
