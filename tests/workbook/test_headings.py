"""Headings are plain text, in plain words: they are there where no function of clv_xl answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Table, Unit
from clv_xl.workbook import design
from clv_xl.workbook.declarations import (
    Field,
    Fields,
    Formula,
    Heading,
    Role,
    Sheet,
    SheetBlock,
    Spill,
    Stack,
    Style,
)
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.meanings import headings, plain
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write

LAYOUTS = arrange(sheets(generate()))


def spills(blocks: tuple[SheetBlock, ...]) -> Iterator[Spill]:
    for block in blocks:
        if isinstance(block, Stack):
            yield from spills(block.blocks)
        elif isinstance(block, Spill):
            yield block


TABLES = [
    pytest.param(layout, block, id=f"{layout.sheet.title} {block.key}")
    for layout in LAYOUTS
    for band in layout.sheet.bands
    for block in spills(band)
]


@pytest.mark.parametrize(("layout", "block"), TABLES)
def test_every_table_has_plain_headings(layout: Layout, block: Spill, formulas: Workbook) -> None:
    body, row = layout.bodies[block.key], layout.headings[block.key]
    sheet = formulas[layout.sheet.title]
    shown = [sheet.cell(row, column) for column in range(body.left, body.right + 1)]
    for cell, title in zip(shown, block.headings, strict=True):
        if isinstance(title, Formula):  # one that any program computes
            assert cell.value == layout.cells[row, cell.column].value.text
            assert not any(f"{name}(" in cell.value for name in CATALOGUE)
        else:
            assert (cell.value, cell.data_type) == (title, "s")
            assert "_" not in title
    assert row not in layout.hidden_rows


@pytest.mark.parametrize(
    ("layout", "block"), [one for one in TABLES if one.values[1].headed], ids=lambda _: ""
)
def test_the_heading_that_a_formula_gives_is_not_seen(
    layout: Layout, block: Spill, formulas: Workbook, values: Workbook
) -> None:
    body = layout.bodies[block.key]
    row = body.top - 1
    sheet = formulas[layout.sheet.title]
    assert row == layout.headings[block.key] + 1
    assert values[layout.sheet.title].cell(row, body.left).value
    hidden = sheet.row_dimensions[row].hidden
    for column in range(body.left, body.right + 1):
        cell = sheet.cell(row, column)
        assert cell.number_format == ";;;"
        assert cell.font.color.rgb == cell.fill.fgColor.rgb == f"00{design.TINT}"
        title = sheet.cell(row - 1, column)
        assert bool(title.border.bottom.style) is hidden  # one line below all


def test_a_row_is_hidden_only_if_nothing_else_stands_in_it(formulas: Workbook) -> None:
    for layout in LAYOUTS:
        sheet = formulas[layout.sheet.title]
        hidden = {row for row, one in sheet.row_dimensions.items() if one.hidden}
        assert hidden == layout.hidden_rows
        styles = {cell.style for (row, _), cell in layout.cells.items() if row in hidden}
        assert styles <= {Style.UNSEEN_HEADER, Style.HIDDEN}
    assert sum(len(layout.hidden_rows) for layout in LAYOUTS) > 8


def test_charts_draw_hidden_cells_too(formulas: Workbook) -> None:
    charts = [chart for sheet in formulas for chart in sheet._charts]
    assert len(charts) > 10
    assert not any(chart.visible_cells_only for chart in charts)


def test_what_is_printed_on_each_page_is_the_plain_heading(tmp_path: Path) -> None:
    bands = ((table(),),)
    (layout,) = arrange([Sheet("List", Role.REPORT, "List", "Lead.", bands, freeze="table")])
    write([layout], tmp_path / "list.xlsx")
    row = layout.headings["table"]
    written = load_workbook(tmp_path / "list.xlsx")["List"]
    assert written.print_title_rows == f"${row}:${row + 1}"
    assert written.freeze_panes == f"C{row + 2}"


def table(**more: bool) -> Spill:
    return Spill("table", "", "=CLV_ERRORS()", (Heading("when", Unit.TEXT),), 3, **more)


def arranged(*blocks: SheetBlock) -> Layout:
    return arrange([Sheet("Report", Role.REPORT, "Report", "Lead.", (blocks,))])[0]


def test_beside_a_field_the_heading_of_a_formula_is_there_but_not_shown() -> None:
    fields = tuple(Field(name, 1, Unit.COUNT) for name in ("first", "second"))
    layout = arranged(Fields("fields", "", fields), table())
    row = layout.bodies["table"].top - 1
    assert layout.hidden_rows == set()
    assert layout.cells[row, layout.bodies["table"].left].style is Style.UNSEEN_HEADER
    assert layout.cells[row, layout.bodies["fields"].left].value == "second"


def test_a_table_that_may_grow_wider_shows_the_headings_beyond_its_own() -> None:
    assert arranged(table()).hidden_rows
    layout = arranged(table(open_ended=True))
    assert not layout.hidden_rows
    assert isinstance(layout.cells[layout.bodies["table"].top - 1, 2].value, Formula)


def test_a_table_without_a_heading_of_its_own_begins_below_the_plain_one() -> None:
    layout = arranged(table(headed=False))
    assert layout.bodies["table"].top == layout.headings["table"] + 1
    assert arranged(table(headed=False, quiet=True)).bodies["table"].top == (
        layout.bodies["table"].top + 1
    )


def test_headings_of_functions_are_said_in_plain_words() -> None:
    for name, function in CATALOGUE.items():
        if isinstance(function.result, Table):
            found = [str(heading.title) for heading in headings(name)]
            assert not any("_" in title for title in found)
            assert len(set(found)) == len(found)
    assert plain("p_alive") == "probability active"
    assert plain("share of value") == "share of value"
