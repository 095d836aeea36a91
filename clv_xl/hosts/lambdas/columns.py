"""The LAMBDA of a function that takes whole columns: which rows count, and what is wrong.

The steps are those of `alignment`: titles, columns of one length, rows without data, then column by
column the type, empty cells and the domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.cells import FIRST_SERIAL, LAST_SERIAL
from clv_xl.errors import DomainError
from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import BLANK_LABEL, Kind, Table
from clv_xl.hosts.lambdas.column_formulas import WHOLE
from clv_xl.hosts.lambdas.element import (
    VALUE,
    absent,
    checked_cell,
    error_text,
    inside,
    literal,
    takes,
    with_usage,
)
from clv_xl.hosts.lambdas.syntax import quoted, renamed

if TYPE_CHECKING:
    from clv_xl.functions import Function
    from clv_xl.functions.spec import Parameter
    from clv_xl.hosts.lambdas.formula import ColumnsFormula


def columns_text(function: Function, formula: ColumnsFormula) -> str:
    """Return the whole formula of a function that takes columns."""
    taken = [each for each in function.parameters if takes(formula, each)]
    columns = [each for each in taken if each.column]
    single = [each for each in taken if not each.column]
    bindings = [absent(parameter) for parameter in function.parameters]
    for parameter in single:
        bindings += one_cell(function, parameter)
    bindings += _equally_long(columns)
    names = {each.name: f"one_{each.name}" for each in single}
    names |= {each.name: f"in_{each.name}" for each in columns}
    result = renamed(formula.body, names)
    kept = [f"in_{each.name}, {_kept(each, formula)}" for each in columns]
    for condition, answer in reversed(_wrong_cells(columns)):
        result = f"IF({condition}, {answer}, {result})"
    result = f"LET({', '.join(kept)}, {result})"
    for condition, answer in reversed(_refusals(function, columns, single)):
        result = f"IF({condition}, {answer}, {result})"
    return with_usage(function, bindings, result)


def heading_row(name: str) -> str:
    """Return the heading row of a function's table.

    Raises
    ------
    TypeError
        The function is declared with another result.
    """
    result = CATALOGUE[name].result
    if not isinstance(result, Table):
        raise TypeError(f"{name} is declared without a table")
    return "HSTACK(" + ", ".join(quoted(title) for title, _ in result.columns) + ")"


def one_cell(function: Function, parameter: Parameter) -> list[str]:
    """Bind the cell of an argument that is one, and its value."""
    name = parameter.name
    several = f"CLV_ROWS({name}) * CLV_COLUMNS({name}) > 1"
    return [
        f'cell_{name}, IF(no_{name}, "", IF({several}, {VALUE}, {name}))',
        f"one_{name}, {checked_cell(function, parameter)}",
    ]


def _equally_long(columns: list[Parameter]) -> list[str]:
    """Bind the columns without titles, as long as the longest, and which rows count."""
    measured = [each for each in columns if each.meaning.kind in {Kind.NUMBER, Kind.DATE}]
    lengths = ", ".join(f"CLV_ROWS({each.name})" for each in columns)
    in_use = ", ".join(f"CLV_USED({each.name})" for each in columns)
    found = [f"whole, MAX({lengths}) >= {WHOLE}", f"used, MAX({in_use})"]
    found += [
        f'given_{each.name}, IF(no_{each.name}, "", '
        f"CLV_COLUMN({each.name}, {str(each.meaning.a_column_each).upper()}, used))"
        for each in columns
    ]
    headed = [f'CLV_HEADED(given_{each.name}, "{each.name}")' for each in measured]
    rows = [f"ROWS(given_{each.name})" for each in measured]
    worded = [f"CLV_WORDED(given_{each.name})" for each in measured]
    titled = "FALSE"
    if measured:
        titled = (
            f"AND(MAX({', '.join(rows)}) > 1, "
            f"OR(AND({', '.join(headed)}), AND(whole, OR({', '.join(worded)}))))"
        )
    found += [f"titled, {titled}"]
    found += [
        f"below_{each.name}, "
        f"IF(AND(titled, ROWS(given_{each.name}) > 1), DROP(given_{each.name}, 1), "
        f"given_{each.name})"
        for each in columns
    ]
    sizes = ", ".join(f"ROWS(below_{each.name})" for each in columns)
    found += [f"size, MAX({sizes})"]
    found += [f"all_{each.name}, CLV_ALONG(below_{each.name}, size)" for each in columns]
    found += [f"data, {' + '.join(map(_has_data, columns))}"]
    deciding = [each for each in columns if each.meaning.row_left_out]
    if not deciding:
        return [*found, "kept, data"]
    readable = " * ".join(f"IF(no_{each.name}, 1, {_readable(each)})" for each in deciding)
    return [*found, f"readable, data * {readable}", "kept, IF(SUM(readable) > 0, readable, data)"]


def _has_data(parameter: Parameter) -> str:
    """Return in which rows a column has data; a number that repeats has none."""
    name = parameter.name
    repeats = f"AND(ROWS(below_{name}) = 1, size > 1)"
    if parameter.meaning.a_column_each:
        return f'IF(COLUMNS(all_{name}) > 1, SEQUENCE(size), IF(all_{name} = "", 0, 1))'
    return f'IF(OR(no_{name}, {repeats}), 0 * SEQUENCE(size), IF(all_{name} = "", 0, 1))'


def _readable(parameter: Parameter) -> str:
    """Return in which rows a column can be read, 1 or 0."""
    cells = f"all_{parameter.name}"
    numeric = f"CLV_NUMERIC({cells})"
    if parameter.meaning.kind is Kind.LABEL:
        return f'IF({numeric} = 1, IF(ABS({cells}) < 1E15, 1, 0), IF({cells} = "", 0, 1))'
    return f"IF({numeric} = 1, IF({_inside(parameter, cells)}, 1, 0), 0)"


def _inside(parameter: Parameter, cells: str) -> str:
    """Return the condition that numbers lie in their domain, for each of a column."""
    if parameter.meaning.kind is Kind.DATE:
        return f"({cells} >= {FIRST_SERIAL:.15g}) * ({cells} < {LAST_SERIAL + 1:.15g})"
    conditions = inside(parameter, cells)
    return " * ".join(f"({condition})" for condition in conditions) or "TRUE"


def _refusals(
    function: Function, columns: list[Parameter], single: list[Parameter]
) -> list[tuple[str, str]]:
    """Return the conditions under which the call is an error value, in their order."""
    required = [f"no_{each.name}" for each in function.parameters if each.required]
    found = [(f"OR({', '.join(required)})", VALUE)]
    found += [
        (f"no_{each.name} = FALSE", VALUE)
        for each in function.parameters
        if each not in columns and each not in single
    ]
    found += [(f"ISERROR(one_{each.name})", f"one_{each.name}") for each in single]
    for each in columns:
        name = each.name
        length = f"ROWS(below_{name})"
        short = f"AND({length} > 1, {length} < size)"
        if each.meaning.kind is not Kind.NUMBER:
            short = f"IF(no_{name}, FALSE, {length} < size)"
        found += [(f"ISERROR(ROWS(below_{name}))", f"below_{name}"), (short, VALUE)]
    found += [
        (f"ISERROR(CLV_FAULT(all_{each.name}))", f"CLV_FAULT(all_{each.name})") for each in columns
    ]
    return [*found, ("SUM(data) = 0", VALUE)]


def _kept(parameter: Parameter, formula: ColumnsFormula) -> str:
    """Return a column without the rows that do not count."""
    name = parameter.name
    cells = f"IF(SUM(IF(kept > 0, 0, 1)) = 0, all_{name}, FILTER(all_{name}, kept > 0))"
    if parameter.meaning.groups_blanks:
        cells = f'LET(cells, {cells}, IF(cells = "", {quoted(BLANK_LABEL)}, cells))'
    if parameter.default is not None:
        cells = f'LET(cells, {cells}, IF(cells = "", {literal(parameter.default)}, cells))'
    if parameter.required:
        return cells
    instead = formula.left_out.get(name, '""')
    if instead != '""':
        instead = f"SEQUENCE(SUM(IF(kept > 0, 1, 0)), 1, {instead}, 0)"
    return f"IF(no_{name}, {instead}, {cells})"


def _wrong_cells(columns: list[Parameter]) -> list[tuple[str, str]]:
    """Return the conditions under which a cell of a column that counts is at fault."""
    found = []
    for each in columns:
        cells, meaning = f"in_{each.name}", each.meaning
        numeric = f"CLV_NUMERIC({cells}) = 1"
        if meaning.kind is Kind.LABEL:
            wrong = f'SUM(IF({numeric}, IF(ABS({cells}) < 1E15, 0, 1), IF({cells} = "", 1, 0))) > 0'
            found.append((wrong, VALUE))
            continue
        may_be_blank = meaning.a_column_each or meaning.blank_is_unknown
        blank = f'IF({cells} = "", 0, 1)' if may_be_blank else "1"
        conditions = [(f"SUM(IF({numeric}, 0, {blank})) > 0", VALUE)]
        if (in_domain := _inside(each, cells)) != "TRUE":
            outside = VALUE if meaning.kind is Kind.DATE else error_text(DomainError)
            conditions += [(f"SUM(IF({numeric}, IF({in_domain}, 0, 1), 0)) > 0", outside)]
        for condition, answer in conditions:
            if each.required:
                found.append((condition, answer))
            else:
                found.append((f"IF(no_{each.name}, FALSE, {condition})", answer))
    return found
