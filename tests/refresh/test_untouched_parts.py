"""Whatever is the user's stays byte for byte."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from package.example_files import raw_parts
from refresh import own_book

import clv_xl

NEW = {"order": ["A3"], "date": ["2024-12-31"], "customer": ["Dora"], "amount": [7.25]}
OURS = {
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",  # its sum of the orders has another value
    "xl/tables/table1.xml",
    "xl/tables/table2.xml",
}


def test_all_around_the_tables_stays_in_a_workbook_of_openpyxl(tmp_path: Path) -> None:
    path = own_book.write(tmp_path / "own.xlsx")
    before = raw_parts(path)
    report = clv_xl.refresh(path, orders=NEW, add=True)
    after = raw_parts(path)
    assert report.tables[0].added == report.new_customers == 1
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == OURS
    kinds = ("comment", "chart", "drawing", "media", "customXml", "styles", "vml", "table3")
    assert all(any(kind in name for name in before) for kind in kinds)


def test_of_the_changed_sheets_only_cells_of_tables_and_sums_change(tmp_path: Path) -> None:
    path = own_book.write(tmp_path / "own.xlsx")
    before = {sheet.title: dict(sheet._cells) for sheet in openpyxl.load_workbook(path)}
    clv_xl.refresh(path, orders=NEW, add=True)
    book = openpyxl.load_workbook(path)
    for title, cells in before.items():
        for place, cell in cells.items():
            new = book[title].cell(*place)
            assert (new.value, new.number_format) == (cell.value, cell.number_format)
    assert [cell.value for cell in book["Orders"][4]][:5] == [
        7.25, None, "Dora", openpyxl.utils.datetime.from_excel(45657), "A3",
    ]  # fmt: skip
    assert book["Orders"]["H1"].comment.text == book["Notes"]["H1"].comment.text == "Ask the bank"
    values = openpyxl.load_workbook(path, data_only=True)
    assert values["Notes"]["H1"].value == 37.75
