"""Lists of customers: how many rows they have, and charts of their first rows."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Formula, Item
from clv_xl.workbook.references import Ref

LONG: Final = 500
"""Rows formatted for a list of customers with nothing below it."""
MOST: Final = 20000
"""Customers that totals and lists include."""


def best_rows(table: Ref, count: int, *columns: tuple[int, Unit]) -> tuple[tuple[Item, ...], ...]:
    """Return a chart's own cells: name and numbers of a table's first rows, empty where it ends."""
    rows = []
    for row in range(1, count + 1):
        name = table.cell(1, row)
        ends = f'OR({name}="",{name}&""="All")'
        rows.append(
            (
                Item(Formula(f'=IF({ends},"",{name})')),
                *(
                    Item(Formula(f'=IF({ends},"",{table.cell(column, row)})'), unit=unit)
                    for column, unit in columns
                ),
            )
        )
    return tuple(rows)
