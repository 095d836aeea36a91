"""Purchases of a customer who buys regularly: each takes k stages, and dropout may follow it.

The time between two purchases has an Erlang distribution: it is that of k stages, each of them
exponential at the customer's rate. The rate is gamma-distributed (shape R, rate A), the dropout
probability after each purchase beta-distributed (a, B); both are posterior distributions, given the
history of a customer who is active now. How many stages since the last purchase are over is not
seen: j of them with a probability proportional to `log_stage_weights`, and R then grows by j.
Nothing is approximated: the number of stages in a given time has a negative binomial distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import chebyshev
from scipy import special

from clv_xl.maths.distributions import (
    log_beta_ratio,
    log_negative_binomial,
    negative_binomial_at_least,
)
from clv_xl.maths.fitted_models import MOST_STAGES
from clv_xl.maths.regular_purchases_integral import integrate_over_dropout

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats

_LOG_TAIL: Final = 34.0  # more stages than the sum has are less probable than exp of minus this
_WIDTHS: Final = tuple(2**power for power in range(4, 13))
"""How many stages are summed at once; the integral is quicker where that is not enough."""
_CELLS: Final = 2**17  # stages of all customers at once: they fit the cache
_INTEGRALS: Final = 128
_MANY: Final = 400  # customers for whom a series costs less than a sum for each
_POINTS: Final = (32, 64, 128)
_PRECISION: Final = 1e-13
_BLOCK: Final = 4096  # customers at once: they fit the cache
_NEWTON_STEPS: Final = 60


def whole_stages(k: Floats) -> Floats:
    """Return the numbers of stages, NaN where one is not whole or out of range.

    Parameters
    ----------
    k : float array, count, 1 to `MOST_STAGES`

    Returns
    -------
    float array of the same shape.

    Examples
    --------
    >>> whole_stages(np.array([2.0, 2.5, 0.0])).tolist()
    [2.0, nan, nan]
    """
    return np.asarray(np.where((k >= 1) & (k <= MOST_STAGES) & (k == np.floor(k)), k, np.nan))


@np.errstate(all="ignore")
def log_stage_weights(shape: Floats, share: Floats, k: Floats) -> Floats:
    """Return how probable it is that 0, 1, ... k - 1 stages are over, as logarithms of weights.

    Parameters
    ----------
    shape : float array
        R of the gamma distribution of the rate.
    share : float array, in [0, 1)
        Time since the last purchase, divided by A.
    k : float array, count
        Stages between two purchases.

    Returns
    -------
    float array (stages, broadcast shape); minus infinity for k stages and more, NaN where an
    argument is NaN. The weight of no stage is 1: their sum is 1 / (1 - share)^R times the
    probability of no purchase in that time.

    Examples
    --------
    >>> log_stage_weights(*map(np.asarray, (2.0, 0.5, 2.0))).tolist()
    [0.0, 0.0]
    """
    unknown = np.isnan(shape + share + k)
    logs = [np.where(unknown, np.nan, 0.0)]
    most = 1 if unknown.all() else int(np.nanmax(k))
    for stage in range(1, most):
        logs.append(logs[-1] + np.log((shape + stage - 1) * share / stage))
    return np.stack([np.where(stage < k, log, -np.inf) for stage, log in enumerate(logs)])


def _weights(shape: Floats, share: Floats, k: Floats) -> Floats:
    """Return the probability that 0, 1, ... stages are over, if there was no purchase."""
    logs = log_stage_weights(shape, share, k)
    return np.asarray(np.exp(logs - special.logsumexp(logs, axis=0)))


@np.errstate(all="ignore")
def at_least_while_alive(
    shape: Floats,
    rate: Floats,
    a: Floats,
    b: Floats,
    share: Floats,
    k: Floats,
    purchases: Floats,
    horizon: Floats,
) -> Floats:
    """Return the probability that a customer who is active now makes at least so many purchases.

    Parameters
    ----------
    shape, rate, a, b : float array
        R, A of the gamma distribution of the stages' rate, a, B of the beta distribution.
    share, k : float array
        Time since the last purchase, divided by A; stages between two purchases.
    purchases : float array, whole counts >= 1
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> at_least_while_alive(one, one, one, one, 0 * one, 2 * one, one, one).item()
    0.25
    """
    stays = np.exp(log_beta_ratio(a, b, np.asarray(0.0), purchases - 1))
    reached = sum(
        weight * negative_binomial_at_least(shape + stage, rate, k * purchases - stage, horizon)
        for stage, weight in enumerate(_weights(shape, share, k))
    )
    return np.asarray(stays * reached)


@np.errstate(all="ignore")
def median_while_alive(
    shape: Floats, rate: Floats, _: Floats, __: Floats, share: Floats, k: Floats
) -> Floats:
    """Return the median time to the next purchase of a customer who is active now.

    Parameters
    ----------
    shape, rate, a, b, share, k : float array
        As for `at_least_while_alive`.

    Returns
    -------
    float array of the broadcast shape, periods; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> median_while_alive(one, one, one, one, 0 * one, one).item()
    1.0
    """

    def log_no_purchase(y: Floats) -> Floats:
        return special.logsumexp(log_stage_weights(shape, -np.expm1(-y), k), axis=0) - shape * y

    # With y = log(1 + time since the last purchase / (alpha + recency)), the probability of no
    # purchase is log-concave: from a point beyond the median Newton's steps come down to it.
    now = -np.log1p(-share)
    wanted = log_no_purchase(now) - np.log(2)
    every_stage = special.gammaln(shape + k) - special.gammaln(shape + 1) - special.gammaln(k)
    y = now + np.maximum((every_stage - wanted) / shape - now, 0)
    log_beta = special.betaln(shape, k)
    for _step in range(_NEWTON_STEPS):
        log = log_no_purchase(y)
        hazard = np.exp((k - 1) * np.log(-np.expm1(-y)) - shape * y - log_beta - log)
        step = (log - wanted) / hazard
        y = np.maximum(y + step, now)
        if not (np.abs(step) > 1e-14 * y).any():
            break
    return np.asarray(rate * np.expm1(y - now))


@np.errstate(all="ignore")
def count_probability(parameters: tuple[Floats, ...], purchases: Floats, horizon: Floats) -> Floats:
    """Return the probability of exactly that many purchases of a new customer within the horizon.

    Parameters
    ----------
    parameters : tuple of float arrays
        r, alpha, a, b, k.
    purchases : float array, whole counts >= 0
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> count_probability((one, one, one, one, 2 * one), 0 * one, one).item()
    0.875
    """
    r, alpha, a, b, k = parameters
    k = whole_stages(k)
    x, first = purchases, k * purchases
    stays = np.exp(log_beta_ratio(a, b, np.asarray(0.0), x + 1))
    leaves = np.exp(log_beta_ratio(a, b, np.asarray(1.0), x))
    most = 1 if np.isnan(k).all() else int(np.nanmax(k))
    waits = sum(
        np.where(stage < k, np.exp(log_negative_binomial(r, alpha, first + stage, horizon)), 0)
        for stage in range(most)
    )
    return np.asarray(
        stays * waits + leaves * negative_binomial_at_least(r, alpha, first, horizon) + 0 * k
    )


@np.errstate(all="ignore")
def purchases_while_alive(
    shape: Floats,
    rate: Floats,
    a: Floats,
    b: Floats,
    share: Floats,
    k: Floats,
    horizon: Floats,
) -> Floats:
    """Return the expected purchases within the horizon of a customer who is active now.

    The sum over the stages until then, all of whose terms are positive; where it would be long, an
    integral over the dropout probability.

    Parameters
    ----------
    shape, rate, a, b, share, k : float array
        As for `at_least_while_alive`.
    horizon : float array, periods >= 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> no_dropout = (2 * one, one, 1e-12 * one, one, 0 * one, one, 3 * one)
    >>> purchases_while_alive(*no_dropout).round(9).item()
    6.0
    """
    arrays = np.broadcast_arrays(shape, a, b, k, share, horizon / rate)
    columns = [np.ravel(array) for array in arrays]
    result = np.full(columns[0].size, np.nan)
    known = np.flatnonzero(~np.isnan(sum(columns)))
    # Customers with the same history but for its times differ in two numbers only.
    known = known[np.lexsort([column[known] for column in columns[:4]])]
    alike = [column[known] for column in columns[:4]]
    starts = np.flatnonzero(np.any([np.diff(column) != 0 for column in alike], axis=0)) + 1
    rest = []
    for rows in np.split(known, starts):
        r, a_, b_, stages = (column[rows] for column in columns[:4])
        series = None
        if rows.size > _MANY:
            weights = _weights(r, columns[4][rows], stages)
            series = _interpolate(r[0], a_[0], b_[0], columns[5][rows], weights)
        if series is None:
            rest.append(rows)
        else:
            result[rows] = series
    few = np.concatenate(rest) if rest else np.zeros(0, dtype=np.intp)
    for each in np.unique(columns[3][few]):
        rows = few[columns[3][few] == each]
        r, a_, b_, stages, u, time = (column[rows] for column in columns)
        result[rows] = _expect(r, time, a_, b_, _weights(r, u, stages))
    return result.reshape(arrays[0].shape)


def _interpolate(shape: float, a: float, b: float, time: Floats, weights: Floats) -> Floats | None:
    """Return the expected purchases by Chebyshev series in the logarithm of time, one a stage.

    None where the last terms of a series are not small enough.
    """
    k, span = len(weights), np.log1p(time.max())
    for points in _POINTS:
        nodes = chebyshev.chebpts1(points)
        horizon = np.tile(np.expm1(span * (nodes + 1) / 2), k)
        alone = np.repeat(np.eye(k), points, axis=1)
        same = np.ones(horizon.size)
        values = _expect(shape * same, horizon, a * same, b * same, alone).reshape(k, points)
        transform = np.cos(np.outer(np.arange(points), np.arccos(nodes))) * (2 / points)
        transform[0] /= 2
        series = transform @ values.T
        if (np.abs(series[-2:]) <= _PRECISION * np.abs(series[0])).all():
            where = 2 * np.log1p(time) / span - 1
            found = np.empty(time.size)
            for start in range(0, time.size, _BLOCK):
                part = slice(start, start + _BLOCK)
                by_stage = chebyshev.chebval(where[part], series)
                found[part] = (weights[:, part] * by_stage).sum(axis=0)
            return found
    return None


def _expect(shape: Floats, time: Floats, a: Floats, b: Floats, weights: Floats) -> Floats:
    """Return the expected purchases, by the sum over the stages or by the integral."""
    k = len(weights)
    width = _stages_needed(shape + k - 1, time)
    width = np.where(np.isfinite(width), np.maximum(width, 4 * k), np.inf)
    method = np.searchsorted(_WIDTHS, width)
    result = np.empty(shape.size)
    for at, most in enumerate((*_WIDTHS, None)):
        rows = np.flatnonzero(method == at)
        block = _INTEGRALS if most is None else max(1, _CELLS // most)
        for start in range(0, rows.size, block):
            part = rows[start : start + block]
            chosen = (shape[part], time[part], a[part], b[part], weights[:, part])
            result[part] = (
                integrate_over_dropout(*chosen) if most is None else _sum_over_stages(*chosen, most)
            )
    return result


def _stages_needed(shape: Floats, time: Floats) -> Floats:
    """Return a number of stages that is hardly ever exceeded, by Chernoff's bound."""
    time = np.maximum(time, 1e-300)
    log_z = -np.log1p(1 / time)
    mean = shape * time
    n = mean + 2 * _LOG_TAIL * (1 + time) + 9 * np.sqrt(mean * (1 + time))
    for _ in range(5):
        # The bound is convex in n, so that Newton's steps stay above the number that is sought.
        slope = np.log(n / (shape + n)) - log_z
        bound = n * slope + shape * (np.log(shape / (shape + n)) + np.log1p(time))
        n = n - (bound - _LOG_TAIL) / slope
    return np.asarray(np.ceil(n) + 1)


def _sum_over_stages(
    shape: Floats, time: Floats, a: Floats, b: Floats, weights: Floats, width: int
) -> Floats:
    """Return the expected purchases as a sum over the number of stages, `width` of them."""
    k = len(weights)
    r = shape[:, None]
    stages = np.arange(1, width)
    log_z = -np.log1p(1 / time)[:, None]
    # The negative binomial probabilities of 0, 1, 2, ... stages, by the ratios of neighbours.
    log = np.zeros((shape.size, width))
    np.cumsum(np.log((r + (stages - 1)) / stages) + log_z, axis=1, out=log[:, 1:])
    probability = np.exp(log - r * np.log1p(time)[:, None])
    # The expected purchases up to dropout, of a customer who could make 0, 1, 2, ...
    most = (width + k - 1) // k + 1
    before = np.arange(most - 1)
    stays = np.cumprod((b[:, None] + before) / ((a + b)[:, None] + before), axis=1)
    made = np.zeros((shape.size, most + 1))
    made[:, 1] = 1
    np.cumsum(stays, axis=1, out=made[:, 2:])
    made[:, 2:] += 1
    made_by_stage = np.repeat(made, k, axis=1)
    total = np.zeros(shape.size)
    counts = np.arange(width)
    for stage, weight in enumerate(weights):
        part = made_by_stage[:, stage : stage + width]
        total += weight * np.einsum("ij,ij->i", probability, part)
        # With one more stage over, the rate's shape is larger by 1.
        probability *= (r + stage + counts) / ((shape + stage) * (1 + time))[:, None]
    return total
