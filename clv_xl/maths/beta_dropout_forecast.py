"""Expected purchases of a customer who is active now and may drop out after any purchase.

Shared by BG/NBD and MBG/NBD. The purchase rate is gamma-distributed (shape R, rate A), the dropout
probability after each purchase beta-distributed (a, B); both are posterior distributions, given the
customer's history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.distributions import (
    log_beta_ratio,
    log_negative_binomial,
    negative_binomial_at_least,
)
from clv_xl.maths.elementwise import apply_in_blocks
from clv_xl.maths.quadrature import legendre, log_integral, support

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_NEAR_ONE = 1e-4  # distance of a from 1 within which the closed form loses digits
_NEAR_ONE_NODES = np.array([-3.0, -1.0, 1.0, 3.0]) * _NEAR_ONE
_SHORT_HORIZON = 0.05  # below it the series in time is more accurate than the closed form
_SHORT_TERMS = 12
_LOG_TAIL = np.log(1e-13)  # where p is so small that only the density varies
_RATE_POINTS = 112
_DROPOUT_POINTS = 160


@np.errstate(all="ignore")
def purchases_while_alive(
    shape: Floats, rate: Floats, a: Floats, b: Floats, horizon: Floats
) -> Floats:
    """Return the expected purchases within the horizon of a customer who is active now.

    Parameters
    ----------
    shape, rate : float array
        R and A of the gamma distribution of the purchase rate; A in the period of `horizon`.
    a, b : float array
        a and B of the beta distribution of the dropout probability.
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> purchases_while_alive(*map(np.asarray, (2.0, 10.0, 1.0, 3.0, 0.0))).item()
    0.0
    """
    near_one = np.abs(a - 1) < _NEAR_ONE
    if np.any(near_one):
        exact = _compute_away_from_one(shape, rate, np.where(near_one, 3.0, a), b, horizon)
        return np.where(near_one, _interpolate_near_one(shape, rate, a, b, horizon), exact)
    return _compute_away_from_one(shape, rate, a, b, horizon)


def _compute_away_from_one(
    shape: Floats, rate: Floats, a: Floats, b: Floats, horizon: Floats
) -> Floats:
    """Return the expected purchases where a is not 1, by the formula that keeps its digits."""
    shape, rate, a, b, horizon = np.broadcast_arrays(shape, rate, a, b, horizon)
    time = horizon / rate
    share = horizon / (rate + horizon)
    # With a + B below 1 the closed form has terms of both signs; 1/p = 1 + (1 - p)/p raises B by 1.
    low = a + b < 1.3
    raised = np.where(low, b + 1, b)
    result = _evaluate_closed_form(shape, share, a, raised)
    if low.any():
        first = -np.expm1(
            -a * np.log1p(time) + np.log(special.hyp2f1(a, a + b - shape, a + b, share))
        )
        result = np.where(low, first + b / (a + b) * result, result)
    short = (shape + _SHORT_TERMS) * time < _SHORT_HORIZON
    if short.any():
        result = np.where(short, _expand_short_horizon(shape, time, a, b), result)
    inaccurate = ~((result >= 0) & np.isfinite(result)) & (horizon < np.inf)
    if inaccurate.any():
        selected = np.where(inaccurate, shape, np.nan)
        result = np.where(
            inaccurate,
            apply_in_blocks(_integrate_over_dropout, selected, rate, a, b, horizon),
            result,
        )
    return np.asarray(result)


def _evaluate_closed_form(shape: Floats, share: Floats, a: Floats, b: Floats) -> Floats:
    """Return c/(a-1) (1 - (1-z)^R F(R, B; c; z)), c = a+B-1, or Euler's form of it."""
    c = a + b - 1
    plain = shape < a - 1
    f = special.hyp2f1(np.where(plain, shape, c - shape), np.where(plain, b, a - 1), c, share)
    power = np.where(plain, shape, a - 1)
    return np.asarray(c / (a - 1) * -np.expm1(power * np.log1p(-share) + np.log(f)))


def _interpolate_near_one(
    shape: Floats, rate: Floats, a: Floats, b: Floats, horizon: Floats
) -> Floats:
    """Return a cubic interpolation around a = 1, where the closed form is 0/0."""
    total: Floats = np.zeros(np.broadcast_shapes(*map(np.shape, (shape, rate, a, b, horizon))))
    where = np.where(np.abs(a - 1) < _NEAR_ONE, a - 1, 0.0)
    for i, node in enumerate(_NEAR_ONE_NODES):
        others = np.delete(_NEAR_ONE_NODES, i)
        weight = np.prod([(where - other) / (node - other) for other in others], axis=0)
        there = np.asarray(1 + node)
        total = total + weight * _compute_away_from_one(shape, rate, there, b, horizon)
    return total


def _expand_short_horizon(shape: Floats, time: Floats, a: Floats, b: Floats) -> Floats:
    """Return the first terms of the series in time, for very short horizons."""
    term = result = np.ones_like(time)
    for k in range(1, _SHORT_TERMS):
        term = term * -(shape + k) * time / (k + 1) * (a + k - 1) / (a + b + k - 1)
        result = result + term
    return np.asarray(shape * time * result)


@np.errstate(all="ignore")
def _integrate_over_dropout(
    shape: Floats, rate: Floats, a: Floats, b: Floats, horizon: Floats
) -> Floats:
    """Return the integral over the dropout probability: slower, but without cancellation."""
    r, tau, a_, b_ = (v[:, None] for v in (shape, horizon / rate, a, b))

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p, q = special.expit(y), special.expit(-y)
        u = r * np.log1p(p * tau)
        expected = -np.expm1(-u)
        slope = r * p * tau / (1 + p * tau) / np.expm1(u) - 1
        log = a_ * special.log_expit(y) + b_ * special.log_expit(-y) + np.log(expected / p)
        return log, a_ - (a_ + b_) * p + slope * q

    low = _LOG_TAIL - np.log(b + (shape + 1) * horizon / rate + 1)
    high = np.full_like(low, 35.0)
    log_beta = special.betaln(a, b)
    inner = np.exp(log_integral(log_integrand, low, high, points=192) - log_beta)
    # Beyond the ends p is practically 0 or 1.
    p_near_0 = shape * horizon / rate * np.exp(a * low - log_beta) / a
    at_most_one = -np.expm1(-shape * np.log1p(horizon / rate))
    p_near_1 = at_most_one * np.exp(-b * high - log_beta) / b
    return np.asarray(inner + p_near_0 + p_near_1)


@np.errstate(all="ignore")
def discounted_while_alive(
    shape: Floats, rate: Floats, a: Floats, b: Floats, discount_rate: Floats
) -> Floats:
    """Return all expected discounted future purchases of a customer who is active now.

    Discounting is continuous. The result is the mean of lambda/(lambda p + discount_rate): the
    customer buys at rate lambda and drops out at rate lambda p.

    Parameters
    ----------
    shape, rate, a, b : float array
        R, A, a, B as for `purchases_while_alive`.
    discount_rate : float array, continuous, per period, > 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> no_dropout = (2.0, 10.0, 1.0, 1e9, 0.1)
    >>> round(discounted_while_alive(*map(np.asarray, no_dropout)).item(), 6)
    2.0
    """
    return apply_in_blocks(_integrate_discounted, shape, rate, a, b, discount_rate, block=128)


@np.errstate(all="ignore")
def _integrate_discounted(
    shape: Floats, rate: Floats, a: Floats, b: Floats, discount_rate: Floats
) -> Floats:
    """Return the double integral over the log purchase rate and the log-odds of dropout."""
    rates, rate_weight = _rate_points(shape)  # purchase rate times A
    usual = (shape + 1) / (rate * discount_rate)
    p, p_weight, weight_near_0, weight_near_1 = dropout_points(a, b, usual)
    discounts = (rate * discount_rate)[:, None]
    mean = np.empty_like(p)
    for i in range(p.shape[1]):
        mean[:, i] = (rate_weight / (rates * p[:, i, None] + discounts)).sum(axis=1)
    inner = (p_weight * mean).sum(axis=1)
    at_p_1 = (rate_weight / (rates + discounts)).sum(axis=1)
    return np.asarray(shape * (inner + weight_near_0 / discounts[:, 0] + weight_near_1 * at_p_1))


def _rate_points(shape: Floats) -> tuple[Floats, Floats]:
    """Return points and weights for the mean over a gamma distribution of shape R + 1."""
    k = (shape + 1)[:, None]
    middle = np.log(k)
    first, last, _ = support(
        lambda v: (k * v - np.exp(v), k - np.exp(v)), middle - 60.0, middle + 30.0, depth=30.0
    )
    nodes, weights = legendre(_RATE_POINTS)
    half = (last - first) / 2
    v = (first + last) / 2 + half * nodes
    density = np.exp(k * (v - middle) - np.exp(v) + k) * weights
    return np.exp(v), density / density.sum(axis=1, keepdims=True)


def dropout_points(a: Floats, b: Floats, rate: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return points and weights for the mean over a beta distribution of 1 / (1 + rate p).

    Parameters
    ----------
    a, b : float array (n,)
        Of the beta distribution of the dropout probability p.
    rate : float array (n,)
        About the rate of the functions whose mean is taken; 0 or more.

    Returns
    -------
    p and their weights, float arrays (n, points); the weights (n,) of p = 0 and of p = 1.

    Examples
    --------
    >>> p, weights, near_0, near_1 = dropout_points(*map(np.atleast_1d, (2.0, 3.0, 5.0)))
    >>> (p @ weights[0] + near_1).round(9).item()
    0.4
    """
    a_, b_, rate = a[:, None], b[:, None], rate[:, None]

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p = special.expit(y)
        log = a_ * special.log_expit(y) + b_ * special.log_expit(-y) - np.log1p(rate * p)
        return log, a_ - (a_ + b_) * p - rate * p / (1 + rate * p) * (1 - p)

    low = _LOG_TAIL - np.log(b + 1 + rate[:, 0])
    high = np.full_like(low, 30.0)
    first, last, _ = support(log_integrand, low[:, None], high[:, None], depth=32.0)
    nodes, weights = legendre(_DROPOUT_POINTS)
    half = (last - first) / 2
    y = (first + last) / 2 + half * nodes
    log_beta = special.betaln(a, b)
    density = np.exp(a_ * special.log_expit(y) + b_ * special.log_expit(-y) - log_beta[:, None])
    at_low = first[:, 0] <= low
    at_high = last[:, 0] >= high
    weight_near_0 = np.where(at_low, np.exp(a * low - log_beta) / a, 0.0)
    weight_near_1 = np.where(at_high, np.exp(-b * high - log_beta) / b, 0.0)
    return special.expit(y), density * half * weights, weight_near_0, weight_near_1


@np.errstate(all="ignore")
def purchase_probability(
    parameters: tuple[Floats, ...], purchases: Floats, horizon: Floats, *, initial_dropout: bool
) -> Floats:
    """Return the probability of exactly that many purchases of a new customer within the horizon.

    Parameters
    ----------
    parameters : tuple of float arrays
        r, alpha, a, b.
    purchases : float array, whole counts >= 0
    horizon : float array, periods >= 0
    initial_dropout : bool
        Whether customers can drop out after their first purchase: False for BG/NBD, True for
        MBG/NBD.

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> purchase_probability((one, one, one, one), one - 1, one, initial_dropout=False).item()
    0.5
    """
    r, alpha, a, b = parameters
    x, t = purchases, horizon
    active = log_beta_ratio(a, b, np.asarray(0.0), x + initial_dropout)
    active = np.exp(active + log_negative_binomial(r, alpha, x, t))
    survivals = np.maximum(x + initial_dropout - 1, 0)
    dropout = np.exp(log_beta_ratio(a, b, np.asarray(1.0), survivals))
    dropout = dropout * negative_binomial_at_least(r, alpha, x, t)
    return np.asarray(active + np.where(x + initial_dropout > 0, dropout, 0.0))


@np.errstate(all="ignore")
def at_least_while_alive(
    shape: Floats, rate: Floats, a: Floats, b: Floats, purchases: Floats, horizon: Floats
) -> Floats:
    """Return the probability that a customer who is active now makes at least so many purchases.

    The time of the n-th purchase is independent of the dropout after one of the n - 1 before it, so
    this is the probability without dropout times that of staying n - 1 times.

    Parameters
    ----------
    shape, rate, a, b : float array
        R, A, a, B as for `purchases_while_alive`.
    purchases : float array, whole counts >= 1
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> [at_least_while_alive(one, one, one, one, n * one, one).round(9).item() for n in (1, 2)]
    [0.5, 0.125]
    """
    stays = np.exp(log_beta_ratio(a, b, np.asarray(0.0), purchases - 1))
    return np.asarray(stays * negative_binomial_at_least(shape, rate, purchases, horizon))
