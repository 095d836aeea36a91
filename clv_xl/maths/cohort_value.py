"""What customers are worth as they grow older: by cohort, at equal ages, by year of acquisition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import Flags, Floats, Integers, Labels
from clv_xl.maths.calendar_periods import name_period, number_periods
from clv_xl.maths.first_purchases import first_purchases
from clv_xl.maths.groups import group_sums
from clv_xl.maths.value import quotient

AGES = (30.0, 60.0, 90.0, 180.0, 365.0)
"""Days since the first order at which customers are compared unless others are asked for."""


class CohortValue(NamedTuple):
    """Accumulated margin per customer by cohort (rows, the last of them all) and age (columns)."""

    names: list[str]
    customers: Integers
    cac: Floats
    """NaN where no spend is known."""
    paid_back: Floats
    """The first age at which the value reaches the CAC; NaN if it does not, or there is no CAC."""
    value: Floats
    """NaN for ages that a cohort has not reached."""
    spend_outside: int
    """Rows of spend before the first cohort or after the last."""


def cohort_value(
    codes: Integers,
    days: Integers,
    amounts: Floats,
    gross_margin: float,
    period: str,
    spend: tuple[Integers, Floats] | None = None,
) -> CohortValue:
    """Return the accumulated margin per customer of each cohort, beside what a customer cost.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money
    gross_margin : float, share of the amounts
    period : a period of the calendar; see `number_periods`
    spend : (integer array, float array) of one length, optional
        Days, and the money spent on acquiring customers in the periods of these days; NaN where it
        is not known.

    Returns
    -------
    CohortValue
        Age 0 is the period of the first purchase. Returns lower the value; those before a
        customer's first purchase count at age 0. The CAC of a cohort is the spend of its period
        over its customers; that of all is the spend of all periods from the first cohort to the
        last over the customers acquired in periods with known spend. The value of all at an age is
        that of the cohorts old enough for it.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 0]), np.array([3, 20, 40])
    >>> found = cohort_value(codes, days, np.array([10.0, 20.0, 6.0]), 0.5, "month")
    >>> found.names, found.value.tolist()
    (['1970-01', 'All'], [[7.5, 9.0], [7.5, 9.0]])
    """
    first = first_purchases(codes, days, amounts)
    born = number_periods(first.days, period)
    cohorts, customers = np.unique(born[first.buys], return_counts=True)
    last = int(number_periods(days, period).max())
    width = last - int(cohorts[0]) + 1
    known = first.buys[codes]
    age = np.maximum(number_periods(days[known], period) - born[codes[known]], 0)
    row = np.searchsorted(cohorts, born[codes[known]])
    added = group_sums(row * width + age, amounts[known], cohorts.size * width)
    total = gross_margin * np.cumsum(added.reshape(cohorts.size, width), axis=1)
    old_enough = np.arange(width) <= (last - cohorts)[:, None]
    all_total = np.where(old_enough, total, 0.0).sum(axis=0)
    all_customers = (old_enough * customers[:, None]).sum(axis=0)
    each = np.where(old_enough, total / customers[:, None], np.nan)
    value = np.vstack([each, all_total / all_customers])
    cac, outside = _cac(cohorts, customers, period, spend)
    reached = value >= cac[:, None] * (1 - 1e-12)
    paid_back = np.where(reached.any(axis=1), reached.argmax(axis=1), np.nan)
    return CohortValue(
        [*(name_period(int(number), period) for number in cohorts), "All"],
        np.append(customers, customers.sum()),
        cac,
        paid_back,
        value,
        outside,
    )


def _cac(
    cohorts: Integers,
    customers: Integers,
    period: str,
    spend: tuple[Integers, Floats] | None,
) -> tuple[Floats, int]:
    """Return the CAC of each cohort and of all, and how many rows of spend lie outside them."""
    cac = np.full(cohorts.size + 1, np.nan)
    if spend is None:
        return cac, 0
    known = ~np.isnan(spend[1])
    place, money = number_periods(spend[0][known], period) - cohorts[0], spend[1][known]
    inside = (place >= 0) & (place <= cohorts[-1] - cohorts[0])
    size = int(cohorts[-1] - cohorts[0]) + 1
    spent = group_sums(place[inside], money[inside], size)
    has_spend = np.bincount(place[inside], minlength=size) > 0
    at = cohorts - cohorts[0]
    cac[:-1] = np.where(has_spend[at], spent[at] / customers, np.nan)
    acquired = int(customers[has_spend[at]].sum())
    if acquired:
        cac[-1] = spent.sum() / acquired
    return cac, int(np.count_nonzero(~inside))


class ValueAtAge(NamedTuple):
    """Accumulated margin per customer by group (rows) and age (columns)."""

    groups: list[object]
    customers: Integers
    value: Floats
    """NaN where nobody is old enough."""
    old_enough: Integers
    """Customers old enough for the last age."""


def value_at_age(
    codes: Integers,
    days: Integers,
    amounts: Floats,
    gross_margin: float,
    ages: Sequence[float] | Floats = AGES,
    group: Labels | None = None,
) -> ValueAtAge:
    """Return the accumulated margin per customer at equal ages, so that groups compare fairly.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money
    gross_margin : float, share of the amounts
    ages : sequence of float, days since the first purchase
    group : Labels (orders,), optional
        A customer's group is that of the first row of the day of the first purchase; by default it
        is the month of that day.

    Returns
    -------
    ValueAtAge
        Months in their order; other groups by customers, most first. At an age of 30 days all
        amounts of the day of the first purchase and the 30 days after it count, of customers whose
        first purchase was at least 30 days before the last day of the data.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 0]), np.array([0, 20, 40])
    >>> found = value_at_age(codes, days, np.array([10.0, 20.0, 6.0]), 1, [10, 40])
    >>> found.groups, found.value.tolist(), found.old_enough.tolist()
    (['1970-01'], [[15.0, 16.0]], [1])
    """
    first = first_purchases(codes, days, amounts)
    of_customer, groups = _groups(codes, days, group, first.days, first.buys)
    lived = int(days.max()) - first.days
    known = first.buys[codes]
    age = days[known] - first.days[codes[known]]
    buyer, money = codes[known], amounts[known]
    size = len(groups)
    value = np.full((size, len(ages)), np.nan)
    old = np.zeros(size, dtype=np.int64)
    for column, limit in enumerate(ages):
        enough = first.buys & (lived >= limit)
        counted = (age <= limit) & enough[buyer]
        old = np.bincount(of_customer[enough], minlength=size)
        total = group_sums(of_customer[buyer[counted]], money[counted], size)
        value[:, column] = gross_margin * quotient(total, old)
        value[old == 0, column] = np.nan
    customers = np.bincount(of_customer[first.buys], minlength=size)
    order = np.arange(size) if group is None else np.argsort(-customers, kind="stable")
    order = order[customers[order] > 0]
    return ValueAtAge([groups[at] for at in order], customers[order], value[order], old[order])


def _groups(
    codes: Integers, days: Integers, group: Labels | None, first: Integers, buys: Flags
) -> tuple[Integers, list[object]]:
    """Return the group of each customer, and the names of the groups."""
    if group is None:
        month = number_periods(first, "month")
        months, of_buyer = np.unique(month[buys], return_inverse=True)
        of_customer = np.zeros(first.size, dtype=np.int64)
        of_customer[buys] = of_buyer
        return of_customer, [name_period(int(number), "month") for number in months]
    return label_on_day(codes, days, group, first), list(group.names)


def label_on_day(codes: Integers, days: Integers, label: Labels, day: Integers) -> Integers:
    """Return the label of each customer's first row of one day; -1 without such a row.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,)
    label : Labels (orders,)
    day : integer array (customers,)

    Examples
    --------
    >>> shop = Labels(np.array([0, 1, 1]), ["web", "shop"])
    >>> label_on_day(np.array([0, 0, 1]), np.array([5, 5, 7]), shop, np.array([5, 7])).tolist()
    [0, 1]
    """
    rows = np.flatnonzero(days == day[codes])
    found = np.full(day.size, -1, dtype=np.int64)
    found[codes[rows[::-1]]] = label.codes[rows[::-1]]  # the last to be written is the first row
    return found


class CohortStack(NamedTuple):
    """Revenue by calendar period (rows) and cohort (columns)."""

    periods: list[str]
    cohorts: list[str]
    revenue: Floats
    """NaN before the first purchase of a cohort."""
    without_purchase: int
    """Rows of customers who only returned something: they are in no cohort."""


def cohort_stack(
    codes: Integers, days: Integers, amounts: Floats, period: str, cohort: str
) -> CohortStack:
    """Return the revenue of each calendar period, split by when its customers first bought.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money
    period, cohort : periods of the calendar; see `number_periods`

    Returns
    -------
    CohortStack
        A return before a customer's first purchase counts in the period of that purchase.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 0]), np.array([3, 400, 410])
    >>> found = cohort_stack(codes, days, np.array([10.0, 20.0, 6.0]), "year", "year")
    >>> found.cohorts, found.revenue.tolist()
    (['1970', '1971'], [[10.0, nan], [6.0, 20.0]])
    """
    first = first_purchases(codes, days, amounts)
    born = number_periods(first.days, cohort)
    cohorts = np.unique(born[first.buys])
    known = first.buys[codes]
    start = number_periods(first.days, period)
    when = np.maximum(number_periods(days[known], period), start[codes[known]])
    earliest = int(start[first.buys].min())
    height = int(when.max()) - earliest + 1
    column = np.searchsorted(cohorts, born[codes[known]])
    place = (when - earliest) * cohorts.size + column
    revenue = group_sums(place, amounts[known], height * cohorts.size)
    revenue = revenue.reshape(height, cohorts.size)
    begins = np.full(cohorts.size, height)
    np.minimum.at(begins, column, when - earliest)
    revenue[np.arange(height)[:, None] < begins] = np.nan
    return CohortStack(
        [name_period(earliest + row, period) for row in range(height)],
        [name_period(int(number), cohort) for number in cohorts],
        revenue,
        int(np.count_nonzero(~known)),
    )


def ages_of(ages: Floats | None) -> Floats:
    """Return the ages to compare at, in the order given, after checking them.

    Raises
    ------
    ArgumentError
        There are too many.
    """
    if ages is None:
        return np.array(AGES)
    if ages.size > 100:
        raise ArgumentError("ages must be at most 100 numbers; give fewer", argument="ages")
    return ages
