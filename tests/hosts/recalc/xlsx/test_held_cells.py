"""Which cells of a sheet hold something."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.xlsx.held_cells import held_cells
from clv_xl.package.namespaces import MAIN


def sheet(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


ROWS = "".join(
    f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}" s="1"/>'
    f'<c r="C{row}"><f>X</f></c><c r="D{row}"><v></v></c><c r="E{row}" t="inlineStr">'
    f'<is><t xml:space="preserve"> a</t></is></c><c r="F{row}"><f/></c></row>'
    for row in (2, 4, 5)
)
HELD = {1, 3, 5, 6}


@pytest.mark.parametrize(
    ("after", "last", "rows"),
    [(0, None, {2, 4, 5}), (2, None, {4, 5}), (3, 4, {4}), (5, None, set()), (0, 1, set())],
)
def test_columns_by_row_within_limits(after: int, last: int | None, rows: set[int]) -> None:
    assert held_cells(sheet(ROWS), after, last, sheet="S") == dict.fromkeys(rows, HELD)


def test_a_comment_is_no_cell() -> None:
    commented = sheet('<row r="1"><c r="A1"><!-- <v>1</v> --></c><c r="B1"><v>2</v></c></row>')
    assert held_cells(commented, 0, sheet="S") == {1: {2}}


def test_cells_that_leave_out_their_place_are_counted() -> None:
    assert held_cells(
        sheet("<row><c/><c><v>2</v></c></row><row><c><v>1</v></c></row>"), 0, sheet="S"
    ) == {
        1: {2},
        2: {1},
    }


@pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_a_sheet_without_rows_holds_nothing(data: str) -> None:
    assert held_cells(f'<worksheet xmlns="{MAIN}">{data}</worksheet>'.encode(), 0, sheet="S") == {}
