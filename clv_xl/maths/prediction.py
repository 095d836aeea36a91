"""Predictions from orders: purchases and CLV of each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeAlias

import numpy as np

from clv_xl.errors import ClvError, NoAnswerError
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats, Integers
from clv_xl.maths.fitted_models import (
    AUTOMATIC,
    AVERAGE_PACE,
    FORECAST_MODELS,
    GAMMA_GAMMA,
    MBG_CNBD,
)
from clv_xl.maths.model_choice import Comparison, HeldOut, History, compare
from clv_xl.maths.purchases_ahead import Outlook, look_ahead
from clv_xl.maths.transactions import (
    DAYS_IN,
    Amounts,
    PurchaseDays,
    Summary,
    purchase_days,
    summarise,
)

if TYPE_CHECKING:
    from clv_xl.maths.purchase_model import PurchaseModel

ALWAYS_ANSWER: Final = frozenset({AUTOMATIC, AVERAGE_PACE.title})
"""The models that value a purchase at the average order where spend cannot be modelled."""


AVERAGE_ORDER: Final = (
    "Spend cannot be modelled, so each purchase is valued at the customer's average order, and at "
    "that of all customers for those who bought once."
)


class Orders(NamedTuple, Generic[Amounts]):
    """Orders as columns: customer, day and amount of each."""

    codes: Integers
    days: Integers
    amounts: Amounts


PricedOrders: TypeAlias = Orders[Floats]
"""Orders whose amounts are known."""


class Prediction(NamedTuple):
    """History and predictions of each customer; arrays of one element per customer."""

    summary: Summary[Floats]
    alive: Floats
    purchases: Floats
    spend: Floats | ClvError
    clv: Floats | ClvError
    buys: Floats
    """The probability of at least one purchase within the horizon."""
    next_purchase: Floats
    """The median day of the next purchase of a customer who is and stays active."""
    purchases_low: Floats
    purchases_high: Floats
    caveats: tuple[str, ...] = ()
    """Sentences: what was taken where the orders do not support a better model."""


def predict(
    orders: PricedOrders,
    *,
    horizon: int,
    period: str,
    gross_margin: float,
    discount_rate: float,
    end: int | None,
    model: str,
    interval: float,
) -> Prediction:
    """Return the expected purchases, spend and value of each customer over the next periods.

    Parameters
    ----------
    orders : PricedOrders
    horizon : int, periods
    period : str, one of `DAYS_IN`
    gross_margin : float, share of spend
    discount_rate : float, share per year
    end : int, last day of observation; the last order's if None
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC
    interval : float, share in (0, 1)
        How probable purchases from `purchases_low` to `purchases_high` are.

    Returns
    -------
    Prediction
        `clv` sums over the future periods the expected purchases x spend x margin, discounted to
        the end of each. Where spend cannot be modelled it and `clv` are the error that says why;
        with AUTOMATIC and AVERAGE_PACE spend is then the average order.

    Raises
    ------
    ClvError
        The purchases cannot be modelled; the sentence says why.
    """
    customers = summarise(*orders, period, end)
    history = history_of(customers)
    maths, found, caveats = fitted_model(model, orders, period, end, history)
    spend, of_spend = expected_spend(customers, orders, end, model)
    ahead = look_ahead(
        maths,
        found,
        history,
        Outlook(
            horizon,
            period,
            discount_rate,
            int(orders.days.max()) if end is None else end,
            interval,
        ),
    )
    return Prediction(
        customers,
        ahead.alive,
        ahead.purchases,
        spend,
        spend if isinstance(spend, ClvError) else ahead.discounted * spend * gross_margin,
        ahead.buys,
        ahead.next_purchase,
        ahead.purchases_low,
        ahead.purchases_high,
        (*caveats, *of_spend),
    )


def models(orders: Orders[Amounts], period: str, end: int | None) -> list[Comparison]:
    """Return how well each model of purchases describes the orders, the one to take first.

    Parameters
    ----------
    orders : Orders
    period : str, one of `DAYS_IN`
    end : int, last day of observation; the last order's if None

    Returns
    -------
    list of Comparison

    Raises
    ------
    ClvError
        There are no purchases by the end.
    """
    customers = summarise(*orders, period, end)
    return compare(history_of(customers), _held_out(orders, period, end), customers.log_gaps)


class FittedToOrders(NamedTuple):
    """A model fitted to orders: its mathematics, its parameters, and caveats of its choice."""

    maths: PurchaseModel[Any]
    parameters: Any
    caveats: tuple[str, ...]


def fitted_model(
    model: str, orders: Orders[Amounts], period: str, end: int | None, history: History
) -> FittedToOrders:
    """Return a model fitted to customers' histories.

    Parameters
    ----------
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC: what the orders support
    orders : Orders
    period : str, one of `DAYS_IN`
    end : int, last day of observation; the last order's if None
    history : History
        Of the customers in the orders.

    Returns
    -------
    FittedToOrders

    Raises
    ------
    ClvError
        The model cannot be fitted.
    """
    caveats: tuple[str, ...] = ()
    if model == AUTOMATIC:
        chosen = models(orders, period, end)[0]
        model = chosen.model.title
        caveats = chosen.caveats
    fitted = FORECAST_MODELS[model]
    # Only the model of regular customers takes the times between purchases.
    gaps = (summarise(*orders, period, end).log_gaps,) if fitted is MBG_CNBD else ()
    return FittedToOrders(
        fits.purchase_model(fitted), fits.fit(fitted, *history, *gaps).parameters, caveats
    )


def history_of(customers: Summary[Amounts]) -> History:
    """Return what models of purchases take.

    Parameters
    ----------
    customers : Summary

    Returns
    -------
    History
    """
    return History(customers.frequency, customers.recency, customers.age)


def orders_until(orders: Orders[Amounts], end: int | None) -> Orders[Amounts]:
    """Return the orders up to a day.

    Parameters
    ----------
    orders : Orders
    end : int, the day; None for all orders

    Returns
    -------
    Orders
    """
    if end is None:
        return orders
    inside = orders.days <= end
    amounts = None if orders.amounts is None else orders.amounts[inside]
    return Orders(orders.codes[inside], orders.days[inside], amounts)


def _held_out(orders: Orders[Amounts], period: str, end: int | None) -> HeldOut | None:
    """Return the customers of the first two thirds of the time, and what they bought after it."""
    orders = orders_until(orders, end)
    first, last = int(orders.days.min()), int(orders.days.max())
    split = (first + 2 * last + 1) // 3
    if not first < split <= last:
        return None
    data = hold_out(orders, split)
    try:
        customers = summarise(*data.before, period, split - 1)
    except NoAnswerError:  # all of them were returned
        return None
    return HeldOut(
        history_of(customers),
        ((last if end is None else end) - (split - 1)) / DAYS_IN[period],
        count_later(data, split, customers),
        customers.log_gaps,
    )


def count_later(data: Holdout[Amounts], split: int, customers: Summary[Amounts]) -> Floats:
    """Return the purchases of each customer from a day on.

    Parameters
    ----------
    data : Holdout
    split : int, the day
    customers : Summary

    Returns
    -------
    float array (n,), counts
    """
    codes = data.bought.codes[data.bought.days >= split]
    size = int(data.bought.codes.max()) + 1
    return np.bincount(codes, minlength=size)[customers.codes].astype(np.float64)


def expected_spend(
    customers: Summary[Floats], orders: PricedOrders, end: int | None, model: str
) -> tuple[Floats | ClvError, tuple[str, ...]]:
    """Return the expected value of each customer's purchases.

    Parameters
    ----------
    customers : Summary
    orders : PricedOrders
    end : int, last day of observation; the last order's if None
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC
        AUTOMATIC and AVERAGE_PACE take the average order where spend cannot be modelled.

    Returns
    -------
    money per purchase, or the error that says why there is none; caveats
    """
    from clv_xl.maths import gamma_gamma

    try:
        found = fits.fit(GAMMA_GAMMA, customers.frequency, customers.monetary_value)
    except ClvError as fault:
        if model in ALWAYS_ANSWER:
            return average_order(customers, orders_until(orders, end)), (AVERAGE_ORDER,)
        return fault, ()
    spend = gamma_gamma.expected_spend(
        found.parameters, customers.frequency, customers.monetary_value
    )
    return spend, ()


def average_order(customers: Summary[Floats], orders: PricedOrders) -> Floats:
    """Return each customer's average purchase; that of all for customers who bought once.

    Parameters
    ----------
    customers : Summary
    orders : PricedOrders
        Those that the summary was made of.

    Returns
    -------
    float array (n,), money per purchase
    """
    bought = purchase_days(*orders)
    total = np.bincount(bought.codes, weights=bought.amounts)[customers.codes]
    count = customers.frequency + 1
    return np.asarray(np.where(count > 1, total / count, total.sum() / count.sum()))


class Holdout(NamedTuple, Generic[Amounts]):
    """Orders before a day, and all purchase days."""

    before: Orders[Amounts]
    bought: PurchaseDays[Amounts]
    last: int
    """The day of the last order."""


def hold_out(orders: Orders[Amounts], split: int) -> Holdout[Amounts]:
    """Return the orders before a day apart from those on and after it.

    Parameters
    ----------
    orders : Orders
    split : int, the day

    Returns
    -------
    Holdout

    Raises
    ------
    NoAnswerError
        There are no orders on one side.
    """
    early = orders.days < split
    if not early.any():
        raise NoAnswerError("There are no orders before split_date", argument="split_date")
    if early.all():
        raise NoAnswerError("There are no orders from split_date on", argument="split_date")
    amounts = None if orders.amounts is None else orders.amounts[early]
    before = Orders(orders.codes[early], orders.days[early], amounts)
    return Holdout(before, purchase_days(*orders), int(orders.days.max()))
