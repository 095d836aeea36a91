"""Repeat purchases: who buys again and when, after what, and how much of revenue that is."""

from __future__ import annotations

import itertools
from typing import Final, NamedTuple

import numpy as np

from clv_xl.maths.arrays import Floats, Integers, Labels
from clv_xl.maths.calendar_periods import name_period, number_periods
from clv_xl.maths.cohort_value import label_on_day
from clv_xl.maths.first_purchases import first_purchases
from clv_xl.maths.groups import group_sums
from clv_xl.maths.value import quotient


class FirstOrders(NamedTuple):
    """What follows a first order, by an attribute of it; most customers first."""

    attribute: list[object]
    customers: Integers
    share_who_bought_again: Floats
    median_days_to_second_order: list[float | None]
    most_frequent_in_second_order: list[object]
    value_per_customer: list[float | None]


def first_orders(
    codes: Integers,
    days: Integers,
    amounts: Floats,
    attribute: Labels,
    gross_margin: float,
    horizon: float,
) -> FirstOrders:
    """Return what follows first orders, by an attribute such as their product or discount.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,)
    amounts : float array (orders,), money
    attribute : Labels (orders,)
        Of an order with several rows on one day, that of the first row counts.
    gross_margin : float, share of the amounts
    horizon : float, days after the first order that the value covers

    Returns
    -------
    FirstOrders
        Where nobody bought again, or nobody is old enough for the horizon, there is None. Of
        attributes equally frequent in second orders, the one that comes first in the data counts.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> tea, codes = Labels(np.array([0, 0, 1]), ["tea", "cake"]), np.array([0, 1, 0])
    >>> found = first_orders(codes, np.array([0, 0, 9]), np.array([5.0, 7.0, 2.0]), tea, 1, 9)
    >>> found.share_who_bought_again.tolist(), found.value_per_customer
    ([0.5], [7.0])
    """
    first = first_purchases(codes, days, amounts)
    bought, size = first.bought, len(attribute.names)
    number = np.diff(first.starts, append=bought.codes.size)
    again = first.customers[number > 1]
    second = np.full(first.days.size, np.iinfo(np.int64).min)
    second[again] = bought.days[first.starts[number > 1] + 1]
    of_first = label_on_day(codes, days, attribute, first.days)
    of_second = label_on_day(codes, days, attribute, second)

    customers = np.bincount(of_first[first.buys], minlength=size)
    repeaters = np.bincount(of_first[again], minlength=size)
    medians = _medians(of_first[again], (second - first.days)[again], size)
    follows = _most_frequent(of_first[again], of_second[again], size)

    old = first.buys & (int(days.max()) - first.days >= horizon)
    counted = old[codes] & (days - first.days[codes] <= horizon)
    total = group_sums(of_first[codes[counted]], amounts[counted], size)
    enough = np.bincount(of_first[old], minlength=size)
    value = gross_margin * quotient(total, enough)

    order = np.argsort(-customers, kind="stable")
    order = order[customers[order] > 0]
    return FirstOrders(
        [attribute.names[at] for at in order],
        customers[order],
        (repeaters / np.maximum(customers, 1))[order],
        [medians[at] for at in order.tolist()],
        [None if follows[at] < 0 else attribute.names[follows[at]] for at in order.tolist()],
        [float(value[at]) if enough[at] else None for at in order.tolist()],
    )


def _medians(group: Integers, values: Integers, size: int) -> list[float | None]:
    """Return the median of each group's values, None for a group without any."""
    ordered = values[np.lexsort((values, group))]
    count = np.bincount(group, minlength=size)
    start = np.cumsum(count) - count
    return [
        float(np.median(ordered[at : at + many])) if many else None
        for at, many in zip(start.tolist(), count.tolist(), strict=True)
    ]


def _most_frequent(group: Integers, label: Integers, size: int) -> list[int]:
    """Return the most frequent label of each group, the lower of equals; -1 without any."""
    pairs, count = np.unique(group * size + label, return_counts=True)
    of, labels = np.divmod(pairs, max(size, 1))
    found = np.full(size, -1, dtype=np.int64)
    best_last = np.lexsort((-labels, count))
    found[of[best_last]] = labels[best_last]
    return found.tolist()


_SHARES: Final = (0.25, 0.5, 0.75, 0.8, 0.9)
"""Of those who make the next order, in the order of the columns of `PurchaseGaps`."""


class PurchaseGaps(NamedTuple):
    """Who makes another order and how long that takes, one element per order number."""

    order: Integers
    customers: Integers
    share_who_made_the_next: Floats
    days_to_next_of_25_percent: list[float | None]
    median_days_to_next: list[float | None]
    days_to_next_of_75_percent: list[float | None]
    days_to_next_of_80_percent: list[float | None]
    days_to_next_of_90_percent: list[float | None]


def purchase_gaps(
    codes: Integers, days: Integers, most: int, amounts: Floats | None = None
) -> PurchaseGaps:
    """Return how many customers made a first, second, third order, and the days between them.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,)
        Orders of one day are one.
    most : int
        The last order number to show.
    amounts : float array (orders,), money, optional
        A day whose amounts sum below 0 (returns) is no purchase.

    Returns
    -------
    PurchaseGaps
        Quantiles are interpolated, as PERCENTILE does; None where nobody made the next order.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> found = purchase_gaps(np.array([0, 1, 0]), np.array([0, 0, 9]), 10)
    >>> found.customers.tolist(), found.median_days_to_next
    ([2, 1], [9.0, None])
    """
    first = first_purchases(codes, days, amounts)
    bought = first.bought
    counts = np.diff(first.starts, append=bought.codes.size)
    number = np.arange(bought.codes.size) - np.repeat(first.starts, counts)
    gap = np.diff(bought.days, append=0)
    has_next = np.diff(bought.codes, append=-1) == 0
    longest = min(int(counts.max()), most)
    order = np.argsort(number[has_next], kind="stable")
    gaps, of = gap[has_next][order], number[has_next][order]
    ends = np.searchsorted(of, np.arange(longest + 1))
    quantiles = [
        np.quantile(gaps[start:end], _SHARES).tolist() if end > start else [None] * len(_SHARES)
        for start, end in itertools.pairwise(ends.tolist())
    ]
    customers = np.bincount(number)[:longest]
    return PurchaseGaps(
        np.arange(1, longest + 1),
        customers,
        np.diff(ends) / customers,
        *(list(column) for column in zip(*quantiles, strict=True)),
    )


class NewAndReturning(NamedTuple):
    """New and returning customers, one element per period of the calendar."""

    period: list[str]
    customers: Integers
    new_customers: Integers
    returning_customers: Integers
    orders_of_new: Integers
    orders_of_returning: Integers
    revenue_from_new: Floats | list[None]
    revenue_from_returning: Floats | list[None]
    repeat_buying_rate: list[float | None]


def new_and_returning(
    codes: Integers, days: Integers, amounts: Floats | None, period: str
) -> NewAndReturning:
    """Return how many customers of each period are new, and what new and returning ones bought.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money, optional
    period : a period of the calendar; see `number_periods`

    Returns
    -------
    NewAndReturning
        A customer is new in the period of the first purchase. Orders of one day are one. Returns
        lower the revenue of their period; those of customers who bought nothing in the data count
        as of returning ones, since they must have bought before. repeat_buying_rate is the share of
        the period before's customers who bought in this one, None if there were none.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> found = new_and_returning(np.array([0, 1, 0]), np.array([0, 40, 45]), None, "month")
    >>> found.new_customers.tolist(), found.repeat_buying_rate
    ([1, 1], [None, 1.0])
    """
    first = first_purchases(codes, days, amounts)
    bought = first.bought
    born = np.where(first.buys, number_periods(first.days, period), np.iinfo(np.int64).min)
    row_period = number_periods(days, period)
    begin = int(row_period.min())
    size = int(row_period.max()) - begin + 1

    when = number_periods(bought.days, period)
    is_new = when == born[bought.codes]
    orders = [np.bincount(when[part] - begin, minlength=size) for part in (is_new, ~is_new)]
    active = np.unique(bought.codes * size + (when - begin))
    customer, place = np.divmod(active, size)
    customers = np.bincount(place, minlength=size)
    new = np.bincount(born[first.buys] - begin, minlength=size)
    # A customer active in two consecutive periods is two consecutive numbers.
    repeated = place[1:][(np.diff(active) == 1) & (np.diff(customer) == 0)]
    stayed = np.bincount(repeated, minlength=size)

    revenue: list[Floats | list[None]] = [[None] * size, [None] * size]
    if amounts is not None:
        of_new = row_period == born[codes]
        revenue = [
            group_sums(row_period[part] - begin, amounts[part], size) for part in (of_new, ~of_new)
        ]
    rate = [None, *_shares(stayed[1:], customers[:-1])]
    return NewAndReturning(
        [name_period(begin + at, period) for at in range(size)],
        customers,
        new,
        customers - new,
        orders[0],
        orders[1],
        revenue[0],
        revenue[1],
        rate,
    )


def _shares(part: Integers, whole: Integers) -> list[float | None]:
    return [
        here / among if among else None
        for here, among in zip(part.tolist(), whole.tolist(), strict=True)
    ]
