"""What-if tables of Excel: they keep their values, and all else is computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from recalc_books import cell_xml, edit, shown, workbook, xml

from clv_xl.hosts.recalc import recalculate

SHEET = "xl/worksheets/sheet1.xml"
CELLS = {"A1": 5, "A4": 1, "A5": 2, "B3": "=CLV(A1,2,1)", "D1": "=SUM(B4:B5)", "D2": "=CLV(B5,2,1)"}
TABLES = [
    '<f t="dataTable" ref="B4:B5" dt2D="0" dtr="0" r1="A1"/>',
    '<f ref="B4:B5" dt2D="1" dtr="1" r1="A1" r2="A2" t="dataTable"></f>',
    "<f t='dataTable' ref='B4:B5' r1='A1' ca='1'/>",
]


@pytest.mark.parametrize("table", TABLES)
def test_a_what_if_table_keeps_its_values_and_the_rest_is_computed(
    tmp_path: Path, table: str
) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": CELLS | {"B4": 7, "B5": 9}})
    first = f'<c r="B4">{table}<v>7</v></c>'
    edit(path, {SHEET: [(cell_xml(path, "B4"), first)]})
    report = recalculate(path)
    assert [str(one) for one in report.faults()] == [
        "Sheet!B4: A what-if table is computed by Excel only."
    ]
    assert shown(path)["B3"] == 10
    assert (shown(path)["D1"], shown(path)["D2"]) == (16, 18)
    assert first in xml(path)
    assert recalculate(path).changed == 0
