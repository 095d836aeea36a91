"""What a refresh did stands in the workbook too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from package.example_files import raw_parts

import clv_xl
from clv_xl.package import open_package
from clv_xl.refresh.book import LAST_REFRESH
from clv_xl.refresh.file_book import FileBook
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import EMPTY
from clv_xl.workbook.sheets import last_refresh
from clv_xl.workbook.template import sheets


@pytest.fixture
def shop(shop: Path) -> Path:
    """The shop with cells for the lines."""
    book = openpyxl.load_workbook(shop)
    notes = book.create_sheet("What's new")
    notes["B1"], notes["A3"], notes["B14"] = "Last refresh", "beside", "below"
    where = "'What''s new'!$B$2:$B$13"
    book.defined_names["Last_refresh"] = DefinedName("Last_refresh", attr_text=where)
    book.save(shop)
    return shop


def refreshed(shop: Path, text: str, **options: Any) -> list[Any]:
    """The lines after a refresh with a file of orders."""
    source = shop.with_name("november.csv")
    source.write_text(text)
    clv_xl.refresh(shop, orders=source, **options)
    return lines(shop)


def lines(shop: Path) -> list[Any]:
    sheet = openpyxl.load_workbook(shop)["What's new"]
    return [cell.value for (cell,) in sheet["B2:B13"] if cell.value]


def test_counts_rows_skipped_and_the_files_name_stand_in_the_workbook(shop: Path) -> None:
    text = "Kunde;Datum;Betrag\nAnn;31.12.2024;5,50\nBen;soon;7\nDora;30.12.2024;1,25\n"
    found = refreshed(shop, text, add=True)
    today = dt.datetime.now().astimezone().strftime("%Y-%m-%d")
    assert found[0].startswith(today)
    assert found[0].endswith(": Orders from november.csv.")
    assert found[1:4] == [
        "Orders: 3 rows read, 2 added.",
        "Orders: 1 row skipped (row 3).",
        "Orders, row 3: date cannot be read; enter a date",
    ]
    assert "Orders: amount is read with a decimal comma." in found
    assert "Orders: date is read as day, month, year." in found
    assert str(shop.parent) not in "".join(found)


def test_a_probable_rename_is_asked_by_name_in_the_workbook(shop: Path) -> None:
    found = refreshed(shop, "customer,date,amount\nCID+Co.,2024-12-31,7\n", add=True)
    assert found[-1] == (
        'Customers: is "CID+Co." (row 5) the customer "Cid & Co" (row 4) under a new name? If so, '
        "use one name in Orders and delete the other row."
    )


def test_the_lines_of_the_refresh_before_are_gone(shop: Path) -> None:
    refreshed(shop, "customer,date,amount\nCID+Co.,2024-12-31,7\nBen,soon,7\n", add=True)
    found = refreshed(shop, "customer,date,amount\nAnn,2024-12-31,8\n", add=True)
    assert found[1] == "Orders: 1 row read, 1 added."
    assert not any("under a new name" in line or "skipped" in line for line in found)


def test_more_lines_than_room_are_counted(shop: Path) -> None:
    rows = "".join(f"Ann,soon,{n}\n" for n in range(20))
    found = refreshed(shop, f"customer,date,amount\nAnn,2024-12-31,8\n{rows}", add=True)
    assert len(found) == 12
    assert found[-1] == "and 4 more; clv-xl refresh prints them."


def test_what_stands_around_the_lines_stays(shop: Path) -> None:
    refreshed(shop, "customer,date,amount\nAnn,2024-12-31,8\n", add=True)
    sheet = openpyxl.load_workbook(shop)["What's new"]
    assert [sheet[name].value for name in ("B1", "A3", "B14")] == [
        "Last refresh",
        "beside",
        "below",
    ]


def test_a_workbook_without_the_cells_is_left_alone(shop: Path) -> None:
    book = openpyxl.load_workbook(shop)
    del book.defined_names["Last_refresh"]
    book.save(shop)
    before = raw_parts(shop)
    refreshed(shop, "customer,date,amount\nAnn,2024-12-31,8\n", add=True)
    after = raw_parts(shop)
    assert before["xl/worksheets/sheet3.xml"] == after["xl/worksheets/sheet3.xml"]


@pytest.mark.parametrize("reference", ["#REF!", "'Gone'!$B$2:$B$9", "Orders!$B$2:$C$9"])
def test_a_name_that_leads_nowhere_is_no_fault(shop: Path, reference: str) -> None:
    book = openpyxl.load_workbook(shop)
    book.defined_names["Last_refresh"].attr_text = reference
    book.save(shop)
    file = FileBook(open_package(shop))
    file.say(["a line"])
    assert not file.finish()


def test_the_template_has_the_cells() -> None:
    (layout,) = (one for one in arrange(sheets(EMPTY)) if one.sheet.title == "Orders check")
    assert layout.names.keys() >= {LAST_REFRESH}
    assert last_refresh.NAME == LAST_REFRESH
