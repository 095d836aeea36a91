"""Excel refuses a chain that names a cell without a formula."""

from __future__ import annotations

import re

from clv_xl.refresh.calculation_chain import without_lost
from clv_xl.refresh.tables import Column, InputTable

CHAIN = (
    b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<c r="C4" i="1"/><c r="C5"/><c r="C4" i="2"/><c r="C5"/><c r="B4"/><c r="D5"/></calcChain>'
)
TABLE = InputTable(
    "Orders", "Orders", "2", "", "", 4, 5, 2, (Column("note"), Column("double", "1"))
)


def test_cells_that_lost_their_formula_leave_the_chain() -> None:
    found = re.findall(rb'r="(\w+)" i="(\d)"', without_lost(CHAIN, [(TABLE, 4, 4)]))
    assert found == [(b"C4", b"1"), (b"C5", b"1"), (b"C4", b"2"), (b"D5", b"2")]


def test_a_chain_of_other_sheets_stays() -> None:
    other = InputTable("Orders", "Orders", "3", "", "", 4, 5, 2, TABLE.columns)
    assert without_lost(CHAIN, [(other, 4, 4)]) == CHAIN
