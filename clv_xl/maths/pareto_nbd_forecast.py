"""Expected purchases and probabilities of the Pareto/NBD model: integrals over dropout time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.distributions import log_negative_binomial
from clv_xl.maths.elementwise import apply_in_blocks
from clv_xl.maths.quadrature import log_integral

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_PMF_POINTS = 160
_RESIDUAL_POINTS = 128
_AT_LEAST_POINTS = 64
_NEXT_TO_0 = 1e-12  # share of an interval at whose lower end an integrand is 0


@np.errstate(all="ignore")
def purchases_while_alive(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, horizon: Floats
) -> Floats:
    """Return the expected purchases within the horizon of a customer who is active now.

    Parameters
    ----------
    r, alpha : float array
        Shape and rate of the gamma distribution of the purchase rate; alpha and beta in the period
        of `horizon`.
    s, beta : float array
        Shape and rate of the gamma distribution of the dropout rate.
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> purchases_while_alive(*map(np.asarray, (2.0, 2.0, 1.0, 10.0, 10.0))).round(6).item()
    6.931472
    """
    log = np.log1p(horizon / beta)
    return np.asarray(r / alpha * beta * log * special.exprel((1 - s) * log))


@np.errstate(all="ignore")
def purchase_probability(
    parameters: tuple[Floats, ...], purchases: Floats, horizon: Floats
) -> Floats:
    """Return the probability of exactly that many purchases of a new customer within the horizon.

    Parameters
    ----------
    parameters : tuple of float arrays
        r, alpha, s, beta.
    purchases : float array, whole counts >= 0
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where the horizon is infinite or an
    argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> purchase_probability((one, one, one, one), 0 * one, one).round(12).item()
    0.625
    """
    r, alpha, s, beta = parameters
    t = np.where(np.isfinite(horizon), horizon, np.nan)
    active = log_negative_binomial(r, alpha, purchases, t) - s * np.log1p(t / beta)
    dropped_out = apply_in_blocks(
        probability_dropped_out, r, alpha, s, beta, purchases, t, block=1024
    )
    return np.asarray(np.exp(active) + dropped_out)


@np.errstate(all="ignore")
def probability_dropped_out(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, x: Floats, horizon: Floats
) -> Floats:
    """Return the probability of dropout within the horizon after exactly x purchases.

    Parameters
    ----------
    r, alpha, s, beta : float array (n,)
    x : float array (n,), count
    horizon : float array (n,), periods >= 0

    Returns
    -------
    float array (n,), share in [0, 1].

    Examples
    --------
    >>> one = np.ones(1)  # here it is the integral of 1 / (1 + t)^3
    >>> probability_dropped_out(one, one, one, one, 0 * one, one).round(12).tolist()
    [0.375]
    """
    r_, alpha_, s_, beta_, x_ = (value[:, None] for value in (r, alpha, s, beta, x))
    log_alpha, log_beta = np.log(alpha_), np.log(beta_)

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        u, v = y - log_alpha, y - log_beta
        slope = (x_ + 1) - (r_ + x_) * special.expit(u) - (s_ + 1) * special.expit(v)
        # x log(tau/(alpha + tau)) + r log(alpha/(alpha + tau)) + log density of the dropout time
        log = x_ * special.log_expit(u) + r_ * special.log_expit(-u)
        return log + special.log_expit(v) + s_ * special.log_expit(-v), slope

    high = np.log(horizon)
    low = np.minimum(high, np.log(np.minimum(alpha, beta))) - 46
    log = log_integral(log_integrand, low, high, points=_PMF_POINTS)
    gammas = special.gammaln(r + x) - special.gammaln(r) - special.gammaln(x + 1)
    return np.asarray(np.where(horizon > 0, np.exp(log + gammas + np.log(s)), 0.0))


def discounted_while_alive(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, discount_rate: Floats
) -> Floats:
    """Return all expected discounted future purchases of a customer who is active now.

    Parameters
    ----------
    r, alpha, s, beta : float array
        As for `purchases_while_alive`.
    discount_rate : float array, continuous, per period, > 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> hardly_any_dropout = (2.0, 2.0, 1e-9, 1.0, 0.1)
    >>> discounted_while_alive(*map(np.asarray, hardly_any_dropout)).round(6).item()
    10.0
    """
    return np.asarray(
        r / alpha * apply_in_blocks(_integrate_discounted_lifetime, s, beta, discount_rate)
    )


@np.errstate(all="ignore")
def _integrate_discounted_lifetime(s: Floats, beta: Floats, discount_rate: Floats) -> Floats:
    """Return the integral over all t of exp(-d t) (beta/(beta + t))^s.

    With Tricomi's psi it is beta psi(1, 2 - s, beta d), or beta (beta d)^(s-1) psi(s, s, beta d).
    """
    d, s_ = (beta * discount_rate)[:, None], s[:, None]

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        return (1 - s_) * y - d * np.expm1(y), (1 - s_) - d * np.exp(y)

    high = np.log1p(800 / d[:, 0])
    log = log_integral(log_integrand, np.zeros_like(high), high, points=_RESIDUAL_POINTS)
    return np.asarray(beta * np.exp(log))


@np.errstate(all="ignore")
def at_least_while_alive(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, purchases: Floats, horizon: Floats
) -> Floats:
    """Return the probability that a customer who is active now makes at least so many purchases.

    Parameters
    ----------
    r, alpha, s, beta : float array
        As for `purchases_while_alive`.
    purchases : float array, whole counts >= 1
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> at_least_while_alive(one, one, one, one, one, one).round(9).item()
    0.375
    """
    return np.minimum(
        apply_in_blocks(_integrate_at_least, r, alpha, s, beta, purchases, horizon), 1.0
    )


@np.errstate(all="ignore")
def _integrate_at_least(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, n: Floats, horizon: Floats
) -> Floats:
    """Return the probability that the n-th purchase comes by the horizon and before dropout.

    The integral over its time u of u^(n-1) (alpha + u)^-(r+n) (beta + u)^-s up to a factor, taken
    in log(1 + u/m), m the smaller of alpha and beta, as that of the likelihood.
    """
    alpha_first = alpha <= beta
    first, second = np.minimum(alpha, beta), np.maximum(alpha, beta)
    before = (n - 1)[:, None]
    power = np.where(alpha_first, r + n, s)[:, None] - 1
    other = np.where(alpha_first, s, r + n)[:, None]
    ratio = (first / second)[:, None]

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        time = np.expm1(y)
        log = special.xlogy(before, time) - power * y - other * np.log1p(ratio * time)
        rising = np.where(before > 0, before * (1 + time) / time, 0.0)
        return log, rising - power - other * ratio * (1 + time) / (1 + ratio * time)

    span = np.log1p(horizon / first)
    low = np.where(n > 1, span * _NEXT_TO_0, 0.0)
    log = log_integral(log_integrand, low, span, points=_AT_LEAST_POINTS)
    gammas = special.gammaln(r + n) - special.gammaln(r) - special.gammaln(n)
    log = log + gammas + np.where(alpha_first, 0.0, n * np.log(first / second))
    return np.asarray(np.where(horizon > 0, np.exp(log), 0.0))
