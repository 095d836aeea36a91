"""From orders to customers: real data, and loops that share no code."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import NoAnswerError
from clv_xl.maths import transactions

DATA = Path(__file__).parent.parent / "data"
EPOCH = dt.date(1970, 1, 1)

orders = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(19_000, 19_200), st.sampled_from([-20.0, 0.0, 10.0, 25.5])
    ),
    min_size=1,
    max_size=60,
)


def columns(rows: list[tuple[int, int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    codes, days, amounts = zip(*rows, strict=True)
    return np.array(codes), np.array(days), np.array(amounts)


def cdnow() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().split("\n") if line]
    codes = np.unique([row[0] for row in rows], return_inverse=True)[1]
    days = [(dt.datetime.strptime(row[2], "%Y%m%d").date() - EPOCH).days for row in rows]
    return codes, np.array(days), np.array([float(row[4]) for row in rows])


# Published


def test_the_cdnow_sample_to_the_end_of_september_1997() -> None:
    codes, days, amounts = cdnow()
    assert codes.size == 6919
    found = transactions.summarise(
        codes, days, amounts, "week", (dt.date(1997, 9, 30) - EPOCH).days
    )
    assert found.codes.size == 2357
    assert (found.frequency == 0).sum() == 1411
    assert found.frequency.sum() == 2457
    # The first customer of Fader, Hardie & Lee (2005): x = 2, t_x = 30.43, T = 38.86.
    assert found.frequency[0] == 2
    assert found.recency[0] == pytest.approx(30.43, abs=0.005)
    assert found.age[0] == pytest.approx(38.86, abs=0.005)
    assert found.monetary_value is not None
    assert found.monetary_value[0] == pytest.approx((29.73 + 14.96) / 2)


# Identities


@given(orders, st.sampled_from(list(transactions.DAYS_IN)), st.sampled_from([None, 19_100]))
def test_a_summary_is_what_a_loop_finds(
    rows: list[tuple[int, int, float]], period: str, end: int | None
) -> None:
    days: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    last = max(day for _, day, _ in rows) if end is None else end
    for code, day, amount in rows:
        if day <= last:
            days[code][day] += amount
    bought = {c: {d: a for d, a in by.items() if a >= 0} for c, by in sorted(days.items())}
    bought = {code: by for code, by in bought.items() if by}
    if not bought:
        with pytest.raises(NoAnswerError):
            transactions.summarise(*columns(rows), period, end)
        return
    found = transactions.summarise(*columns(rows), period, end)
    year = 365.25
    unit = {"day": 1, "week": 7, "month": year / 12, "quarter": year / 4, "year": year}[period]
    assert found.codes.tolist() == list(bought)
    assert found.monetary_value is not None
    for at, by_day in enumerate(bought.values()):
        first, *repeats = sorted(by_day)
        assert found.frequency[at] == len(repeats)
        assert found.recency[at] == pytest.approx((max(by_day) - first) / unit)
        assert found.age[at] == pytest.approx((last - first) / unit)
        mean = sum(by_day[day] for day in repeats) / len(repeats) if repeats else 0
        assert found.monetary_value[at] == pytest.approx(mean)
        gaps = [(day - before) / unit for before, day in pairwise(sorted(by_day))]
        assert found.log_gaps[at] == pytest.approx(sum(map(math.log, gaps)), abs=1e-9)


@given(orders, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[tuple[int, int, float]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (transactions.purchase_days(*columns(part)) for part in (rows, shuffled))
    assert one.codes.tolist() == other.codes.tolist()
    assert one.days.tolist() == other.days.tolist()
    assert one.amounts == pytest.approx(other.amounts)


@given(orders, st.sampled_from(["day", "week", "month", "year"]))
def test_cohorts_keep_every_customer_and_all_money(
    rows: list[tuple[int, int, float]], period: str
) -> None:
    codes, days, amounts = columns(rows)
    bought = transactions.purchase_days(codes, days, amounts)
    if not bought.codes.size:
        with pytest.raises(NoAnswerError):
            transactions.cohorts(codes, days, amounts, period, "customers")
        return
    by_customers = transactions.cohorts(codes, days, amounts, period, "customers")
    assert np.nansum(by_customers.cells[:, 0]) == np.unique(bought.codes).size
    retention = transactions.cohorts(codes, days, amounts, period, "retention").cells
    assert (retention[:, 0] == 1).all()
    assert np.nanmax(retention) == 1
    revenue = transactions.cohorts(codes, days, amounts, period, "revenue").cells
    buyers = np.isin(codes, bought.codes)
    assert np.nansum(revenue) == pytest.approx(amounts[buyers].sum())
    cumulative = transactions.cohorts(codes, days, amounts, period, "cumulative").cells
    ends = [row[~np.isnan(row)][-1] for row in cumulative]
    assert sum(ends) == pytest.approx(amounts[buyers].sum())


def test_cohorts_by_the_calendar() -> None:
    days = [(dt.date(2024, 1, 31) - EPOCH).days, (dt.date(2024, 2, 1) - EPOCH).days]
    found = transactions.cohorts(np.array([0, 0]), np.array(days), None, "month", "retention")
    assert found.names == ["2024-01"]
    assert found.cells.tolist() == [[1, 1]]
    weeks = transactions.cohorts(np.array([0, 0]), np.array(days), None, "week", "retention")
    assert weeks.names == ["2024-01-29"]  # the Monday of both days
    assert weeks.cells.tolist() == [[1]]


# Limits


def test_returns_are_no_purchase_and_zero_amounts_are() -> None:
    found = transactions.purchase_days(
        np.zeros(4, int), np.array([1, 2, 2, 3]), np.array([0.0, 5.0, -6.0, 7.0])
    )
    assert found.days.tolist() == [1, 3]
    assert found.left_out == 1


def test_amounts_that_cancel_are_a_purchase_of_nothing() -> None:
    amounts = np.array([0.3, -0.1, -0.2])
    assert amounts.sum() != 0  # the last digit that must not decide
    found = transactions.purchase_days(np.zeros(3, int), np.zeros(3, int), amounts)
    assert found.amounts is not None
    assert found.amounts.tolist() == [0]
