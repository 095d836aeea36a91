"""A workbook with much of the user's own around its tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from package.example_files import repacked

ORDERS = (
    ("amount", "note", "customer", "date", "order"),
    (10.5, "first", "Ann", dt.date(2024, 1, 5), "A1"),
    (20, None, "Ben", dt.date(2024, 2, 5), "A2"),
)
CUSTOMERS = (("customer", "segment"), ("Ann", "gold"), ("Ben", "tin"))


def write(path: Path) -> Path:
    """Own sheets, charts, comments, conditional formats, an own table and a part unknown to us.

    The columns of Orders stand in an order of their own, with one that is the user's.
    """
    book = Workbook()
    orders, people, own = book.worksheets[0], book.create_sheet(), book.create_sheet()
    for sheet, name, rows in (
        (orders, "Orders", ORDERS),
        (people, "Customers", CUSTOMERS),
        (own, "Notes", (("what", "how many"), ("visits", 3), ("calls", 4))),
    ):
        sheet.title = name
        for row in rows:
            sheet.append(row)
        letter = "EBB"[book.index(sheet)]
        sheet.add_table(Table(displayName=name, ref=f"A1:{letter}3"))
    red = PatternFill(bgColor="FFFF0000")
    for sheet in (orders, own):
        sheet["H1"] = "=SUM(Orders[amount])"
        sheet["H1"].comment = Comment("Ask the bank", "me")
        sheet.conditional_formatting.add("H1:H9", CellIsRule("lessThan", ["0"], fill=red))
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1 + sheet.title.count("N"), min_row=2, max_row=3))
        sheet.add_chart(chart, "J3")
    own.conditional_formatting.add("B2:B3", ColorScaleRule("min", None, "FFFF0000", "max"))
    own.add_data_validation(DataValidation(type="list", formula1='"a,b"', sqref="C2:C9"))
    own.freeze_panes = "B2"
    book.save(path)
    return repacked(path, **{"xl/media/image1.png": b"a picture", "customXml/own.xml": b"<own/>"})
