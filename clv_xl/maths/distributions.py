"""Probabilities that several models use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.elementwise import apply_in_blocks

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_SMALLEST_BETAINC = 1e-250  # below it the incomplete beta function loses digits
_MAX_TERMS = 20_000


@np.errstate(all="ignore")
def log_negative_binomial(r: Floats, alpha: Floats, purchases: Floats, horizon: Floats) -> Floats:
    """Return the log-probability of a number of purchases without dropout (NBD).

    Parameters
    ----------
    r, alpha : float array
        Gamma distribution of the purchase rate; alpha in the period of `horizon`.
    purchases : float array, count
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, natural logarithm; NaN where an argument is NaN.

    Examples
    --------
    >>> log_negative_binomial(*map(np.asarray, (1.0, 1.0, 0.0, 0.0))).item()
    0.0
    """
    return np.asarray(
        special.gammaln(r + purchases)
        - special.gammaln(r)
        - special.gammaln(purchases + 1)
        - r * np.log1p(horizon / alpha)
        - special.xlog1py(purchases, alpha / horizon)
    )


@np.errstate(all="ignore")
def log_beta_ratio(a: Floats, b: Floats, ones: Floats, others: Floats) -> Floats:
    """Return the logarithm of B(a + ones, b + others) / B(a, b).

    Parameters
    ----------
    a, b : float array > 0
    ones, others : float array >= 0

    Returns
    -------
    float array of the broadcast shape, natural logarithm; NaN where an argument is NaN.

    Examples
    --------
    >>> np.exp(log_beta_ratio(*map(np.asarray, (2.0, 3.0, 1.0, 0.0)))).round(12).item()
    0.4
    """
    log = special.gammaln
    return np.asarray(
        (log(a + ones) - log(a))
        + (log(b + others) - log(b))
        - (log(a + b + ones + others) - log(a + b))
    )


@np.errstate(all="ignore")
def negative_binomial_at_least(
    r: Floats, alpha: Floats, purchases: Floats, horizon: Floats
) -> Floats:
    """Return the probability of at least so many purchases without dropout (NBD).

    Parameters
    ----------
    r, alpha : float array
        Gamma distribution of the purchase rate; alpha in the period of `horizon`.
    purchases : float array, count
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> negative_binomial_at_least(*map(np.asarray, (1.0, 1.0, 2.0, 1.0))).item()
    0.25
    """
    z = horizon / (alpha + horizon)
    probability = np.where(
        purchases > 0, special.betainc(np.maximum(purchases, 1), r, z), np.where(np.isnan(z), z, 1)
    )
    tiny = probability < _SMALLEST_BETAINC
    if np.any(tiny):
        tail = apply_in_blocks(_sum_tail, np.where(tiny, r, np.nan), alpha, purchases, horizon)
        probability = np.where(tiny, tail, probability)
    return np.asarray(probability)


def _sum_tail(r: Floats, alpha: Floats, x: Floats, horizon: Floats) -> Floats:
    """Return the sum of the probabilities of x, x + 1, ... purchases, term by term."""
    z = horizon / (alpha + horizon)
    total, term = np.ones(r.shape), np.ones(r.shape)
    for k in range(_MAX_TERMS):
        term = term * z * (r + x + k) / (x + 1 + k)
        total += term
        if (term < 1e-17 * total).all():
            break
    return np.asarray(total * np.exp(log_negative_binomial(r, alpha, x, horizon)))
