"""Customers without a known cost and channels without spend have their reports all the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl.workbook import build
from clv_xl.workbook.sample import Customer, generate

FREE = "Trade fair"
COST = Customer._fields.index("acquisition_cost")


def with_known_cost(customer: Customer, known: bool) -> Customer:
    return customer if known else Customer._make([*customer[:COST], None, *customer[COST + 1 :]])


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    sample = generate()
    customers = tuple(
        with_known_cost(customer, number % 3 > 0 and customer.segment != "Hotel")
        for number, customer in enumerate(sample.customers)
    )
    path: Path = tmp_path_factory.mktemp("costs") / "costs.xlsm"
    spend = {**sample.spend, FREE: 0.0}
    build(path, dataclasses.replace(sample, customers=customers, spend=spend))
    return load_workbook(path, data_only=True)


def test_no_cell_of_the_workbook_is_an_error(values: Workbook) -> None:
    errors = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in values
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    assert not errors


def test_a_segment_without_costs_is_blank_where_others_have_them(values: Workbook) -> None:
    rows = [row[1:11] for row in values["Segments"].iter_rows(values_only=True)]
    (hotel,) = (row for row in rows if row[0] == "Hotel" and row[1] == 33)
    assert hotel[3] > 0
    assert hotel[7:] == (None, None, None)
    (cafe,) = (row for row in rows if row[0] == "Café" and row[1] == 124)
    assert all(isinstance(figure, (int, float)) for figure in cafe[7:])


def test_the_free_channel_leads_the_report_and_its_charts(values: Workbook) -> None:
    sheet = values["Channel report"]
    rows = [row[1:11] for row in sheet.iter_rows(values_only=True) if FREE in row]
    report, chart = rows
    assert report[2:4] == (0, 0)
    assert report[5] is report[7] is None
    assert report[9] == "Grow: costs nothing"
    assert chart[:3] == (FREE, report[4], 0)
