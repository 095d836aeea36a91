"""New rows in a workbook: where they stand, what follows them, what stays."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from package.example_files import digest, raw_parts, repacked

import clv_xl
from clv_xl.errors import ArgumentError, FileError

pytestmark = pytest.mark.usefixtures("read_columns")
DAY = dt.date(2024, 12, 31)


def orders(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    names = ("order", "date", "customer", "amount")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def table(path: Path, name: str) -> list[tuple[Any, ...]]:
    """The data rows of a table: computed values."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = next(sheet for sheet in book if name in sheet.tables)
    return [tuple(cell.value for cell in row) for row in sheet[sheet.tables[name].ref][1:]]


FIVE = orders(*[(f"B{i}", DAY, "Dora", 1.5 * i) for i in range(1, 7)])


def test_new_rows_stand_in_place_of_the_old_under_their_headings(shop: Path) -> None:
    report = clv_xl.refresh(shop, orders=FIVE)
    day = dt.datetime(2024, 12, 31)
    assert table(shop, "Orders") == [
        (1.5 * i, None, "Dora", day, 3.0 * i, f"B{i}") for i in range(1, 7)
    ]
    assert list(report.sentences()) == [
        "Orders: 6 rows read, 6 added, 4 old replaced.",
        (
            "Customers: 1 row appended for new customers of the orders. "
            "Their segment is blank; fill it in."
        ),
    ]


def test_added_rows_stand_below_the_old_and_keep_the_columns_of_the_user(shop: Path) -> None:
    clv_xl.refresh(shop, orders=orders(("B1", DAY, "Ann", 7)), add=True)
    rows = table(shop, "Orders")
    assert [row[1] for row in rows] == ["first", None, None, "last", None]
    assert rows[-1] == (7, None, "Ann", dt.datetime(2024, 12, 31), 14, "B1")


def test_the_sheet_is_recomputed(shop: Path) -> None:
    clv_xl.refresh(shop, orders=FIVE)
    sheet = openpyxl.load_workbook(shop, data_only=True)["Orders"]
    assert sheet["I6"].value == 1.5 * 21


def test_what_stands_beside_the_table_stays(shop: Path) -> None:
    clv_xl.refresh(shop, orders=FIVE)
    sheet = openpyxl.load_workbook(shop)["Orders"]
    found = [sheet[name].value for name in ("A1", "A6", "I5", "I6")]
    assert found == ["My shop", "left of it", "right of it", "=SUM(Orders[amount])"]


def test_filter_rules_formats_and_styles_reach_the_new_end(shop: Path) -> None:
    clv_xl.refresh(shop, orders=FIVE)
    sheet = openpyxl.load_workbook(shop)["Orders"]
    assert sheet.tables["Orders"].ref == "B3:G9"
    assert sheet.dimensions == "A1:I9"
    rules = [str(rule.sqref) for rule in sheet.data_validations.dataValidation]
    assert rules == ["B4:B9", "I4:I7"]
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["B4:G9"]
    assert sheet["B9"].font.bold
    assert sheet["E9"].number_format == "dd/mm/yyyy"


def test_fewer_rows_leave_blank_cells_and_a_shorter_table(shop: Path) -> None:
    clv_xl.refresh(shop, orders=orders(("B1", DAY, "Ann", 7)))
    sheet = openpyxl.load_workbook(shop)["Orders"]
    assert sheet.tables["Orders"].ref == "B3:G4"
    assert all(cell.value is None for row in sheet["B5:G7"] for cell in row)
    assert sheet["A6"].value == "left of it"


def test_a_table_grows_again_after_it_was_shorter(shop: Path) -> None:
    clv_xl.refresh(shop, orders=orders(("B1", DAY, "Ann", 7)))
    clv_xl.refresh(shop, orders=FIVE)
    assert len(table(shop, "Orders")) == 6


def test_rows_pasted_below_the_table_are_part_of_it(shop: Path) -> None:
    book = openpyxl.load_workbook(shop)
    for column, value in zip("BDEG", (50, "Ann", DAY, "A5"), strict=True):
        book["Orders"][f"{column}8"] = value
    book.save(shop)
    report = clv_xl.refresh(
        shop, orders=orders(("A5", DAY, "Ann", 50), ("B1", DAY, "Ann", 7)), add=True
    )
    told = list(report.sentences())
    assert told[0].startswith("Orders: 1 row below the table was added to it.")
    assert told[1] == "Orders: 2 rows read, 1 added, 1 already there."
    assert [row[5] for row in table(shop, "Orders")] == ["A1", "A2", "A3", "A4", "A5", "B1"]
    assert openpyxl.load_workbook(shop)["Orders"].tables["Orders"].ref == "B3:G9"


def test_rows_pasted_below_the_table_are_replaced_with_it(shop: Path) -> None:
    book = openpyxl.load_workbook(shop)
    book["Orders"]["D8"] = "Ann"
    book.save(shop)
    clv_xl.refresh(shop, orders=orders(("B1", DAY, "Ann", 7)))
    assert [row[5] for row in table(shop, "Orders")] == ["B1"]
    assert openpyxl.load_workbook(shop)["Orders"]["D8"].value is None


def test_what_stands_below_the_table_is_not_overwritten(shop: Path) -> None:
    book = openpyxl.load_workbook(shop)
    book["Orders"]["C9"] = "my sum"
    book.save(shop)
    before = digest(shop)
    with pytest.raises(FileError, match="down to row 9, but row 9 is not blank"):
        clv_xl.refresh(shop, orders=FIVE)
    assert digest(shop) == before


def test_new_customers_are_appended_without_a_segment(shop: Path) -> None:
    report = clv_xl.refresh(shop, orders=FIVE, add=True)
    assert report.new_customers == 1
    assert table(shop, "Customers")[-1] == ("Dora", None)


def test_customers_are_replaced_and_completed_from_the_orders(shop: Path) -> None:
    new = {"customer": ["Eve"], "segment": ["new"]}
    clv_xl.refresh(shop, orders=FIVE, customers=new)
    assert table(shop, "Customers") == [("Eve", "new"), ("Dora", None)]


def test_a_second_run_adds_nothing_and_changes_no_byte(shop: Path) -> None:
    clv_xl.refresh(shop, orders=FIVE, add=True)
    before = digest(shop)
    report = clv_xl.refresh(shop, orders=FIVE, add=True)
    assert (report.tables[0].added, report.tables[0].already_there) == (0, 6)
    assert raw_parts(shop)
    assert digest(shop) == before


def test_skipped_rows_are_named_ten_at_most(shop: Path) -> None:
    report = clv_xl.refresh(shop, orders=FIVE | {None: list(range(20, 32))})
    said = list(report.sentences())
    assert said[0] == "Orders: 18 rows read, 6 added, 4 old replaced."
    assert said[1] == (
        "Orders: 12 rows skipped (row 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 and 2 more)."
    )
    assert len([one for one in said if "amount is not a number" in one]) == 10


def test_a_probable_rename_is_asked_by_its_rows(shop: Path) -> None:
    report = clv_xl.refresh(shop, orders=orders(("B1", DAY, "CID+Co.", 7)), add=True)
    assert [(one.new, one.known) for one in report.renames] == [("CID+Co.", "Cid & Co")]
    question = list(report.sentences())[-1]
    assert "is row 5 the customer of row 4 under a new name?" in question
    assert "Cid" not in question


def test_texts_are_written_whole(shop: Path) -> None:
    odd = ' <b> & "x"\x07 ü'
    clv_xl.refresh(shop, orders=orders(("007", DAY, odd, 7)))
    row = table(shop, "Orders")[0]
    assert (row[2], row[5]) == (odd.replace("\x07", ""), "007")


def test_without_a_source_nothing_is_done(shop: Path) -> None:
    with pytest.raises(ArgumentError, match="Name a source"):
        clv_xl.refresh(shop)


def test_a_workbook_without_the_table_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(FileError, match="no table Orders"):
        clv_xl.refresh(tmp_path / "empty.xlsx", orders=FIVE)


def test_every_other_part_of_the_template_stays_byte_for_byte(template: Path) -> None:
    before = raw_parts(template)
    clv_xl.refresh(template, orders=orders(("N1", DAY, "C-0001", 7)), add=True)
    after = raw_parts(template)
    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == list(after)
    assert "xl/tables/table1.xml" in changed
    assert all(name.startswith(("xl/worksheets/sheet", "xl/tables/table1")) for name in changed)
    assert not any("chart" in name or "drawing" in name for name in changed)


def test_charts_pictures_comments_and_own_sheets_stay_byte_for_byte(shop: Path) -> None:
    book = openpyxl.load_workbook(shop)
    own = book.create_sheet("My sheet")
    own["A1"], own["A2"] = 5, 6
    own["A1"].comment = Comment("Ask the bank", "me")
    chart = BarChart()
    chart.add_data(Reference(own, min_col=1, min_row=1, max_row=2))
    own.add_chart(chart, "C3")
    book["Orders"]["A1"].comment = Comment("Ours", "me")
    book.save(shop)
    with zipfile.ZipFile(shop) as file:  # as Excel writes them, relative
        relations = {
            name: file.read(name).replace(b'Target="/xl/', b'Target="../')
            for name in file.namelist()
            if name.startswith("xl/worksheets/_rels/")
        }
    repacked(shop, **relations, **{"xl/media/image1.png": b"a picture"})
    before = raw_parts(shop)
    clv_xl.refresh(shop, orders=FIVE, add=True)
    after = raw_parts(shop)
    assert list(before) == list(after)
    assert {"xl/media/image1.png", "xl/charts/chart1.xml"} < before.keys()
    assert any("comment" in name for name in before)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/tables/table1.xml",
        "xl/tables/table2.xml",
    }


def test_the_module_is_the_function_however_it_was_loaded() -> None:
    import clv_xl.refresh.report

    assert callable(clv_xl.refresh)
    assert clv_xl.refresh.report.SHOWN == 10


def test_a_month_with_repeated_orders_and_renamed_customers(template: Path) -> None:
    # 40 orders of last month, 2 of them (5 %) again among 42 of this month
    november = [
        (f"N{i}", dt.date(2024, 11, 1 + i % 28), f"Kunde {i}", 10.25 + i) for i in range(40)
    ]
    december = [(f"D{i}", DAY, f"Kunde {i}", 1234.5 + i) for i in range(2, 40)]
    renamed = [("D0", DAY, "KUNDE-0", 5), ("D1", DAY, "Kunnde 1", 6)]
    clv_xl.refresh(
        template, orders=orders(*november), customers={"customer": [row[2] for row in november]}
    )
    source = orders(*november[20:22], *december, *renamed)
    report = clv_xl.refresh(template, orders=source, add=True)
    found = report.tables[0]
    assert (found.read, found.added, found.already_there, found.removed) == (42, 40, 2, 0)
    assert [(one.new, one.known) for one in report.renames] == [
        ("KUNDE-0", "Kunde 0"),
        ("Kunnde 1", "Kunde 1"),
    ]
    assert report.new_customers == 2
    assert len(table(template, "Orders")) == 80
    again = clv_xl.refresh(template, orders=source, add=True)
    assert (again.tables[0].added, again.new_customers, again.recalculation.changed) == (0, 0, 0)
