"""Recurring revenue of two businesses with subscriptions, and of four without, by plain pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from businesses.filled import Filled
from businesses.generators import BUSINESSES

BILLED_BY_MONTH = ("subscription", "agency")


def by_month(filled: Filled) -> pd.DataFrame:
    """Revenue of each customer (row) in each month (column), 0 without a bill."""
    bills = pd.DataFrame(filled.business.orders)
    bills["month"] = pd.to_datetime(bills["date"]).dt.strftime("%Y-%m")
    return bills.pivot_table("amount", "customer", "month", "sum", fill_value=0.0)


def change(then: pd.Series, now: pd.Series) -> dict[str, float]:
    """What became of the revenue of one month until another."""
    stayed = (then > 0) & (now > 0)
    return {
        "MRR then": then.sum(),
        "New": now[then == 0].sum(),
        "Expansion": (now - then)[stayed].clip(lower=0).sum(),
        "Contraction": (then - now)[stayed].clip(lower=0).sum(),
        "Churned": then[now == 0].sum(),
        "MRR now": now.sum(),
        "Net revenue retention": now[then > 0].sum() / then.sum(),
        "Gross revenue retention": now.clip(upper=then).sum() / then.sum(),
        "Customers lost": ((then > 0) & (now == 0)).sum() / (then > 0).sum(),
    }


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", BILLED_BY_MONTH)
def test_the_last_month_is_compared_with_one_and_with_twelve_before(
    name: str, filled_business: Callable[[str], Filled]
) -> None:
    filled = filled_business(name)
    revenue = by_month(filled)
    now = revenue.iloc[:, -1]
    month, year = (change(revenue.iloc[:, -1 - back], now) for back in (1, 12))
    assert {row[0]: row[1] for row in filled.rows("mrr_figures")} == close(month)
    assert {row[0]: row[2] for row in filled.rows("mrr_figures")} == close(year)
    (said, *_), *_ = filled.rows("mrr_headline")
    assert f"retention {year['Net revenue retention']:.0%};" in said


@pytest.mark.parametrize("name", BILLED_BY_MONTH)
def test_every_month_has_its_movements(name: str, filled_business: Callable[[str], Filled]) -> None:
    filled = filled_business(name)
    revenue = by_month(filled)
    listed = filled.rows("mrr_movements")
    assert [row[0] for row in listed] == list(revenue)
    for before, here, row in zip(list(revenue), list(revenue)[1:], listed[1:], strict=False):
        expected = list(change(revenue[before], revenue[here]).values())
        assert [*row[1:9], row[10]] == close(expected)


@pytest.mark.parametrize("name", sorted(set(BUSINESSES) - {*BILLED_BY_MONTH}))
def test_other_orders_are_not_taken_for_subscriptions(
    name: str, filled_business: Callable[[str], Filled]
) -> None:
    filled = filled_business(name)
    (said, *_), *_ = filled.rows("mrr_headline")
    assert said.startswith("Read as single orders")
    assert filled.rows("mrr_movements") == []
    assert all(row[1:3] == [None, None] for row in filled.rows("mrr_figures"))
