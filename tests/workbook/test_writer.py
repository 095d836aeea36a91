"""Formulas as a file holds them, and files with other data than the template's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clv_xl.workbook import build
from clv_xl.workbook.sample import TRUTH, Sample, generate
from clv_xl.workbook.writer import stored_formula


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("=XLOOKUP(A1,B:B,C:C)", "=_xlfn.XLOOKUP(A1,B:B,C:C)"),
        ("=FILTER(A1:A9,B1:B9)", "=_xlfn._xlws.FILTER(A1:A9,B1:B9)"),
        ("=SUM(SORTBY(A1:A9,B1:B9))", "=SUM(_xlfn._xlws.SORTBY(A1:A9,B1:B9))"),
        ("=CLV(1,2,3)", "=CLV(1,2,3)"),
        ("=MYSORT(A1)", "=MYSORT(A1)"),
    ],
)
def test_newer_functions_are_stored_with_their_prefix(typed: str, stored: str) -> None:
    assert stored_formula(typed) == stored


def build_and_read(sample: Sample, folder: Path) -> list[tuple[object, object]]:
    """Label and value of every line of the first sheet."""
    path = folder / "other.xlsm"
    build(path, sample)
    start = load_workbook(path, data_only=True)["Start"]
    return list(start.iter_rows(min_col=2, max_col=3, values_only=True))


def test_other_data_give_other_reports(tmp_path: Path) -> None:
    sample = generate(dataclasses.replace(TRUTH, customers=60), seed=5)
    start = build_and_read(sample, tmp_path)
    assert ("Customers", "All orders belong to customers in sheet Customers") in start
    assert ("Customers", 60) in start
    revenue = sum(order.amount for order in sample.orders)
    assert dict(start)["Revenue"] == pytest.approx(revenue)
    assert dict(start)["CLV so far"] == pytest.approx(0.45 * revenue / 60)


def test_orders_of_unknown_customers_are_told(tmp_path: Path) -> None:
    sample = generate(dataclasses.replace(TRUTH, customers=60), seed=5)
    known = dataclasses.replace(sample, customers=sample.customers[10:])
    lines = build_and_read(known, tmp_path)
    assert any(label == "Customers" and str(said).startswith("Mend: ") for label, said in lines)


def test_an_order_that_cannot_be_read_makes_no_customer_worthless(tmp_path: Path) -> None:
    sample = generate(dataclasses.replace(TRUTH, customers=60), seed=5)
    broken = sample.orders[3]._replace(amount="12,-")  # type: ignore[arg-type]
    orders = (*sample.orders[:3], broken, *sample.orders[4:])
    lines = dict(build_and_read(dataclasses.replace(sample, orders=orders), tmp_path))
    assert str(lines["CLV so far"]).startswith("#")
    path = tmp_path / "other.xlsm"
    start = load_workbook(path, data_only=True)["Start"]
    told = [str(row[0]) for row in start.iter_rows(min_col=3, max_col=3, values_only=True)]
    assert "Mend: 1 rows cannot be used; see sheet Orders" in told
    assert "Mend: the orders cannot be added up; see sheet Orders" in told
