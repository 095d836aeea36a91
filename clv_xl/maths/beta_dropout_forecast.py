"""What a customer who may leave after any purchase will still buy, given that they are active now.

Shared by BG/NBD and MBG/NBD. The customer's rate of buying is gamma-distributed (shape R, rate A),
the chance of leaving after each purchase beta-distributed (a, B); both are the distributions as
updated by the customer's history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.distributions import log_beta_ratio, log_purchase_probability
from clv_xl.maths.elementwise import by_element
from clv_xl.maths.quadrature import legendre, log_integral, support

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_NEAR_ONE = 1e-4
_NEAR_ONE_NODES = np.array([-3.0, -1.0, 1.0, 3.0]) * _NEAR_ONE
_SHORT = 1e-5
_TAIL = np.log(1e-13)
_FAR = 1e-250
_MOST_TERMS = 20_000
_RATE_POINTS = 112
_LEAVING_POINTS = 160


@np.errstate(all="ignore")
def purchases_while_alive(
    shape: Floats, rate: Floats, a: Floats, stay: Floats, horizon: Floats
) -> Floats:
    """Return the expected purchases within the horizon of a customer who is active now.

    Parameters
    ----------
    shape, rate : float array
        R and A of the gamma distribution of the rate of buying.
    a, stay : float array
        a and B of the beta distribution of the chance to leave.
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, purchases.

    Examples
    --------
    >>> purchases_while_alive(*map(np.asarray, (2.0, 10.0, 1.0, 3.0, 0.0))).item()
    0.0
    """
    near_one = np.abs(a - 1) < _NEAR_ONE
    if np.any(near_one):
        exact = _away_from_one(shape, rate, np.where(near_one, 3.0, a), stay, horizon)
        return np.where(near_one, _near_one(shape, rate, a, stay, horizon), exact)
    return _away_from_one(shape, rate, a, stay, horizon)


def _away_from_one(shape: Floats, rate: Floats, a: Floats, stay: Floats, horizon: Floats) -> Floats:
    """Return the expected purchases where a is not 1, in whichever form keeps its digits."""
    shape, rate, a, stay, horizon = np.broadcast_arrays(shape, rate, a, stay, horizon)
    time = horizon / rate
    share = horizon / (rate + horizon)
    # With a + B below 1 the closed form has both signs; 1/p = 1 + (1 - p)/p moves it to B + 1.
    low = a + stay < 1.3
    more = np.where(low, stay + 1, stay)
    result = _closed_form(shape, share, a, more)
    if low.any():
        once = -np.expm1(
            -a * np.log1p(time) + np.log(special.hyp2f1(a, a + stay - shape, a + stay, share))
        )
        result = np.where(low, once + stay / (a + stay) * result, result)
    short = (shape + 3) * time < _SHORT
    result = np.where(short, _short(shape, time, a, stay), result)
    lost = ~((result >= 0) & np.isfinite(result)) & (horizon < np.inf)
    if lost.any():
        hard = np.where(lost, shape, np.nan)
        result = np.where(lost, by_element(_by_quadrature, hard, rate, a, stay, horizon), result)
    return np.asarray(result)


def _closed_form(shape: Floats, share: Floats, a: Floats, stay: Floats) -> Floats:
    """Return c/(a-1) (1 - (1-z)^R F(R, B; c; z)), c = a+B-1, power and F in the tamer form."""
    c = a + stay - 1
    plain = shape < a - 1
    f = special.hyp2f1(np.where(plain, shape, c - shape), np.where(plain, stay, a - 1), c, share)
    power = np.where(plain, shape, a - 1)
    return np.asarray(c / (a - 1) * -np.expm1(power * np.log1p(-share) + np.log(f)))


def _near_one(shape: Floats, rate: Floats, a: Floats, stay: Floats, horizon: Floats) -> Floats:
    """Interpolate over a = 1, where the closed form is 0/0, by a cubic."""
    total: Floats = np.zeros(np.broadcast_shapes(*map(np.shape, (shape, rate, a, stay, horizon))))
    where = np.where(np.abs(a - 1) < _NEAR_ONE, a - 1, 0.0)
    for i, node in enumerate(_NEAR_ONE_NODES):
        others = np.delete(_NEAR_ONE_NODES, i)
        weight = np.prod([(where - other) / (node - other) for other in others], axis=0)
        there = np.asarray(1 + node)
        total = total + weight * _away_from_one(shape, rate, there, stay, horizon)
    return total


def _short(shape: Floats, time: Floats, a: Floats, stay: Floats) -> Floats:
    """Return the first terms of the series in time, for very short horizons."""
    mean = a / (a + stay)
    square = mean * (a + 1) / (a + stay + 1)
    second = (shape + 1) * time / 2 * mean
    third = (shape + 1) * (shape + 2) * time**2 / 6 * square
    return np.asarray(shape * time * (1 - second + third))


@np.errstate(all="ignore")
def _by_quadrature(shape: Floats, rate: Floats, a: Floats, stay: Floats, horizon: Floats) -> Floats:
    """Integrate over the chance of leaving: slower, but without any cancellation."""
    r, tau, a_, b_ = (v[:, None] for v in (shape, horizon / rate, a, stay))

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p, q = special.expit(y), special.expit(-y)
        u = r * np.log1p(p * tau)
        bought = -np.expm1(-u)
        slope = r * p * tau / (1 + p * tau) / np.expm1(u) - 1
        log = a_ * special.log_expit(y) + b_ * special.log_expit(-y) + np.log(bought / p)
        return log, a_ - (a_ + b_) * p + slope * q

    low = _TAIL - np.log(stay + (shape + 1) * horizon / rate + 1)
    high = np.full_like(low, 35.0)
    log_beta = special.betaln(a, stay)
    inner = np.exp(log_integral(log_integrand, low, high, points=192) - log_beta)
    left = shape * horizon / rate * np.exp(a * low - log_beta) / a
    sure = -np.expm1(-shape * np.log1p(horizon / rate))
    right = sure * np.exp(-stay * high - log_beta) / stay
    return np.asarray(inner + left + right)


@np.errstate(all="ignore")
def discounted_while_alive(
    shape: Floats, rate: Floats, a: Floats, stay: Floats, discount_rate: Floats
) -> Floats:
    """Return the expected discounted purchases of the endless future of a customer active now.

    Discounting is continuous. It is the mean of lambda/(lambda p + discount_rate): purchases come
    at rate lambda, and lambda p ends them.

    Parameters
    ----------
    shape, rate, a, stay : float array
        R, A, a, B as for `purchases_while_alive`.
    discount_rate : float array, continuous, per period, > 0

    Returns
    -------
    float array of the broadcast shape, purchases.

    Examples
    --------
    >>> who_never_leaves = (2.0, 10.0, 1.0, 1e9, 0.1)
    >>> round(discounted_while_alive(*map(np.asarray, who_never_leaves)).item(), 6)
    2.0
    """
    return by_element(_discounted, shape, rate, a, stay, discount_rate, block=128)


@np.errstate(all="ignore")
def _discounted(
    shape: Floats, rate: Floats, a: Floats, stay: Floats, discount_rate: Floats
) -> Floats:
    """Sum over points in the logarithm of the rate times points in the log-odds of leaving."""
    speed, speed_weight = _rate_points(shape)  # the rate of buying, over A
    leave, leave_weight, left, right = _leaving_points(shape, a, stay, rate * discount_rate)
    ends = (rate * discount_rate)[:, None]
    mean = np.empty_like(leave)
    for i in range(leave.shape[1]):
        mean[:, i] = (speed_weight / (speed * leave[:, i, None] + ends)).sum(axis=1)
    inner = (leave_weight * mean).sum(axis=1)
    sure = (speed_weight / (speed + ends)).sum(axis=1)
    return np.asarray(shape * (inner + left / ends[:, 0] + right * sure))


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


def _leaving_points(
    shape: Floats, a: Floats, stay: Floats, ends: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return points and weights for a mean over a beta distribution, and those of its ends."""
    a_, b_ = a[:, None], stay[:, None]
    speed = ((shape + 1) / ends)[:, None]

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p = special.expit(y)
        log = a_ * special.log_expit(y) + b_ * special.log_expit(-y) - np.log1p(speed * p)
        return log, a_ - (a_ + b_) * p - speed * p / (1 + speed * p) * (1 - p)

    low = _TAIL - np.log(stay + 1 + speed[:, 0])
    high = np.full_like(low, 30.0)
    first, last, _ = support(log_integrand, low[:, None], high[:, None], depth=32.0)
    nodes, weights = legendre(_LEAVING_POINTS)
    half = (last - first) / 2
    y = (first + last) / 2 + half * nodes
    log_beta = special.betaln(a, stay)
    density = np.exp(a_ * special.log_expit(y) + b_ * special.log_expit(-y) - log_beta[:, None])
    at_low = first[:, 0] <= low
    at_high = last[:, 0] >= high
    left = np.where(at_low, np.exp(a * low - log_beta) / a, 0.0)
    right = np.where(at_high, np.exp(-stay * high - log_beta) / stay, 0.0)
    return special.expit(y), density * half * weights, left, right


@np.errstate(all="ignore")
def purchase_probability(
    parameters: tuple[Floats, ...], purchases: Floats, horizon: Floats, occasions: int
) -> Floats:
    """Return the chance that a new customer makes exactly that many purchases within the horizon.

    Parameters
    ----------
    parameters : tuple of float arrays
        r, alpha, a, b.
    purchases : float array, whole counts >= 0
    horizon : float array, periods >= 0
    occasions : int
        0 for BG/NBD, 1 for MBG/NBD.

    Returns
    -------
    float array of the broadcast shape, share.

    Examples
    --------
    >>> one = np.ones(())
    >>> purchase_probability((one, one, one, one), one - 1, one, 0).item()
    0.5
    """
    r, alpha, a, b = parameters
    x, t = purchases, horizon
    active = log_beta_ratio(a, b, np.asarray(0.0), x + occasions)
    active = np.exp(active + log_purchase_probability(r, alpha, x, t))
    left = np.exp(log_beta_ratio(a, b, np.asarray(1.0), np.maximum(x + occasions - 1, 0)))
    left = np.where(x + occasions > 0, left * _probability_of_reaching(r, alpha, x, t), 0.0)
    return np.asarray(active + left)


def _probability_of_reaching(r: Floats, alpha: Floats, x: Floats, horizon: Floats) -> Floats:
    """Return the chance that who never leaves buys at least x times within the horizon."""
    z = horizon / (alpha + horizon)
    chance = np.where(x > 0, special.betainc(np.maximum(x, 1), r, z), 1.0)
    far = chance < _FAR
    if np.any(far):
        tail = by_element(_far_tail, np.where(far, r, np.nan), alpha, x, horizon)
        chance = np.where(far, tail, chance)
    return np.asarray(chance)


def _far_tail(r: Floats, alpha: Floats, x: Floats, horizon: Floats) -> Floats:
    """Sum the chances of x, x + 1, ... purchases, where the incomplete beta loses digits."""
    z = horizon / (alpha + horizon)
    total, term = np.ones(r.shape), np.ones(r.shape)
    for k in range(_MOST_TERMS):
        term = term * z * (r + x + k) / (x + 1 + k)
        total += term
        if (term < 1e-17 * total).all():
            break
    return np.asarray(total * np.exp(log_purchase_probability(r, alpha, x, horizon)))
