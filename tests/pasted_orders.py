"""The template with a user's orders pasted into it, and what its sheet Start then says."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import load_workbook

from clv_xl.workbook.declarations import Role, Sheet, Style, Value
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import PlacedCell
from clv_xl.workbook.sample import TRUTH, Sample, generate
from clv_xl.workbook.sheets.channels import channels
from clv_xl.workbook.sheets.customers import customers
from clv_xl.workbook.sheets.orders import orders
from clv_xl.workbook.sheets.orders_check import orders_check
from clv_xl.workbook.sheets.purchases import by_customer
from clv_xl.workbook.sheets.settings import settings
from clv_xl.workbook.sheets.start import findings
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write

SMALL = generate(dataclasses.replace(TRUTH, customers=120))
SMALLEST = generate(dataclasses.replace(TRUTH, customers=30))
Pasted = Mapping[tuple[int, int], Value]
HEADER = next(
    table.area.top
    for layout in arrange(sheets(SMALL))
    for table in layout.tables
    if table.name == "Orders"
)
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


def inputs(sample: Sample) -> tuple[Sheet, ...]:
    """The input sheets, their check, and what sheet Start says about them, without the reports."""
    return (
        Sheet("Start", Role.START, "", "", ((findings(),),)),
        orders(sample),
        customers(sample),
        channels(sample),
        settings(),
        orders_check(),
        Sheet("Backtest", Role.REPORT, "", "", (by_customer(),)),
    )


def paste(path: Path, sheet: str, pasted: Pasted, made_of: Sequence[Sheet]) -> None:
    """Write sheets with cells overwritten, as a spreadsheet does that grows no table."""
    layouts = arrange(made_of)
    (layout,) = (one for one in layouts if one.sheet.title == sheet)
    layout.cells |= {place: PlacedCell(value, Style.LABEL) for place, value in pasted.items()}
    write(layouts, path)
    finish(path, None)


def sentences(path: Path) -> dict[str, str]:
    """Label and sentence of every line that Start says about the data."""
    rows = load_workbook(path, data_only=True)["Start"].iter_rows(values_only=True)
    texts = [(str(row[1] or ""), str(row[2] or "")) for row in rows]
    first = texts.index(("Your data", "")) + 1
    last = texts.index(("", ""), first) if ("", "") in texts[first:] else len(texts)
    return dict(texts[first:last])
