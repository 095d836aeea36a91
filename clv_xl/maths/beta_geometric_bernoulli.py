"""The BG/BB model: a purchase or none at each occasion, possible dropout before each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.beta_geometric_bernoulli_likelihood import (
    evaluate_log_likelihood,
    explain_divergence,
    is_possible,
    log_term,
    occasion_histories,
)
from clv_xl.maths.elementwise import apply_in_blocks, broadcast, parameters_of
from clv_xl.maths.fit_diagnostics import fit_caveats
from clv_xl.maths.fitted_models import BetaGeometricBernoulli
from clv_xl.maths.likelihood import Fit, maximise

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats

_NEAR_ONE = 1e-3


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
    customers: ArrayLike | None = None,
) -> Fit[BetaGeometricBernoulli]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    frequency : array_like, whole count >= 0
        Occasions at which the customer bought, after the first purchase.
    recency : array_like, whole count, frequency <= recency <= opportunities
        The number of the last occasion at which the customer bought, 0 if none.
    opportunities : array_like, whole count >= 0
        Number of occasions since the first purchase.
    customers : array_like, count >= 0, optional
        How many customers have each history; by default one. Rows empty in all columns are left
        out.

    Returns
    -------
    Fit
        `customers` counts all customers; `caveats` are reasons to treat the estimates with care.

    Raises
    ------
    ArgumentError
        No customers, no occasion, columns of different length, or an impossible row, which is
        named.
    NoAnswerError
        The data hold no answer: no repeat purchases, all customers alike, no dropout, or dropout of
        all customers at once.
    DomainError
        The likelihood has no maximum.

    References
    ----------
    Fader, Hardie & Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting,
    Marketing Science 29(6).

    Examples
    --------
    >>> x, t_x = [0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4], [0, 1, 2, 3, 4, 2, 3, 4, 3, 4, 4]
    >>> fit(x, t_x, [4] * 11, [332, 112, 38, 25, 21, 60, 44, 50, 54, 92, 171]).customers
    999
    """
    data = occasion_histories(frequency, recency, opportunities, customers)
    maximum = maximise(
        lambda p: evaluate_log_likelihood(data, p),
        [(1.0, 1.0, 0.5, 2.0), (0.5, 2.0, 1.0, 5.0), (3.0, 3.0, 0.3, 0.6)],
        explain_divergence,
    )
    total = round(float(data.number.sum()))
    repeaters = round(float(data.number @ (data.frequency > 0)))
    caveats = fit_caveats(repeaters, maximum, BetaGeometricBernoulli._fields)
    return maximum.as_fit(BetaGeometricBernoulli._make, total, caveats)


def log_likelihood(
    model: BetaGeometricBernoulli,
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
    customers: ArrayLike | None = None,
) -> float:
    """Return the log-likelihood of the parameters given the customers.

    Parameters
    ----------
    model : BetaGeometricBernoulli
    frequency, recency, opportunities : array_like, whole counts
    customers : array_like, count >= 0, optional

    Returns
    -------
    float, natural logarithm.

    Raises
    ------
    ArgumentError, NoAnswerError
        As `fit`.

    Examples
    --------
    >>> model = BetaGeometricBernoulli(1.0, 1.0, 1.0, 1.0)
    >>> round(log_likelihood(model, [1, 0], [1, 0], [1, 1]), 6)
    -1.673976
    """
    data = occasion_histories(frequency, recency, opportunities, customers)
    return float(evaluate_log_likelihood(data, np.asarray(model, dtype=np.float64)).value)


@np.errstate(all="ignore")
def probability_alive(
    model: BetaGeometricBernoulli,
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
) -> Floats:
    """Return the probability that each customer will be active at the next occasion.

    Parameters
    ----------
    model : BetaGeometricBernoulli
    frequency : array_like, whole count >= 0
    recency : array_like, whole count, frequency <= recency <= opportunities
    opportunities : array_like, whole count >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = BetaGeometricBernoulli(1.204, 0.750, 0.657, 2.783)
    >>> probability_alive(model, [0, 2, 6], [0, 4, 6], 6).round(2).tolist()
    [0.11, 0.59, 0.93]
    """
    x, t_x, n = _observed(frequency, recency, opportunities)
    _, _, gamma, delta = parameters_of(model)
    return np.asarray(_active_now(model, x, t_x, n) * (delta + n) / (gamma + delta + n))


@np.errstate(all="ignore")
def expected_purchases(
    model: BetaGeometricBernoulli,
    horizon: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
) -> Floats:
    """Return the expected purchases of each customer at the next `horizon` occasions.

    Parameters
    ----------
    model : BetaGeometricBernoulli
    horizon : array_like, whole count >= 0
    frequency : array_like, whole count >= 0
    recency : array_like, whole count, frequency <= recency <= opportunities
    opportunities : array_like, whole count >= 0

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = BetaGeometricBernoulli(1.204, 0.750, 0.657, 2.783)
    >>> expected_purchases(model, 5, [0, 6], [0, 6], 6).round(2).tolist()
    [0.07, 3.75]
    """
    h, x, t_x, n = broadcast(horizon, *_observed(frequency, recency, opportunities))
    h = np.where((h >= 0) & (h == np.floor(h)) & np.isfinite(h), h, np.nan)
    alpha, beta, gamma, delta = parameters_of(model)
    active = _active_now(model, x, t_x, n)
    return np.asarray(
        active * (alpha + x) / (alpha + beta + n) * _expected_occasions(gamma, delta + n, h)
    )


def expected_purchases_new(model: BetaGeometricBernoulli, horizon: ArrayLike) -> Floats:
    """Return the expected purchases of a new customer at the first `horizon` occasions.

    Parameters
    ----------
    model : BetaGeometricBernoulli
    horizon : array_like, whole count >= 0

    Returns
    -------
    float array of the shape of `horizon`, purchases; NaN where it is outside its range.

    Examples
    --------
    >>> model = BetaGeometricBernoulli(1.0, 1.0, 1.0, 1.0)
    >>> expected_purchases_new(model, [0, 1, 2]).round(6).tolist()
    [0.0, 0.25, 0.416667]
    """
    return expected_purchases(model, horizon, 0.0, 0.0, 0.0)


def _expected_occasions(gamma: Floats, delta: Floats, horizon: Floats) -> Floats:
    """Return the expected number of next occasions at which a now active customer is active.

    The sum of B(gamma, delta + k)/B(gamma, delta) is delta/(gamma-1) (1 - exp(-(gamma-1) Q)), with
    Q a difference quotient of log gamma functions, near gamma = 1 computed from its derivatives.
    """
    e = gamma - 1
    near = np.abs(e) < _NEAR_ONE
    low, high = delta + 1, delta + 1 + horizon
    log = special.gammaln
    quotient = (log(high + e) - log(high)) - (log(low + e) - log(low))
    quotient = quotient / np.where(near, 1.0, e)
    series = special.psi(high) - special.psi(low)
    series = series + e / 2 * (special.polygamma(1, high) - special.polygamma(1, low))
    series = series + e**2 / 6 * (special.polygamma(2, high) - special.polygamma(2, low))
    q = np.where(near, series, quotient)
    return np.asarray(delta * q * special.exprel(-e * q))


def _active_now(model: BetaGeometricBernoulli, x: Floats, t_x: Floats, n: Floats) -> Floats:
    """Return the probability of having been active at the last occasion."""
    return apply_in_blocks(_active_share, *parameters_of(model), x, t_x, n, block=256)


def _active_share(
    alpha: Floats, beta: Floats, gamma: Floats, delta: Floats, x: Floats, t_x: Floats, n: Floats
) -> Floats:
    """Return the share of the term without dropout in the likelihood, for whole columns."""
    a, b, g, d, x_, last, whole = (v[:, None] for v in (alpha, beta, gamma, delta, x, t_x, n))
    steps = np.arange((n - t_x).max() + 1)
    occasions = last + steps
    # Relative to the term without dropout, which keeps every exponent moderate.
    log = log_term((a, b, g, d), x_, np.minimum(occasions, whole), np.asarray(1.0))
    log = log - log_term((a, b, g, d), x_, whole, np.asarray(0.0))
    log = np.where(occasions < whole, log, -np.inf)
    return np.asarray(1 / (1 + np.exp(log).sum(axis=1)))


def _observed(
    frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return element-wise histories, NaN where one is impossible."""
    x, t_x, n = broadcast(frequency, recency, opportunities)
    ok = is_possible(x, t_x, n)
    nan = np.nan
    return np.where(ok, x, nan), np.where(ok, t_x, nan), np.where(ok, n, nan)
