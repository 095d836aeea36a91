"""MAP, BYROW, BYCOL and MAKEARRAY around custom calls: one formula for each element."""

from __future__ import annotations

from typing import Final

from clv_xl.cells import Argument, Cell
from clv_xl.hosts.recalc.formula.grammar import (
    LEFT_OUT,
    Call,
    Expression,
    Token,
    Value,
    plain_name,
)

UNROLLED: Final = frozenset({"MAP", "BYROW", "BYCOL", "MAKEARRAY"})
MOST_ELEMENTS: Final = 100_000


def parameters(call: Call) -> tuple[list[str], Expression] | None:
    """Return the names that a function's last argument, a LAMBDA, binds, and its body."""
    last = call.arguments[-1] if call.arguments else LEFT_OUT
    if not isinstance(last, Call) or plain_name(last.name) != "LAMBDA" or not last.arguments:
        return None
    names = [one.text for one in last.arguments[:-1] if isinstance(one, Token)]
    return (names, last.arguments[-1]) if len(names) == len(last.arguments) - 1 else None


def elements(name: str, ranges: list[Argument]) -> list[list[list[Value]]] | None:
    """Return, for every element of the result, row by row, what the LAMBDA's names mean.

    None where the ranges do not fit the function.
    """
    if name == "MAKEARRAY":
        return _positions(ranges)
    tables = [rows(one) for one in ranges]
    if not tables or any(table is None for table in tables):
        return None
    known = [table for table in tables if table is not None]
    if name == "BYROW":
        return [[[_value([line])]] for line in known[0]] if len(known) == 1 else None
    if name == "BYCOL":
        columns = zip(*known[0], strict=True)
        return (
            [[[_value([[cell] for cell in column])] for column in columns]]
            if len(known) == 1
            else None
        )
    height, width = max(map(len, known)), max(len(table[0]) for table in known)
    if any((len(table), len(table[0])) != (height, width) for table in known):
        return None
    return [
        [[Value(table[row][column]) for table in known] for column in range(width)]
        for row in range(height)
    ]


def _positions(sizes: list[Argument]) -> list[list[list[Value]]] | None:
    """Return row and column of every element of an array of that height and width."""
    known = [int(size) for size in sizes if isinstance(size, float) and size >= 1]
    if len(known) != 2 or len(sizes) != 2 or known[0] * known[1] > MOST_ELEMENTS:
        return None
    return [
        [[Value(float(row)), Value(float(column))] for column in range(1, known[1] + 1)]
        for row in range(1, known[0] + 1)
    ]


def rows(argument: Argument) -> list[list[Cell]] | None:
    """Return an argument as rows."""
    if isinstance(argument, list):
        return argument
    if argument is None or isinstance(argument, (bool, int, float, str)):
        return [[argument]]
    return None


def _value(table: list[list[Cell]]) -> Value:
    return Value(table[0][0] if len(table) == 1 and len(table[0]) == 1 else table)
