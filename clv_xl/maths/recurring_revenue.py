"""Subscriptions: how recurring revenue grows and shrinks from period to period."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths.arrays import Flags, Floats, Integers
from clv_xl.maths.calendar_periods import name_period, number_months
from clv_xl.maths.groups import group_sums

MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}
"""The periods by which recurring revenue, which is known by month, is compared."""


class Movements(NamedTuple):
    """Recurring revenue, one element per period; revenue that is lost is a positive number."""

    period: list[str]
    start: Floats
    new: Floats
    expansion: Floats
    contraction: Floats
    churned: Floats
    end: Floats
    net_revenue_retention: list[float | None]
    gross_revenue_retention: list[float | None]
    quick_ratio: list[float | None]
    customers_lost: list[float | None]


def movements(codes: Integers, days: Integers, revenue: Floats, period: str) -> Movements:
    """Return what came and went of the monthly recurring revenue in each period.

    Parameters
    ----------
    codes : integer array (rows,), customer, >= 0
    days : integer array (rows,), days since 1970-01-01, in the month that the row is for
    revenue : float array (rows,), money per month, >= 0
        A customer's rows of one month are added up; a month without a row is 0.
    period : one of `MONTHS_IN`

    Returns
    -------
    Movements
        A period's end is its last month, or the last month of the data. `new` is the revenue of
        customers who had none at the start, so also of those who come back. Retention, and the
        share of customers lost, are of those at the start, and None without any; the quick ratio,
        (new + expansion) / (contraction + churned), is None where nothing was lost.

    Raises
    ------
    NoAnswerError
        There is no recurring revenue.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 0]), np.array([3, 5, 40])
    >>> found = movements(codes, days, np.array([10.0, 20.0, 15.0]), "month")
    >>> found.expansion.tolist(), found.churned.tolist(), found.net_revenue_retention
    ([0.0, 5.0], [0.0, 20.0], [None, 0.5])
    """
    if not (revenue > 0).any():
        raise NoAnswerError("No customer has any recurring revenue", argument="mrr")
    months = number_months(days)
    length = MONTHS_IN[period]
    begin, last = int(months.min()) // length, int(months.max())
    size = last // length - begin + 1
    # Each customer's revenue in the last month of each period; the data may end before it.
    is_end = (months % length == length - 1) | (months == last)
    place = months[is_end] // length - begin
    customer, money = codes[is_end], revenue[is_end]
    keys, of_key = np.unique(customer * (size + 1) + place, return_inverse=True)
    amounts = group_sums(of_key, money, keys.size)
    keys, amounts = keys[amounts > 0], amounts[amounts > 0]

    at = keys % (size + 1)
    follows = np.diff(keys, prepend=-2) == 1
    stays = np.append(follows[1:], values=False)
    before = np.where(follows, np.roll(amounts, 1), 0.0)
    leaves = ~stays & (at + 1 < size)

    def summed(money: Floats, rows: Flags, shift: int = 0) -> Floats:
        return group_sums(at[rows] + shift, money[rows], size)

    everything = np.ones_like(amounts)
    end = summed(amounts, everything > 0)
    start = np.append(0.0, end[:-1])
    new = summed(amounts, ~follows)
    expansion = summed(amounts - before, follows & (amounts > before))
    contraction = summed(before - amounts, follows & (amounts < before))
    churned = summed(amounts, leaves, 1)
    customers = np.append(0.0, summed(everything, everything > 0)[:-1])
    lost = contraction + churned
    return Movements(
        [name_period(begin + number, period) for number in range(size)],
        start,
        new,
        expansion,
        contraction,
        churned,
        end,
        _ratios(start + expansion - lost, start),
        _ratios(start - lost, start),
        _ratios(new + expansion, lost),
        _ratios(summed(everything, leaves, 1), customers),
    )


def _ratios(part: Floats, whole: Floats) -> list[float | None]:
    return [
        here / of if of else None for here, of in zip(part.tolist(), whole.tolist(), strict=True)
    ]
