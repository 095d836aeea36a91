"""The engine's cells, read and set in bulk, and its faults as sentences."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from recalc_books import workbook

from clv_xl.cells import CellError
from clv_xl.errors import FileError
from clv_xl.hosts.recalc.engine import Engine, UnsupportedError, free_name
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, LAST_ROW, Area


@pytest.fixture
def engine() -> Engine:
    return Engine()


def area(top: int, left: int, bottom: int, right: int, sheet: str = "Sheet1") -> Area:
    return Area(sheet, top, left, bottom, right)


def test_the_scratch_sheet_has_a_name_that_no_other_has() -> None:
    assert free_name([]) == "clv_xl_scratch"
    assert free_name(["CLV_XL_Scratch", "clv_xl_scratch_"]) == "clv_xl_scratch__"


def test_an_empty_book_has_one_sheet_and_the_one_for_scratch_work(engine: Engine) -> None:
    assert engine.names == ["Sheet1"]
    assert (engine.sheet("SHEET1"), engine.sheet("clv_xl_scratch")) == (0, 1)
    assert engine.sheet("another") is None
    assert engine.scratch == 1
    assert not engine.as_filed


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1.5, 1.5),
        (2, 2.0),
        (True, True),
        (False, False),
        ("text", "text"),
        (None, ""),
        (CellError.NA, CellError.NA),
        ("#N/A", "#N/A"),
        ("#nothing", "#nothing"),
        ("1", "1"),
    ],
)
def test_a_value_that_is_set_is_read(engine: Engine, value: object, wanted: object) -> None:
    engine.set_value(0, 2, 3, value)  # type: ignore[arg-type]
    engine.evaluate()
    found = engine.cell(0, 2, 3)
    assert found == wanted
    assert type(found) is type(wanted)


def test_cells_of_a_block_are_read_with_what_is_empty(engine: Engine) -> None:
    engine.set_table(0, 2, 2, [[1.0, "a"], [True, CellError.DIV0]])
    engine.evaluate()
    assert engine.used(0) == (3, 3)
    assert engine.used_rows() == 3
    rows = [
        [None, None, None, None],
        [None, 1.0, "a", None],
        [None, True, CellError.DIV0, None],
        [None, None, None, None],
    ]
    assert engine.read(area(1, 1, 4, 4)) == rows
    assert engine.read(area(1, 2, 4, 2)) == [[None], [1.0], [True], [None]]
    assert engine.read(area(3, 3, 3, 3)) == CellError.DIV0
    assert engine.read(area(9, 9, 9, 9)) is None
    assert engine.read(area(7, 1, 8, 2)) == [[None, None], [None, None]]
    assert list(engine.filled((0, 1, 1, 9, 9))) == [(2, 2), (2, 3), (3, 2), (3, 3)]
    assert list(engine.filled((0, 3, 3, 3, 3))) == [(3, 3)]


def test_whole_columns_and_rows_end_where_the_book_does(engine: Engine) -> None:
    engine.set_table(0, 2, 3, [[1.0]])
    assert engine.clip(area(1, 1, LAST_ROW, 2)) == area(1, 1, 2, 2)
    assert engine.clip(area(1, 1, 5, LAST_COLUMN)) == area(1, 1, 5, 3)
    assert engine.clip(area(2, 1, LAST_ROW, 2)) == area(2, 1, LAST_ROW, 2)
    assert engine.clip(area(1, 2, 5, LAST_COLUMN)) == area(1, 2, 5, LAST_COLUMN)
    engine.grow(0, 7, 1)
    assert engine.used(0) == (7, 3)


def test_a_block_of_another_book_is_no_reference(engine: Engine) -> None:
    assert engine.read(area(1, 1, 2, 2, "Nowhere")) == CellError.REF


def test_a_block_that_is_too_large_is_a_sentence(engine: Engine) -> None:
    with pytest.raises(UnsupportedError, match="million cells"):
        engine.read(area(1, 2, LAST_ROW - 1, LAST_COLUMN - 1))


def test_formulas_fill_what_they_are_given(engine: Engine) -> None:
    engine.set_formula(0, 1, 1, "={1;2}*2")
    engine.set_array((0, 1, 3, 3, 3), "={1;2;3}+1")
    engine.evaluate()
    assert engine.read(area(1, 1, 2, 1)) == [[2.0], [4.0]]
    assert engine.read(area(1, 3, 3, 3)) == [[2.0], [3.0], [4.0]]
    assert engine.formula(0, 1, 1) == "={1;2}*2"
    assert engine.formula(0, 9, 9) is None
    engine.clear(0, 1, 3, 3, 3)
    engine.evaluate()
    assert engine.read(area(1, 3, 3, 3)) == [[None], [None], [None]]


def test_a_formula_is_read_as_the_engine_writes_it(engine: Engine) -> None:
    assert engine.as_read("=sum(1,2)") == "=SUM(1,2)"
    assert engine.cell(engine.scratch, 1, 1) is None


def test_an_error_is_told_from_a_text_like_it(engine: Engine) -> None:
    engine.set_formula(0, 1, 1, "=1/0")
    engine.set_table(0, 2, 1, [["#DIV/0!"], [5]])
    engine.evaluate()
    assert [engine.error_text(0, row, 1) for row in (1, 2, 3)] == ["#DIV/0!", "", ""]
    assert engine.read(area(1, 1, 2, 1)) == [[CellError.DIV0], ["#DIV/0!"]]


def test_names_are_told_with_the_sheet_that_they_are_limited_to(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"S": {"A1": 1}}, names={"Rate": "S!$A$1"})
    assert Engine(str(book)).defined_names() == [("Rate", None, "S!$A$1")]


def test_a_file_that_cannot_be_loaded_is_named_in_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x", "x")
    with pytest.raises(FileError, match=r"^'shop\.xlsx' cannot be computed by the built-in engine"):
        Engine(str(path), shown="shop.xlsx")


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_ends_a_program_is_no_fault_of_the_engine(
    engine: Engine, fault: type[BaseException]
) -> None:
    def stop() -> None:
        raise fault

    with pytest.raises(fault):
        engine._guard(stop)


def test_any_other_fault_of_the_engine_is_one_sentence(engine: Engine) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(FileError, match=r"^The formula cannot be computed"):
        engine._guard(fail)
