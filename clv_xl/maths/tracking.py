"""Repeat purchases of all customers, period by period: actual, and expected by a model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import Floats, Integers
from clv_xl.maths.prediction import Orders, fitted_model, history_of, hold_out
from clv_xl.maths.transactions import DAYS_IN, Amounts, purchase_days, summarise


class Tracking(NamedTuple):
    """Repeat purchases of all customers in each period since the first order."""

    period: Integers
    actual: Floats
    expected: Floats
    cumulative_actual: Floats
    cumulative_expected: Floats


def tracking(orders: Orders[Amounts], split: int | None, period: str, model: str) -> Tracking:
    """Return actual and expected repeat purchases, period by period since the first order.

    Parameters
    ----------
    orders : Orders
    split : int, the first day whose orders the model is not fitted to; None to fit it to all
    period : str, one of `DAYS_IN`
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC: the choice of the orders before the day

    Returns
    -------
    Tracking
        Of the customers with orders before the split; whole periods only.

    Raises
    ------
    ClvError
        There is nothing on one side of the day, or the model cannot be fitted.
    """
    data = None if split is None else hold_out(orders, split)
    seen = orders if data is None else data.before
    end = None if split is None else split - 1
    customers = summarise(*seen, period, end)
    maths, found, _ = fitted_model(model, seen, period, end, history_of(customers))
    unit = DAYS_IN[period]
    bought = purchase_days(*orders)
    mine = np.isin(bought.codes, customers.codes)
    code, day = bought.codes[mine], bought.days[mine]
    start = int(day.min())
    periods = int((int(orders.days.max()) - start) // unit)
    if periods < 1:
        raise ArgumentError(f"The orders cover less than one {period}", argument="period")
    times = np.arange(1, periods + 1, dtype=float)
    repeat = np.diff(code, prepend=-1) == 0
    cumulative = np.searchsorted(np.sort((day[repeat] - start) / unit), times, side="right")
    first = (day[~repeat] - start) / unit
    expected = maths.expected_purchases_of_cohort(found, first, times)
    cumulative_actual = cumulative.astype(np.float64)
    return Tracking(
        period=times.astype(np.int64),
        actual=np.diff(cumulative_actual, prepend=0.0),
        expected=np.diff(expected, prepend=0.0),
        cumulative_actual=cumulative_actual,
        cumulative_expected=expected,
    )
