"""Periods of the calendar: which one a day lies in, and what it is called."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from clv_xl.maths.arrays import Integers

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS_TO_MONDAY: Final = 3
"""1970-01-01, from which days are counted, was a Thursday."""


def number_periods(days: Integers, period: str) -> Integers:
    """Return the number of each day's calendar period, consecutive for consecutive periods.

    Parameters
    ----------
    days : integer array, days since 1970-01-01
    period : day, week (from Monday), month, quarter or year

    Examples
    --------
    >>> number_periods(np.array([0, 30, 31, 364, 365]), "quarter").tolist()
    [0, 0, 0, 3, 4]
    """
    if period == "day":
        return days
    if period == "week":
        return (days + _DAYS_TO_MONDAY) // 7
    return number_months(days) // _MONTHS[period]


def number_months(days: Integers) -> Integers:
    """Return how many months each day's month is from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def name_period(number: int, period: str) -> str:
    """Return the name of a calendar period: its first day, its month, quarter or year.

    Examples
    --------
    >>> name_period(649, "month"), name_period(216, "quarter"), name_period(0, "week")
    ('2024-02', '2024-Q1', '1969-12-29')
    """
    if period == "month":
        return f"{1970 + number // 12}-{number % 12 + 1:02d}"
    if period == "quarter":
        return f"{1970 + number // 4}-Q{number % 4 + 1}"
    if period == "year":
        return str(1970 + number)
    day = number if period == "day" else number * 7 - _DAYS_TO_MONDAY
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def add_months(day: int, months: int) -> int:
    """Return the same day of a later month; the month's last where it has no such day.

    Examples
    --------
    >>> add_months(30, 1)  # 31 January 1970
    58
    """
    month = int(number_months(np.array([day]))[0])
    first, later, after = (
        int(np.datetime64(number, "M").astype("datetime64[D]").astype(np.int64))
        for number in (month, month + months, month + months + 1)
    )
    return min(later + day - first, after - 1)
