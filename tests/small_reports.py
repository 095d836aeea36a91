"""The reports on customers alone, computed from a small sample as `clv-xl recalc` does."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.banner import NAME
from clv_xl.workbook.declarations import Field, Fields, Formula, Item, Listing, Role, Sheet
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import TRUTH, Customer, Sample, generate
from clv_xl.workbook.sheets.calculator import calculator
from clv_xl.workbook.sheets.channel_report import channel_report
from clv_xl.workbook.sheets.channels import channels
from clv_xl.workbook.sheets.customers import customers
from clv_xl.workbook.sheets.orders import orders
from clv_xl.workbook.sheets.purchases import by_customer
from clv_xl.workbook.sheets.quadrants import quadrants
from clv_xl.workbook.sheets.retention import retention
from clv_xl.workbook.sheets.segments import segments
from clv_xl.workbook.sheets.settings import settings
from clv_xl.workbook.writer import write

FEW = generate(dataclasses.replace(TRUTH, customers=24))
REPORTS = ("Quadrants", "Segments", "Channel report", "Retention", "Calculator")


def changed(sample: Sample, **values: Any) -> Sample:
    """The sample with the same value in a column of all its customers."""
    changes = {Customer._fields.index(name): value for name, value in values.items()}
    return dataclasses.replace(
        sample,
        customers=tuple(
            Customer._make(changes.get(at, value) for at, value in enumerate(customer))
            for customer in sample.customers
        ),
    )


def computed(path: Path, sample: Sample) -> Workbook:
    """Write the inputs and the reports on customers, and return their computed values."""
    write(arrange(sheets_of(sample)), path)
    finish(path, None)
    recalculate(path)
    return load_workbook(path, data_only=True)


def sheets_of(sample: Sample) -> list[Sheet]:
    """The inputs and the reports on customers."""
    added_up = Sheet("By customer", Role.REPORT, "", "", (by_customer(),))
    inputs = (orders(sample), customers(sample), channels(sample), settings(), added_up)
    reports = (
        segments(),
        channel_report(),
        quadrants(),
        retention(sample),
        calculator(sample),
    )
    return [*inputs, _all_counted(), *reports]


def _all_counted() -> Sheet:
    """A sheet in the place of two: all rows are counted, and there is no forecast."""
    note = Field("Not counted", Formula('=""'), Unit.TEXT, name=NAME)
    bands = (
        (Fields("note", "", (note,)),),
        (Listing("forecast", ((Item("Do not use: a test"),) * 2,)),),
        (Listing("scores", ((Item(""),) * 14,)),),
    )
    return Sheet("Counted", Role.INPUT, "", "", bands)


def rows(book: Workbook, sheet: str) -> list[tuple[Any, ...]]:
    """The rows of a sheet without its margin."""
    return [row[1:] for row in book[sheet].iter_rows(values_only=True)]


def table(book: Workbook, sheet: str, first: str) -> list[dict[str, Any]]:
    """The lines of the table whose first heading is `first`, by heading."""
    lines = rows(book, sheet)
    at = next(at for at, line in enumerate(lines) if line[0] == first)
    filled = itertools.takewhile(lambda line: line[0] not in {None, ""}, lines[at + 1 :])
    headings = list(itertools.takewhile(bool, lines[at]))
    return [dict(zip(headings, line, strict=False)) for line in filled]


def check(book: Workbook, sheet: str, heading: str) -> str:
    """The sentence on what is counted below a heading, the last text above the table."""
    lines = rows(book, sheet)
    at, column = next((at, line.index(heading)) for at, line in enumerate(lines) if heading in line)
    for line in lines[at + 1 : at + 6]:
        text = str(line[column])
        if any(text.startswith(verdict.word) for verdict in Verdict):
            return text
    raise AssertionError(heading)


def beside(book: Workbook, sheet: str, label: str) -> Any:
    """What stands on the right of a label."""
    found = [
        after
        for row in rows(book, sheet)
        for cell, after in itertools.pairwise(row)
        if cell == label
    ]
    assert found, label
    return found[0]


def errors(book: Workbook, *sheets: str) -> list[str]:
    """The cells of sheets that show an error."""
    return [
        f"{title}!{cell.coordinate} {cell.value}"
        for title in sheets
        for row in book[title].iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
