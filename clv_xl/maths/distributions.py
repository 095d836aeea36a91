"""Logarithms of probabilities that several models use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats


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
