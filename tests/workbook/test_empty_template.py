"""`clv-xl template --empty`: nothing of the sample, nothing filled in but the settings."""

from __future__ import annotations

import pytest

from clv_xl.workbook.declarations import Formula, Style
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import EMPTY, generate
from clv_xl.workbook.template import sheets

LAYOUTS = {layout.sheet.title: layout for layout in arrange(sheets(EMPTY))}
CHOSEN = {"Settings", "Call list"}
"""Sheets with settings, which are filled in by default."""
PUBLISHED = {"year", "regular", "high_end"}
"""Columns of sheet Retention that are not a user's to fill in: published cohorts to compare."""

CHOSEN = {"Calculator": ("calc_grid",), "Call list": ("call_limits",)}
"""Blocks of reports that say what to show of any business's data."""


def texts(layout: Layout) -> list[str]:
    return [cell.value for cell in layout.cells.values() if isinstance(cell.value, str)]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_no_text_speaks_of_the_sample(layout: Layout) -> None:
    label = {"Sample"}  # of the sentence on sheet Start that then says: All rows are your own
    spoken = {
        text for text in texts(layout) if "sample" in text.replace("small-sample", "").lower()
    }
    assert spoken <= label
    assert not any("roaster" in text for text in texts(layout))


def test_the_yellow_cells_are_empty_but_for_settings_and_what_reports_show() -> None:
    for title, layout in LAYOUTS.items():
        chosen = {place for block in CHOSEN.get(title, ()) for place in layout.areas[block].cells()}
        filled = [
            place
            for place, cell in layout.cells.items()
            if cell.style is Style.INPUT and cell.value is not None and place not in chosen
        ]
        assert bool(filled) == (title in CHOSEN)


def test_the_tables_have_nothing_but_formulas_and_published_figures() -> None:
    for layout in LAYOUTS.values():
        for table in layout.tables:
            for offset, (name, _) in enumerate(table.columns):
                column = table.area.left + offset
                values = [
                    layout.cells[row, column].value
                    for row in range(table.area.top + 1, table.area.bottom + 1)
                ]
                assert name in PUBLISHED or all(
                    value is None or isinstance(value, Formula) for value in values
                )


def test_start_says_how_to_empty_the_sample_as_long_as_there_is_one() -> None:
    def step(layout: Layout) -> str:
        return next(text for text in texts(layout) if text.startswith("Paste y"))

    (start,) = (one for one in arrange(sheets(generate())) if one.sheet.title == "Start")
    assert "sample rows left over: select their row numbers, right-click, Delete" in step(start)
    assert "sample" not in step(LAYOUTS["Start"])
