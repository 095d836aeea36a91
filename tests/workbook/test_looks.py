"""What a reader sees: formats by unit, room for every number, inputs that say what they allow."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from clv_xl.functions.spec import Unit
from clv_xl.workbook import design
from clv_xl.workbook.declarations import ChartKind, Formula
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.meanings import meaning
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

LAYOUTS = {layout.sheet.title: layout for layout in arrange(sheets(generate()))}
REPORTS = ("Segments", "Cohorts", "Channel report", "Quadrants", "Calculator")


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_has_a_number_format(unit: Unit) -> None:
    assert design.number_format(unit)


def test_formats_are_those_of_the_unit(formulas: Workbook) -> None:
    expected = {
        ("Orders", "date"): "yyyy-mm-dd",
        ("Orders", "amount"): "#,##0.00",
        ("Customers", "satisfaction"): "0",
        ("Customers", "revenue"): "#,##0.00",
        ("Channels", "spend"): "#,##0",
    }
    for (title, column), form in expected.items():
        sheet = formulas[title]
        table = sheet.tables[title]
        at = [one.name for one in table.tableColumns].index(column)
        first, last = sheet[table.ref][1][at], sheet[table.ref][-1][at]
        assert first.number_format == last.number_format == form


def test_every_number_has_room_in_its_column(values: Workbook) -> None:
    narrow = []
    for sheet in values:
        for row in sheet.iter_rows():
            for cell in row:
                room = sheet.column_dimensions[get_column_letter(cell.column)].width - 0.7
                if cell.font.color is not None and cell.font.color.rgb == f"00{design.GUIDE}":
                    continue  # beneath a chart
                if len(shown(cell.value, cell.number_format)) > room:
                    narrow.append((sheet.title, cell.coordinate, cell.value))
    assert narrow == []


def shown(value: object, form: str) -> str:
    """A number or date as its format shows it; texts need no room of their own here."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or form in {";;;", "General"}:
        return ""
    if form.endswith("%"):
        return f"{value:.1%}"
    decimals = len(form.partition(".")[2])
    return f"{value:,.{decimals}f}"


def test_texts_that_cannot_run_on_have_room(values: Workbook) -> None:
    """A text is cut off only where its right neighbour holds something.

    What lies beneath a chart is not seen.
    """
    beneath = {
        (title, row, column)
        for title, layout in LAYOUTS.items()
        for area, _ in layout.charts
        for row, column in area.cells()
    }
    cut = []
    for sheet in (one for one in values if one.sheet_state == "visible"):
        for row in sheet.iter_rows():
            for cell, neighbour in itertools.pairwise(row):
                if not isinstance(cell.value, str) or neighbour.value is None:
                    continue
                if (sheet.title, cell.row, cell.column) in beneath:
                    continue
                width = sheet.column_dimensions[get_column_letter(cell.column)].width
                if not cell.alignment.wrap_text and len(cell.value) * 0.95 > width + 1:
                    cut.append((sheet.title, cell.coordinate, cell.value))
    assert cut == []


@pytest.mark.parametrize("title", REPORTS)
def test_every_report_has_a_chart(formulas: Workbook, title: str) -> None:
    assert formulas[title]._charts


def test_charts_point_at_cells_that_hold_something(values: Workbook) -> None:
    for layout in LAYOUTS.values():
        for _, chart in layout.charts:
            if chart.key == "mrr_chart":  # the orders of the sample are no subscriptions
                continue
            for series in chart.series:
                for reference in filter(None, (series.values, series.positions)):
                    title, _, place = reference.rpartition("!")
                    block = values[title.strip("'")][place.replace("$", "")]
                    block = block if isinstance(block, tuple) else ((block,),)
                    cells = [cell.value for row in block for cell in row]
                    if chart.key == "quadrant_map":  # drawn from a list with room for more
                        cells = cells[: sum(cell is not None for cell in cells)] or [None]
                    if chart.kind is ChartKind.STACKED:  # customers yet to come, room for more
                        cells = [cell for cell in cells if cell is not None] or [None]
                    assert None not in cells, (chart.title, reference)


def test_settings_allow_what_their_functions_allow(formulas: Workbook) -> None:
    sheet = formulas["Settings"]
    by_title = {one.promptTitle: one for one in sheet.data_validations.dataValidation}
    period, margin = by_title["Period"], by_title["Gross margin"]
    assert period.type == "list"
    assert period.formula1 == '"day,week,month,quarter,year"'
    assert (margin.type, margin.formula1, margin.formula2) == ("decimal", "0", "1")
    assert margin.prompt == meaning("gross_margin").sentence


def test_every_input_says_what_it_means(formulas: Workbook) -> None:
    for layout in LAYOUTS.values():
        rules = formulas[layout.sheet.title].data_validations.dataValidation
        assert len(rules) == len(layout.inputs)
        for rule in rules:
            assert 0 < len(rule.prompt) <= 255
            assert 0 < len(rule.promptTitle) <= 32


def test_names_point_at_the_inputs_they_are_named_for(formulas: Workbook, values: Workbook) -> None:
    names = {name: one.attr_text for name, one in formulas.defined_names.items()}
    sheet, _, place = names["Gross_margin"].rpartition("!")
    assert values[sheet][place.replace("$", "")].value == pytest.approx(0.45)
    assert {"Discount_rate", "Target_ratio", "Best_share", "Period", "End_date"} <= set(names)


def test_tabs_are_coloured_by_what_sheets_are_for(formulas: Workbook) -> None:
    colours = {
        layout.sheet.role: formulas[title].sheet_properties.tabColor.rgb
        for title, layout in LAYOUTS.items()
    }
    assert len(set(colours.values())) == len(colours) == 4


def test_a_formula_shown_as_text_is_not_computed(formulas: Workbook) -> None:
    shown_as_text = [
        cell
        for row in formulas["Functions"].iter_rows()
        for cell in row
        if cell.data_type == "s" and str(cell.value).startswith("=")
    ]
    assert len(shown_as_text) > 30
    assert all(cell.quotePrefix for cell in shown_as_text)


def test_links_lead_to_sheets_that_exist(formulas: Workbook) -> None:
    targets = {
        cell.value: LAYOUTS["Start"].cells[cell.row, cell.column].link
        for row in formulas["Start"].iter_rows()
        for cell in row
        if cell.hyperlink is not None
    }
    assert len(targets) >= len(LAYOUTS) - 1
    assert set(targets.values()) <= set(formulas.sheetnames)
    assert not any(isinstance(name, Formula) for name in targets)
