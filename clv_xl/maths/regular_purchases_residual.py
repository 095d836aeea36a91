"""All discounted future purchases of a customer who buys regularly: a double integral.

A customer of rate lambda, of whose k stages until the next purchase j are over, makes the n-th
future purchase after n k - j stages, if n - 1 times they stayed. With q = lambda / (lambda + d),
the mean discount of one stage at the continuous rate d, and dropout probability p after a purchase,
the sum over n is q^(k-j) / (1 - (1 - p) q^k). Its mean over j, the gamma-distributed lambda and the
beta-distributed p remains. The mean over j is a sum of k terms, u^j / j! (lambda + d)^j, where u is
the share of the time that is since the last purchase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from clv_xl.maths.beta_dropout_forecast import dropout_points
from clv_xl.maths.elementwise import apply_in_blocks
from clv_xl.maths.quadrature import LogIntegrand, legendre, support
from clv_xl.maths.regular_purchases import log_stage_weights

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_POINTS: Final = 160
_DEPTH: Final = 38.0
_FAR: Final = 60.0
"""How far from the usual rate, in its logarithm, the integral may begin or end."""
_BLOCK: Final = 64


def discounted_while_alive(
    shape: Floats,
    rate: Floats,
    a: Floats,
    b: Floats,
    share: Floats,
    k: Floats,
    discount_rate: Floats,
) -> Floats:
    """Return all expected discounted future purchases of a customer who is active now.

    Parameters
    ----------
    shape, rate, a, b, share, k : float array
        As for `regular_purchases.at_least_while_alive`.
    discount_rate : float array, continuous, per period, > 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> no_dropout = (2.0, 10.0, 1.0, 1e9, 0.0, 1.0, 0.1)
    >>> round(discounted_while_alive(*map(np.asarray, no_dropout)).item(), 6)
    2.0
    """
    return apply_in_blocks(
        _integrate, shape, a, b, share, k, np.asarray(rate * discount_rate), block=_BLOCK
    )


@np.errstate(all="ignore")
def _integrate(
    shape: Floats, a: Floats, b: Floats, share: Floats, k: Floats, discount: Floats
) -> Floats:
    """Return the double integral over the log rate and the log-odds of dropout."""
    y, weight = _rate_points(shape, a / (a + b), share, k, discount)
    stay = np.exp(k[:, None] * _log_discount(y, discount[:, None]))
    leave = -np.expm1(k[:, None] * _log_discount(y, discount[:, None]))
    usual = 1 / np.expm1(k * np.log1p(discount / (shape + 1)))
    p, p_weight, weight_near_0, weight_near_1 = dropout_points(a, b, usual)
    total = weight_near_0 * (weight / leave).sum(axis=1) + weight_near_1 * weight.sum(axis=1)
    for i in range(p.shape[1]):
        total += p_weight[:, i] * (weight / (leave + p[:, i, None] * stay)).sum(axis=1)
    return np.asarray(total)


def _rate_points(
    shape: Floats, dropout: Floats, share: Floats, k: Floats, discount: Floats
) -> tuple[Floats, Floats]:
    """Return the logarithms of rates, times A, and the weights of all but the mean over p."""
    r, d, u, k_ = (column[:, None] for column in (shape, discount, share, k))
    most = int(k.max())
    log_scale = special.gammaln(shape) + special.logsumexp(
        log_stage_weights(shape, share, k), axis=0
    )

    def log_weight(y: Floats) -> tuple[Floats, Floats]:
        per_stage = u * (np.exp(y) + d)
        over = [special.xlogy(j, per_stage) - special.gammaln(j + 1) for j in range(most)]
        logs = np.stack([np.where(j < k_, log, -np.inf) for j, log in enumerate(over)])
        log_stages = special.logsumexp(logs, axis=0)
        stages = (np.exp(logs - log_stages) * np.arange(most)[:, None, None]).sum(axis=0)
        part = special.expit(y - np.log(d))
        log = r * y - np.exp(y) + k_ * _log_discount(y, d) + log_stages
        return log, r - np.exp(y) + k_ * (1 - part) + stages * part

    def with_dropout(p: Floats) -> LogIntegrand:
        def log_integrand(y: Floats) -> tuple[Floats, Floats]:
            log, slope = log_weight(y)
            log_stay = k_ * _log_discount(y, d)
            leave, stay = -np.expm1(log_stay), np.exp(log_stay)
            falls = (1 - p) * k_ * stay * special.expit(np.log(d) - y) / (leave + p * stay)
            return log - np.log(leave + p * stay), slope + falls

        return log_integrand

    # The mean over p grows with the rate, more than at the mean p and less than at p = 0.
    ends = np.log(r + k_) - _FAR, np.log(r + k_) + _FAR
    first = support(with_dropout(dropout[:, None]), *ends, _DEPTH)[0]
    last = support(with_dropout(np.zeros_like(r)), *ends, _DEPTH)[1]
    nodes, weights = legendre(_POINTS)
    half = (last - first) / 2
    y = (first + last) / 2 + half * nodes
    return y, half * weights * np.exp(log_weight(y)[0] - log_scale[:, None])


def _log_discount(y: Floats, discount: Floats) -> Floats:
    """Return the logarithm of the mean discount of a stage."""
    return np.asarray(-np.log1p(discount * np.exp(-y)))
