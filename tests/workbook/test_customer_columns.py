"""The columns of Customers and Channels are found by their headings, or said not to be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from customer_columns import (
    CALCULATED,
    FIGURES,
    GERMAN,
    block,
    channels_block,
    figures,
    pasted,
    said,
    settings_line,
)
from openpyxl.workbook import Workbook
from small_reports import FEW, REPORTS, check, errors, table

from clv_xl.workbook.sample import TRUTH, generate

WORTH, CHANNELS = "What each segment is worth", "What each channel is worth"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    return figures(pasted(tmp_path_factory.mktemp("usual") / "book.xlsx"))


def same(found: Workbook, usual: Mapping[str, Any]) -> None:
    shown = figures(found)
    assert {one: shown[one] for one in FIGURES} == usual


def test_german_headings_in_another_order_give_the_same_reports(
    tmp_path: Path, usual: Mapping[str, Any]
) -> None:
    book = pasted(tmp_path / "book.xlsx", customers=block(GERMAN), channels=channels_block())
    assert said(book) == "All columns that the reports need were found"
    same(book, usual)


def test_other_columns_are_what_the_profile_compares(tmp_path: Path) -> None:
    headings = {**GERMAN, "machine": "Telefon"}
    book = pasted(tmp_path / "book.xlsx", customers=block(headings))
    compared = {row["attribute"] for row in table(book, "Segments", "attribute")[1:]}
    assert compared == {GERMAN["town"], GERMAN["in_business"], "Telefon"}


def test_a_list_without_customers_is_blank_and_asked_about(tmp_path: Path) -> None:
    book = pasted(tmp_path / "book.xlsx", customers=block({**GERMAN, "customer": "Spalte 1"}))
    assert said(book).startswith("Fix: no column of the Customers table is headed customer or the")
    assert check(book, "Segments", WORTH).startswith("Fix: this needs your customers")
    assert errors(book, *REPORTS, "Customers", "Channels") == []


def test_two_columns_of_customers_are_asked_about(tmp_path: Path) -> None:
    book = pasted(tmp_path / "book.xlsx", customers=block({**GERMAN, "machine": "Client"}))
    assert said(book).startswith("Fix: more than one column of sheet Customers could be the cust")


def test_columns_that_may_be_missing_are_noted_and_left_out(tmp_path: Path) -> None:
    headings = {**GERMAN, "segment": "a", "satisfaction": "b", "acquisition_cost": "c"}
    book = pasted(tmp_path / "book.xlsx", customers=block(headings))
    note = "; sheet Customers has none for segment, satisfaction, acquisition cost"
    assert said(book) == f"All columns that the reports need were found{note}"
    assert settings_line(book, "Customers", "Segment")[-1] == "left out: no heading fits"
    assert check(book, "Segments", WORTH).startswith("Fix: fill in column segment of sheet Cust")
    assert errors(book, *REPORTS, "Customers", "Channels") == []


def test_without_costs_the_segments_are_shown(tmp_path: Path) -> None:
    book = pasted(tmp_path / "book.xlsx", customers=block({**GERMAN, "acquisition_cost": "c"}))
    assert check(book, "Segments", WORTH).startswith("Check: sheet Customers has no acquisition")
    assert table(book, "Segments", "segment")[-1]["customers"] == len(FEW.customers)


def test_two_columns_that_may_be_missing_are_left_out_until_one_is_named(
    tmp_path: Path, usual: Mapping[str, Any]
) -> None:
    twice = block({**GERMAN, "machine": "Gruppe"})
    book = pasted(tmp_path / "book.xlsx", customers=twice)
    assert said(book).startswith("Check: more than one column of sheet Customers could be the seg")
    assert check(book, "Segments", WORTH).startswith("Fix: fill in column segment")
    own = {("Customers", "Segment"): GERMAN["segment"]}
    book = pasted(tmp_path / "named.xlsx", customers=twice, own=own)
    same(book, usual)


def test_a_segment_right_of_the_calculated_columns_is_said_to_be_there(tmp_path: Path) -> None:
    cells = {**block({**GERMAN, "segment": "a"}), (0, CALCULATED + 3): "Segment"}
    book = pasted(tmp_path / "book.xlsx", customers=cells)
    assert said(book).startswith("Check: a column headed like segment stands right of the calc")


def test_a_paste_over_the_calculated_columns_is_said(tmp_path: Path) -> None:
    wide = {
        (row, CALCULATED + at): f"x{row}"
        for row in range(len(FEW.customers) + 1)
        for at in range(3)
    }
    book = pasted(tmp_path / "book.xlsx", customers={**block(GERMAN), **wide})
    assert said(book).startswith("Fix: what was pasted into sheet Customers covers its calculated")


def test_numbers_pasted_over_calculated_columns_are_said(tmp_path: Path) -> None:
    rows = range(1, len(FEW.spend) + 1)
    clicks = {(0, 3): "clicks", **{(row, 3): 1000 + row for row in rows}}
    book = pasted(tmp_path / "channels.xlsx", channels={**channels_block(), **clicks})
    assert said(book).startswith("Fix: what was pasted into sheet Channels covers its calculated")
    visits = {(row, CALCULATED): 7 for row in range(1, len(FEW.customers) + 1)}
    book = pasted(tmp_path / "customers.xlsx", customers=visits)
    assert said(book).startswith("Fix: what was pasted into sheet Customers covers its calculated")


def test_channels_need_their_spend(tmp_path: Path) -> None:
    book = pasted(tmp_path / "book.xlsx", channels={(0, 1): "Remark"})
    assert said(book).startswith("Fix: no column of the Channels table is headed spend or the like")
    assert check(book, "Channel report", CHANNELS).startswith("Fix: fill in what you spent")
    assert errors(book, *REPORTS, "Customers", "Channels") == []


def test_an_attribute_that_tells_every_customer_apart_is_no_group(tmp_path: Path) -> None:
    many = generate(dataclasses.replace(TRUTH, customers=40))
    phones = {(0, 5): "phone", **{(row, 5): f"0{row}" for row in range(1, 41)}}
    book = pasted(tmp_path / "book.xlsx", customers=phones, sample=many)
    compared = {row["attribute"] for row in table(book, "Segments", "attribute")[1:]}
    assert compared == {"town", "in_business"}
