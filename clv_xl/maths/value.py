"""Customer lifetime value in closed form: annuities, constant retention, cash flows, rates.

Money is in one currency, rates are shares per period (0.1 for 10 %), and all durations of a call
are in the same period. A NaN argument gives NaN in its element only.
"""

from __future__ import annotations

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import ArrayLike, Floats


def annuity(periods: ArrayLike, discount_rate: ArrayLike) -> Floats:
    """Return the present value of 1 at the end of each period.

    Parameters
    ----------
    periods : array_like, periods >= 0
        May be fractional.
    discount_rate : array_like, share per period, > -1

    Returns
    -------
    float array of the broadcast shape, periods; NaN where an argument is NaN.

    Notes
    -----
    The present value a of n payments of 1 solves ::

        a (1 + d)^n = (1 + d)^(n - 1) + ... + (1 + d) + 1

    so a = (1 - (1 + d)^-n) / d, and n where d is 0.

    Examples
    --------
    >>> annuity([5, 5], [0, 0.1]).round(6).tolist()
    [5.0, 3.790787]
    """
    n, d = np.broadcast_arrays(np.asarray(periods, float), np.asarray(discount_rate, float))
    zero = d == 0
    # expm1 and log1p keep the digits that 1 - (1 + d)^-n loses at small rates.
    return np.where(zero, n, -np.expm1(-n * np.log1p(d)) / np.where(zero, 1.0, d))


def lifetime_value(
    purchase_value: ArrayLike,
    purchase_frequency: ArrayLike,
    lifespan: ArrayLike,
    gross_margin: ArrayLike = 1.0,
    acquisition_cost: ArrayLike = 0.0,
    service_cost: ArrayLike = 0.0,
    discount_rate: ArrayLike = 0.0,
) -> Floats:
    """Return the discounted margin over the lifespan less the acquisition cost.

    Parameters
    ----------
    purchase_value : array_like, money per purchase
    purchase_frequency : array_like, purchases per period
    lifespan : array_like, periods
    gross_margin : array_like, share of revenue
    acquisition_cost : array_like, money per customer, once
    service_cost : array_like, money per customer and period
    discount_rate : array_like, share per period

    Returns
    -------
    float array of the broadcast shape, money per customer; NaN where an argument is NaN.

    Examples
    --------
    >>> lifetime_value(1000, 6, 5).item()
    30000.0
    """
    value, frequency, share, cost, service = (
        np.asarray(part, float)
        for part in (
            purchase_value,
            purchase_frequency,
            gross_margin,
            acquisition_cost,
            service_cost,
        )
    )
    margin = value * frequency * share - service
    return np.asarray(margin * annuity(lifespan, discount_rate) - cost)


def retention_value(
    margin: ArrayLike,
    retention_rate: ArrayLike,
    discount_rate: ArrayLike = 0.0,
    acquisition_cost: ArrayLike = 0.0,
    horizon: ArrayLike = np.inf,
    timing: ArrayLike = 0,
) -> Floats:
    """Return the expected discounted margin of a customer with a constant retention rate.

    Parameters
    ----------
    margin : array_like, money per period
    retention_rate : array_like, share per period in [0, 1]
    discount_rate : array_like, share per period
    acquisition_cost : array_like, money
    horizon : array_like, whole periods, inf for ever
        The number of terms.
    timing : array_like, 0 or 1
        1 if the first margin is received now, 0 if after one period from customers who renewed.

    Returns
    -------
    float array of the broadcast shape, money; inf (with the sign of margin) where the sum diverges;
    NaN where an argument is NaN.

    Warnings
    --------
    The published formulas differ in `timing`. With timing 1 the value without acquisition cost is
    (1 + d) / r times that with timing 0 for the same number of terms: at r = 0.8 and d = 0.1 over a
    third more. Compare values only if their timing is the same.

    Notes
    -----
    With margin m, retention rate r, discount rate d, n terms and acquisition cost c the value v
    solves ::

        v + c = m q^(1 - timing) (1 + q + q^2 + ... + q^(n - 1)),    q = r / (1 + d)

    so v = m q^(1 - timing) (1 - q^n) / (1 - q) - c; for an infinite horizon and timing 0 it is
    m r / (1 + d - r) - c.

    Examples
    --------
    >>> retention_value(100, 0.8, 0.1, timing=[0, 1]).round(4).tolist()
    [266.6667, 366.6667]
    """
    m, r, d, n, now = np.broadcast_arrays(
        *(
            np.asarray(part, float)
            for part in (margin, retention_rate, discount_rate, horizon, timing)
        )
    )
    share = r / (1.0 + d)
    terms = _geometric_sum((1.0 + d - r) / (1.0 + d), n) * np.where(now == 1, 1.0, share)
    # A margin of 0 is worth 0 even if the number of terms is infinite, where 0 x inf would be NaN.
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where((m == 0) & np.isinf(terms), 0.0, m * terms) - acquisition_cost)


def _geometric_sum(one_less: Floats, terms: Floats) -> Floats:
    """Return 1 + q + ... + q^(n-1), given 1 - q because computing it from q loses digits."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logarithm = np.where(terms == 0, 0.0, terms * np.log1p(-one_less))
        return np.where(one_less == 0, terms, -np.expm1(logarithm) / one_less)


def cash_flow_value(
    margins: Floats,
    discount_rate: float = 0.0,
    survival: Floats | None = None,
    acquisition_cost: float = 0.0,
    timing: float = 0,
) -> float:
    """Return the present value of a series of margins, each times the share of survivors.

    Parameters
    ----------
    margins : float array (periods,), money
    discount_rate : float, share per period
    survival : float array (periods,), share of customers still active; 1 if None
    acquisition_cost : float, money
    timing : 0 or 1
        1 if the first margin is received now, 0 if after one period.

    Returns
    -------
    float, money; NaN if a margin, a share or the rate is NaN.

    Raises
    ------
    ArgumentError
        `survival` and `margins` differ in length.

    Warnings
    --------
    With timing 1 every margin is discounted one period less than with timing 0, so the value before
    the acquisition cost is (1 + d) times as large.

    Examples
    --------
    >>> round(cash_flow_value(np.array([100.0, 100.0]), 0.1, np.array([1.0, 0.5])), 4)
    132.2314
    """
    if survival is not None and survival.shape != margins.shape:
        raise ArgumentError(
            "survival must have as many periods as margins; "
            f"got {survival.size} for {margins.size}",
            argument="survival",
        )
    periods = np.arange(margins.size) + (0 if timing == 1 else 1)
    expected = margins if survival is None else margins * survival
    return float(np.sum(expected * np.exp(-periods * np.log1p(discount_rate))) - acquisition_cost)


def referral_value(
    clv: ArrayLike,
    referrals: ArrayLike,
    referred_clv: ArrayLike,
    acquisition_cost_saved: ArrayLike = 0.0,
) -> Floats:
    """Return a customer's own value plus that of the customers they refer.

    Parameters
    ----------
    clv, referred_clv : array_like, money per customer
    referrals : array_like, count per customer
    acquisition_cost_saved : array_like, money per referred customer

    Returns
    -------
    float array of the broadcast shape, money; NaN where an argument is NaN.

    Examples
    --------
    >>> referral_value(300, 2, 200, 50).item()
    800.0
    """
    own, count, referred, saved = (
        np.asarray(part, float) for part in (clv, referrals, referred_clv, acquisition_cost_saved)
    )
    return np.asarray(own + count * (referred + saved))


def quotient(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Return the quotient without a warning where the denominator is 0.

    Parameters
    ----------
    numerator, denominator : array_like

    Returns
    -------
    float array of the broadcast shape; where the denominator is 0 infinite, or NaN for 0/0.

    Examples
    --------
    >>> quotient([300, 1], [100, 0]).tolist()
    [3.0, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.asarray(numerator, float) / np.asarray(denominator, float))


def share_lost(customers_at_start: ArrayLike, customers_lost: ArrayLike) -> Floats:
    """Return the share of customers lost in a period.

    Parameters
    ----------
    customers_at_start, customers_lost : array_like, count >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where more customers were lost than
    there were at the start.

    Examples
    --------
    >>> share_lost(400, [30, 500]).tolist()
    [0.075, nan]
    """
    share = quotient(customers_lost, customers_at_start)
    return np.where(share > 1, np.nan, share)


def share_kept(
    customers_at_start: ArrayLike, customers_at_end: ArrayLike, customers_won: ArrayLike
) -> Floats:
    """Return the share of customers retained over a period.

    Parameters
    ----------
    customers_at_start, customers_at_end, customers_won : array_like, count >= 0
        New customers of the period are counted in `customers_at_end` and subtracted.

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where it would be outside.

    Examples
    --------
    >>> share_kept(400, [420, 420], [50, 0]).tolist()
    [0.925, nan]
    """
    share = quotient(np.asarray(customers_at_end, float) - customers_won, customers_at_start)
    return np.where((share > 1) | (share < 0), np.nan, share)


def rate_per_period(annual_rate: ArrayLike, periods_per_year: ArrayLike) -> Floats:
    """Return the rate per period that compounds to the annual rate.

    Parameters
    ----------
    annual_rate : array_like, share per year, > -1
    periods_per_year : array_like, > 0

    Returns
    -------
    float array of the broadcast shape, share per period: (1 + a)^(1/k) - 1.

    Examples
    --------
    >>> rate_per_period(0.1, 12).round(8).item()
    0.00797414
    """
    with np.errstate(over="ignore"):
        return np.asarray(
            np.expm1(quotient(np.log1p(np.asarray(annual_rate, float)), periods_per_year))
        )


def churn_per_period(
    churn_rate: ArrayLike, periods_from: ArrayLike, periods_to: ArrayLike
) -> Floats:
    """Return the churn rate of another period that compounds to the same loss of customers.

    Parameters
    ----------
    churn_rate : array_like, share in [0, 1]
    periods_from, periods_to : array_like, periods in a year, > 0

    Returns
    -------
    float array of the broadcast shape, share per period: 1 - (1 - c)^(from/to).

    Examples
    --------
    >>> churn_per_period(0.2, 1, 12).round(8).item()
    0.01842347
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = np.log1p(-np.asarray(churn_rate, float))
        # An exponent of 0 is no loss, even at a churn rate of 1 where 0 x inf would be NaN.
        exponent = lost * quotient(periods_from, periods_to)
    return np.asarray(-np.expm1(np.where(np.equal(periods_from, 0), 0.0, exponent)))


def retention_gain(
    margin: ArrayLike,
    retention_rate: ArrayLike,
    new_retention_rate: ArrayLike,
    discount_rate: ArrayLike = 0.0,
    timing: ArrayLike = 0,
) -> Floats:
    """Return the change in a customer's value if the retention rate changes.

    Parameters
    ----------
    margin : array_like, money per period
    retention_rate, new_retention_rate : array_like, share per period in [0, 1]
    discount_rate : array_like, share per period
    timing : array_like, 0 or 1
        1 if the first margin is received now, 0 if after one period.

    Returns
    -------
    float array of the broadcast shape, money; infinite or NaN where a sum diverges.

    Warnings
    --------
    Timing 0 and 1 give different gains; see `retention_value`.

    Examples
    --------
    >>> retention_gain(100, 0.8, 0.9, 0.1).round(4).item()
    183.3333
    """
    before = retention_value(margin, retention_rate, discount_rate, timing=timing)
    after = retention_value(margin, new_retention_rate, discount_rate, timing=timing)
    with np.errstate(invalid="ignore"):
        return np.asarray(after - before)
