"""Columns of alike formulas: one call, and the same values and sentences as one call a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recalc_books import shown, workbook

from clv_xl import call
from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc import recalculate

ROWS = 60
ODD: dict[int, Any] = {3: None, 7: "abc", 11: -1, 13: 0, 17: True, 19: "=NA()", 23: "=1/0"}
"""What the second column holds in some rows instead of a number."""
FORMULAS = (19, 23)
"""The rows among them whose second cell is itself a formula that gives an error."""


def book(path: Path, formula: str) -> tuple[Path, list[list[Cell]]]:
    """Two columns of numbers, some odd, and beside them a formula filled down."""
    cells: dict[str, Any] = {}
    for row in range(1, ROWS + 1):
        cells[f"A{row}"] = 100.0 + row
        cells[f"B{row}"] = ODD.get(row, row / 64)
        cells[f"C{row}"] = formula.format(row=row)
    errors = {"=NA()": CellError.NA, "=1/0": CellError.DIV0}
    values = [
        [cells[f"A{row}"], errors.get(cells[f"B{row}"], cells[f"B{row}"])]
        for row in range(1, ROWS + 1)
    ]
    return workbook(path, {"Sheet": cells}), values


@pytest.mark.parametrize(
    ("formula", "function", "rest"),
    [
        ("=CLV(A{row},B{row},5)", "CLV", [5.0]),
        ("=CLV_RETENTION(A{row},B{row})", "CLV_RETENTION", []),
        ("=CAC_RATIO($A{row},Sheet!B{row})", "CAC_RATIO", []),
        ("=clv( A{row} , B{row} , 1 , 0.5 )", "CLV", [1.0, 0.5]),
    ],
)
def test_each_cell_shows_what_its_own_call_gives(
    tmp_path: Path, formula: str, function: str, rest: list[Any]
) -> None:
    path, values = book(tmp_path / "book.xlsx", formula)
    report = recalculate(path)
    replies = [call.call(function, [*line, *rest]) for line in values]
    cells = shown(path)
    assert [cells[f"C{row}"] for row in range(1, ROWS + 1)] == [
        reply.cells.value if isinstance(reply.cells, CellError) else reply.cells
        for reply in replies
    ]
    assert {fault.cell: fault.sentence for fault in report.errors if not fault.dependents} == {
        f"C{row}": reply.faults[-1].sentence
        for row, reply in enumerate(replies, 1)
        if isinstance(reply.cells, CellError) and row not in FORMULAS
    }
    causes = [(fault.cell, fault.dependents) for fault in report.errors if fault.dependents]
    assert causes == [(f"B{row}", 1) for row in FORMULAS]
    assert report.calls == ROWS


def test_a_column_without_faults_is_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = call.compute
    monkeypatch.setattr(
        call, "compute", lambda function, *rest, **options: (
            made.append(function.name), real(function, *rest, **options)
        )[1]
    )  # fmt: skip
    cells = {f"A{row}": row for row in range(1, ROWS + 1)}
    cells |= {f"B{row}": f"=CLV(A{row},1,1)" for row in range(1, ROWS + 1)}
    cells |= {f"C{row}": f"=CLV(B{row}*1,1,1)" for row in range(1, 4)}
    cells |= {f"D{row}": f"=CLV(B{row},2,1)" for row in range(1, ROWS + 1)}
    recalculate(workbook(tmp_path / "book.xlsx", {"Sheet": cells}))
    assert made == ["CLV"] * 5
    values = shown(tmp_path / "book.xlsx")
    assert [values[f"{column}{ROWS}"] for column in "BD"] == [ROWS, 2 * ROWS]
    assert [values[f"C{row}"] for row in (1, 2, 3)] == [1, 2, 3]


def test_alike_cells_over_native_formulas_wait_for_them(tmp_path: Path) -> None:
    cells = {f"A{row}": f"=ROW()*{row}" for row in range(1, ROWS + 1)}
    cells |= {f"B{row}": f"=CLV(A{row},1,1)" for row in range(1, ROWS + 1)}
    cells |= {"D1": f"=SUM(B1:B{ROWS})"}
    recalculate(workbook(tmp_path / "book.xlsx", {"Sheet": cells}))
    assert shown(tmp_path / "book.xlsx")["D1"] == sum(row * row for row in range(1, ROWS + 1))


def test_a_chain_of_alike_cells_is_followed(tmp_path: Path) -> None:
    cells = {"A1": 1000} | {f"A{row}": f"=CLV_NET(A{row - 1},1)" for row in range(2, 200)}
    recalculate(workbook(tmp_path / "book.xlsx", {"Sheet": cells}))
    assert shown(tmp_path / "book.xlsx")["A199"] == 802
