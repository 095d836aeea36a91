"""A report whose data are missing shows blanks, and one sentence on what to fill in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from small_reports import FEW, REPORTS, changed, check, computed, errors, rows, table

from clv_xl.workbook.sample import EMPTY, Order, Sample

WORTH, CHANNELS = "What each segment is worth", "What each channel is worth"
CURVE, PROFILE = "Value concentration: the 80/20 curve", "Profile of your best customers"
ANSWER = "The answer"
ONE = dataclasses.replace(FEW, customers=FEW.customers[:1])
HALF = dataclasses.replace(
    FEW, spend={name: None if at % 2 else cost for at, (name, cost) in enumerate(FEW.spend.items())}
)  # type: ignore[arg-type]
ALIKE = dataclasses.replace(
    changed(FEW, satisfaction=7, acquisition_cost=10.0),
    orders=tuple(
        Order(f"O{at}", FEW.orders[0].date, customer.customer, "", 20.0)
        for at, customer in enumerate(FEW.customers)
    ),
)
LOSING = dataclasses.replace(
    FEW, orders=(*FEW.orders, FEW.orders[-1]._replace(order="back", amount=-9999.0))
)

CASES: dict[str, tuple[Sample, list[tuple[str, str, str]]]] = {
    "nothing": (
        EMPTY,
        [
            ("Segments", WORTH, "Fix: this needs your customers (sheet Customers)"),
            ("Segments", CURVE, "Fix: this needs your customers"),
            ("Segments", PROFILE, "Fix: this needs your customers"),
            ("Channel report", CHANNELS, "Fix: fill in sheet Channels"),
            ("Calculator", ANSWER, "Fix: fill in all yellow cells"),
        ],
    ),
    "one customer": (
        ONE,
        [
            ("Segments", CURVE, "Check: the curve needs at least 10 customers; there are 1"),
            ("Segments", PROFILE, "Check: all customers count as the best"),
        ],
    ),
    "no segments": (
        changed(FEW, segment=None),
        [("Segments", WORTH, "Fix: fill in column segment of sheet Customers")],
    ),
    "no costs": (
        changed(FEW, acquisition_cost=None),
        [("Segments", WORTH, "Check: sheet Customers has no acquisition costs")],
    ),
    "no channels": (
        dataclasses.replace(FEW, spend={}),
        [("Channel report", CHANNELS, "Fix: fill in sheet Channels")],
    ),
    "free channels only": (
        dataclasses.replace(FEW, spend=dict.fromkeys(FEW.spend, 0.0)),
        [("Channel report", CHANNELS, "All 24 customers came through a channel")],
    ),
    "no spend": (
        dataclasses.replace(FEW, spend=dict.fromkeys(FEW.spend)),  # type: ignore[arg-type]
        [("Channel report", CHANNELS, "Fix: fill in what you spent on each channel")],
    ),
    "no spend of some channels": (
        HALF,
        [("Channel report", CHANNELS, "Check: 2 of 5 channels have no spend")],
    ),
    "customers of other channels": (
        dataclasses.replace(FEW, spend={"Trade fair": 100.0, "Billboards": 50.0}),
        [("Channel report", CHANNELS, "Check: ")],
    ),
    "customers alike": (
        ALIKE,
        [("Segments", PROFILE, "Check: all customers count as the best")],
    ),
    "a customer worth less than 0": (
        LOSING,
        [
            (
                "Segments",
                CURVE,
                "Check: with customers worth less than 0 there is no Gini coefficient",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_blanks_and_one_sentence_where_data_are_missing(case: str, tmp_path: Path) -> None:
    sample, sentences = CASES[case]
    book = computed(tmp_path / "book.xlsx", sample)
    assert errors(book, *REPORTS, "Channels") == []
    for sheet, heading, sentence in sentences:
        assert check(book, sheet, heading).startswith(sentence)


def test_customers_whose_channel_is_not_listed_are_counted(tmp_path: Path) -> None:
    listed = sum(customer.channel == "Trade fair" for customer in FEW.customers)
    sample, _ = CASES["customers of other channels"]
    said = check(computed(tmp_path / "book.xlsx", sample), "Channel report", CHANNELS)
    assert said.startswith(f"Check: {24 - listed} of 24 customers have no channel of sheet Channel")


def test_customers_without_a_cost_are_counted_and_have_no_net_value(tmp_path: Path) -> None:
    half = changed(FEW, acquisition_cost=None).customers[:12]
    sample = dataclasses.replace(FEW, customers=(*half, *FEW.customers[12:]))
    book = computed(tmp_path / "book.xlsx", sample)
    assert check(book, "Segments", WORTH).startswith("Check: 12 of 24 customers have no acq")
    lines = table(book, "Customers", "customer")
    assert [line["net_value"] for line in lines[:12]] == [None] * 12
    assert [line["net_value"] for line in lines[12:]] == pytest.approx(
        [line["clv"] - line["acquisition_cost"] for line in lines[12:]]
    )


def test_rows_of_one_channel_share_its_customers(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", dataclasses.replace(FEW, spend={"Referral": 30.0}))
    once = next(row for row in rows(book, "Channel report") if row[0] == "Referral")
    twice = dataclasses.replace(FEW, spend={"Referral": 10.0, "referral": 20.0})
    book = computed(tmp_path / "twice.xlsx", twice)
    both = next(row for row in rows(book, "Channel report") if row[0] == "Referral")
    assert both[1:9] == pytest.approx(once[1:9])


def test_a_cohort_of_own_subscribers_that_is_empty_asks_for_three_years(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", dataclasses.replace(FEW, subscribers=()))
    assert errors(book, "Retention") == []
    verdicts = {row[0]: row[1] for row in rows(book, "Retention") if isinstance(row[1], str)}
    assert verdicts["Your cohort"] == "Do not use: fill in at least three years."
    assert verdicts["Regular"].startswith("Reliable")
