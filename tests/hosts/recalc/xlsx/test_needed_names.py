"""Of very many defined names the engine is given those that something reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from recalc_books import shown, workbook

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.xlsx.loader import load
from clv_xl.hosts.recalc.xlsx.names_as_cells import NamesOfCells
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


def test_where_formulas_read_many_names_the_engine_is_given_their_cells(tmp_path: Path) -> None:
    read = {f"B{number}": f"=unread_{number}+1" for number in range(1, MANY)}
    others = {
        "C1": '="unread_1 "&first&"|"&FIRST',
        "C2": "=SUM(block)*2",
        "C3": "=CLV(first,6,5)",
        "C4": "=_xlfn.LET(_xlpm.unread_2,3,_xlpm.unread_2+first)",
        "C5": "=both+SUM(unread_3:unread_4)",
        "A2": 7,
    }
    names = {"first": "S!$A$1", "block": "'S'!$A$1:$A$2", "both": "first+S!$A$2", "moving": "S!A2"}
    path = book(tmp_path / "b.xlsx", {**read, **others, "C7": "=moving"}, names)
    engine, _ = load(open_package(path))
    assert len(engine.defined_names()) < 10
    recalculate(path)
    values = shown(path)
    assert [values[f"B{number}"] for number in (1, 2, MANY - 1)] == [8, 1, 1]
    assert [values[f"C{row}"] for row in (1, 2, 3, 4)] == ["unread_1 1000|1000", 2014, 30000, 1003]


def test_a_name_of_the_sheet_goes_before_that_of_the_book() -> None:
    names = NamesOfCells([("rate", None, "S!$A$1"), ("rate", 1, "T!$B$1"), ("sum", None, "1+1")])
    assert names.written("rate*2", 0) == "S!$A$1*2"
    assert names.written("Rate*2", 1) == "T!$B$1*2"
    same = ["sum+1", '"rate"', "'rate'!A1", "T!rate", "t[rate]", "LET(rate,1,rate)", "rate(1)"]
    assert [names.written(one, 0) for one in same] == same


def test_a_formula_in_a_part_is_read_and_written_as_xml() -> None:
    names = NamesOfCells([("rate", None, "'a&b'!$A$1")])
    part = b'<c r="B1"><f>rate&amp;&quot;rate&quot;</f></c><c r="B2"><f t="shared" si="1"/></c>'
    assert names.in_sheet(part, 0) == part.replace(b"<f>rate", b"<f>'a&amp;b'!$A$1").replace(
        b"&quot;", b'"'
    )


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
