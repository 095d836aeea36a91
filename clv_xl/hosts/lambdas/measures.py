"""The LAMBDA of a table of measures, whose arguments are one cell each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.functions.spec import Measures
from clv_xl.hosts.lambdas.columns import one_cell
from clv_xl.hosts.lambdas.element import VALUE, absent, with_usage
from clv_xl.hosts.lambdas.syntax import quoted, renamed

if TYPE_CHECKING:
    from clv_xl.functions import Function
    from clv_xl.hosts.lambdas.formula import MeasuresFormula


def measures_text(function: Function, formula: MeasuresFormula) -> str:
    """Return the whole formula of a function that gives measures and their values."""
    result = function.result
    if not isinstance(result, Measures) or result.fields != tuple(formula.measures):
        raise TypeError(f"{function.name} is declared with other measures")
    names = [parameter.name for parameter in function.parameters]
    one = {name: f"one_{name}" for name in names}
    bindings = [absent(parameter) for parameter in function.parameters]
    for parameter in function.parameters:
        bindings += one_cell(function, parameter)
    bindings += [f"{name}, {renamed(text, one)}" for name, text in formula.shared.items()]
    titles = ", ".join(quoted(title) for title, _ in result.rows)
    values = ", ".join(renamed(text, one) for text in formula.measures.values())
    table = (
        f"MAKEARRAY({len(formula.measures) + 1}, 2, LAMBDA(row, column, IF(row = 1, "
        f'IF(column = 1, "measure", "value"), '
        f"IF(column = 1, CHOOSE(row - 1, {titles}), CHOOSE(row - 1, {values})))))"
    )
    for name in reversed(names):
        table = f"IF(ISERROR(one_{name}), one_{name}, {table})"
    required = ", ".join(f"no_{each.name}" for each in function.parameters if each.required)
    return with_usage(function, bindings, f"IF(OR({required}), {VALUE}, {table})")
