"""Tables grown over the rows directly below them, or a sentence that says why they are not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.styles import PatternFill
from recalc_books import ORDERS, edit, shown, workbook

from clv_xl.cli import cli
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx.table_growth import grow_tables
from clv_xl.package import open_package

TEMPLATE = Path(__file__).parents[4] / "workbook_template.xlsm"
SUM = {"E1": "=SUM(Orders[amount])", "E2": "=CLV_CASHFLOWS(Orders[amount])"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def orders(path: Path, cells: dict[str, Any] | None = None, **tables: tuple[str, str]) -> Path:
    """Four orders, of which a table covers two, with other cells."""
    places = {"Orders": ("Sheet", "A1:C3")} | tables
    return workbook(path, {"Sheet": ORDERS | SUM | (cells or {})}, tables=places)


def sentences(path: Path) -> list[str]:
    return [str(one) for one in recalculate(path).growth]


def table_xml(path: Path, part: str = "xl/tables/table1.xml") -> str:
    with zipfile.ZipFile(path) as opened:
        return opened.read(part).decode()


WHOLE = {"Orders": ("Sheet", "A1:C5")}

# Grown


def test_rows_directly_below_a_table_are_computed_and_become_part_of_it(path: Path) -> None:
    assert sentences(orders(path)) == ["Orders: 2 rows below the table were added to it."]
    assert [shown(path)[name] for name in ("E1", "E2")] == [100, 100]
    assert openpyxl.load_workbook(path).active.tables["Orders"].ref == "A1:C5"


def test_a_table_of_a_sheet_without_formulas_grows_too(path: Path) -> None:
    sheets = {"Data": ORDERS, "Report": {"A1": "=SUM(Orders[amount])"}}
    workbook(path, sheets, tables={"Orders": ("Data", "A1:C3")})
    assert sentences(path) == ["Orders: 2 rows below the table were added to it."]
    assert shown(path, "Report") == {"A1": 100}


def test_a_table_grows_to_the_first_row_that_is_blank_in_its_columns(path: Path) -> None:
    cells = {"A7": "Dan", "C7": 5.0, "G6": "beside", "B5": None, "C5": None}
    assert sentences(orders(path, cells)) == ["Orders: 2 rows below the table were added to it."]
    assert shown(path)["E1"] == 60


def test_one_row_is_named_as_one(path: Path) -> None:
    cells = dict.fromkeys(["A5", "B5", "C5"])
    assert sentences(orders(path, cells)) == ["Orders: 1 row below the table was added to it."]


@pytest.mark.parametrize("styled", [False, True])
def test_a_blank_row_ends_the_table_even_where_its_cells_have_a_format(
    path: Path, styled: bool
) -> None:
    orders(path)
    book = openpyxl.load_workbook(path)
    book.active.move_range("A4:C5", rows=1)
    if styled:
        book.active["A4"].fill = PatternFill("solid", "FFFF00")
    book.save(path)
    assert not sentences(path)
    assert shown(path)["E1"] == 30


def test_a_second_run_finds_nothing_more(path: Path) -> None:
    recalculate(orders(path))
    before = path.read_bytes()
    assert not sentences(path)
    assert path.read_bytes() == before


def test_only_the_ranges_of_the_table_and_its_filter_change_in_its_part(
    path: Path, tmp_path: Path
) -> None:
    orders(path)
    part = "xl/tables/table1.xml"
    with_filter = '<autoFilter ref="A1:C3"><filterColumn colId="0"/></autoFilter><tableColumns'
    if "<autoFilter" in table_xml(path):
        with_filter = "<tableColumns"
    edit(path, {part: [("<tableColumns", with_filter)]})
    out = tmp_path / "out.xlsx"
    recalculate(path, out)
    before = table_xml(path)
    assert before.count('ref="A1:C3"') == 2
    assert table_xml(out) == before.replace("A1:C3", "A1:C5")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert sorted(changed) == [part, "xl/worksheets/sheet1.xml"]


def test_cells_without_names_are_seen(path: Path) -> None:
    orders(path)
    edit(path, {"xl/worksheets/sheet1.xml": [(f'<c r="{name}"', "<c") for name in ORDERS]})
    names = [(f'<c r="{name}"', "<c") for name in SUM]
    edit(path, {"xl/worksheets/sheet1.xml": names})
    assert sentences(path) == ["Orders: 2 rows below the table were added to it."]


def test_calculated_columns_that_do_not_reach_the_new_rows_are_named(path: Path) -> None:
    orders(path, {"C2": "=10*1", "C3": "=10*2", "C4": None, "C5": None})
    found = table_xml(path)
    column = found[found.index('<tableColumn id="3"') :].split("/>")[0]
    formula = f"{column}><calculatedColumnFormula>10*1</calculatedColumnFormula></tableColumn>"
    edit(path, {"xl/tables/table1.xml": [(column + "/>", formula)]})
    (sentence,) = sentences(path)
    assert sentence.endswith("Its formulas in column C do not reach them yet; fill them down.")


def test_formulas_filled_down_over_new_rows_belong_to_them_and_alone_are_no_data(
    path: Path,
) -> None:
    filled = {f"C{row}": f'=IF(A{row}="","",5)' for row in range(2, 9)}
    assert sentences(orders(path, filled)) == ["Orders: 2 rows below the table were added to it."]
    assert shown(path)["E1"] == 20


def test_libreoffice_is_given_the_grown_table(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def compute(copy: Path) -> dict[str, dict[str, Any]]:
        seen.append(openpyxl.load_workbook(copy).active.tables["Orders"].ref)
        return {"Sheet": {"E1": 100.0, "E2": 100.0}}

    monkeypatch.setattr("clv_xl.hosts.recalc.workbook.values_from_libreoffice", compute)
    report = recalculate(orders(path), engine="libreoffice")
    assert seen == ["A1:C5"]
    assert report.growth[0].added
    assert openpyxl.load_workbook(path).active.tables["Orders"].ref == "A1:C5"
    assert shown(path)["E1"] == 100


# Not grown


def not_read(path: Path, sentence: str) -> None:
    assert sentences(path) == [f"Orders: 2 rows below the table are not read: {sentence}"]
    assert shown(path)["E1"] == 30
    assert openpyxl.load_workbook(path).active.tables["Orders"].ref == "A1:C3"


def test_rows_above_another_table_are_not_read_and_said(path: Path) -> None:
    other = {"A6": "channel", "B6": "spend", "A7": "Mail", "B7": 1}
    not_read(
        orders(path, other, Channels=("Sheet", "A6:B7")),
        "another table begins in row 6; put a blank row above that row, and run this again.",
    )


def test_rows_above_a_result_that_spills_are_not_read_and_said(path: Path) -> None:
    spilling = {"B6": ("{=CLV_CONCENTRATION({1;2;3},2)}", "B6:E9"), "A6": "Concentration"}
    not_read(
        orders(path, spilling),
        "the result of a formula begins in row 6; put a blank row above that row, "
        "and run this again.",
    )


def test_a_total_typed_below_is_no_order(path: Path) -> None:
    not_read(
        orders(path, {"A6": "Total", "C6": "=SUM(Orders[amount])"}),
        "there is a formula in row 6; put a blank row above that row, and run this again.",
    )
    assert shown(path)["C6"] == 30


def test_merged_cells_cannot_be_in_a_table(path: Path) -> None:
    orders(path, {"A6": "A note on the orders"})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A6:C6")
    book.save(path)
    not_read(
        path, "there are merged cells in row 6; put a blank row above that row, and run this again."
    )


def test_a_table_with_a_totals_row_keeps_its_size(path: Path) -> None:
    orders(path)
    edit(path, {"xl/tables/table1.xml": [(' ref="A1:C3"', ' totalsRowCount="1" ref="A1:C3"')]})
    changes, (said,) = grow_tables(open_package(path))
    assert not changes
    assert str(said) == (
        "Orders: 2 rows below the table are not read: they stand below its totals row; "
        "move them above it, or remove the totals row."
    )


def test_what_begins_directly_below_a_table_is_its_own(path: Path) -> None:
    other = {"A4": "channel", "B4": "spend", "C4": None, "A5": "Mail", "B5": 1, "C5": None}
    assert not sentences(orders(path, other, Channels=("Sheet", "A4:B5")))
    assert shown(path)["E1"] == 30


# The template


def test_the_tables_of_the_template_are_as_long_as_their_data() -> None:
    assert grow_tables(open_package(TEMPLATE)) == ({}, [])


def test_the_command_line_says_on_stderr_what_is_not_read(path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["recalc", str(orders(path, {"A6": "Total", "C6": "=SUM(C2:C5)"}))]
    )
    assert "Orders: 2 rows below the table are not read: there is a formula" in done.stderr


# Columns beside

WIDE = {"D1": "Region", "E1": "channel", "D2": "north", "E3": "fair"}


def wide(path: Path, cells: dict[str, Any] | None = None) -> Path:
    sheets = {"Data": ORDERS | WIDE | (cells or {}), "Report": {"A1": "=SUM(Orders[amount])"}}
    return workbook(path, sheets, tables={"Orders": ("Data", "A1:C5")})


def test_columns_with_headings_right_of_a_table_become_part_of_it(path: Path) -> None:
    assert sentences(wide(path)) == ["Orders: 2 columns right of the table were added to it."]
    table = openpyxl.load_workbook(path)["Data"].tables["Orders"]
    assert table.ref == "A1:E5"
    assert table.column_names == ["customer", "date", "amount", "Region", "channel"]
    assert shown(path, "Report") == {"A1": 100}


def test_columns_end_at_the_first_one_without_data_or_heading(path: Path) -> None:
    sentences(wide(path, {"F1": "note", "G1": "later", "G2": "x"}))
    assert openpyxl.load_workbook(path)["Data"].tables["Orders"].ref == "A1:E5"


def test_a_table_grows_to_the_right_and_down_at_once(path: Path) -> None:
    said = sentences(wide(path, {"A6": "Ann", "B6": 45030, "C6": 50, "E6": "fair"}))
    assert said[1:] == ["Orders: 1 row below the table was added to it."]
    assert openpyxl.load_workbook(path)["Data"].tables["Orders"].ref == "A1:E6"
    assert shown(path, "Report") == {"A1": 150}


def test_a_heading_that_is_there_twice_adds_no_column(path: Path) -> None:
    (said,) = sentences(wide(path, {"E1": "Amount"}))
    assert said.startswith("Orders: 2 columns right of the table are not read: two columns have")
    assert openpyxl.load_workbook(path)["Data"].tables["Orders"].ref == "A1:C5"


def test_headings_overwritten_by_a_wide_paste_name_the_columns(path: Path) -> None:
    edit(wide(path), {"xl/worksheets/sheet1.xml": [("<t>amount</t>", "<t>Sales</t>")]})
    recalculate(path)
    table = openpyxl.load_workbook(path)["Data"].tables["Orders"]
    assert table.column_names == ["customer", "date", "Sales", "Region", "channel"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"D1": "b", "D2": "=1+1"}, "there is a formula in column D"),
        ({"D1": "AMOUNT", "D2": 1}, "two columns have the same heading"),
    ],
)
def test_columns_beside_a_table_that_stay_out(
    path: Path, cells: dict[str, Any], sentence: str
) -> None:
    workbook(path, {"Sheet": ORDERS | cells | {"G1": "=CLV(1,2,3)"}}, tables=WHOLE)
    assert [sentence in one for one in sentences(path)] == [True]


def test_a_heading_without_data_below_or_data_without_a_heading_is_no_column(path: Path) -> None:
    for cells in ({"D1": "b"}, {"D1": 5, "D2": 1}):
        workbook(path, {"Sheet": ORDERS | cells | {"G1": "=CLV(1,2,3)"}}, tables=WHOLE)
        assert sentences(path) == []
