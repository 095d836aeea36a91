"""Sheet Start says which rows are counted, whatever was pasted, by native formulas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pasted_orders import FIRST, HEADER, LAST, SMALL, Pasted, inputs, own_orders, paste, sentences

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.workbook import computed
from clv_xl.package import open_package
from clv_xl.workbook.declarations import Formula
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import EMPTY, Sample
from clv_xl.workbook.template import build

Says = Callable[..., dict[str, str]]


@pytest.fixture
def says(tmp_path: Path) -> Says:
    def of(sheet: str, pasted: Pasted, sample: Sample = SMALL) -> dict[str, str]:
        path = tmp_path / "book.xlsx"
        paste(path, sheet, pasted, inputs(sample))
        recalculate(path)
        return sentences(path)

    return of


def of_rows_as_pasted(folder: Path, sheet: str, pasted: Pasted) -> str:
    """The sentence on rows where no program has grown the tables."""
    path = folder / "pasted.xlsx"
    paste(path, sheet, pasted, inputs(SMALL))
    package = open_package(path)
    values, _ = computed(package)
    package.save(values)
    return sentences(path)["Rows"]


def test_the_block_on_the_data_stands_above_the_key_figures(built: Path) -> None:
    rows = [row[1] for row in load_workbook(built)["Start"].iter_rows(values_only=True)]
    assert rows.index("Your data") < rows.index("At a glance")


def test_all_rows_of_the_sample_are_counted(built: Path) -> None:
    assert sentences(built)["Rows"].startswith("All rows of the input tables")


def test_rows_below_the_orders_are_counted_and_named(tmp_path: Path) -> None:
    said = of_rows_as_pasted(tmp_path, "Orders", own_orders(LAST + 1, 200))
    assert said.startswith("Fix: 200 rows below the Orders table are not counted")
    assert "clv-xl recalc" in said


def test_rows_below_the_orders_count_without_a_customer(tmp_path: Path) -> None:
    pasted: Pasted = {(LAST + 1, 3): dt.date(2025, 1, 1), (LAST + 1, 6): 9, (LAST + 2, 6): 7}
    said = of_rows_as_pasted(tmp_path, "Orders", pasted)
    assert said.startswith("Fix: 2 rows below the Orders table")


@pytest.mark.parametrize(("sheet", "header"), [("Customers", "customer"), ("Channels", "channel")])
def test_rows_below_customers_and_channels_are_counted(
    tmp_path: Path, sheet: str, header: str
) -> None:
    (layout,) = (one for one in arrange(inputs(SMALL)) if one.sheet.title == sheet)
    (table,) = layout.tables
    assert table.columns[0][0] == header
    pasted: Pasted = {(table.area.bottom + 1, 2): "New", (table.area.bottom + 2, 2): "Newer"}
    said = of_rows_as_pasted(tmp_path, sheet, pasted)
    assert said.startswith(f"Fix: 2 rows below the {sheet} table")


def test_rows_below_the_orders_are_counted_once_recalc_has_grown_the_table(says: Says) -> None:
    assert says("Orders", own_orders(LAST + 1, 200))["Rows"].startswith("All rows")


def test_the_sample_alone_is_called_sample_data(built: Path) -> None:
    assert sentences(built)["Sample"].startswith("All orders are sample data")


def test_sample_orders_below_a_shorter_paste_are_counted(says: Says) -> None:
    said = says("Orders", own_orders(FIRST, 100))["Sample"]
    left = len(SMALL.orders) - 100
    assert said.startswith(f"Fix: {left} sample orders of the fictional roaster")


def test_sample_orders_are_counted_below_a_paste_with_other_columns(says: Says) -> None:
    headings = ("Row ID", "Order Date", "Order ID", "Customer ID", "Sales")
    pasted = own_orders(FIRST, 100) | {(HEADER, 2 + at): one for at, one in enumerate(headings)}
    said = says("Orders", pasted)["Sample"]
    assert said.startswith(f"Fix: {len(SMALL.orders) - 100} sample orders")


def test_sample_customers_beside_own_orders_are_counted(says: Says) -> None:
    said = says("Orders", own_orders(FIRST, len(SMALL.orders)))["Sample"]
    assert said.startswith(f"Fix: {len(SMALL.customers)} sample customers")


def test_a_wide_paste_leaves_the_findings_alone(says: Says) -> None:
    said = says("Orders", own_orders(FIRST, len(SMALL.orders), wide=16))["Orders"]
    assert said.startswith("Check: ")


def test_overwritten_findings_are_a_check_that_did_not_run(says: Says) -> None:
    (layout,) = (one for one in arrange(inputs(SMALL)) if one.sheet.title == "Orders check")
    first = layout.bodies["orders_check"]
    foreign = dict.fromkeys(first.cells(), "Office supplies")
    foreign[first.top - 1, first.left] = "Office supplies"
    said = says("Orders check", foreign)["Orders"]
    assert said.startswith("Fix: the check could not run: its cells")


def test_no_function_of_ours_is_a_check_that_did_not_run(says: Says) -> None:
    (layout,) = (one for one in arrange(inputs(SMALL)) if one.sheet.title == "Orders check")
    body = layout.bodies["orders_check"]
    unknown = {(body.top - 1, body.left): Formula("=NO_SUCH_FUNCTION()")}
    said = says("Orders check", unknown)["Orders"]
    assert said.startswith("Fix: the check could not run: install clv_xl")


def test_findings_that_are_an_error_are_a_check_that_did_not_run(says: Says) -> None:
    (layout,) = (one for one in arrange(inputs(SMALL)) if one.sheet.title == "Orders check")
    body = layout.bodies["orders_check"]
    pasted = {(body.top - 1, body.left): "finding", (body.top, body.left): Formula("=1/0")}
    said = says("Orders check", pasted)["Orders"]
    assert said.startswith("Fix: the check could not run: install clv_xl")


def test_orders_without_amounts_are_a_finding(says: Says) -> None:
    blank = {(row, 6): None for row in range(FIRST, LAST + 1)}
    assert says("Orders", blank)["Orders"].startswith("Fix: no order has an amount")


def test_one_missing_amount_is_a_finding(says: Says) -> None:
    said = says("Orders", {(FIRST, 6): None})["Orders"]
    assert said.startswith("Fix: 1 row of sheet Orders is left out")


def test_the_first_order_stands_where_it_did() -> None:
    (layout,) = (one for one in arrange(inputs(SMALL)) if one.sheet.title == "Orders")
    assert layout.tables[0].area.name == f"B5:F{5 + len(SMALL.orders)}"


def test_an_empty_template_has_one_blank_row_per_table_and_asks_for_orders(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsm"
    build(path, EMPTY)
    book = load_workbook(path)
    for title in ("Orders", "Customers", "Channels"):
        (table,) = book[title].tables.values()
        header, *rows = book[title][table.ref]
        assert len(rows) == 1
        assert {str(cell.value or "=")[0] for cell in rows[0]} == {"="}
        assert all(cell.value for cell in header)
    said = sentences(path)
    assert said["Orders"].startswith("Fix: there are no orders; paste yours")
    assert said["Rows"].startswith("All")
    assert said["Sample"] == "All rows are your own"
