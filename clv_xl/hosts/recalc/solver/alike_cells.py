"""Alike formulas that are not filled down one column (`column_calls`): one call for all of them.

Element-wise functions take whole columns, and a call costs as much for ten thousand elements as for
a few dozen. An element with a fault is left to a call of its own, whose sentence names no other
cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from clv_xl.cells import MISSING, Argument
from clv_xl.hosts.recalc.formula.grammar import Area, Call, Value, plain_name
from clv_xl.hosts.recalc.solver.array_functions import NotDirect
from clv_xl.hosts.recalc.solver.custom_calls import as_cells
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.dispatch import call_of_columns

_FEWEST: Final = 50
"""As many alike cells as make one call of columns worth its own preparation."""


@dataclass(slots=True)
class AlikeCells:
    """Cells that call one element-wise function, each argument of each a cell or a constant."""

    function: str
    cells: list[CustomCell] = field(default_factory=list)
    arguments: list[list[Argument | Area]] = field(default_factory=list)

    def values(self, reader: Reader) -> Iterator[tuple[CustomCell, Value]]:
        """Yield the cells with their values, but for those that have a fault."""
        rows = [[reader.value(one) for one in line] for line in self.arguments]
        columns = [
            MISSING if column[0] is MISSING else [[one] for one in column]
            for column in zip(*rows, strict=True)
        ]
        values = call_of_columns(self.function, columns, len(self.cells))
        for cell, value in zip(self.cells, values, strict=False):
            if value is not None:
                yield cell, Value(as_cells(value))


def alike_cells(
    cells: Iterable[CustomCell], functions: frozenset[str], reader: Reader
) -> list[AlikeCells]:
    """Return the groups of alike cells among some that can be computed at the same time.

    Parameters
    ----------
    cells : iterable of CustomCell
    functions : set of str
        The element-wise functions.
    reader : Reader
    """
    groups: dict[tuple[object, ...], AlikeCells] = {}
    for cell in cells:
        call = cell.expression
        if cell.cell.kind != "plain" or not isinstance(call, Call):
            continue
        name = plain_name(call.name)
        arguments = _single_arguments(call, cell, reader) if name in functions else None
        if arguments:
            missing = tuple(one is MISSING for one in arguments)
            group = groups.setdefault((name, missing), AlikeCells(name))
            group.cells.append(cell)
            group.arguments.append(arguments)
    return [group for group in groups.values() if len(group.cells) >= _FEWEST]


def _single_arguments(call: Call, cell: CustomCell, reader: Reader) -> list[Argument | Area] | None:
    """Return a call's arguments where each of them is one cell or one constant."""
    found: list[Argument | Area] = []
    for argument in call.arguments:
        try:
            one = reader.find_plain(argument, cell.context)
        except NotDirect:
            return None
        if isinstance(one, list) or (isinstance(one, Area) and one[1:3] != one[3:5]):
            return None
        found.append(one)
    return found
