"""What winning customers may cost, and what each channel leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.maths.arrays import ArrayLike, Floats, Integers
from clv_xl.maths.value import quotient


def payback_periods(
    cac: ArrayLike,
    margin: ArrayLike,
    retention_rate: ArrayLike = 1.0,
    discount_rate: ArrayLike = 0.0,
) -> Floats:
    """Return how many periods it takes until the expected discounted margin has paid the cost back.

    Parameters
    ----------
    cac : array_like, money >= 0
    margin : array_like, money per period
    retention_rate : array_like, share per period in [0, 1]
    discount_rate : array_like, share per period

    Returns
    -------
    float array of the broadcast shape, periods: the margin of period t is margin (r / (1 + d))^t,
    earned evenly within the period; inf where it never pays the cost back.

    Notes
    -----
    With q = r / (1 + d) the number of whole periods N is the largest that satisfies ::

        margin (q + q^2 + ... + q^N) = margin q (1 - q^N) / (1 - q) <= cac

    and the rest of the cost is earned at the even rate of period N + 1.

    Examples
    --------
    >>> payback_periods([300, 300, 300], [100, 100, 0], [1, 0.8, 1]).round(4).tolist()
    [3.0, 6.2316, inf]
    """
    cost, m, r, d = np.broadcast_arrays(
        *(np.asarray(part, float) for part in (cac, margin, retention_rate, discount_rate))
    )
    q, one_less = r / (1.0 + d), (1.0 + d - r) / (1.0 + d)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Full periods N from margin q (1 - q^N) / (1 - q) = cost; the rest of the cost falls into
        # the period after.
        exponent = np.log1p(-cost * one_less / (m * q)) / np.log1p(-one_less)
        whole = np.floor(np.where(np.isnan(exponent) | (one_less == 0), 0.0, exponent))
        earned = np.where(
            one_less == 0, 0.0, -m * q * np.expm1(whole * np.log1p(-one_less)) / one_less
        )
        earned = np.where(whole == 0, 0.0, earned)
        periods = whole + (cost - earned) / (
            m * q * np.exp(whole * np.log1p(-np.minimum(one_less, 1.0)))
        )
        # A cost of all that ever comes in is reached only in the limit, whichever way the last
        # digit was rounded.
        never = (m * q <= 0) | (cost * one_less >= m * q * (1 - 1e-12)) | ~np.isfinite(periods)
    unknown = np.isnan(cost) | np.isnan(m) | np.isnan(q)
    return np.where(unknown, np.nan, np.where(cost <= 0, 0.0, np.where(never, np.inf, periods)))


class Channels(NamedTuple):
    """What each channel costs and leaves; arrays of one element per channel."""

    customers: Floats
    spend: Floats
    cac: Floats
    clv: Floats
    ratio: Floats
    left: Floats
    roi: Floats
    most: Floats


def channel_values(
    codes: Integers,
    groups: int,
    spend: Floats,
    new_customers: Floats,
    clv: Floats,
    target_ratio: Floats,
) -> Channels:
    """Return cost, value and what is left for each channel; rows of one channel are added up.

    Parameters
    ----------
    codes : integer array (rows,), the channel of each row, 0 to groups - 1
    groups : int
    spend : float array (rows,), money
    new_customers : float array (rows,), count
    clv : float array (rows,), money per customer
    target_ratio : float array (rows,), how many times its cost a customer should be worth

    Returns
    -------
    Channels
        The lifetime value of a channel is the average over its customers; ratios over nothing are
        NaN or infinite.
    """

    def total(amounts: Floats) -> Floats:
        return np.bincount(codes, weights=amounts, minlength=groups).astype(np.float64)

    won, spent, rows = total(new_customers), total(spend), total(np.ones_like(spend))
    # Where a channel won nobody, its rows' values still say what one customer would be worth.
    value = np.where(won > 0, quotient(total(clv * new_customers), won), total(clv) / rows)
    most = np.where(
        won > 0,
        quotient(total(quotient(clv, target_ratio) * new_customers), won),
        total(quotient(clv, target_ratio)) / rows,
    )
    left = value * won - spent
    cac = quotient(spent, won)
    return Channels(
        won, spent, cac, value, quotient(value * won, spent), left, quotient(left, spent), most
    )
