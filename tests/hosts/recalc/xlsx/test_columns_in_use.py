"""Books whose formulas read whole columns: computed as a plain reading of the columns says."""

from __future__ import annotations

import random
from bisect import bisect_right
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from recalc_books import edit, workbook

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx.last_rows import last_row


def values(path: Path, sheet: str = "S") -> Any:
    recalculate(path)
    return load_workbook(path, data_only=True)[sheet]


def test_lookups_in_another_sheet(tmp_path: Path) -> None:
    """The next smaller value too: the blank cells below the last are no values."""
    draw = random.Random(7)
    keys = sorted(draw.sample(range(1000), 60))
    prices = [draw.randrange(100) for _ in keys]
    data = {f"B{row}": key for row, key in enumerate(keys, 1)}
    data |= {f"D{row}": price for row, price in enumerate(prices, 1)}
    wanted = [draw.choice(keys) if row % 2 else draw.randrange(1000) for row in range(1, 41)]
    formulas = {}
    for row, key in enumerate(wanted, 1):
        formulas |= {
            f"A{row}": key,
            f"B{row}": f"=IFERROR(VLOOKUP(A{row},Data!B:D,3,FALSE),-1)",
            f"C{row}": f"=IFERROR(VLOOKUP(A{row},Data!B:D,3),-1)",
            f"D{row}": f"=IFERROR(MATCH(A{row},Data!$B:$B),-1)",
            f"E{row}": f"=IFERROR(LOOKUP(A{row},Data!B:B,Data!D:D),-1)",
            f"F{row}": f"=CLV(IFERROR(VLOOKUP(A{row},Data!B:D,3,FALSE),0)+1,6,5)",
        }
    sheet = values(workbook(tmp_path / "b.xlsx", {"S": formulas, "Data": data}))
    exact = dict(zip(keys, prices, strict=True))
    for row, key in enumerate(wanted, 1):
        place = bisect_right(keys, key)
        near = prices[place - 1] if place else -1
        shown = [sheet.cell(row, column).value for column in range(2, 7)]
        assert shown == [exact.get(key, -1), near, place or -1, near, (exact.get(key, 0) + 1) * 30]


def test_a_table_that_spills_into_the_column_is_read_to_its_end(tmp_path: Path) -> None:
    cells = {
        "A1": "~=CLV(F1:F90,6,5)",
        "C1": "=COUNT(A:A)",
        "C2": "=MAX(A:A)",
        "C3": "=CLV(C2,1,1)",
    }
    cells |= {f"F{row}": row for row in range(1, 91)}
    sheet = values(workbook(tmp_path / "b.xlsx", {"S": cells}))
    assert [sheet[name].value for name in ("C1", "C2", "C3")] == [90, 2700, 2700]


def test_a_spill_of_native_formulas_too(tmp_path: Path) -> None:
    cells = {"A1": "~=_xlfn.SEQUENCE(B1*40)", "B1": "=CLV(C1,1,1)", "C1": 2, "D1": "=COUNT(A:A)"}
    sheet = values(workbook(tmp_path / "b.xlsx", {"S": cells}))
    assert sheet["D1"].value == 80


def test_copies_in_other_columns_read_their_own(tmp_path: Path) -> None:
    cells = {"A1": 1, "B30": 5, "D40": "=MAX(A:A)", "E40": "=MAX(B:B)"}
    path = workbook(tmp_path / "b.xlsx", {"S": cells})
    shared = [
        ("<f>MAX(A:A)</f>", '<f t="shared" ref="D40:E40" si="0">MAX(A:A)</f>'),
        ("<f>MAX(B:B)</f>", '<f t="shared" si="0"/>'),
    ]
    edit(path, {"xl/worksheets/sheet1.xml": shared})
    sheet = values(path)
    assert [sheet["D40"].value, sheet["E40"].value] == [1, 5]


def test_formulas_alike_in_their_columns_and_again_further_down(tmp_path: Path) -> None:
    cells: dict[str, Any] = {f"A{row}": row for row in range(1, 30)}
    for start in (2, 15):
        for row in range(start, start + 6):
            cells[f"C{row}"] = f"=MATCH(A{row},A:A,0)+A$3"
    cells["C10"] = "=A1"
    sheet = values(workbook(tmp_path / "b.xlsx", {"S": cells}))
    for start in (2, 15):
        assert [sheet[f"C{row}"].value for row in range(start, start + 6)] == [
            row + 3 for row in range(start, start + 6)
        ]


def test_the_last_row_of_columns_is_that_of_a_cell_that_holds_something() -> None:
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"/><c r="AB1"><f>A1</f></c></row>'
        b'<row r="7"><c r="A7" t="s"><v></v></c><c r="B7" t="inlineStr"><is><t>x</t></is></c></row>'
        b'<row r="9"><c r="A9" s="2"/><c r="BA9"><v>3</v></c></row>'
    )
    found = [last_row(rows, *one) for one in ((1, 1), (2, 2), (1, 2), (3, 9), (1, 99), (28, 28))]
    assert found == [1, 7, 7, 0, 9, 1]
