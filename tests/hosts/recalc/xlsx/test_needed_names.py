"""Of very many defined names the engine is given those that something reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from recalc_books import shown, workbook

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.xlsx.loader import load
from clv_xl.hosts.recalc.xlsx.needed_names import MANY, defined_names
from clv_xl.package import open_package

UNREAD = {f"unread_{number}": f"S!$A${number + 1}" for number in range(MANY)}


def book(path: Path, cells: dict[str, object], names: dict[str, str]) -> Path:
    return workbook(path, {"S": {"A1": 1000, **cells}}, names={**UNREAD, **names})


def test_names_that_formulas_read_are_kept_and_those_that_these_name(tmp_path: Path) -> None:
    path = book(
        tmp_path / "b.xlsx",
        {"B1": "=CLV(first,6,5)", "B2": "=FIRST*2", "B3": "=twice(4)"},
        {"first": "second", "second": "S!$A$1", "twice": "_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)"},
    )
    engine, found = load(open_package(path))
    assert {name for name, _, _ in engine.defined_names()} == {"first", "second", "twice"}
    assert len(found.names) == MANY + 3
    recalculate(path)
    assert [shown(path)[f"B{row}"] for row in (1, 2)] == [30000, 2000]


def test_a_formula_evaluated_later_may_use_any_name(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {}, {"first": "S!$A$1"})
    evaluator = Evaluator(path)
    assert evaluator.evaluate("=CLV(first,6,5)") == 30000
    assert evaluator.evaluate("=first+1") == 1001
    assert evaluator.evaluate("=SUM(unread_0)") == 1000


def test_a_name_with_a_formula_too_deep_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {}, {"deep": "(" * 300 + "1" + ")" * 300})
    with pytest.raises(FileError, match="defined names has more than 200 levels"):
        recalculate(path)


def test_a_name_with_too_long_a_formula_is_refused(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx", {"S": {"A1": "=CLV(1,2,3)"}}, names={"long": "1+" * 5000 + "1"}
    )
    with pytest.raises(FileError, match="The formula of one of the workbook's defined names"):
        load(open_package(path))


@pytest.mark.parametrize("sheet", ["7", "x", "-1"])
def test_a_name_of_a_sheet_that_is_not_there_is_no_name(tmp_path: Path, sheet: str) -> None:
    path = workbook(
        tmp_path / "b.xlsx", {"S": {"A1": 2, "B1": "=CLV(1,2,3)"}}, names={"n": "S!$A$1"}
    )
    package = open_package(path)
    _, book = load(package)
    content = package.read("xl/workbook.xml")
    assert [name for name, _, _ in defined_names(content, book)] == ["n"]
    for limited, found in (("0", ["n"]), (sheet, [])):
        changed = content.replace(b'name="n"', f'name="n" localSheetId="{limited}"'.encode())
        assert [name for name, _, _ in defined_names(changed, book)] == found
    gone = content.replace(b'name="n"', b'name="n" localSheetId="0"').replace(
        b'name="S"', b'name="T"'
    )
    assert defined_names(gone, book) == []
