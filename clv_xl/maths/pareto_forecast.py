"""What a customer of the Pareto/NBD model will still do: integrals over the time of leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.quadrature import log_integral

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_PMF_POINTS = 160
_RESIDUAL_POINTS = 128


@np.errstate(all="ignore")
def time_left(s: Floats, beta: Floats, horizon: Floats) -> Floats:
    """Return the expected active time within the horizon of a customer active now.

    Parameters
    ----------
    s, beta : float array
        Shape and rate of the gamma distribution of the rate of leaving.
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, periods.

    Examples
    --------
    >>> time_left(*map(np.asarray, (1.0, 10.0, 10.0))).round(6).item()
    6.931472
    """
    log = np.log1p(horizon / beta)
    return np.asarray(beta * log * special.exprel((1 - s) * log))


@np.errstate(all="ignore")
def probability_having_left(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, x: Floats, horizon: Floats
) -> Floats:
    """Return the chance of having left within the horizon after exactly x purchases.

    Parameters
    ----------
    r, alpha, s, beta : float array (n,)
    x : float array (n,), count
    horizon : float array (n,), periods >= 0

    Returns
    -------
    float array (n,), share.

    Examples
    --------
    >>> one = np.ones(1)  # here it is the integral of 1 / (1 + t)^3
    >>> probability_having_left(one, one, one, one, 0 * one, one).round(12).tolist()
    [0.375]
    """
    r_, alpha_, s_, beta_, x_ = (value[:, None] for value in (r, alpha, s, beta, x))
    log_alpha, log_beta = np.log(alpha_), np.log(beta_)

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        u, v = y - log_alpha, y - log_beta
        slope = (x_ + 1) - (r_ + x_) * special.expit(u) - (s_ + 1) * special.expit(v)
        # x log(tau/(alpha + tau)) + r log(alpha/(alpha + tau)) + log of the density of leaving
        log = x_ * special.log_expit(u) + r_ * special.log_expit(-u)
        return log + special.log_expit(v) + s_ * special.log_expit(-v), slope

    high = np.log(horizon)
    low = np.minimum(high, np.log(np.minimum(alpha, beta))) - 46
    log = log_integral(log_integrand, low, high, points=_PMF_POINTS)
    gammas = special.gammaln(r + x) - special.gammaln(r) - special.gammaln(x + 1)
    return np.asarray(np.where(horizon > 0, np.exp(log + gammas + np.log(s)), 0.0))


@np.errstate(all="ignore")
def discounted_time_left(s: Floats, beta: Floats, discount_rate: Floats) -> Floats:
    """Return the integral over all t of exp(-d t) (beta/(beta + t))^s.

    It is beta psi(1, 2 - s, beta d), or beta (beta d)^(s-1) psi(s, s, beta d), psi being Tricomi's.

    Parameters
    ----------
    s, beta : float array (n,)
    discount_rate : float array (n,), continuous, per period, > 0

    Returns
    -------
    float array (n,), periods.

    Examples
    --------
    >>> who_hardly_leaves = np.array([1e-9]), np.array([1.0])
    >>> discounted_time_left(*who_hardly_leaves, np.array([0.1])).round(6).tolist()
    [10.0]
    """
    d, s_ = (beta * discount_rate)[:, None], s[:, None]

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        return (1 - s_) * y - d * np.expm1(y), (1 - s_) - d * np.exp(y)

    high = np.log1p(800 / d[:, 0])
    log = log_integral(log_integrand, np.zeros_like(high), high, points=_RESIDUAL_POINTS)
    return np.asarray(beta * np.exp(log))
