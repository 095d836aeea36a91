"""Table functions entered without spilling: shown whole where the cells around are free."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from recalc_books import ORDERS, cell_xml, shown, workbook

from clv_xl.cells import CellError
from clv_xl.hosts.recalc import Report, recalculate

TEMPLATE = Path(__file__).parents[4] / "workbook_template.xlsm"
SUMMARY = "RFM_SUMMARY(A2:A5,B2:B5)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def computed(path: Path, cells: dict[str, Any], **settings: Any) -> tuple[Report, dict[str, Any]]:
    report = recalculate(workbook(path, {"Sheet": ORDERS | cells}, **settings))
    return report, shown(path)


# Typed as ordinary formulas


def test_a_typed_table_function_spills_and_is_stored_as_one_that_does(path: Path) -> None:
    report, cells = computed(path, {"E1": f"={SUMMARY}"})
    assert [cells[f"E{row}"] for row in range(1, 5)] == ["customer", "Ann", "Ben", "Cid"]
    assert cells["F1"] == "frequency"
    assert cell_xml(path, "E1").startswith('<c r="E1" cm="1" t="str"><f t="array" ref="E1:J4">')
    assert not report.errors
    assert not report.cut
    with zipfile.ZipFile(path) as opened:
        assert b"XLDAPR" in opened.read("xl/metadata.xml")
        assert b"/xl/metadata.xml" in opened.read("[Content_Types].xml")
        assert b"sheetMetadata" in opened.read("xl/_rels/workbook.xml.rels")


def test_what_reads_a_typed_fit_follows(path: Path) -> None:
    cells = {"E1": "=SBG_FIT({1000;869;743;653;593})", "I1": "=SBG_SURVIVAL(E1:G3,1)"}
    report, found = computed(path, cells | {"I2": "=F2+F3"})
    assert not report.errors
    assert found["I1"] == pytest.approx(0.85, abs=0.05)
    assert found["I2"] == found["F2"] + found["F3"]


def test_a_second_run_changes_nothing(path: Path) -> None:
    computed(path, {"E1": f"={SUMMARY}", "K1": f"={SUMMARY}", "L3": "x"})
    before = path.read_bytes()
    assert recalculate(path).changed == 0
    assert path.read_bytes() == before


def test_a_typed_table_function_without_room_shows_spill_and_names_the_cells(path: Path) -> None:
    report, cells = computed(path, {"E1": f"={SUMMARY}", "F3": "mine"})
    (fault,) = report.errors
    assert (fault.cell, fault.error) == ("E1", CellError.SPILL)
    assert fault.sentence == (
        "The result fills E1:J4, where other cells stand, the first in F3; clear them."
    )
    assert cells["F3"] == "mine"
    assert not {"F1", "E2"} & set(cells)


def test_a_cleared_cell_lets_it_spill_the_next_time(path: Path) -> None:
    computed(path, {"E1": f"={SUMMARY}", "F3": 0})
    content = cell_xml(path, "F3")
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(content.encode(), b"")
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    assert not recalculate(path).errors
    assert shown(path)["F3"] == 0
    assert shown(path)["E4"] == "Cid"


def test_only_a_whole_call_of_a_table_function_spills(path: Path) -> None:
    typed = {
        "E1": f"=INDEX({SUMMARY},2,1)",
        "E3": f'={SUMMARY}&""',
        "E5": "=CLV(C2:C5,1,1)",
        "E7": "=CLV_CASHFLOWS(C2:C5)",
    }
    report, cells = computed(path, typed)
    assert [cells["E1"], cells["E7"]] == ["Ann", 100]
    assert not any(name[0] > "E" for name in cells)
    assert not {"E2", "E4", "E6", "E8"} & set(cells)
    assert 't="array"' not in cell_xml(path, "E5")
    assert {one.cell for one in report.cut} >= {"E5"}
    assert all("Ctrl+Shift+Enter" in one.sentence for one in report.cut)
    with zipfile.ZipFile(path) as opened:
        assert "xl/metadata.xml" not in opened.namelist()


def test_inside_an_excel_table_nothing_spills(path: Path) -> None:
    cells = {"E1": "what", "E2": f"={SUMMARY}"}
    _, found = computed(path, cells, tables={"Own": ("Sheet", "E1:E2")})
    assert found["E2"] == "customer"
    assert "E3" not in found


def test_formulas_filled_down_a_column_show_one_cell_each(path: Path) -> None:
    filled = {f"E{row}": f"=CUSTOMER_TOTALS(A{row},A$2:A$5,C$2:C$5)" for row in range(2, 6)}
    report, found = computed(path, filled)
    assert [found[f"E{row}"] for row in range(2, 6)] == [2, 1, 2, 1]
    assert "F2" not in found
    assert not report.errors


def test_a_result_does_not_spill_into_an_excel_table(path: Path) -> None:
    cells = {"E1": f"={SUMMARY}", "G3": "own"}
    report, found = computed(path, cells, tables={"Own": ("Sheet", "G3:G6")})
    (fault,) = report.errors
    assert fault.sentence == (
        "The result fills E1:J4, where a table stands, and nothing spills into one; move either."
    )
    assert "F1" not in found


@pytest.mark.parametrize(
    "formula", ["=RFM_SUMMARY(E1:E5,B2:B5)", ("{=RFM_SUMMARY(E1:E5,B2:B5)}", "E1:F2")]
)
def test_a_circular_table_function_leaves_the_file_as_it_was(path: Path, formula: Any) -> None:
    workbook(path, {"Sheet": ORDERS | {"E1": formula}})
    before = path.read_bytes()
    report = recalculate(path)
    assert [one.cell for one in report.not_computed] == ["E1"]
    assert path.read_bytes() == before


def test_a_typed_table_can_be_named_by_its_first_cell(path: Path) -> None:
    cells = {"E1": f"={SUMMARY}", "K1": "=ROWS(_xlfn.ANCHORARRAY(E1))"}
    _, found = computed(path, cells)
    assert found["K1"] == 4
    assert found["E4"] == "Cid"
    assert '<f t="array" ref="E1:J4">' in cell_xml(path, "E1")


# Fixed blocks


def test_a_block_that_another_program_fixed_grows_with_its_table(path: Path) -> None:
    report, cells = computed(path, {"E1": (f"{{={SUMMARY}}}", "E1:F2")})
    assert not report.cut
    assert [cells[name] for name in ("E4", "I1")] == ["Cid", "monetary_value"]
    assert '<f t="array" ref="E1:J4">' in cell_xml(path, "E1")
    assert ' cm="1"' in cell_xml(path, "E1")


def test_a_fixed_block_without_room_stays_and_the_cells_to_clear_are_named(path: Path) -> None:
    report, cells = computed(path, {"E1": (f"{{={SUMMARY}}}", "E1:F2"), "H3": "mine"})
    (cut,) = report.cut
    assert cut.sentence == (
        "The result has 4 x 6 cells and the formula fills fewer, so a part of it is not shown. "
        "The result fills E1:J4, where other cells stand, the first in H3; clear them."
    )
    assert [cells["E1"], cells["E2"], cells["H3"]] == ["customer", "Ann", "mine"]
    assert "E3" not in cells
    assert ' cm="' not in cell_xml(path, "E1")


def test_a_fixed_block_that_is_large_enough_stays_as_it_was_entered(path: Path) -> None:
    _, cells = computed(path, {"E1": (f"{{={SUMMARY}}}", "E1:J5")})
    assert cells["E5"] == "#N/A"
    assert ' cm="' not in cell_xml(path, "E1")
    assert 'ref="E1:J5"' in cell_xml(path, "E1")


def test_the_template_with_its_tables_fixed_shows_all_of_new_customers(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="C{row}"><v>45656</v></c><c r="D{row}" t="inlineStr">'
        f'<is><t>New {row}</t></is></c><c r="F{row}"><v>100</v></c></row>'
        for row in range(2170, 2180)
    )
    path = tmp_path / "fixed.xlsm"
    with zipfile.ZipFile(TEMPLATE) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb' cm="\d+"', b"", content)
            if name == "xl/worksheets/sheet2.xml":
                content = content.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            new.writestr(name, content)
    report = recalculate(path)
    assert not report.cut
    found = [value for value in shown(path, "Backtest").values() if str(value).startswith("New ")]
    assert len(found) >= 10


def test_a_table_function_whose_error_is_replaced_spills_too(path: Path) -> None:
    cells = {"E1": f'=IFERROR({SUMMARY},"")', "K1": '=IFERROR(RFM_SUMMARY(A2:A5,A2:A5),"none")'}
    _, found = computed(path, cells)
    assert [found[f"E{row}"] for row in range(1, 5)] == ["customer", "Ann", "Ben", "Cid"]
    assert found["K1"] == "none"
    assert "K2" not in found
