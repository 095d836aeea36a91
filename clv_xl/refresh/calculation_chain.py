"""The order in which Excel last computed cells: it may not name a cell that lost its formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clv_xl.hosts.recalc.xlsx.formula_scanner import place
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.refresh.tables import InputTable

PART: Final = "xl/calcChain.xml"


def without_lost(content: bytes, changed: Iterable[tuple[InputTable, int, int]]) -> bytes:
    """Return the chain without cells of tables that no longer hold a formula.

    Parameters
    ----------
    content : bytes
    changed : iterable of table as it was, first new row and new last row
    """
    root = parse(content)
    tables = {table.sheet_id: (table, first, bottom) for table, first, bottom in changed}
    sheet = ""
    removed = False
    for cell in list(root):
        sheet = cell.get("i") or sheet
        cell.set("i", sheet)  # a cell without it is on the sheet of the one before
        if sheet in tables and _is_lost(cell.get("r", ""), *tables[sheet]):
            root.remove(cell)
            removed = True
    return serialize(root) if removed else content


def _is_lost(name: str, table: InputTable, first: int, bottom: int) -> bool:
    row, column = place(name)
    if not (first <= row <= table.bottom and table.left <= column <= table.right):
        return False
    return row > bottom or not table.columns[column - table.left].formula
