"""How many cells a formula makes the engine go through, told from its text."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from clv_xl.cells import CellError
from clv_xl.hosts.recalc import Evaluator


@pytest.fixture
def evaluator(tmp_path: Path) -> Evaluator:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 6):
        sheet.append([row, row * 10, row * 100])
    book.save(tmp_path / "book.xlsx")
    return Evaluator(tmp_path / "book.xlsx")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=VLOOKUP(4,A:Z,3,FALSE)", 400),
        ("=INDEX(A:AZ,MATCH(30,B:B,0),1)", 3),
        ("=SUM(A:Z)", 1665),
        ("=SUMIFS(C:C,A:A,2)", 200),
        ("=MAX(B:Z)", 500),
        ("=COUNTA(B:XFD)", 10),
    ],
)
def test_formulas_over_whole_columns_that_people_write_are_computed(
    evaluator: Evaluator, formula: str, expected: float
) -> None:
    assert evaluator.evaluate(formula) == expected


def test_a_formula_over_a_whole_sheet_says_so_at_once(evaluator: Evaluator) -> None:
    assert evaluator.evaluate("=COUNTBLANK(B:XFD)") is CellError.NAME
