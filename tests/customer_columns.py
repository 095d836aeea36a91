"""The reports on customers, with columns of Customers and Channels pasted over the sample's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from small_reports import FEW, rows, sheets_of, table

from clv_xl.functions.spec import Unit
from clv_xl.hosts.recalc import recalculate
from clv_xl.input_columns import columns_of
from clv_xl.workbook.declarations import Field, Fields, Formula, Role, Sheet, Style
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import PlacedCell
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.columns import columns_found
from clv_xl.workbook.writer import write

Cells = Mapping[tuple[int, int], Any]
"""By row and column from the table's first heading, which is 0, 0."""
GERMAN: Final = {
    "satisfaction": "Zufriedenheit",
    "town": "Wohnort",
    "acquisition_cost": "Akquisekosten",
    "in_business": "Alter",
    "customer": "Kundennummer",
    "machine": "Maschine",
    "channel": "Kanal",
    "segment": "Kundengruppe",
}
"""Headings of a list of customers, in another order than the template's."""
CALCULATED: Final = len(GERMAN)
"""The first calculated column of Customers."""
FIGURES: Final = ("Segments", "Channel report", "Quadrants", "Customers")


def block(headings: Mapping[str, str], sample: Sample = FEW) -> dict[tuple[int, int], Any]:
    """The sample's customers under other headings, columns in the order of these."""
    cells: dict[tuple[int, int], Any] = {}
    for at, (name, heading) in enumerate(headings.items()):
        cells[0, at] = heading
        for row, customer in enumerate(sample.customers, start=1):
            cells[row, at] = getattr(customer, name)
    return cells


def channels_block() -> dict[tuple[int, int], Any]:
    """The sample's channels under German headings in another order, new customers typed."""
    cells: dict[tuple[int, int], Any] = dict(
        zip(((0, 0), (0, 1), (0, 2)), ("Ausgaben", "Neukunden", "Vertriebskanal"), strict=True)
    )
    for row, (channel, spend) in enumerate(FEW.spend.items(), start=1):
        count = sum(customer.channel == channel for customer in FEW.customers)
        cells |= {(row, 0): spend, (row, 1): count, (row, 2): channel}
    return cells


def write_pasted(
    path: Path,
    *,
    customers: Cells | None = None,
    channels: Cells | None = None,
    own: Mapping[tuple[str, str], str] | None = None,
    sample: Sample = FEW,
) -> None:
    """Write inputs and reports with cells overwritten and own headings typed on Settings."""
    found = Field("Columns", Formula(columns_found()), Unit.TEXT)
    start = Sheet("Begin", Role.START, "", "", ((Fields("begin", "", (found,)),),))
    layouts = arrange([*sheets_of(sample), start])
    for layout in layouts:
        cells = {"Customers": customers, "Channels": channels}.get(layout.sheet.title)
        for (row, column), value in (cells or {}).items():
            area = layout.tables[0].area
            layout.cells[area.top + row, area.left + column] = PlacedCell(value, Style.LABEL)
        for (name, label), heading in (own or {}).items():
            if layout.sheet.title == "Settings":
                body = layout.bodies[f"{name.casefold()}_columns"]
                labels = [column.label for column in columns_of(name)]
                place = (body.top + labels.index(label), body.left + 1)
                layout.cells[place] = PlacedCell(heading, Style.INPUT)
    write(layouts, path)
    finish(path, None)


def pasted(path: Path, **how: Any) -> Workbook:
    """The computed values of what `write_pasted` writes."""
    write_pasted(path, **how)
    recalculate(path)
    return load_workbook(path, data_only=True)


def _line(book: Workbook, sheet: str, label: str) -> Any:
    lines = list(book["Settings"].iter_rows())
    first = next(
        at for at, line in enumerate(lines) if line[1].value == f"Columns of sheet {sheet}"
    )
    return next(line for line in lines[first:] if line[1].value == label)


def settings_line(book: Workbook, sheet: str, label: str) -> list[str]:
    """The texts in which sheet Settings speaks of a column."""
    return [cell.value for cell in _line(book, sheet, label) if isinstance(cell.value, str)]


def said(book: Workbook) -> str:
    """What Start says of the columns."""
    (sentence,) = (row[1] for row in rows(book, "Begin") if row[0] == "Columns")
    return str(sentence)


def figures(book: Workbook) -> dict[str, Any]:
    """The figures of the reports that read these columns."""
    customers = [
        {name: line[name] for name in ("revenue", "clv", "net_value")} for line in _customers(book)
    ]
    return {
        "Segments": table(book, "Segments", "segment"),
        "Channel report": table(book, "Channel report", "channel"),
        "Quadrants": [row[:4] for row in rows(book, "Quadrants")],
        "Customers": customers,
    }


def _customers(book: Workbook) -> list[dict[str, Any]]:
    lines = rows(book, "Customers")
    at = next(at for at, line in enumerate(lines) if "net_value" in line)
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :] if line[0]]
