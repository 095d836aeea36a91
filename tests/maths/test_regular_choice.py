"""The model of regular customers among the others: where the orders prefer it, else absent."""

from __future__ import annotations

import datetime as dt

import forecast_businesses as businesses
import numpy as np
import pytest

from clv_xl import (
    CLV_BACKTEST,
    CLV_MODELS,
    CLV_PREDICT,
    CLV_TRACKING,
    MBGCNBD_FIT,
    MBGNBD_FIT,
    RFM_SUMMARY,
)
from clv_xl.errors import ClvError

REGULAR = "MBG/CNBD-k"
START = dt.date(2023, 1, 1)


@pytest.fixture(scope="module")
def orders():
    """Orders of 500 customers, each with a pace of their own (k = 4), who leave after an order."""
    rng = np.random.default_rng(8)
    rows = []
    for number in range(500):
        day, gap, leaves = rng.uniform(0, 300), 60 / rng.gamma(2.5, 1 / 2.5), rng.beta(1, 6)
        while day < 730:
            rows.append((f"K{number:03}", START + dt.timedelta(int(day)), rng.gamma(4, 10)))
            day = 9999 if rng.random() < leaves else day + gap * rng.gamma(4, 1 / 4)
    return [list(column) for column in zip(*sorted(rows, key=lambda row: row[1]), strict=True)]


def test_regular_orders_get_the_model_of_regular_customers(orders):
    first, second, *_ = CLV_MODELS(*orders)[1:]
    assert first[0] == REGULAR
    assert first[1] > second[1] + 100
    assert first[3] == (
        "Reliable: your customers buy at regular intervals, and no other model describes your "
        "orders better."
    )
    assert f"but {REGULAR} describes your orders better" in second[3]


def test_the_functions_of_the_model_and_automatic_agree(orders):
    table = RFM_SUMMARY(*orders)
    columns = [[row[at] for row in table[1:]] for at in (1, 2, 3, 5)]
    fit = MBGCNBD_FIT(*columns)
    assert [row[0] for row in fit[1:]] == [
        "r",
        "alpha",
        "a",
        "b",
        "k",
        "log_likelihood",
        "customers",
    ]
    assert fit[5][1:] == [pytest.approx(4, abs=1), None]  # a chosen k has no standard error
    assert fit[6][1] == pytest.approx(CLV_MODELS(*orders)[1][1])
    automatic, named = (
        CLV_PREDICT(*orders, 26, "week", 1, 0, None, model) for model in ("Automatic", REGULAR)
    )
    assert automatic == named


def test_backtest_and_tracking_of_regular_orders_are_better_than_with_the_mbg_nbd(orders):
    split = START + dt.timedelta(550)
    one, other = (dict(CLV_BACKTEST(*orders, split, "week", m)[1:]) for m in (REGULAR, "MBG/NBD"))
    error = "MAE (mean absolute error per customer)"
    assert one[error] < 0.95 * other[error]
    actual = one["Actual purchases"]
    assert abs(one["Predicted purchases"] - actual) < abs(other["Predicted purchases"] - actual)
    last = CLV_TRACKING(*orders[:2], split, "week", REGULAR)[-1]
    assert last[4] == pytest.approx(last[3], rel=0.1)


@pytest.mark.parametrize("business", ["shop", "loyal_wholesale", "one_month", "retainers"])
def test_where_nothing_is_regular_the_model_is_not_listed(business):
    columns = businesses.columns(getattr(businesses, business)())
    assert REGULAR not in [row[0] for row in CLV_MODELS(*columns)]


def test_a_k_is_not_taken_because_a_more_likely_one_has_no_estimates():
    table = RFM_SUMMARY(*businesses.columns(businesses.shop()))
    *history, log_gaps = ([row[at] for row in table[1:]] for at in (1, 2, 3, 5))
    with pytest.raises(ClvError) as of_random_buyers:
        MBGNBD_FIT(*history)
    with pytest.raises(ClvError) as refused:
        MBGCNBD_FIT(*history, log_gaps)
    assert str(refused.value) == str(of_random_buyers.value)
    assert MBGCNBD_FIT(*history, log_gaps, 2)[5][1] == 2
