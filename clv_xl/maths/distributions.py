"""Probabilities that several models use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_LARGE: Final = 20.0  # from here on Stirling's series has 16 digits


@np.errstate(all="ignore")
def log_gamma_rise(z: Floats, a: Floats) -> Floats:
    """Return the logarithm of gamma(z + a) / gamma(z), without cancellation for large z.

    Parameters
    ----------
    z, a : float array > 0

    Returns
    -------
    float array of the broadcast shape, natural logarithm; NaN where an argument is NaN.

    Examples
    --------
    >>> log_gamma_rise(np.array([3.0, 1e20]), np.asarray(1.0)).round(9).tolist()
    [1.098612289, 46.05170186]
    """
    large = np.maximum(z, _LARGE)
    powers = [
        factor * ((large + a) ** -power - large**-power)
        for power, factor in zip(range(1, 10, 2), _STIRLING, strict=True)
    ]
    by_series = (large + a - 0.5) * np.log1p(a / large) + a * (np.log(large) - 1) + sum(powers)
    exact = special.gammaln(z + a) - special.gammaln(z)
    return np.asarray(np.where(z >= _LARGE, by_series, exact))


@np.errstate(all="ignore")
def psi_rise(z: Floats, a: Floats) -> Floats:
    """Return psi(z + a) - psi(z), the derivative of `log_gamma_rise` in z.

    Parameters
    ----------
    z, a : float array > 0

    Returns
    -------
    float array of the broadcast shape; NaN where an argument is NaN.

    Examples
    --------
    >>> psi_rise(np.array([2.0, 1e20]), np.asarray(1.0)).tolist()
    [0.5, 1e-20]
    """
    large = np.maximum(z, _LARGE)
    powers = [
        power * factor * ((large + a) ** (-power - 1) - large ** (-power - 1))
        for power, factor in zip(range(1, 10, 2), _STIRLING, strict=True)
    ]
    by_series = np.log1p(a / large) + a / large / (large + a) / 2 - sum(powers)
    return np.asarray(np.where(z >= _LARGE, by_series, special.psi(z + a) - special.psi(z)))


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
