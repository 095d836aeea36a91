"""Expected purchases of many customers in many periods, and of a cohort born over time.

The closed forms cost a hypergeometric function each. In the logarithm of time they are so smooth
that some thirty points carry a customer's whole future to eleven digits; where the last terms of
the series show that they do not, every period is computed by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.polynomial import chebyshev

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers

Cumulative: TypeAlias = Callable[[Floats, Integers], Floats]
"""Horizons (rows or 1, points) and the numbers of some rows, to purchases (rows, points)."""

_LONGEST = 100_000
_PRECISION = 1e-11
_BLOCK_CELLS = 2_000_000
_CACHED_CELLS = 30_000


def whole_periods(periods: int) -> int:
    """Return the number of periods, having refused what is none.

    Parameters
    ----------
    periods : int, count, 1 to 100,000

    Returns
    -------
    int

    Raises
    ------
    ArgumentError
        It is not a whole number in that range.

    Examples
    --------
    >>> whole_periods(52)
    52
    """
    if not (1 <= periods <= _LONGEST and periods == int(periods)):
        raise ArgumentError(
            f"horizon must be a whole number of periods, 1 to {_LONGEST:,}.", argument="horizon"
        )
    return int(periods)


def by_period(
    cumulative: Cumulative, scale: Floats, periods: int, *, quick: bool = False
) -> Floats:
    """Return the expected purchases in each of the next periods from those up to any time.

    Parameters
    ----------
    cumulative : function
        Expected purchases up to given times.
    scale : float array (n,), periods
        The time over which each row's expectation changes its form, such as alpha + age; NaN leaves
        the row NaN.
    periods : int, count >= 1
    quick : bool
        Whether to compute every period, since `cumulative` takes no longer than to interpolate it.

    Returns
    -------
    float array (n, periods).

    Examples
    --------
    >>> by_period(lambda t, rows: np.log1p(t / 4), np.array([4.0]), 2).round(6).tolist()
    [[0.223144, 0.182322]]
    """
    times = np.arange(1, whole_periods(periods) + 1, dtype=np.float64)
    total = np.full((scale.size, times.size), np.nan)
    rows = np.flatnonzero(np.isfinite(scale))
    if rows.size:
        total[rows] = (
            cumulative(times[None, :], rows) if quick else up_to(cumulative, scale, rows, times)
        )
    return np.maximum(np.diff(total, axis=1, prepend=0.0), 0.0)


@np.errstate(all="ignore")
def up_to(cumulative: Cumulative, scale: Floats, rows: Integers, times: Floats) -> Floats:
    """Return the expected purchases of some rows up to each of many times.

    Parameters
    ----------
    cumulative : function
    scale : float array (n,), periods
    rows : integer array (m,)
        Which rows of `scale`.
    times : float array (k,), periods >= 0

    Returns
    -------
    float array (m, k).

    Examples
    --------
    >>> half = lambda t, rows: t / 2 + 0 * rows[:, None]
    >>> up_to(half, np.ones(1), np.array([0]), np.array([4.0])).tolist()
    [[2.0]]
    """
    span = np.log1p(times.max() / scale[rows])
    points = _points_for(float(span.max()))
    if points >= times.size:
        return np.asarray(cumulative(times[None, :], rows))
    nodes = chebyshev.chebpts1(points)
    where = scale[rows, None] * np.expm1(span[:, None] * (nodes + 1) / 2)
    values = cumulative(where, rows)
    to_series = np.cos(np.outer(np.arange(points), np.arccos(nodes))) * (2 / points)
    to_series[0] /= 2
    series = values @ to_series.T
    tail = np.abs(series[:, -2:]).max(axis=1)
    rough = np.flatnonzero(~(tail <= _PRECISION * np.abs(series[:, 0])))
    position = 2 * np.log1p(times / scale[rows, None]) / span[:, None] - 1
    result = _summed(series, position)
    if rough.size:
        result[rough] = cumulative(times[None, :], rows[rough])
    return result


def _points_for(span: float) -> int:
    """Return how many points a stretch needs, the nearest singularity being pi away from it."""
    reach = 2 * np.pi / max(span, 1e-3)
    return int(np.ceil(26 / np.log(reach + np.hypot(1, reach)))) + 8


def _summed(series: Floats, position: Floats) -> Floats:
    """Sum Chebyshev series by Clenshaw's recurrence, each row of coefficients at its own points."""
    result = np.empty_like(position)
    block = max(1, _CACHED_CELLS // position.shape[1])
    for start in range(0, len(position), block):
        rows = slice(start, start + block)
        where, terms = position[rows], series[rows]
        ahead, later = np.zeros_like(where), np.zeros_like(where)
        for k in range(series.shape[1] - 1, 0, -1):
            later = 2 * where * ahead - later + terms[:, k, None]
            ahead, later = later, ahead
        result[rows] = where * ahead - later + terms[:, 0, None]
    return result


def discounted_sum(
    purchases: Callable[[slice], Floats], customers: int, periods: int, discount_rate: float
) -> Floats:
    """Return the sum of the coming periods' purchases, each discounted to the end of its period.

    Parameters
    ----------
    purchases : function
        Some customers, as a slice, to their expected purchases by period.
    customers : int, count
    periods : int, count >= 1
    discount_rate : float, share per period, > -1

    Returns
    -------
    float array (customers,), purchases.

    Raises
    ------
    ArgumentError
        The number of periods is not a whole number, or the discount rate is -1 or less.

    Examples
    --------
    >>> discounted_sum(lambda rows: np.ones((1, 2)), 1, 2, 1.0).tolist()
    [0.75]
    """
    if not discount_rate > -1:
        raise ArgumentError("discount_rate must be above -1.", argument="discount_rate")
    factors = (1.0 + discount_rate) ** -np.arange(1.0, whole_periods(periods) + 1)
    block = max(1, _BLOCK_CELLS // periods)
    result = np.empty(customers)
    for start in range(0, customers, block):
        rows = slice(start, min(start + block, customers))
        result[rows] = purchases(rows) @ factors
    return result


def of_cohort(
    expected: Callable[[Floats], Floats], scale: float, first_purchase: ArrayLike, times: ArrayLike
) -> Floats:
    """Return the expected repeat purchases up to each time of customers born at different times.

    Parameters
    ----------
    expected : function
        A new customer's expected purchases up to each horizon.
    scale : float, periods
        The time over which that expectation changes its form.
    first_purchase : array_like (n,), periods
        When each customer first bought.
    times : array_like (k,), periods
        On the same clock.

    Returns
    -------
    float array (k,), purchases of all customers together since their first.

    Examples
    --------
    >>> of_cohort(lambda t: t / 10, 1.0, [0, 0, 3], [5, 10]).round(9).tolist()
    [1.2, 2.7]
    """
    births, count = np.unique(np.asarray(first_purchase, dtype=np.float64), return_counts=True)
    clock = np.asarray(times, dtype=np.float64).ravel()
    if births.size == 0 or clock.size == 0:
        return np.zeros(clock.size)
    ages = np.maximum(clock[:, None] - births, 0.0)
    ages = np.asarray(np.round(ages, 9), dtype=np.float64)
    distinct, where = np.unique(ages, return_inverse=True)
    values = np.zeros(distinct.size)
    some = distinct > 0
    if some.any():
        one = np.zeros(1, dtype=np.int64)
        values[some] = up_to(
            lambda t, _rows: np.atleast_2d(expected(t)), np.array([scale]), one, distinct[some]
        )[0]
    return np.asarray(values[where.reshape(ages.shape)] @ count.astype(np.float64))
