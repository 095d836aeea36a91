"""Orders added up in DuckDB: the rows of RFM_SUMMARY, whatever the orders are like."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import drawn_orders
import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import clv_xl
from clv_xl import RFM_SUMMARY
from clv_xl.errors import ArgumentError, ClvError

Rows = dict[Any, tuple[float, ...]]


def cells(column: pd.Series) -> list[Any]:
    return [None if cell is None or cell is pd.NaT or cell != cell else cell for cell in column]


def by_formula(frame: pd.DataFrame, *rest: Any) -> Rows | None:
    """What RFM_SUMMARY gives, by customer; None where it has no answer."""
    order = cells(frame["order"]) if "order" in frame else None
    rest = (*rest, *[None] * (2 - len(rest)), *([order] if order else []))
    try:
        table = RFM_SUMMARY(*(cells(frame[name]) for name in ("customer", "date", "amount")), *rest)
    except ClvError:
        return None
    return {row[0]: tuple(row[1:]) for row in table[1:]}


def by_engine(orders: Any, **options: Any) -> Rows:
    found = clv_xl.summarise(orders, **options).fetchall()
    rows = {row[0]: tuple(row[1:]) for row in found}
    assert len(rows) == len(found)
    return rows


def assert_equal(found: Rows, expected: Rows) -> None:
    assert found.keys() == expected.keys()
    for name, row in expected.items():
        assert found[name] == pytest.approx(row, rel=1e-12, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(drawn_orders.columns(), st.sampled_from(["day", "week", "month"]), st.booleans())
def test_random_orders_give_the_rows_of_rfm_summary(
    frame: pd.DataFrame, period: str, with_numbers: bool
) -> None:
    frame = frame if with_numbers else frame.drop(columns="order")
    expected = by_formula(frame, period)
    found = by_engine(frame, period=period)
    if expected is None:
        assert not found
    else:
        assert_equal(found, expected)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(drawn_orders.columns(["Ann", "Bob"]), st.sampled_from(["Europe/Berlin", "Asia/Tokyo"]))
def test_days_begin_where_the_time_zone_says(frame: pd.DataFrame, zone: str) -> None:
    frame["date"] = frame["date"].dt.tz_localize("UTC").dt.tz_convert(zone)
    expected = by_formula(frame, "day")
    if expected is not None:
        assert_equal(by_engine(frame, period="day", time_zone=zone), expected)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(drawn_orders.columns([7, 7.0, 8, 9.5, 1e15, math.nan]), st.integers(10, 60))
def test_numbers_of_customers_and_orders_after_the_end(frame: pd.DataFrame, days: int) -> None:
    frame["customer"] = frame["customer"].astype("float64")
    end = (drawn_orders.FIRST + dt.timedelta(days)).date()
    expected = by_formula(frame, "week", end)
    found = by_engine(frame, end_date=end)
    if expected is None:
        assert not found
    else:
        numbers = {f"{name:g}": row for name, row in expected.items()}
        assert_equal({f"{float(name):g}": row for name, row in found.items()}, numbers)


def test_nothing_is_computed_before_it_is_read() -> None:
    connection = duckdb.connect()
    relation = connection.sql("SELECT 'Ann' AS client, DATE '2024-01-01' AS day, 5 AS total")
    found = clv_xl.summarise(relation, connection=connection, mapping={"amount": "total"})
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert found.columns == [
        "customer", "frequency", "recency", "age", "monetary_value", "log_gaps"
    ]  # fmt: skip
    assert found.fetchall() == [("Ann", 0, 0.0, 0.0, 0.0, 0.0)]


def test_other_frames_and_text_are_read_too() -> None:
    text = {
        "Kunde": ["Ann", "Ann", "Bob"],
        "Datum": ["01.02.2024", "15.02.2024", "2024-02-15"],
        "Betrag": ["1.234,50", "20,00", "7"],
    }
    expected = {"Ann": (1, 2.0, 2.0, 20.0, math.log(2)), "Bob": (0, 0.0, 0.0, 0.0, 0.0)}
    assert_equal(by_engine(pl.DataFrame(text)), expected)
    assert_equal(by_engine(pd.DataFrame(text)), expected)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"date": ["03.04.2024"]}, "day/month"),
        ({"amount": ["1,234"]}, "--decimal"),
        ({"amount": [dt.date(2024, 1, 1)]}, "numbers"),
        ({"date": [5]}, "dates"),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_asked(
    change: dict[str, list[Any]], sentence: str
) -> None:
    orders = {"customer": ["Ann"], "date": ["2024-01-01"], "amount": [1.0], **change}
    with pytest.raises(ArgumentError, match=sentence):
        clv_xl.summarise(pd.DataFrame(orders))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ArgumentError, match="data frame"):
        clv_xl.summarise("orders.csv")
    with pytest.raises(ArgumentError, match="period"):
        clv_xl.summarise({"customer": []}, period="decade")
