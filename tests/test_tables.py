"""Tables in Python: lists of rows, and the data frames that can be made of them."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import clv_xl
from clv_xl import (
    CLV_COHORT,
    CLV_PREDICT,
    CLV_SEGMENT,
    CUSTOMER_TOTALS,
    ORDERS_SUMMARY,
    RFM_SCORE,
    RFM_SUMMARY,
    SBG_FIT,
)
from clv_xl.errors import HostError
from clv_xl.tables import Table

DAYS = [dt.date(2024, 1, 1), dt.date(2024, 1, 3), dt.date(2024, 2, 5)]
IDS = [4, 15, 4]
AMOUNTS = [10.0, 20.0, 30.0]


def test_a_table_is_the_list_of_its_rows() -> None:
    found = RFM_SUMMARY(IDS, DAYS, AMOUNTS)
    assert isinstance(found, Table)
    assert found == [
        ["customer", "frequency", "recency", "age", "monetary_value", "log_gaps"],
        [4, 1, 5, 5, 30, pytest.approx(math.log(5))],
        [15, 0, 0, pytest.approx(33 / 7), 0, 0],
    ]


@pytest.mark.parametrize(
    "ids",
    [IDS, np.array(IDS), np.array(IDS, dtype=np.uint16), pd.Series(IDS), pl.Series(IDS)],
    ids=lambda ids: f"{type(ids).__module__}.{getattr(ids, 'dtype', '')}",
)
def test_whole_numbers_of_customers_stay_whole(ids: Any) -> None:
    found = RFM_SUMMARY(ids, DAYS, AMOUNTS)
    assert [type(row[0]) for row in found[1:]] == [int, int]
    for library in ("pandas", "polars"):
        assert found.frame(library)["customer"].dtype in {np.dtype(np.int64), pl.Int64}


def test_whole_numbers_stay_whole_beside_rows_that_do_not_count() -> None:
    found = RFM_SUMMARY(np.array([4, 15, 4]), [*DAYS[:2], None], AMOUNTS)
    assert [row[0] for row in found[1:]] == [4, 15]
    assert all(type(row[0]) is int for row in found[1:])


def test_a_frame_merges_with_the_orders_that_it_comes_from() -> None:
    orders = pd.DataFrame({"customer": IDS, "date": pd.to_datetime(DAYS), "amount": AMOUNTS})
    found = RFM_SUMMARY(orders["customer"], orders["date"], orders["amount"]).frame("pandas")
    merged = orders.merge(found, on="customer")
    first = orders.groupby("customer")["date"].transform("min")
    weeks = (orders["date"].max() - first).dt.days / 7
    assert merged["age"].tolist() == pytest.approx(weeks.tolist())
    assert merged["frequency"].dtype == np.int64


def test_the_first_library_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    found, find = CUSTOMER_TOTALS(IDS[:2], IDS, AMOUNTS), importlib.util.find_spec
    assert isinstance(found.frame(), pd.DataFrame)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pandas" else find(name)
    )
    assert isinstance(found.frame(), pl.DataFrame)
    with pytest.raises(HostError, match=r'pandas is.* pip install "clv_xl\[frames\]"'):
        found.frame("pandas")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(HostError, match=r'Neither pandas nor polars .*"clv_xl\[frames\]"'):
        found.frame()
    with pytest.raises(clv_xl.ArgumentError, match="library must be one of pandas, polars"):
        found.frame("arrow")


def test_a_table_beside_its_input_has_a_row_for_each() -> None:
    found = RFM_SCORE([5, None, 400], [9, None, 1], [900, None, 50], 2)
    for library, missing in (("pandas", pd.NA), ("polars", None)):
        frame = found.frame(library)
        assert list(frame.columns) == ["recency score", "frequency score", "monetary score"]
        assert list(frame["recency score"]) == [2, missing, 1]


def test_dates_are_dates_and_shares_are_numbers() -> None:
    codes = list("BCEGDACDBHBCFFHCACCCC")
    serials = [
        45292, 45293, 45296, 45305, 45316, 45332, 45336, 45336, 45337, 45337, 45340, 45340, 45342,
        45347, 45355, 45357, 45406, 45408, 45421, 45428, 45486,
    ]  # fmt: skip
    found = CLV_PREDICT(codes, serials, [20.0 + at for at in range(21)], model="Average pace")
    pandas, polars = found.frame("pandas"), found.frame("polars")
    assert pandas["last purchase"].dtype.kind == "M"
    assert polars["last purchase"].dtype == pl.Date
    last = dict(zip(codes, serials, strict=True))
    expected = [dt.date(1899, 12, 30) + dt.timedelta(days=last[code]) for code in pandas.customer]
    assert polars["last purchase"].to_list() == expected
    assert pandas["last purchase"].dt.date.tolist() == expected
    assert pandas["p_alive"].between(0, 1).all()


def test_measures_fits_and_matrices_have_their_headings() -> None:
    summary = ORDERS_SUMMARY(IDS, DAYS, AMOUNTS)
    fit = SBG_FIT([1000, 631, 468, 382, 326, 289, 262, 241])
    cohorts = CLV_COHORT(IDS, DAYS)
    for library in ("pandas", "polars"):
        assert list(summary.frame(library).columns) == ["measure", "value"]
        assert list(summary.frame(library)["value"])[3] == DAYS[0]
        assert list(fit.frame(library).columns) == ["parameter", "estimate", "std_error"]
        assert list(cohorts.frame(library).columns) == ["cohort", "0", "1"]
        assert list(cohorts.frame(library)["1"]) == [0.5]


def test_what_has_no_answer_is_missing() -> None:
    found = CLV_SEGMENT(["a", "b"], [1, -1])
    for library in ("pandas", "polars"):
        frame = found.frame(library)
        assert frame["share of CLV"].dtype in {np.dtype(float), pl.Float64}
        assert all(one is None or np.isnan(one) for one in frame["average CAC"])


def test_a_table_without_rows_has_its_columns() -> None:
    found = clv_xl.CUSTOMERS_MISSING(IDS, IDS, AMOUNTS)
    for library in ("pandas", "polars"):
        frame = found.frame(library)
        assert list(frame.columns) == ["customer", "orders", "revenue"]
        assert len(frame) == 0
