"""What a fitted model expects of purchase histories: all that CLV_PREDICT says of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clv_xl.maths.transactions import DAYS_IN

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.model_choice import History
    from clv_xl.maths.purchase_model import PurchaseModel


class Outlook(NamedTuple):
    """How far and how to look ahead."""

    horizon: int
    """Periods."""
    period: str
    discount_rate: float
    """Share per year."""
    last_day: int
    """The last day of observation."""
    interval: float
    """How probable purchases from low to high are, in (0, 1)."""


class PurchasesAhead(NamedTuple):
    """What is to come of each history; arrays of one element per history."""

    alive: Floats
    purchases: Floats
    discounted: Floats
    """The expected purchases of each period, discounted to today."""
    buys: Floats
    next_purchase: Floats
    purchases_low: Floats
    purchases_high: Floats


def look_ahead(
    maths: PurchaseModel[Any], parameters: Any, history: History, outlook: Outlook
) -> PurchasesAhead:
    """Return what a fitted model expects of each history.

    Parameters
    ----------
    maths : PurchaseModel
    parameters : NamedTuple
        Those of the model.
    history : History
    outlook : Outlook

    Returns
    -------
    PurchasesAhead
    """
    horizon, days = outlook.horizon, DAYS_IN[outlook.period]
    # The yearly rate and the period are both converted by the days in them.
    per_period = float(np.expm1(np.log1p(outlook.discount_rate) * days / DAYS_IN["year"]))
    ahead = maths.future_purchases(parameters, horizon, *history)
    low, high = ahead.interval(outlook.interval)
    until_next = maths.median_time_to_purchase(parameters, *history) * days
    return PurchasesAhead(
        ahead.active,
        maths.expected_purchases(parameters, horizon, *history),
        maths.discounted_purchases(parameters, horizon, *history, discount_rate=per_period),
        ahead.probability_of_any(),
        outlook.last_day + np.ceil(until_next),
        low,
        high,
    )
