"""A custom formula filled down a column: each of its calls is made once, for all of its cells.

An argument that differs from cell to cell lies in a column of the sheet, which is read as one
block. An element with a fault is left to a call of its own, whose sentence names no other cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from clv_xl.cells import Argument, Cell
from clv_xl.hosts.recalc.formula.grammar import Area, Call, Expression, plain_name, walk
from clv_xl.hosts.recalc.solver.array_functions import NotDirect
from clv_xl.hosts.recalc.solver.custom_cells import CustomColumn
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.dispatch import call_of_columns, takes_a_range

ALONE: Final[Sequence[Cell]] = ()
"""The results of a call that each cell has to make by itself."""


@dataclass(frozen=True, slots=True)
class _ColumnArgument:
    """An argument of all cells of a column: one value, or a block with one row for each."""

    value: Argument
    by_row: bool

    def of_each(self, count: int) -> Iterator[Argument]:
        """Return the argument of each of so many cells."""
        if self.by_row and isinstance(self.value, list):
            return (row[0] for row in self.value)
        return repeat(self.value, count)


class ColumnCalls:
    """Makes the element-wise calls of a column whose cells are computed as one.

    Parameters
    ----------
    column : CustomColumn
        Of two cells or more.
    functions : set of str
        The element-wise functions.
    reader : Reader
    """

    def __init__(self, column: CustomColumn, functions: frozenset[str], reader: Reader) -> None:
        self._first, self._last = column.cells[0], column.cells[-1]
        self._count = len(column.cells)
        self._functions = functions
        self._reader = reader

    def results(self) -> Sequence[Cell]:
        """Return what each cell shows, if its formula is one call; None where there is a fault."""
        first, last = self._first.expression, self._last.expression
        arguments = self._arguments(first, last)
        return ALONE if arguments is None else self._values(first, arguments)

    def inner_results(self) -> Iterator[tuple[str, list[Argument], Cell]]:
        """Yield the calls without a fault in the cells' formulas: name, arguments and result."""
        pairs = zip(walk(self._first.expression), walk(self._last.expression), strict=True)
        for first, last in pairs:
            arguments = self._arguments(first, last)
            if arguments and isinstance(first, Call):
                name = plain_name(first.name)
                rows = zip(*(one.of_each(self._count) for one in arguments), strict=True)
                for row, value in zip(rows, self._values(first, arguments), strict=False):
                    if value is not None:
                        yield name, list(row), value

    def _values(self, call: Expression, arguments: Sequence[_ColumnArgument]) -> Sequence[Cell]:
        name = plain_name(call.name) if isinstance(call, Call) else ""
        return call_of_columns(name, [one.value for one in arguments], self._count)

    def _arguments(self, first: Expression, last: Expression) -> list[_ColumnArgument] | None:
        """Return the arguments of an element-wise call, if all of them are at hand."""
        if not isinstance(first, Call) or not isinstance(last, Call):
            return None
        name = plain_name(first.name)
        if name not in self._functions:
            return None
        found: list[_ColumnArgument] = []
        for index, (one, other) in enumerate(zip(first.arguments, last.arguments, strict=True)):
            argument = self._argument(one, other)
            if argument is None:
                return None
            is_range = isinstance(argument.value, list) and not argument.by_row
            if is_range and not takes_a_range(name, index):
                return None
            found.append(argument)
        return found

    def _argument(self, first: Expression, last: Expression) -> _ColumnArgument | None:
        """Return an argument from what the first and the last cell say of it."""
        try:
            one = self._reader.find_plain(first, self._first.context)
            other = self._reader.find_plain(last, self._last.context)
        except NotDirect:
            return None
        if not isinstance(one, Area):
            return _ColumnArgument(one, by_row=False) if first == last else None
        if not isinstance(other, Area):
            return None
        if one == other:
            return _ColumnArgument(self._reader.value(one), by_row=False)
        down = self._count - 1
        is_cell = one.top == one.bottom and one.left == one.right
        if not is_cell or other != one._replace(top=one.top + down, bottom=one.bottom + down):
            return None
        block = self._reader.value(one._replace(bottom=other.bottom))
        return _ColumnArgument(block, by_row=isinstance(block, list))
