"""The shifted beta-geometric model: each customer has a constant dropout probability per period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError
from clv_xl.maths.distributions import log_beta_ratio
from clv_xl.maths.elementwise import apply_in_blocks, broadcast, parameters_of
from clv_xl.maths.fitted_models import ShiftedBetaGeometric
from clv_xl.maths.likelihood import Fit, LogLikelihood, maximise, uncertain_parameters
from clv_xl.maths.quadrature import log_integral
from clv_xl.maths.renewals import Renewals, renewals

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


_POINTS = 192


def fit(survivors: ArrayLike) -> Fit[ShiftedBetaGeometric]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    survivors : array_like, customers >= 0
        How many of a cohort remain after 0, 1, 2, ... periods, one column per cohort; empty cells
        at the end are left out.

    Returns
    -------
    Fit
        The standard errors hold for numbers of customers, not for shares; `caveats` are reasons to
        treat the estimates with care.

    Raises
    ------
    ArgumentError
        No cohort has three numbers, or a number is negative or larger than the one before, whose
        row is named.
    NoAnswerError
        The data hold no answer: no dropout, or dropout of all customers at once.
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
    data = renewals(survivors)
    maximum = maximise(
        lambda p: _evaluate_log_likelihood(data, p),
        [(1.0, 1.0), (0.5, 3.0), (3.0, 10.0)],
        _explain_divergence,
    )
    caveats = data.caveats + uncertain_parameters(maximum, ShiftedBetaGeometric._fields)
    return maximum.as_fit(ShiftedBetaGeometric._make, data.customers, caveats)


def log_likelihood(model: ShiftedBetaGeometric, survivors: ArrayLike) -> float:
    """Return the log-likelihood of the parameters given a cohort.

    Parameters
    ----------
    model : ShiftedBetaGeometric
    survivors : array_like, customers >= 0
        How many remain after 0, 1, 2, ... periods, one column per cohort.

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
    return float(
        _evaluate_log_likelihood(renewals(survivors), np.asarray(model, dtype=np.float64)).value
    )


@np.errstate(all="ignore")
def survival(model: ShiftedBetaGeometric, period: ArrayLike) -> Floats:
    """Return the share of customers still active after `period` periods.

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

    Warnings
    --------
    Timing 1 counts one payment more than timing 0, the one made now; the published formula differs
    from both, see References.

    References
    ----------
    Fader & Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science
    29(1). Their residual lifetime is computed just before a renewal, so it is (1 + d) times the one
    of timing 0 here.

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
    posterior_beta = beta + n
    undiscounted = np.where(alpha > 1, posterior_beta / (alpha - 1), np.inf)
    later = apply_in_blocks(_discounted_renewals, alpha, posterior_beta, np.where(d == 0, 1.0, d))
    return np.asarray(now + np.where((d == 0) & (posterior_beta > 0), undiscounted, later))


@np.errstate(all="ignore")
def _discounted_renewals(alpha: Floats, beta: Floats, discount_rate: Floats) -> Floats:
    """Return the mean of (1 - p)/(d + p) over the dropout probability p, by its log-odds.

    The closed form's hypergeometric function is inaccurate near 1, at small rates and long tenure.
    """
    a, b, d = (value[:, None] for value in (alpha, beta, discount_rate))

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        p = special.expit(y)
        log = a * special.log_expit(y) + (b + 1) * special.log_expit(-y) - np.log(d + p)
        return log, a - (a + b + 1) * p - p * (1 - p) / (d + p)

    low = np.log(1e-14 * discount_rate / (1 + discount_rate) / (1 + beta))
    high = np.full_like(low, 45.0)
    log_beta = special.betaln(alpha, beta)
    inner = np.exp(log_integral(log_integrand, low, high, points=_POINTS) - log_beta)
    return np.asarray(inner + np.exp(alpha * low - log_beta) / alpha / discount_rate)


def _evaluate_log_likelihood(data: Renewals, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of alpha and beta with its derivatives.

    Dropout in period t has probability B(alpha + 1, beta + t - 1)/B(alpha, beta), survival of all t
    periods B(alpha, beta + t)/B(alpha, beta); so each renewal made or missed contributes a factor.
    """
    alpha, beta = parameters
    dropouts = data.missed.sum()
    survivals = beta + np.arange(data.made.size)
    both = alpha + survivals
    value = data.made @ np.log(survivals) + dropouts * np.log(alpha) - data.due @ np.log(both)
    d_both, d_both_both = data.due @ (1 / both), data.due @ (1 / both**2)
    gradient = np.array([dropouts / alpha - d_both, data.made @ (1 / survivals) - d_both])
    hessian = np.full((2, 2), d_both_both)
    hessian[0, 0] -= dropouts / alpha**2
    hessian[1, 1] -= data.made @ (1 / survivals**2)
    return LogLikelihood(float(value), gradient, hessian)


def _explain_divergence(logs: Floats) -> ClvError:
    """Return the error that says why alpha or beta diverged."""
    if min(logs) > 4:
        return DomainError(
            "Retention does not rise with tenure, so customers do not differ as this model has it; "
            "use CLV_RETENTION with the mean retention rate."
        )
    return DomainError(
        "Retention jumps to practically all after the first losses, so the model has no best "
        "value; use CLV_RETENTION with the latest retention rate."
    )
