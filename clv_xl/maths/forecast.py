"""The purchases and revenue of all customers over the coming periods, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from clv_xl.errors import ClvError, NoAnswerError
from clv_xl.maths.prediction import (
    Orders,
    PricedOrders,
    expected_spend,
    fitted_model,
    history_of,
    hold_out,
    orders_until,
)
from clv_xl.maths.transactions import DAYS_IN, summarise

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.future_purchases import FuturePurchases

_SPLITS: Final = (0.5, 0.625, 0.75)
"""Where in the time of the orders the backtests split them."""
_FEWEST: Final = 2
"""Backtests without which nothing is said of the error of a total."""
_ENOUGH: Final = 10
"""Purchases, actual or predicted, below which a backtest shows little but chance."""
_TOO_WIDE: Final = 10.0
"""How many times the expected total a high one may be and still say something."""

_ANYTHING: Final = (
    "On earlier days the forecast was so far off, or could be tested over so short a time, that "
    "the total may be almost anything; choose a shorter horizon or add older orders"
)


class Range(NamedTuple):
    """A total and the interval around it; low and high may be the error that says why not."""

    low: float | ClvError
    expected: float | ClvError
    high: float | ClvError


class Forecast(NamedTuple):
    """What all customers who are there will do; new customers are not included."""

    purchases: Range
    revenue: Range
    margin: Range
    active: float
    """Customers still active at the end of the horizon."""
    backtest_error: float | ClvError
    """Root mean square of the log of actual over predicted totals, for the horizon asked."""
    backtests: int
    caveats: tuple[str, ...]


def forecast(
    orders: PricedOrders,
    *,
    horizon: int,
    period: str,
    gross_margin: float,
    end: int | None,
    model: str,
    interval: float,
) -> Forecast:
    """Return the totals of all customers over the next periods, each with its interval.

    The expected totals are the sums of those of `prediction.predict`. The spread has two parts: the
    chance in what each customer does, from the distribution of their purchases given the history,
    and the errors that the same model made in the total at earlier split days, which hold what no
    likelihood knows: wrong parameters, and customers who change. The squares of both add up on
    the scale of logarithms, with the errors taken around 0, as the expected total is not corrected
    for bias. Backtests are few, so the quantile is Student's t with as many degrees of freedom as
    there are backtests. They overlap and each contains chance of its own; the first makes the
    interval too narrow, the second too wide. A backtest shorter than the horizon counts more, by
    the square root of the ratio, as the error of a random walk grows.

    Parameters
    ----------
    orders : PricedOrders
    horizon : int, periods
    period : str, one of `DAYS_IN`
    gross_margin : float, share of spend
    end : int, last day of observation; the last order's if None
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC
    interval : float, share in (0, 1)

    Returns
    -------
    Forecast
        Without two earlier split days at which the model can be tested, low and high are the error
        that says so: the spread of the model alone is known to be too narrow. They are an error too
        where the interval would be so wide that it says nothing.

    Raises
    ------
    ClvError
        The purchases cannot be modelled; the sentence says why.
    """
    from scipy import special

    from clv_xl.maths.staying_active import stays_active

    orders = orders_until(orders, end)
    customers = summarise(*orders, period, end)
    history = history_of(customers)
    maths, found, caveats = fitted_model(model, orders, period, end, history)
    distinct, group = np.unique(np.column_stack(history), axis=0, return_inverse=True)
    group = group.ravel()
    columns = tuple(distinct.T)
    mean = maths.expected_purchases(found, horizon, *columns)[group]
    ahead = maths.future_purchases(found, horizon, *columns)
    variance = _variance(ahead)[group]
    spend, of_spend = expected_spend(customers, orders, end, model)
    errors = _errors(orders, horizon, period, model, end)
    scale = _scale(errors)

    def total(value: Floats | float) -> Range:
        """Return the total of the purchases at a value each."""
        expected = float((mean * value).sum())
        if isinstance(scale, ClvError):
            return Range(scale, expected, scale)
        if not expected > 0:
            return Range(expected, expected, expected)
        own = np.log1p(float((variance * np.square(value)).sum()) / expected**2)
        width = special.stdtrit(len(errors), (1 + interval) / 2) * np.sqrt(own + scale**2)
        if width > np.log(_TOO_WIDE):
            anything = NoAnswerError(_ANYTHING, argument="horizon")
            return Range(anything, expected, anything)
        return Range(expected * float(np.exp(-width)), expected, expected * float(np.exp(width)))

    if isinstance(spend, ClvError):
        revenue = margin = Range(spend, spend, spend)
    else:
        revenue = total(spend)
        margin = Range(
            *(part if isinstance(part, ClvError) else part * gross_margin for part in revenue)
        )
    still = maths.probability_alive(found, *columns) * stays_active(
        found,
        maths.posterior(tuple(map(np.asarray, found)), columns[0], columns[2]),
        ahead,
        float(horizon),
    )
    return Forecast(
        total(1.0),
        revenue,
        margin,
        float(still[group].sum()),
        scale,
        len(errors),
        (*caveats, *of_spend),
    )


def _scale(errors: list[float]) -> float | ClvError:
    """Return the root mean square of the errors, or why there is none."""
    if len(errors) >= _FEWEST:
        return float(np.sqrt(np.mean(np.square(errors))))
    return NoAnswerError(
        "The orders are too few or too short to test the model on earlier days, so nothing says "
        "how far off the total may be; use the expected figures with caution, or add older orders",
        argument="date",
    )


def _errors(
    orders: PricedOrders, horizon: int, period: str, model: str, end: int | None
) -> list[float]:
    """Return log(actual / predicted) purchases at earlier split days, for the horizon asked."""
    first = int(orders.days.min())
    last = int(orders.days.max()) if end is None else end
    splits = sorted({first + round(share * (last - first + 1)) for share in _SPLITS})
    return [
        error
        for split in splits
        if (error := _error_at(orders, split, last, horizon, period, model)) is not None
    ]


def _error_at(
    orders: PricedOrders, split: int, last: int, horizon: int, period: str, model: str
) -> float | None:
    """Return the error of the total from a day on, or None where it cannot be tested."""
    ahead = min(horizon, (last - split + 1) / DAYS_IN[period])
    seen = orders.days < split + ahead * DAYS_IN[period]
    known = Orders(orders.codes[seen], orders.days[seen], orders.amounts[seen])
    try:
        data = hold_out(known, split)
        customers = summarise(*data.before, period, split - 1)
        history = history_of(customers)
        maths, found, _ = fitted_model(model, data.before, period, split - 1, history)
    except ClvError:
        return None
    predicted = float(maths.expected_purchases(found, ahead, *history).sum())
    later = data.bought.days >= split
    actual = float(np.isin(data.bought.codes[later], customers.codes).sum())
    if not (max(actual, predicted) >= _ENOUGH and predicted > 0):
        return None
    return float(np.log(max(actual, 0.5) / predicted) * np.sqrt(max(1.0, horizon / ahead)))


def _variance(ahead: FuturePurchases) -> Floats:
    """Return the variance of each customer's purchases, from E X^2 = sum (2k - 1) P(X >= k)."""
    mean = ahead.active * ahead.sum_over_counts(lambda _, first, last: last - first + 1)
    square = ahead.active * ahead.sum_over_counts(lambda _, first, last: last**2 - (first - 1) ** 2)
    return square - mean**2
