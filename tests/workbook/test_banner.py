"""The top of each report says when the functions do not answer, and what is not counted."""

from __future__ import annotations

import pytest
from openpyxl.workbook import Workbook

from clv_xl.workbook import banner, design
from clv_xl.workbook.declarations import Role, Style
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

LAYOUTS = arrange(sheets(generate()))
REPORTS = [one for one in LAYOUTS if one.sheet.role in {Role.START, Role.REPORT}]


def named(layout: Layout) -> str:
    return layout.sheet.title


@pytest.mark.parametrize("layout", REPORTS, ids=named)
def test_every_report_has_a_white_text_that_an_error_turns_red(
    layout: Layout, formulas: Workbook, values: Workbook
) -> None:
    sheet = formulas[layout.sheet.title]
    assert sheet["B1"].value == banner.MISSING
    assert sheet["B1"].font.color.rgb == f"00{design.WHITE}"
    (rule,) = sheet.conditional_formatting["B1"]
    assert rule.formula == ["ISERROR($A$1)"]
    assert rule.dxf.font.color.rgb == f"00{design.RED}"
    assert values[layout.sheet.title]["A1"].value == 1


@pytest.mark.parametrize("layout", REPORTS, ids=named)
def test_what_is_tested_is_a_formula_that_fails_only_without_clv_xl(
    layout: Layout, formulas: Workbook
) -> None:
    """It is an array formula: LibreOffice keeps the stored value of any other when it opens."""
    cell = formulas[layout.sheet.title]["A1"]
    assert (cell.value.ref, cell.value.text) == ("A1", "=CLV(1,1,1)")
    assert cell.number_format == ";;;"


@pytest.mark.parametrize("layout", REPORTS[1:], ids=named)
def test_rows_that_are_not_counted_are_named_below_the_lead(
    layout: Layout, formulas: Workbook
) -> None:
    sheet = formulas[layout.sheet.title]
    (cell,) = [cell for cell in sheet["B"] if cell.value == "=Data_note"]
    assert (cell.font.color.rgb, cell.font.bold) == (f"00{design.RED}", True)
    assert all(sheet.cell(cell.row, column).value is None for column in range(3, 12))
    assert cell.row < min(area.top for area in layout.areas.values())
    assert sheet.cell(cell.row - 1, 2).font == design.LOOKS[Style.LEAD].font


def test_other_sheets_have_no_banner(formulas: Workbook) -> None:
    for layout in LAYOUTS:
        if layout not in REPORTS:
            assert formulas[layout.sheet.title]["B1"].value is None
