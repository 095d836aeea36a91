"""The shifted beta-geometric model: customers renew or leave each period at their own odds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.errors import ArgumentError, ClvError, DomainError, NoAnswerError
from clv_xl.maths.dropout_forecast import log_beta_ratio
from clv_xl.maths.fitted_models import ShiftedBetaGeometric
from clv_xl.maths.histories import broadcast, by_element, column, parameters_of
from clv_xl.maths.likelihood import Fit, Surface, maximise, vague_parameters
from clv_xl.maths.quadrature import log_integral

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


_POINTS = 192


def fit(survivors: ArrayLike) -> Fit[ShiftedBetaGeometric]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    survivors : array_like, customers >= 0
        How many of one cohort remain after 0, 1, 2, ... periods; empty cells at the end are left
        out.

    Returns
    -------
    Fit
        The standard errors hold for numbers of customers, not for shares.

    Raises
    ------
    ArgumentError
        Fewer than three numbers, or a number that is negative or larger than the one before, whose
        row is named.
    NoAnswerError
        The data hold no answer: nobody or everybody left.
    DomainError
        The likelihood has no maximum: retention does not rise with tenure.

    References
    ----------
    Fader & Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing
    21(1).

    Examples
    --------
    >>> found = fit([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> [round(value, 3) for value in found.parameters]
    [0.704, 1.182]
    """
    remaining = _checked(survivors)
    start = float(remaining[0])
    maximum = maximise(
        lambda p: _surface(remaining, p), [(1.0, 1.0), (0.5, 3.0), (3.0, 10.0)], _explanation
    )
    doubts: tuple[str, ...] = ()
    if start <= 1:
        doubts = ("The survivors look like shares; standard errors need numbers of customers.",)
    elif start == 100:
        doubts = ("The standard errors hold if the 100 at the start are customers, not per cent.",)
    doubts += vague_parameters(maximum, ShiftedBetaGeometric._fields)
    return maximum.as_fit(ShiftedBetaGeometric._make, round(start), doubts)


def log_likelihood(model: ShiftedBetaGeometric, survivors: ArrayLike) -> float:
    """Return the log-likelihood of the parameters given a cohort.

    Parameters
    ----------
    model : ShiftedBetaGeometric
    survivors : array_like, customers >= 0
        How many remain after 0, 1, 2, ... periods.

    Returns
    -------
    float, natural logarithm.

    Raises
    ------
    ArgumentError, NoAnswerError
        As `fit`.

    Examples
    --------
    >>> round(log_likelihood(ShiftedBetaGeometric(1.0, 1.0), [4, 2, 1]), 6)
    -4.276666
    """
    return float(_surface(_checked(survivors), np.asarray(model, dtype=np.float64)).value)


@np.errstate(all="ignore")
def survival(model: ShiftedBetaGeometric, period: ArrayLike) -> Floats:
    """Return the share of customers still there after `period` periods.

    Parameters
    ----------
    model : ShiftedBetaGeometric
    period : array_like, periods >= 0

    Returns
    -------
    float array of the shape of `period`, share in [0, 1]; NaN where it is outside its range.

    Examples
    --------
    >>> survival(ShiftedBetaGeometric(0.704, 1.182), [0, 1, 7]).round(3).tolist()
    [1.0, 0.627, 0.239]
    """
    (t,) = broadcast(period)
    alpha, beta = parameters_of(model)
    t = np.where(t >= 0, t, np.nan)
    share = np.exp(log_beta_ratio(alpha, beta, np.asarray(0.0), t))
    return np.asarray(np.where(np.isinf(t), 0.0, share))


@np.errstate(all="ignore")
def retention_rate(model: ShiftedBetaGeometric, period: ArrayLike) -> Floats:
    """Return the share of the customers at the start of a period who renew in it.

    Parameters
    ----------
    model : ShiftedBetaGeometric
    period : array_like, periods >= 1
        1 for the first renewal.

    Returns
    -------
    float array of the shape of `period`, share in [0, 1]; NaN where it is outside its range.

    Examples
    --------
    >>> retention_rate(ShiftedBetaGeometric(0.704, 1.182), [1, 7]).round(3).tolist()
    [0.627, 0.911]
    """
    (t,) = broadcast(period)
    alpha, beta = parameters_of(model)
    t = np.where(t >= 1, t, np.nan)
    return np.asarray(np.where(np.isinf(t), 1.0, (beta + t - 1) / (alpha + beta + t - 1)))


@np.errstate(all="ignore")
def residual_lifetime(
    model: ShiftedBetaGeometric,
    discount_rate: ArrayLike = 0.0,
    periods_survived: ArrayLike = 0.0,
    timing: ArrayLike = 0,
) -> Floats:
    """Return the expected discounted number of payments still to come from a customer.

    Parameters
    ----------
    model : ShiftedBetaGeometric
    discount_rate : array_like, share per period, >= 0
    periods_survived : array_like, periods >= 0
        Renewals that the customer has made already.
    timing : array_like, 0 or 1
        0: the next payment is due after one period, if the customer renews then; 1: one is made now
        as well.

    Returns
    -------
    float array of the broadcast shape, periods: the sum over t of survival(n + t)/survival(n)/(1 +
    d)^t, from t = 1 for timing 0 and t = 0 for timing 1. Infinity where that sum diverges (no
    discounting and alpha <= 1); NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    References
    ----------
    Fader & Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science
    29(1). Their residual lifetime stands just before a renewal, so it is (1 + d) times the one of
    timing 0 here.

    Examples
    --------
    >>> model = ShiftedBetaGeometric(3.80, 15.20)
    >>> (1.1 * residual_lifetime(model, 0.1, [0, 1, 2, 3, 4])).round(2).tolist()
    [3.31, 3.45, 3.59, 3.72, 3.84]
    """
    d, n, when = broadcast(discount_rate, periods_survived, timing)
    alpha, beta = parameters_of(model)
    d = np.where((d >= 0) & np.isfinite(d), d, np.nan)
    n = np.where((n >= 0) & np.isfinite(n), n, np.nan)
    now = np.where((when == 0) | (when == 1), when, np.nan)
    stay = beta + n
    endless = np.where(alpha > 1, stay / (alpha - 1), np.inf)
    later = by_element(_discounted_renewals, alpha, stay, np.where(d == 0, 1.0, d))
    return np.asarray(now + np.where((d == 0) & (stay > 0), endless, later))


@np.errstate(all="ignore")
def _discounted_renewals(alpha: Floats, stay: Floats, discount_rate: Floats) -> Floats:
    """Return the mean of (1 - p)/(d + p) over the chance p to leave, by its log-odds.

    The closed form's hypergeometric function fails near 1, at small rates and long tenure.
    """
    a, b, d = (value[:, None] for value in (alpha, stay, discount_rate))

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p = special.expit(y)
        log = a * special.log_expit(y) + (b + 1) * special.log_expit(-y) - np.log(d + p)
        return log, a - (a + b + 1) * p - p * (1 - p) / (d + p)

    low = np.log(1e-14 * discount_rate / (1 + discount_rate) / (1 + stay))
    high = np.full_like(low, 45.0)
    log_beta = special.betaln(alpha, stay)
    inner = np.exp(log_integral(log_integrand, low, high, points=_POINTS) - log_beta)
    return np.asarray(inner + np.exp(alpha * low - log_beta) / alpha / discount_rate)


def _checked(survivors: ArrayLike) -> Floats:
    """Return the survivors as one column that can be fitted."""
    counts = column(survivors, "survivors")
    filled = np.flatnonzero(~np.isnan(counts))
    counts = counts[: filled[-1] + 1] if filled.size else counts[:0]
    if counts.size < 3:
        raise ArgumentError(
            "survivors needs at least three numbers: the customers at the start, after one and "
            "after two periods.",
            argument="survivors",
        )
    empty = np.flatnonzero(~np.isfinite(counts) | (counts < 0))
    if empty.size:
        raise ArgumentError(
            f"survivors must be numbers of customers, 0 or more; see row {empty[0] + 1}.",
            argument="survivors",
        )
    rising = np.flatnonzero(np.diff(counts) > 0)
    if rising.size:
        raise ArgumentError(
            f"survivors must not rise, as nobody joins later; see row {rising[0] + 2}.",
            argument="survivors",
        )
    if counts[0] == counts[-1]:
        raise NoAnswerError(
            "Nobody is seen to leave, so retention cannot be estimated; use a longer time, or "
            "CLV_RETENTION with an assumed rate."
        )
    if counts[1] == 0:
        raise NoAnswerError(
            "Everybody left at the first renewal, so how retention goes on cannot be "
            "estimated; use CLV with one period."
        )
    return counts


def _surface(remaining: Floats, parameters: Floats) -> Surface:
    """Return the log-likelihood of alpha and beta with its derivatives.

    A customer who left in period t has B(alpha + 1, beta + t - 1)/B(alpha, beta), one still there
    after the last B(alpha, beta + t)/B(alpha, beta); so each renewal made or missed is a factor of
    its own.
    """
    alpha, beta = parameters
    renewed = remaining[1:]
    lost = -np.diff(remaining)
    before = remaining[:-1]
    stay = beta + np.arange(renewed.size)
    both = alpha + stay
    lost_all = lost.sum()
    value = renewed @ np.log(stay) + lost_all * np.log(alpha) - before @ np.log(both)
    pull, pull2 = before @ (1 / both), before @ (1 / both**2)
    gradient = np.array([lost_all / alpha - pull, renewed @ (1 / stay) - pull])
    hessian = np.full((2, 2), pull2)
    hessian[0, 0] -= lost_all / alpha**2
    hessian[1, 1] -= renewed @ (1 / stay**2)
    return Surface(float(value), gradient, hessian)


def _explanation(logs: Floats) -> ClvError:
    """Say why alpha or beta ran away."""
    if min(logs) > 4:
        return DomainError(
            "Retention does not rise with tenure, so customers do not differ as this model has it; "
            "use CLV_RETENTION with the mean retention rate."
        )
    return DomainError(
        "Retention jumps to practically all after the first losses, so the model has no best "
        "value; use CLV_RETENTION with the latest retention rate."
    )
