"""Sheet Start says which rows are counted, whatever was pasted, by native formulas."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.declarations import Style, Value
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import PlacedCell
from clv_xl.workbook.sample import TRUTH, Sample, generate
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write

SMALL = generate(dataclasses.replace(TRUTH, customers=120))
Pasted = Mapping[tuple[int, int], Value]
Says = Callable[..., dict[str, str]]
HEADER = 5
"""Row of the header of table Orders, whose first column is B."""
FIRST, LAST = HEADER + 1, HEADER + len(SMALL.orders)


def own_orders(first: int, count: int, wide: int = 0) -> dict[tuple[int, int], Value]:
    """Rows of a user's own, as a paste leaves them; `wide` columns beyond those of the table."""
    rows = {}
    for at in range(count):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=at % 300)
        row = (f"A{at}", day, f"Client {at % 40}", "Soap", 10.0 + at % 7, *["extra"] * wide)
        rows |= {(first + at, 2 + offset): value for offset, value in enumerate(row)}
    return rows


def paste(path: Path, sheet: str, pasted: Pasted, sample: Sample) -> None:
    """Write the template with cells overwritten, as a spreadsheet does that grows no table."""
    layouts = arrange(sheets(sample))
    (layout,) = (one for one in layouts if one.sheet.title == sheet)
    layout.cells |= {place: PlacedCell(value, Style.LABEL) for place, value in pasted.items()}
    write(layouts, path)


def sentences(path: Path) -> dict[str, str]:
    """Label and sentence of every line that Start says about the data."""
    rows = load_workbook(path, data_only=True)["Start"].iter_rows(values_only=True)
    texts = [(str(row[1] or ""), str(row[2] or "")) for row in rows]
    first = texts.index(("Your data", "")) + 1
    return dict(texts[first : texts.index(("", ""), first)])


@pytest.fixture
def says(tmp_path: Path) -> Says:
    def of(sheet: str, pasted: Pasted, sample: Sample = SMALL) -> dict[str, str]:
        path = tmp_path / "book.xlsx"
        paste(path, sheet, pasted, sample)
        recalculate(path)
        return sentences(path)

    return of


def test_the_block_on_the_data_stands_above_the_key_figures(built: Path) -> None:
    rows = [row[1] for row in load_workbook(built)["Start"].iter_rows(values_only=True)]
    assert rows.index("Your data") < rows.index("At a glance")


def test_all_rows_of_the_sample_are_counted(built: Path) -> None:
    assert sentences(built)["Rows"].startswith("All rows of the input tables")


def test_rows_below_the_orders_are_counted_and_named(says: Says) -> None:
    said = says("Orders", own_orders(LAST + 1, 200))["Rows"]
    assert said.startswith("Fix: 200 rows below the Orders table are not counted")
    assert "clv-xl recalc" in said


@pytest.mark.parametrize(("sheet", "header"), [("Customers", "customer"), ("Channels", "channel")])
def test_rows_below_customers_and_channels_are_counted(
    says: Says, sheet: str, header: str
) -> None:
    (layout,) = (one for one in arrange(sheets(SMALL)) if one.sheet.title == sheet)
    (table,) = layout.tables
    assert table.columns[0][0] == header
    said = says(sheet, {(table.area.bottom + 1, 2): "New", (table.area.bottom + 2, 2): "Newer"})
    assert said["Rows"].startswith(f"Fix: 2 rows below the {sheet} table")
