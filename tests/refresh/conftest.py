"""The template, written once, and tables of cells in the place of files."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableFormula

import clv_xl.refresh.update
from clv_xl.cells import Cell
from clv_xl.refresh.source import SkippedRow, SourceTable

TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"
DAY = dt.date(2024, 12, 31)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return Path(shutil.copy(TEMPLATE, tmp_path / "shop.xlsm"))


@pytest.fixture
def read_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources are columns of cells already; the key None holds rows that cannot be read."""

    def read(source: Mapping[Any, Sequence[Any]], wanted: Sequence[str], **_: Any) -> SourceTable:
        columns: dict[str, list[Cell]] = {
            name: list(cells) for name, cells in source.items() if name in wanted
        }
        count = len(next(iter(columns.values())))
        skipped = [SkippedRow(row, "amount is not a number.") for row in source.get(None, [])]
        return SourceTable(columns, list(range(2, 2 + count)), skipped, [])

    monkeypatch.setattr(clv_xl.refresh.update, "read_source", read)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Four orders of three customers, with a column of the user's own and a calculated one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet["A1"] = "My shop"
    rows = [
        ("amount", "note", "customer", "date", "double", "order"),
        (10.5, "first", "Ann", dt.date(2024, 1, 5), "=Orders[[#This Row],[amount]]*2", "A1"),
        (20, "", "Ben", dt.date(2024, 2, 5), "=Orders[[#This Row],[amount]]*2", "A2"),
        (30, "", "Ann", dt.date(2024, 3, 5), "=Orders[[#This Row],[amount]]*2", "A3"),
        (40, "last", "Cid & Co", dt.date(2024, 4, 5), "=Orders[[#This Row],[amount]]*2", "A4"),
    ]
    for r, row in enumerate(rows, 3):
        for c, value in enumerate(row, 2):
            sheet.cell(r, c, value)
    for r in range(4, 8):
        sheet.cell(r, 2).font = Font(bold=True)
        sheet.cell(r, 5).number_format = "dd/mm/yyyy"
    sheet["A6"], sheet["I5"] = "left of it", "right of it"
    sheet["I6"] = "=SUM(Orders[amount])"
    orders = Table(displayName="Orders", ref="B3:G7")
    orders._initialise_columns()
    for column, heading in zip(orders.tableColumns, rows[0], strict=True):
        column.name = heading
    orders.tableColumns[4].calculatedColumnFormula = TableFormula(
        attr_text="Orders[[#This Row],[amount]]*2"
    )
    sheet.add_table(orders)
    rule = DataValidation(type="decimal", operator="greaterThan", formula1="-1000")
    rule.add("B4:B7")
    beside = DataValidation(type="decimal", operator="greaterThan", formula1="0")
    beside.add("I4:I7")
    sheet.add_data_validation(rule)
    sheet.add_data_validation(beside)
    red = PatternFill(bgColor="FFFF0000")
    sheet.conditional_formatting.add("B4:G7", CellIsRule("lessThan", ["0"], fill=red))
    people = book.create_sheet("Customers")
    for r, row in enumerate(
        [("customer", "segment"), ("Ann", "gold"), ("Ben", "tin"), ("Cid & Co", "tin")], 1
    ):
        for c, value in enumerate(row, 1):
            people.cell(r, c, value)
    people.add_table(Table(displayName="Customers", ref="A1:B4"))
    book.save(tmp_path / "own.xlsx")
    return tmp_path / "own.xlsx"
