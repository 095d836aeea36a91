"""Expected purchases of many customers in many periods, and of a cohort that joins over time.

The closed forms cost a hypergeometric function each. In the logarithm of time they are so smooth
that a Chebyshev series of some thirty points gives a customer's whole future to eleven digits;
where its last terms are not small enough, every period is computed on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.polynomial import chebyshev

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers

Cumulative: TypeAlias = Callable[[Floats, Integers], Floats]
"""Maps horizons (rows or 1, points) and row numbers to purchases (rows, points)."""

_LONGEST = 100_000
_PRECISION = 1e-11
_BLOCK_CELLS = 2_000_000
_CACHED_CELLS = 30_000


def whole_periods(periods: int) -> int:
    """Return the number of periods after checking it.

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


def period_purchases(
    cumulative: Cumulative, scale: Floats, periods: int, *, is_cheap: bool = False
) -> Floats:
    """Return the expected purchases in each of the next periods from the cumulative ones.

    Parameters
    ----------
    cumulative : function
        Expected purchases up to given times.
    scale : float array (n,), periods
        Time scale of each row's expected purchases, such as alpha + age; NaN gives a row of NaN.
    periods : int, count >= 1
    is_cheap : bool
        Whether `cumulative` costs no more than interpolating it, so every period is computed.

    Returns
    -------
    float array (n, periods), purchases.

    Raises
    ------
    ArgumentError
        `periods` is not a whole number in its range.

    Examples
    --------
    >>> period_purchases(lambda t, rows: np.log1p(t / 4), np.array([4.0]), 2).round(6).tolist()
    [[0.223144, 0.182322]]
    """
    times = np.arange(1, whole_periods(periods) + 1, dtype=np.float64)
    total = np.full((scale.size, times.size), np.nan)
    rows = np.flatnonzero(np.isfinite(scale))
    if rows.size:
        total[rows] = (
            cumulative(times[None, :], rows)
            if is_cheap
            else cumulative_purchases(cumulative, scale, rows, times)
        )
    return np.maximum(np.diff(total, axis=1, prepend=0.0), 0.0)


@np.errstate(all="ignore")
def cumulative_purchases(
    cumulative: Cumulative, scale: Floats, rows: Integers, times: Floats
) -> Floats:
    """Return the cumulative expected purchases of some rows up to each of many times.

    Parameters
    ----------
    cumulative : function
    scale : float array (n,), periods
    rows : integer array (m,)
        Which rows of `scale`.
    times : float array (k,), periods >= 0

    Returns
    -------
    float array (m, k), purchases.

    Examples
    --------
    >>> half = lambda t, rows: t / 2 + 0 * rows[:, None]
    >>> cumulative_purchases(half, np.ones(1), np.array([0]), np.array([4.0])).tolist()
    [[2.0]]
    """
    span = np.log1p(times.max() / scale[rows])
    points = _points_for(float(span.max()))
    if points >= times.size:
        return np.asarray(cumulative(times[None, :], rows))
    nodes = chebyshev.chebpts1(points)
    horizons = scale[rows, None] * np.expm1(span[:, None] * (nodes + 1) / 2)
    values = cumulative(horizons, rows)
    transform = np.cos(np.outer(np.arange(points), np.arccos(nodes))) * (2 / points)
    transform[0] /= 2
    series = values @ transform.T
    tail = np.abs(series[:, -2:]).max(axis=1)
    inaccurate = np.flatnonzero(~(tail <= _PRECISION * np.abs(series[:, 0])))
    position = 2 * np.log1p(times / scale[rows, None]) / span[:, None] - 1
    result = _evaluate_series(series, position)
    if inaccurate.size:
        result[inaccurate] = cumulative(times[None, :], rows[inaccurate])
    return result


def _points_for(span: float) -> int:
    """Return how many points an interval needs whose nearest singularity is at distance pi."""
    distance = 2 * np.pi / max(span, 1e-3)
    return int(np.ceil(26 / np.log(distance + np.hypot(1, distance)))) + 8


def _evaluate_series(series: Floats, position: Floats) -> Floats:
    """Return Chebyshev series, a row of coefficients each, at their points (Clenshaw's method)."""
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
    """Return the expected purchases of all periods, each discounted to the end of its period.

    Parameters
    ----------
    purchases : function
        Maps a slice of the customers to their expected purchases by period.
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


def cohort_purchases(
    expected: Callable[[Floats], Floats], scale: float, first_purchase: ArrayLike, times: ArrayLike
) -> Floats:
    """Return the expected repeat purchases of a cohort up to each time.

    Parameters
    ----------
    expected : function
        Maps horizons to a new customer's expected purchases.
    scale : float, periods
        Time scale of that expectation.
    first_purchase : array_like (n,), periods
        Time of each customer's first purchase.
    times : array_like (k,), periods
        On the same time axis.

    Returns
    -------
    float array (k,), purchases of all customers together since their first.

    Examples
    --------
    >>> cohort_purchases(lambda t: t / 10, 1.0, [0, 0, 3], [5, 10]).round(9).tolist()
    [1.2, 2.7]
    """
    starts, count = np.unique(np.asarray(first_purchase, dtype=np.float64), return_counts=True)
    ends = np.asarray(times, dtype=np.float64).ravel()
    if starts.size == 0 or ends.size == 0:
        return np.zeros(ends.size)
    ages = np.maximum(ends[:, None] - starts, 0.0)
    ages = np.asarray(np.round(ages, 9), dtype=np.float64)
    distinct, where = np.unique(ages, return_inverse=True)
    values = np.zeros(distinct.size)
    some = distinct > 0
    if some.any():
        one = np.zeros(1, dtype=np.int64)
        values[some] = cumulative_purchases(
            lambda t, _rows: np.atleast_2d(expected(t)), np.array([scale]), one, distinct[some]
        )[0]
    return np.asarray(values[where.reshape(ages.shape)] @ count.astype(np.float64))
