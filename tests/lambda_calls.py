"""Calls of the LAMBDA functions in IronCalc, compared with the Python functions.

As a script it makes 300 random calls of every function and prints which differ:
python tests/lambda_calls.py [FUNCTION ...]
"""

from __future__ import annotations

import functools
import math
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import ironcalc
from cell_calls import call
from lambda_columns import random_columns

from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Estimates, Kind, Parameter
from clv_xl.hosts.lambdas.edition import FORMULAS, names
from clv_xl.hosts.lambdas.element import takes
from clv_xl.hosts.lambdas.formula import ColumnsFormula, MeasuresFormula
from clv_xl.hosts.lambdas.syntax import as_typed

ARITHMETIC = 1e-12
MODELS = 1e-9
FITS = 1e-6
STANDARD_ERRORS = 1e-4
"""Python takes them where the last step began, which is as good."""
MOST = 3
"""Rows and columns of a range."""
FIRST = 20
"""The column in which the arguments begin."""
Cells: TypeAlias = list[list[Any]]
ERRORS = {error.value: error for error in CellError}


class Call(NamedTuple):
    """A function and its arguments: cells, ranges as lists of rows, or MISSING."""

    name: str
    arguments: tuple[Any, ...]


def tolerance(name: str, column: int = 0) -> float:
    """The relative difference that is allowed in a column of the result."""
    if isinstance(CATALOGUE[name].result, Estimates):
        return STANDARD_ERRORS if column == 2 else FITS
    return ARITHMETIC if CATALOGUE[name].category in {"Value", "Acquisition"} else MODELS


def usual(draw: random.Random, parameter: Parameter) -> Any:
    """A typical cell."""
    meaning = parameter.meaning
    if meaning.choices:
        return draw.choice(meaning.choices)
    if draw.random() < 0.1 and math.isfinite(meaning.low) and not meaning.above_low:
        return meaning.low
    if draw.random() < 0.1 and math.isfinite(meaning.high) and not meaning.below_high:
        return meaning.high
    low, high = meaning.typical
    number = draw.uniform(low, high)
    return float(round(number)) if meaning.whole else number


def edge(draw: random.Random, parameter: Parameter) -> Any:
    """A cell at or beyond an edge of the domain, or of another type."""
    meaning = parameter.meaning
    found: list[Any] = [None, "", " ", "text", True, CellError.DIV0, CellError.NA]
    for end in (meaning.low, meaning.high):
        if math.isfinite(end):
            found += [end, end - 1e-6, end + 1e-6]
    return draw.choice([*found, 0.0, 1.0, 1.5, -1.0, 7.0])


def parameters(draw: random.Random, parameter: Parameter, strange: float) -> Any:
    """A model's parameters: as its fit spills them, or bare."""
    model = parameter.meaning.model
    assert model is not None
    numbers: list[Any] = [draw.uniform(0.5, 2) * number for number in model.published]
    if draw.random() < strange:
        numbers[draw.randrange(len(numbers))] = draw.choice([0.0, -1.0, None, "x", CellError.NA])
    shape = draw.randrange(4)
    if shape == 0:
        return [numbers]
    if shape == 1:
        return [[number] for number in numbers]
    rows = [[name, number] for name, number in zip(model.names, numbers, strict=True)]
    if shape == 2:
        return [["estimate"], *[[number] for _, number in rows], [-123.4], [50.0]]
    filled = [[*row, 0.1] for row in rows]
    return [
        ["parameter", "estimate", "std_error"],
        *filled,
        ["log_likelihood", -123.4, None],
        ["customers", 50.0, None],
    ]


def argument(draw: random.Random, parameter: Parameter, strange: float) -> Any:
    """A cell, a column, a row or a block."""
    if parameter.meaning.kind is Kind.PARAMETERS:
        return parameters(draw, parameter, strange)
    if parameter.meaning.kind is Kind.COVARIATES:
        return MISSING  # the edition takes fits without covariates

    def cell() -> Any:
        return (edge if draw.random() < strange else usual)(draw, parameter)

    shape = draw.randrange(8)
    rows, columns = {0: (MOST, 1), 1: (1, MOST), 2: (MOST, MOST), 3: (2, 1)}.get(shape, (1, 1))
    if shape > 2 and not (shape == 3 and draw.random() < strange):
        return cell()
    return [[cell() for _ in range(columns)] for _ in range(rows)]


def random_call(draw: random.Random, name: str) -> Call:
    """A call; half of them have nothing strange about them."""
    function = CATALOGUE[name]
    strange = draw.choice([0.0, 0.0, 0.15])
    formula = FORMULAS[name]
    if isinstance(formula, ColumnsFormula):
        return Call(name, random_columns(draw, name))
    taken = [
        parameter
        for parameter in function.parameters
        if isinstance(formula, MeasuresFormula) or takes(formula, parameter)
    ]
    required = sum(parameter.required for parameter in taken)
    count = draw.randint(required, len(taken))
    found = [
        MISSING
        if not parameter.required and draw.random() < 0.15
        else argument(draw, parameter, strange)
        for parameter in taken[:count]
    ]
    return Call(name, tuple(found))


@functools.cache
def _book() -> bytes:
    book = ironcalc.create("book", "en", "UTC", "en")
    for name in names(as_typed):
        book.new_defined_name(name.name, None, name.formula)
    return bytes(book.to_bytes())


def new_book() -> Any:
    """A workbook of IronCalc with the names of the edition."""
    return ironcalc.load_from_bytes(_book(), "en")  # defining the names takes seconds


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _place(book: Any, row: int, column: int, argument: Any) -> str:
    """Write an argument's cells, and return the reference to them."""
    block = argument if isinstance(argument, list) else [[argument]]
    for down, cells in enumerate(block):
        for across, cell in enumerate(cells):
            if cell is None:
                continue
            text = "'" + cell if isinstance(cell, str) else str(cell).upper()
            if isinstance(cell, float):
                text = repr(cell)
            if isinstance(cell, CellError):
                text = "=1/0" if cell is CellError.DIV0 else "=NA()"
            if cell == "":
                text = '=""'
            book.set_user_input(0, row + down, column + across, text)
    last = f"{_column(column + len(block[0]) - 1)}{row + len(block) - 1}"
    first = f"{_column(column)}{row}"
    return first if first == last else f"{first}:{last}"


def in_ironcalc(calls: Sequence[Call], shapes: Sequence[tuple[int, int]]) -> list[Cells]:
    """Return as many cells as each call spills in Python, and those around them."""
    book = new_book()
    rows = [1]
    for one, (height, _) in zip(calls, shapes, strict=True):
        row = rows[-1]
        places, column = [], FIRST
        for given in one.arguments:
            places.append("" if given is MISSING else _place(book, row, column, given))
            column += (len(given[0]) if isinstance(given, list) else 1) + 1
        book.set_user_input(0, row, 1, f"={one.name}({','.join(places)})")
        heights = [len(given) for given in one.arguments if isinstance(given, list)]
        rows.append(row + max([height + 1, *heights]))
    book.evaluate()
    return [
        [[_read(book, row + down, 1 + across) for across in range(width + 1)]
         for down in range(height + 1)]
        for row, (height, width) in zip(rows, shapes, strict=False)
    ]  # fmt: skip


def _read(book: Any, row: int, column: int) -> Any:
    value = book.get_cell_value(0, row, column)
    return ERRORS.get(value, value) if isinstance(value, str) else value


def in_python(one: Call) -> Cells:
    """Return the cells of the Python function."""
    found = call(one.name, one.arguments)
    return found if isinstance(found, list) else [[found]]


def differences(calls: Sequence[Call]) -> Iterator[str]:
    """Yield a sentence for every call whose cells differ."""
    wanted = list(map(in_python, calls))
    shapes = [(len(rows), len(rows[0])) for rows in wanted]
    for one, rows, found in zip(calls, wanted, in_ironcalc(calls, shapes), strict=True):
        below = [None] * (len(rows[0]) + 1)
        if not all(
            alike(mine, theirs, tolerance(one.name, column))
            for row, other in zip([*([*row, None] for row in rows), below], found, strict=True)
            for column, (mine, theirs) in enumerate(zip(row, other, strict=True))
        ):
            yield f"{one.name}{one.arguments}: {found}, not {rows}"


def alike(wanted: Any, found: Any, allowed: float) -> bool:
    """Whether two cells are equal, numbers within the relative difference allowed."""
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return math.isclose(wanted, found, rel_tol=allowed, abs_tol=allowed)
    return bool(wanted == found or (wanted is None and found == ""))


if __name__ == "__main__":
    for function in sys.argv[1:] or FORMULAS:
        draw = random.Random(function)
        found = list(differences([random_call(draw, function) for _ in range(300)]))
        lines = [f"{function}: {300 - len(found)} of 300 agree", *found[:3]]
        sys.stdout.write("\n".join(lines) + "\n")
