"""Formulas that the engine need not read: its copy lacks them, the book and the results do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recalc_books import shown, workbook

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.solver.custom_cells import is_custom_alone
from clv_xl.hosts.recalc.solver.dispatch import function_names
from clv_xl.hosts.recalc.xlsx import formulas_set_aside
from clv_xl.hosts.recalc.xlsx.book import Book
from clv_xl.hosts.recalc.xlsx.formulas_set_aside import without_formulas
from clv_xl.hosts.recalc.xlsx.sheet_parts import read_book
from clv_xl.package import open_package

ROWS = range(2, 240)


def book(path: Path) -> Path:
    """Columns of numbers with faults, custom formulas over them, and native ones over these."""
    cells: dict[str, Any] = {}
    for row in ROWS:
        cells |= {
            f"A{row}": -1 if row == 9 else 100.5 + row,
            f"B{row}": "none" if row == 11 else row % 7 + 0.25,
            f"C{row}": f"=CLV(A{row},B{row},2)",
            f"D{row}": f"=CUSTOMER_QUADRANT(A{row},B{row},200,4)",
            f"E{row}": f'=IF(B{row}>3,"a&b",ROUND(CLV(A{row},B{row},1),2))',
            f"F{row}": f"=C{row}*2",
            f"G{row}": f"=CLV(F{row},1,1)",
        }
    return workbook(path, {"Sheet": {**cells, "H1": "=SUM(G2:G8)", "H2": '=COUNTIF(D:D,"Weak")'}})


def read(path: Path) -> Book:
    return read_book(open_package(path))


def test_the_results_are_the_same_whether_the_engine_reads_them_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Any] = []
    for fewest in (1, 1_000_000):
        monkeypatch.setattr(formulas_set_aside, "_FEWEST", fewest)
        path = book(tmp_path / f"book{fewest}.xlsx")
        for _ in range(2):
            report = recalculate(path)
            found.append((shown(path), list(map(str, report.faults())), report.calls))
        assert not report.changed
    assert found[0] == found[1] == found[2] == found[3]
    assert len(found[0][1]) == 4
    path = tmp_path / "book1.xlsx"
    texts = [cell.text for cell in read(path).formula_cells()]
    assert {"CLV(A2,B2,2)", "CUSTOMER_QUADRANT(A9,B9,200,4)"} <= set(texts)


def test_only_custom_formulas_are_left_out_and_only_where_there_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "book.xlsx")
    (part,) = read(path).parts
    content = open_package(path).read(part.part)
    is_custom = is_custom_alone(function_names())
    assert without_formulas(content, part, is_custom) is None
    monkeypatch.setattr(formulas_set_aside, "_FEWEST", 700)
    shorter = without_formulas(content, part, is_custom)
    assert shorter is not None
    assert (content.count(b"<f>"), shorter.count(b"<f>")) == (
        5 * len(ROWS) + 2,
        2 * len(ROWS) + 2,
    )
    assert b"<f>C2*2</f>" in shorter
    assert b"&amp;b" in shorter  # what is written with references is left as it is


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("CLV(A2,B2,2)", True),
        ("1+clv(A2,2,3)", True),
        ("SUM(A2:B2)", False),
        ("CLV(T[[#This Row],[a]],1,2)", False),
        ("_xlfn.LET(_xlpm.x,A2,CLV(x,1,2))", False),
        ('"CLV(A2,B2,2)"&A2', False),
        ("'CLV(x)'!A2", False),
        ("CLV(A2,", False),
    ],
)
def test_a_formula_is_set_aside_if_it_reads_the_same_without_the_engine(
    text: str, alone: bool
) -> None:
    assert is_custom_alone(function_names())(text) is alone
