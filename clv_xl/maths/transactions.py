"""From orders to customers: purchase days, frequency, recency, age, monetary value, cohorts."""

from __future__ import annotations

from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np

from clv_xl.errors import ArgumentError, ClvError, NoAnswerError
from clv_xl.maths.arrays import Flags, Floats, Integers
from clv_xl.maths.calendar_periods import name_period, number_periods
from clv_xl.maths.counted_rows import RowsLeftOut

DAYS_IN: Final = {
    "day": 1.0,
    "week": 7.0,
    "month": 365.25 / 12,
    "quarter": 365.25 / 4,
    "year": 365.25,
}
"""Days in each period; every duration is converted by this table."""


Amounts = TypeVar("Amounts", Floats, Floats | None)
"""Amounts that are known, or may be left out."""


class PurchaseDays(NamedTuple, Generic[Amounts]):
    """Orders merged to days on which a customer bought; sorted by customer, then day."""

    codes: Integers
    days: Integers
    amounts: Amounts
    left_out: int
    """Days whose amounts sum below 0."""


def purchase_days(codes: Integers, days: Integers, amounts: Amounts) -> PurchaseDays[Amounts]:
    """Return the days on which each customer bought; orders of one day are one purchase.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), day of each order
    amounts : float array (orders,), money, optional
        A day whose amounts sum below 0 (returns) is no purchase.

    Returns
    -------
    PurchaseDays

    Examples
    --------
    >>> codes, days = np.array([1, 0, 0]), np.array([7, 3, 3])
    >>> purchase_days(codes, days, np.array([5.0, 10.0, 20.0])).amounts.tolist()
    [30.0, 5.0]
    """
    if codes.size == 0:
        return PurchaseDays(codes, days, amounts, 0)
    first = int(days.min())
    span = int(days.max()) - first + 1
    # Sorting one number per customer and day is faster than sorting two columns.
    key = codes * span + (days - first)
    left_out = 0
    if amounts is None:
        merged, sums = np.unique(key), None
    else:
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
        merged, sums = ordered[starts], np.add.reduceat(amounts[order], starts)
        if (sums < 0).any():
            # Amounts that cancel may sum to a rounding error of either sign, which means 0.
            size = np.add.reduceat(np.abs(amounts[order]), starts)
            sums = np.where(np.abs(sums) < 1e-12 * size, 0.0, sums)
            bought = sums >= 0
            left_out = int(bought.size - np.count_nonzero(bought))
            merged, sums = merged[bought], sums[bought]
    code, day = np.divmod(merged, span)
    return PurchaseDays(code, day + first, sums, left_out)


class Summary(NamedTuple, Generic[Amounts]):
    """Each customer's purchase history; arrays of one element per customer."""

    codes: Integers
    frequency: Integers
    recency: Floats
    age: Floats
    monetary_value: Amounts
    last: Integers
    log_gaps: Floats
    """Sum of the natural logarithms of the times between purchases, in periods; 0 if none."""


def summarise(
    codes: Integers, days: Integers, amounts: Amounts, period: str, end: int | None
) -> Summary[Amounts]:
    """Return frequency, recency, age and monetary value of each customer who bought by the end.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), day of each order
    amounts : float array (orders,), money, optional
    period : str, one of `DAYS_IN`
    end : int, the last day of observation; the last order's if None

    Returns
    -------
    Summary
        Customers by code. Frequency counts purchase days less one, recency runs from first to last
        purchase, age from the first to the end, both in periods; monetary_value is the mean value
        of the repeat purchase days, 0 if none.

    Raises
    ------
    NoAnswerError
        There are no purchases by the end.

    Examples
    --------
    >>> codes, days = np.array([0, 0, 1]), np.array([0, 14, 7])
    >>> found = summarise(codes, days, np.array([9.0, 5.0, 4.0]), "week", 28)
    >>> found.frequency.tolist(), found.recency.tolist(), found.age.tolist()
    ([1, 0], [2.0, 0.0], [4.0, 3.0])
    """
    if end is None:
        end = int(days.max()) if days.size else 0
    elif days.size:
        inside = days <= end
        if not inside.all():
            codes, days = codes[inside], days[inside]
            amounts = None if amounts is None else amounts[inside]
    bought = purchase_days(codes, days, amounts)
    if bought.codes.size == 0:
        raise NoAnswerError("Nobody bought anything by end_date", argument="end_date")
    starts = np.flatnonzero(np.diff(bought.codes, prepend=-1))
    count = np.diff(starts, append=bought.codes.size)
    first, last = bought.days[starts], bought.days[starts + count - 1]
    frequency = count - 1
    monetary_value = None
    if bought.amounts is not None:
        repeat = bought.amounts.copy()
        repeat[starts] = 0.0
        monetary_value = np.add.reduceat(repeat, starts) / np.maximum(frequency, 1)
    unit = DAYS_IN[period]
    gaps = np.diff(bought.days, prepend=bought.days[0] - 1).astype(np.float64)
    gaps[starts] = unit
    log_gaps = np.add.reduceat(np.log(gaps / unit), starts)
    return Summary(
        bought.codes[starts],
        frequency,
        (last - first) / unit,
        (end - first) / unit,
        monetary_value,
        last,
        log_gaps,
    )


def totals(
    codes: Integers, amounts: Floats, counted: Flags, customers: int
) -> tuple[Integers, Floats]:
    """Return the number and the sum of each customer's orders.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    amounts : float array (orders,), money
    counted : bool array (orders,), which orders to count
    customers : int

    Returns
    -------
    integer array, float array (customers,)

    Examples
    --------
    >>> both = totals(np.array([0, 1]), np.array([20.0, 30.0]), np.array([True, False]), 2)
    >>> [part.tolist() for part in both]
    [[1, 0], [20.0, 0.0]]
    """
    codes, amounts = codes[counted], amounts[counted]
    sums = np.bincount(codes, weights=amounts, minlength=customers).astype(np.float64)
    return np.bincount(codes, minlength=customers), sums


class OrdersSummary(NamedTuple):
    """What a list of orders amounts to, and how many of its rows do not count."""

    orders_counted: int
    customers: int
    revenue: float | ClvError
    first_order: int
    last_order: int
    rows_left_out: int
    repeated_rows: int


def orders_summary(
    codes: Integers,
    days: Integers,
    amounts: Floats | None,
    counted: Flags,
    left_out: RowsLeftOut,
) -> OrdersSummary:
    """Return the number of orders and customers, the revenue, and the first and last day.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), day of each order
    amounts : float array (orders,), money, optional
    counted : bool array (orders,), which orders to count
    left_out : RowsLeftOut, rows that are no orders

    Returns
    -------
    OrdersSummary
        Without amounts the revenue is the error that says so.

    Raises
    ------
    NoAnswerError
        No order is counted.

    Examples
    --------
    >>> codes, days, all_of_them = np.array([0, 0, 1]), np.array([0, 14, 7]), np.full(3, True)
    >>> amounts, left_out = np.array([9.0, 5.0, 4.0]), RowsLeftOut(0, 0)
    >>> orders_summary(codes, days, amounts, all_of_them, left_out)[:5]
    (3, 2, 18.0, 0, 14)
    """
    if not counted.any():
        raise NoAnswerError("There are no orders by end_date", argument="end_date")
    no_amounts = ArgumentError("amount is missing: the revenue is its sum", argument="amount")
    within = days[counted]
    return OrdersSummary(
        orders_counted=within.size,
        customers=np.unique(codes[counted]).size,
        revenue=no_amounts if amounts is None else float(amounts[counted].sum()),
        first_order=int(within.min()),
        last_order=int(within.max()),
        rows_left_out=left_out.unreadable,
        repeated_rows=left_out.repeated,
    )


class Cohorts(NamedTuple):
    """Customers by the period of their first purchase (rows) and periods since (columns)."""

    names: list[str]
    cells: Floats
    """NaN for periods after the end of the data."""


def cohorts(
    codes: Integers, days: Integers, amounts: Floats | None, period: str, measure: str
) -> Cohorts:
    """Return a cohort matrix: a measure by period of first purchase and periods since.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money, optional; needed for revenue and cumulative
    period : day, week (from Monday), month, quarter or year of the calendar
    measure : retention (share of the cohort buying in the period), customers, revenue, or
    cumulative (revenue so far)

    Returns
    -------
    Cohorts
        Customers, money, or shares in [0, 1], by `measure`.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 0]), np.array([3, 20, 40])
    >>> table = cohorts(codes, days, None, "month", "retention")
    >>> table.names, table.cells.tolist()
    (['1970-01'], [[1.0, 0.5]])
    """
    bought = purchase_days(codes, days, amounts)
    if bought.codes.size == 0:
        raise NoAnswerError("Nobody bought anything, so there are no cohorts", argument="date")
    when = number_periods(bought.days, period)
    starts = np.flatnonzero(np.diff(bought.codes, prepend=-1))
    customers = bought.codes[starts]
    first_period = np.full(int(codes.max()) + 1, -1, dtype=np.int64)
    first_period[customers] = when[starts]
    values, row_of = np.unique(first_period[customers], return_inverse=True)
    row = np.full(first_period.size, -1, dtype=np.int64)
    row[customers] = row_of
    last = int(number_periods(days, period).max())
    width = last - int(values[0]) + 1
    shape = (values.size, width)
    if measure in {"retention", "customers"}:
        # A customer counts once per period, on however many days they bought.
        active = np.unique(bought.codes * width + (when - first_period[bought.codes]))
        code, since = np.divmod(active, width)
        cells = (
            np.bincount(row[code] * width + since, minlength=values.size * width)
            .reshape(shape)
            .astype(float)
        )
        if measure == "retention":
            cells /= cells[:, :1]
    else:
        assert amounts is not None  # noqa: S101 - the declaration asks for them
        known = first_period[codes] >= 0
        # A return before the first purchase in the data belongs to that purchase's period.
        since = np.maximum(number_periods(days, period)[known] - first_period[codes[known]], 0)
        place = row[codes[known]] * width + since
        cells = np.bincount(place, weights=amounts[known], minlength=values.size * width).reshape(
            shape
        )
        if measure == "cumulative":
            cells = np.cumsum(cells, axis=1)
    cells[np.arange(width) > (last - values)[:, None]] = np.nan
    return Cohorts([name_period(int(value), period) for value in values], cells)
