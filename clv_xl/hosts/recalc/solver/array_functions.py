"""Native functions of whole arrays, computed here.

The engine goes through an array cell by cell, and computes the whole book for each argument that
is an expression. What arguments are made of most is computed at once instead: columns of tables,
rows that fulfil a condition, looked up names, comparisons, and arithmetic. Whatever is not plain,
such as a text in a sum, is left to the engine.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Any, Final, TypeAlias

from clv_xl.cells import Argument, Cell, CellError

Rows: TypeAlias = list[list[Cell]]
ArrayFunction: TypeAlias = Callable[..., Argument]


class NotDirect(Exception):  # noqa: N818 - no fault
    """The argument has to be computed by the engine."""


def rows_of(value: Argument) -> Rows:
    """Return the rows of an argument that is there, one cell being a row of one.

    Raises
    ------
    NotDirect
        The argument is left out.
    """
    if isinstance(value, list):
        return value
    if value is None or isinstance(value, (float, int, str, CellError)):
        return [[value]]
    raise NotDirect


def one_of(value: Argument) -> Cell:
    """Return the cell of an argument that is one.

    Raises
    ------
    NotDirect
        It has more cells, or is left out.
    """
    rows = rows_of(value)
    if len(rows) > 1 or len(rows[0]) > 1:
        raise NotDirect
    return rows[0][0]


def _shown(rows: Rows) -> Argument:
    return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]


def _each(function: Callable[..., Cell], *values: Argument) -> Argument:
    """Return what a function of cells gives for each; one cell, row or column goes with all."""
    tables = [rows_of(value) for value in values]
    height = max(len(table) for table in tables)
    width = max(len(table[0]) for table in tables)
    if any(len(table) not in {1, height} or len(table[0]) not in {1, width} for table in tables):
        raise NotDirect
    lines = [table if len(table) == height else table * height for table in tables]
    if width == 1:
        return _shown([[function(*(row[0] for row in line))] for line in zip(*lines, strict=True)])
    wide = [[row if len(row) == width else row * width for row in line] for line in lines]
    return _shown(
        [
            [function(*cells) for cells in zip(*line, strict=True)]
            for line in zip(*wide, strict=True)
        ]
    )


def _number(cell: Cell) -> float:
    if cell is None:
        return 0.0
    if isinstance(cell, (float, int)):
        return float(cell)
    raise NotDirect


def _is_no_number(cell: Cell) -> bool:
    """Whether a cell is a text that cannot be meant as a number or a date."""
    return isinstance(cell, str) and not any(map(str.isdigit, cell))


def _arithmetic(sign: Callable[[float, float], float], one: Cell, other: Cell) -> Cell:
    if type(one) is float and type(other) is float:
        left, right = one, other
    else:
        for cell in (one, other):
            if isinstance(cell, CellError):
                return cell
        if _is_no_number(one) or _is_no_number(other):
            return CellError.VALUE
        left, right = _number(one), _number(other)
    try:
        found = sign(left, right)
    except ZeroDivisionError:
        return CellError.DIV0
    if abs(found) <= 1e300:
        return found
    raise NotDirect


def _comparison(sign: Callable[[Any, Any], bool], ordered: bool, one: Cell, other: Cell) -> Cell:
    for cell in (one, other):
        if isinstance(cell, CellError):
            return cell
    if isinstance(one, bool) or isinstance(other, bool):
        raise NotDirect
    if isinstance(one, str) or isinstance(other, str):
        one, other = _text_to_compare(one), _text_to_compare(other)
        if ordered and isinstance(one, str) and isinstance(other, str):
            raise NotDirect
        if ordered:  # a text is more than any number
            return sign(isinstance(one, str), isinstance(other, str))
        return sign(one, other)
    return sign(_number(one), _number(other))


def _text_to_compare(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return cell.lower() if isinstance(cell, str) else cell


_SIGNS: Final[Mapping[str, Callable[[Cell, Cell], Cell]]] = {
    "+": partial(_arithmetic, operator.add),
    "-": partial(_arithmetic, operator.sub),
    "*": partial(_arithmetic, operator.mul),
    "/": partial(_arithmetic, operator.truediv),
    "=": partial(_comparison, operator.eq, False),
    "<>": partial(_comparison, operator.ne, False),
    "<": partial(_comparison, operator.lt, True),
    "<=": partial(_comparison, operator.le, True),
    ">": partial(_comparison, operator.gt, True),
    ">=": partial(_comparison, operator.ge, True),
}


def operation(signs: Sequence[str]) -> ArrayFunction:
    """Return what computes operands with signs of one precedence between them.

    Raises
    ------
    NotDirect
        One of the signs is left to the engine.
    """
    if not all(sign in _SIGNS for sign in signs):
        raise NotDirect
    return partial(_operation, [_SIGNS[sign] for sign in signs])


def _operation(signs: Sequence[Callable[[Cell, Cell], Cell]], *operands: Argument) -> Argument:
    found = operands[0]
    for sign, operand in zip(signs, operands[1:], strict=True):
        found = _each(sign, found, operand)
    return found


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (float, int)) and not isinstance(cell, bool)


def _trimmed(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return " ".join(filter(None, cell.split(" "))) if " " in cell else cell
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell
    if type(cell) is float and cell.is_integer() and abs(cell) < 1e10:
        return str(int(cell))
    raise NotDirect


def _is_true(cell: Cell) -> bool:
    if isinstance(cell, (str, CellError)):
        raise NotDirect
    return bool(cell)


def _filter(value: Argument, include: Argument) -> Argument:
    rows, wanted = rows_of(value), rows_of(include)
    if len(wanted[0]) == 1 and len(wanted) == len(rows):
        kept = list(compress(rows, [_is_true(row[0]) for row in wanted]))
    elif len(wanted) == 1 and len(wanted[0]) == len(rows[0]):
        marks = [_is_true(cell) for cell in wanted[0]]
        kept = [list(compress(row, marks)) for row in rows] if any(marks) else []
    else:
        raise NotDirect
    return _shown(kept) if kept else CellError.CALC


def _beside(*values: Argument) -> Argument:
    tables = [rows_of(value) for value in values]
    if len({len(table) for table in tables}) > 1:
        raise NotDirect
    return _shown([[cell for row in line for cell in row] for line in zip(*tables, strict=True)])


def choice(condition: Argument, yes: Argument, no: Argument) -> Argument:
    """Return IF of arrays."""
    return _each(
        lambda test, one, other: (
            test if isinstance(test, CellError) else one if _is_true(test) else other
        ),
        condition,
        yes,
        no,
    )


def is_chosen(condition: Argument) -> bool | CellError | None:
    """Return which branch of an IF is meant by one cell, or its error; None by an array."""
    if isinstance(condition, list):
        return None
    cell = one_of(condition)
    return cell if isinstance(cell, CellError) else _is_true(cell)


def _match(sought: Argument, names: Argument, mode: Argument, order: Argument) -> Argument:
    """Return XMATCH: in which row of a column each text is found first."""
    rows = rows_of(names)
    if mode != 0 or order != 1 or len(rows[0]) > 1:
        raise NotDirect
    places: dict[str, float] = {}
    for number, name in enumerate(_texts(rows), 1):
        places.setdefault(name, float(number))
    get = places.get
    return _shown([[get(key, CellError.NA) for key in _texts([row])] for row in rows_of(sought)])


def _texts(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield cells that are texts as they are compared."""
    for row in rows:
        for cell in row:
            if not isinstance(cell, str):
                raise NotDirect
            yield cell.lower()


def _picked(table: Argument, down: Argument, across: Argument) -> Argument:
    """Return INDEX of each of some rows and columns."""
    rows = rows_of(table)

    def pick(row: Cell, column: Cell) -> Cell:
        for one in (row, column):
            if isinstance(one, CellError):
                return one
        if not isinstance(row, float) or not isinstance(column, float):
            raise NotDirect
        if 1 <= row <= len(rows) and 1 <= column <= len(rows[0]):
            return rows[int(row) - 1][int(column) - 1]
        raise NotDirect

    return _each(pick, down, across)


def _count(value: Argument) -> float:
    return float(sum(_is_number(cell) for row in rows_of(value) for cell in row))


def _looked_up(sought: Argument, names: Argument, found: Argument, missing: Argument) -> Argument:
    """Return XLOOKUP of texts."""
    if len(rows_of(found)[0]) > 1 or len(rows_of(found)) != len(rows_of(names)):
        raise NotDirect
    places = _match(sought, names, 0.0, 1.0)
    return choice(_each(_is_not_there, places), missing, _picked(found, places, 1.0))


def _is_not_there(cell: Cell) -> bool:
    return cell is CellError.NA


FUNCTIONS: Final[Mapping[tuple[str, int], ArrayFunction]] = {
    ("COUNT", 1): _count,
    ("COLUMNS", 1): lambda value: float(len(rows_of(value)[0])),
    ("FILTER", 2): _filter,
    ("HSTACK", 1): _beside,
    ("HSTACK", 2): _beside,
    ("IF", 3): choice,
    ("INDEX", 3): _picked,
    ("ISNA", 1): partial(_each, _is_not_there),
    ("ISNUMBER", 1): partial(_each, _is_number),
    ("ROWS", 1): lambda value: float(len(rows_of(value))),
    ("TRIM", 1): partial(_each, _trimmed),
    ("XLOOKUP", 4): _looked_up,
    ("XMATCH", 4): _match,
}
"""What is computed here, by name and number of arguments."""
OF_EACH: Final = {
    "ISNA": {0},
    "ISNUMBER": {0},
    "TRIM": {0},
    "XLOOKUP": {0},
    "XMATCH": {0},
    "INDEX": {1, 2},
}
"""Functions that give for an array, as one of these arguments, what they give for each cell."""
