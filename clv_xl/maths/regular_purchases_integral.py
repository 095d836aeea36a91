"""Expected purchases of a regular customer over a long time: an integral over the dropout.

With q the probability to stay after a purchase and M the stages since the last one, the customer
makes (1 - q^floor(M/k)) / (1 - q) purchases on average. By the k-th roots of unity q^floor(M/k) is
a sum of powers of M, whose mean over the negative binomial distribution is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from clv_xl.maths.quadrature import legendre, support

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_POINTS: Final = 224
_LOG_NEAR_ZERO: Final = np.log(1e-13)  # where p is so small that only the density varies
_NEAR_ONE: Final = 35.0  # log-odds of p beyond which it is practically 1
_DEPTH: Final = 38.0
_SMALL: Final = 1e-2


@np.errstate(all="ignore")
def integrate_over_dropout(
    shape: Floats, time: Floats, a: Floats, b: Floats, weights: Floats
) -> Floats:
    """Return the expected purchases of customers who are active now.

    Parameters
    ----------
    shape, a, b : float array (n,)
        R of the gamma distribution of the stages' rate; a, B of the beta distribution of dropout.
    time : float array (n,)
        The horizon, divided by A of the gamma distribution.
    weights : float array (k, n)
        The probability that 0, 1, ... k - 1 stages since the last purchase are over.

    Returns
    -------
    float array (n,), purchases.

    Examples
    --------
    >>> one = np.ones(1)
    >>> integrate_over_dropout(2 * one, 3 * one, 1e-9 * one, one, one[None]).round(6).tolist()
    [6.0]
    """
    r, tau, a_, b_ = (column[:, None] for column in (shape, time / len(weights), a, b))

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        # Of random purchases (k = 1) at the same pace: it is high and low at about the same places.
        p, q = special.expit(y), special.expit(-y)
        u = r * np.log1p(p * tau)
        slope = r * p * tau / (1 + p * tau) / np.expm1(u) - 1
        log = a_ * special.log_expit(y) + b_ * special.log_expit(-y) + np.log(-np.expm1(-u) / p)
        return log, a_ - (a_ + b_) * p + slope * q

    low = _LOG_NEAR_ZERO - np.log(b + (shape + 1) * time + 1)
    high = np.full_like(low, _NEAR_ONE)
    first, last, _ = support(log_integrand, low[:, None], high[:, None], _DEPTH)
    nodes, node_weights = legendre(_POINTS)
    half = (last - first) / 2
    y = (first + last) / 2 + half * nodes
    log_beta = special.betaln(a, b)
    density = np.exp(a_ * special.log_expit(y) + b_ * special.log_expit(-y) - log_beta[:, None])
    inner = half[:, 0] * ((density * _purchases(y, shape, time, weights)) @ node_weights)
    ends = _purchases(np.stack([low, high], axis=1), shape, time, weights)
    near_0 = np.exp(a * low - log_beta) / a * ends[:, 0]
    near_1 = np.exp(-b * high - log_beta) / b * ends[:, 1]
    return np.asarray(inner + near_0 + near_1)


def _purchases(y: Floats, shape: Floats, time: Floats, weights: Floats) -> Floats:
    """Return the expected purchases of customers (rows) whose dropout has log-odds y."""
    k = len(weights)
    r, tau = shape[:, None], time[:, None]
    eps = -special.log_expit(-y)  # -log q
    p, q = special.expit(y), special.expit(-y)
    stages = range(k)
    # The real root: 1 - q^m is computed without its cancellation at q near 1.
    log_share = eps / 2 * (1 - 1 / k) + _log_sinhc(eps / 2) - _log_sinhc(eps / (2 * k))
    pace = np.log1p(tau * -np.expm1(-eps / k))
    total = (
        sum(
            weights[j][:, None] * -np.expm1(log_share - j * eps / k - (r + j) * pace)
            for j in stages
        )
        / p
    )
    for i in range(1, k):
        root = np.exp(-eps / k) * np.exp(2j * np.pi * i / k)
        log_pace = np.log(1 + tau * (1 - root))
        mean = np.exp(-r * log_pace) * sum(
            weights[j][:, None] * (root * np.exp(-log_pace)) ** j for j in stages
        )
        total = total + (mean * root / (root - 1)).real / (q * k)
    return np.asarray(total)


def _log_sinhc(x: Floats) -> Floats:
    """Return log(sinh(x) / x), with all its digits near 0."""
    return np.asarray(
        np.where(x < _SMALL, x**2 / 6 - x**4 / 180, np.log(np.sinh(x) / np.maximum(x, _SMALL)))
    )
