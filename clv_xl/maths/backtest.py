"""Predictions from the orders before a day, and simple rules, against the orders after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clv_xl.errors import ClvError, NoAnswerError
from clv_xl.maths.prediction import (
    PricedOrders,
    average_order,
    count_later,
    expected_spend,
    fitted_model,
    history_of,
    hold_out,
    orders_until,
)
from clv_xl.maths.ranking import auc, normalised_gini, top_found
from clv_xl.maths.transactions import DAYS_IN, summarise

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats


class Backtest(NamedTuple):
    """Predicted and actual purchases compared; errors are per customer."""

    customers: int
    actual_purchases: float
    predicted_purchases: float
    bias: float
    mean_absolute_error: float
    root_mean_squared_error: float
    top_found: float
    """Share of the true best fifth by revenue that is among the predicted best fifth."""
    actual_revenue: float
    predicted_revenue: float | ClvError
    rule_error: float
    """Mean absolute error of the rule that customers go on at the rate they had."""
    better_than_rule: float | ClvError
    """The share of that error that the model saves; below 0 the rule is better."""
    rule_top_found: float
    auc: float | ClvError
    """How often a customer who bought again was held more likely to than one who did not."""
    recency_auc: float | ClvError
    """The same of the rule that those buy again who bought last."""
    gini: float | ClvError


def backtest(
    orders: PricedOrders, split: int, period: str, model: str, end: int | None = None
) -> Backtest:
    """Return how predictions from the orders before a day compare with the actual orders after it.

    Parameters
    ----------
    orders : PricedOrders
    split : int, the first day whose orders the model is not fitted to
    period : str, one of `DAYS_IN`
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC: the choice of the orders before the day
    end : int, last day of observation; the last order's if None

    Returns
    -------
    Backtest

    Raises
    ------
    ClvError
        There is nothing on one side of the day, or the model cannot be fitted.
    """
    data = hold_out(orders_until(orders, end), split)
    customers = summarise(*data.before, period, split - 1)
    history = history_of(customers)
    maths, found, _ = fitted_model(model, data.before, period, split - 1, history)
    ahead = ((data.last if end is None else end) - (split - 1)) / DAYS_IN[period]
    predicted = maths.expected_purchases(found, ahead, *history)
    buys = maths.probability_of_buying(found, ahead, *history)
    actual = count_later(data, split, customers)
    later = data.bought.days >= split
    revenue: Floats = np.bincount(
        data.bought.codes[later],
        weights=data.bought.amounts[later],
        minlength=int(data.bought.codes.max()) + 1,
    )[customers.codes].astype(np.float64)
    error = predicted - actual
    spend, _ = expected_spend(customers, data.before, None, model)
    predicted_revenue = predicted if isinstance(spend, ClvError) else predicted * spend
    rule = ahead * np.divide(
        customers.frequency, customers.age, out=np.zeros(actual.size), where=customers.age > 0
    )
    mean_error, rule_error = float(np.abs(error).mean()), float(np.abs(rule - actual).mean())
    return Backtest(
        customers=actual.size,
        actual_purchases=float(actual.sum()),
        predicted_purchases=float(predicted.sum()),
        bias=float(error.mean()),
        mean_absolute_error=mean_error,
        root_mean_squared_error=float(np.sqrt((error**2).mean())),
        top_found=top_found(revenue, predicted_revenue),
        actual_revenue=float(revenue.sum()),
        predicted_revenue=spend if isinstance(spend, ClvError) else float(predicted_revenue.sum()),
        rule_error=rule_error,
        better_than_rule=_saved(mean_error, rule_error),
        rule_top_found=top_found(revenue, rule * average_order(customers, data.before)),
        auc=auc(buys, actual > 0),
        recency_auc=auc(customers.last.astype(np.float64), actual > 0),
        gini=normalised_gini(revenue, predicted_revenue),
    )


def _saved(error: float, of_rule: float) -> float | ClvError:
    """Return the share of the rule's error that the model saves, or why there is none."""
    if of_rule > 0:
        return 1 - error / of_rule
    return NoAnswerError(
        "The simple rule made no error at all, so no model can be better; choose an earlier "
        "split_date",
        argument="split_date",
    )
