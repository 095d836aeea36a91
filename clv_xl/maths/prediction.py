"""From orders to what each customer will be worth, and how well such predictions have held."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError, ClvError, NoAnswerError
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats, Integers
from clv_xl.maths.fitted_models import GAMMA_GAMMA, PURCHASE_MODELS
from clv_xl.maths.transactions import DAYS_IN, PurchaseDays, Summary, purchase_days, summarise

TOP_SHARE = 0.2


class Orders(NamedTuple):
    """Orders as columns: customer, day and amount of each."""

    codes: Integers
    days: Integers
    amounts: Floats | None


class Prediction(NamedTuple):
    """What is known and expected of each customer; arrays of one element per customer."""

    summary: Summary
    alive: Floats
    purchases: Floats
    spend: Floats | ClvError
    clv: Floats | ClvError


def predict(
    orders: Orders,
    *,
    horizon: int,
    period: str,
    gross_margin: float,
    discount_rate: float,
    end: int | None,
    model: str,
) -> Prediction:
    """Return the expected purchases, spend and value of each customer over the next periods.

    Parameters
    ----------
    orders : Orders
    horizon : int, periods
    period : str, one of `DAYS_IN`
    gross_margin : float, share of spend
    discount_rate : float, share per year
    end : int, last day of observation; the last order's if None
    model : str, one of `PURCHASE_MODELS`

    Returns
    -------
    Prediction
        `clv` sums over the future periods the expected purchases x spend x margin, discounted to
        the end of each. Where spend cannot be modelled it and `clv` are the error that says why.

    Raises
    ------
    ClvError
        The purchases cannot be modelled; the sentence says why.
    """
    customers = summarise(*orders, period, end)
    chosen = PURCHASE_MODELS[model]
    maths = fits.purchase_model(chosen)
    history = (customers.frequency, customers.recency, customers.age)
    found = fits.fit(chosen, *history).parameters
    # One clock: the yearly rate and the period are both counted in days.
    per_period = float(np.expm1(np.log1p(discount_rate) * DAYS_IN[period] / DAYS_IN["year"]))
    spend = _spend(customers)
    discounted = maths.discounted_purchases(found, horizon, *history, discount_rate=per_period)
    return Prediction(
        customers,
        maths.probability_alive(found, *history),
        maths.expected_purchases(found, horizon, *history),
        spend,
        spend if isinstance(spend, ClvError) else discounted * spend * gross_margin,
    )


def _spend(customers: Summary) -> Floats | ClvError:
    """Expected value of a purchase, or why there is none."""
    from clv_xl.maths import gamma_gamma

    assert customers.monetary_value is not None  # noqa: S101 - the caller has amounts
    try:
        found = fits.fit(GAMMA_GAMMA, customers.frequency, customers.monetary_value)
    except ClvError as fault:
        return fault
    spend: Floats = gamma_gamma.expected_spend(
        found.parameters, customers.frequency, customers.monetary_value
    )
    return spend


class Holdout(NamedTuple):
    """Orders before a day and after it."""

    before: Orders
    split: int
    bought: PurchaseDays
    """All purchase days."""
    last: int


def _divided(orders: Orders, split: int) -> Holdout:
    early = orders.days < split
    if not early.any():
        raise NoAnswerError("There are no orders before split_date", argument="split_date")
    if early.all():
        raise NoAnswerError("There are no orders from split_date on", argument="split_date")
    amounts = None if orders.amounts is None else orders.amounts[early]
    before = Orders(orders.codes[early], orders.days[early], amounts)
    return Holdout(before, split, purchase_days(*orders), int(orders.days.max()))


def backtest(orders: Orders, split: int, period: str, model: str) -> list[object]:
    """Return how well a model fitted to the orders before a day predicts those after it.

    Parameters
    ----------
    orders : Orders
    split : int, the first day that the model does not see
    period : str, one of `DAYS_IN`
    model : str, one of `PURCHASE_MODELS`

    Returns
    -------
    list of float or ClvError
        Customers; actual and predicted purchases; mean error, mean absolute error and root mean
        squared error per customer; share of the true best fifth by revenue that is among the
        predicted best fifth; actual and predicted revenue.

    Raises
    ------
    ClvError
        There is nothing on one side of the day, or the model cannot be fitted.
    """
    data = _divided(orders, split)
    customers = summarise(*data.before, period, split - 1)
    history = (customers.frequency, customers.recency, customers.age)
    chosen = PURCHASE_MODELS[model]
    maths = fits.purchase_model(chosen)
    found = fits.fit(chosen, *history).parameters
    ahead = (data.last - (split - 1)) / DAYS_IN[period]
    predicted = maths.expected_purchases(found, ahead, *history)
    later = data.bought.days >= split
    size = int(orders.codes.max()) + 1
    actual = np.bincount(data.bought.codes[later], minlength=size)[customers.codes].astype(float)
    assert data.bought.amounts is not None  # noqa: S101 - the declaration asks for amounts
    revenue: Floats = np.bincount(
        data.bought.codes[later], weights=data.bought.amounts[later], minlength=size
    )[customers.codes].astype(np.float64)
    error = predicted - actual
    spend = _spend(customers)
    promised = predicted if isinstance(spend, ClvError) else predicted * spend
    return [
        actual.size,
        actual.sum(),
        predicted.sum(),
        error.mean(),
        np.abs(error).mean(),
        np.sqrt((error**2).mean()),
        _best_found(revenue, promised),
        revenue.sum(),
        spend if isinstance(spend, ClvError) else promised.sum(),
    ]


def _best_found(actual: Floats, predicted: Floats) -> float:
    """Share of the truly best fifth that is among the predicted best fifth."""
    count = max(1, round(TOP_SHARE * actual.size))
    best = np.argsort(-actual, kind="stable")[:count]
    chosen = np.argsort(-predicted, kind="stable")[:count]
    return float(np.isin(best, chosen).mean())


class Tracking(NamedTuple):
    """Repeat purchases of all customers in each period since the first order."""

    actual: Floats
    expected: Floats


def tracking(orders: Orders, split: int | None, period: str, model: str) -> Tracking:
    """Return actual and expected repeat purchases, period by period since the first order.

    Parameters
    ----------
    orders : Orders
    split : int, the first day that the model does not see; it sees all if None
    period : str, one of `DAYS_IN`
    model : str, one of `PURCHASE_MODELS`

    Returns
    -------
    Tracking
        Of the customers whom the model has seen; whole periods only.

    Raises
    ------
    ClvError
        There is nothing on one side of the day, or the model cannot be fitted.
    """
    data = None if split is None else _divided(orders, split)
    seen = orders if data is None else data.before
    customers = summarise(*seen, period, None if split is None else split - 1)
    chosen = PURCHASE_MODELS[model]
    found = fits.fit(chosen, customers.frequency, customers.recency, customers.age).parameters
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
    expected = fits.purchase_model(chosen).expected_purchases_of_cohort(found, first, times)
    return Tracking(np.diff(cumulative.astype(float), prepend=0.0), np.diff(expected, prepend=0.0))
