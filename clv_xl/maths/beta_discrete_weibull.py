"""The beta-discrete-Weibull model: each customer's dropout probability changes with tenure.

The shifted beta-geometric model is the case c = 1, in which it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError
from clv_xl.maths.distributions import log_gamma_rise, psi_rise
from clv_xl.maths.elementwise import apply_in_blocks, broadcast, parameters_of
from clv_xl.maths.fitted_models import BetaDiscreteWeibull
from clv_xl.maths.likelihood import Fit, LogLikelihood, maximise, uncertain_parameters
from clv_xl.maths.quadrature import log_integral
from clv_xl.maths.renewals import Renewals, renewals

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


_SUMMED = 256  # renewals added up one by one; the rest is an integral
_POINTS = 192
_LARGEST_LOG = 600.0  # of a power of time that is computed
_STARTS = [(1.0, 1.0, 1.0), (0.3, 2.0, 1.5), (3.0, 9.0, 0.8)]


def fit(survivors: ArrayLike) -> Fit[BetaDiscreteWeibull]:
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
        No cohort has four numbers, or a number is negative or larger than the one before, whose
        row is named.
    NoAnswerError
        The data hold no answer: no dropout, or dropout of all customers at once.
    DomainError
        The likelihood has no maximum.

    References
    ----------
    Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to Project Customer Retention" Revisited,
    Journal of Interactive Marketing 43.

    Examples
    --------
    >>> found = fit([1000, 869, 743, 653, 593])
    >>> [round(value, 3) for value in found.parameters]
    [0.259, 1.723, 1.584]
    """
    data = renewals(survivors, least=4)
    maximum = maximise(lambda p: _evaluate_log_likelihood(data, p), _STARTS, _explain_divergence)
    caveats = data.caveats + uncertain_parameters(maximum, BetaDiscreteWeibull._fields)
    return maximum.as_fit(BetaDiscreteWeibull._make, data.customers, caveats)


def log_likelihood(model: BetaDiscreteWeibull, survivors: ArrayLike) -> float:
    """Return the log-likelihood of the parameters given some cohorts.

    Parameters
    ----------
    model : BetaDiscreteWeibull
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
    >>> round(log_likelihood(BetaDiscreteWeibull(1.0, 1.0, 1.0), [4, 2, 1, 1]), 6)
    -4.564348
    """
    data = renewals(survivors, least=4)
    with np.errstate(all="ignore"):
        return float(_evaluate_log_likelihood(data, np.asarray(model, dtype=np.float64)).value)


@np.errstate(all="ignore")
def survival(model: BetaDiscreteWeibull, period: ArrayLike) -> Floats:
    """Return the share of customers still active after `period` periods.

    Parameters
    ----------
    model : BetaDiscreteWeibull
    period : array_like, periods >= 0

    Returns
    -------
    float array of the shape of `period`, share in [0, 1]; NaN where it is outside its range.

    Examples
    --------
    >>> survival(BetaDiscreteWeibull(0.523, 0.894, 1.196), [0, 1, 12]).round(3).tolist()
    [1.0, 0.631, 0.172]
    """
    (t,) = broadcast(period)
    a, b, c = parameters_of(model)
    t = np.where(t >= 0, t, np.nan)
    return np.asarray(np.where(np.isinf(t), 0.0, np.exp(_log_survival(a, b, c, t))))


@np.errstate(all="ignore")
def retention_rate(model: BetaDiscreteWeibull, period: ArrayLike) -> Floats:
    """Return the share of the customers at the start of a period who renew in it.

    Parameters
    ----------
    model : BetaDiscreteWeibull
    period : array_like, periods >= 1
        1 for the first renewal.

    Returns
    -------
    float array of the shape of `period`, share in [0, 1]; NaN where it is outside its range.

    Examples
    --------
    >>> retention_rate(BetaDiscreteWeibull(0.259, 1.723, 1.584), [1, 2, 12]).round(3).tolist()
    [0.869, 0.854, 0.966]
    """
    (t,) = broadcast(period)
    a, b, c = parameters_of(model)
    t = np.where(t >= 1, t, np.nan)
    rate = np.exp(_log_survival(a, b, c, t) - _log_survival(a, b, c, t - 1))
    return np.asarray(np.where(np.isinf(t), 1.0, rate))


@np.errstate(all="ignore")
def residual_lifetime(
    model: BetaDiscreteWeibull,
    discount_rate: ArrayLike = 0.0,
    periods_survived: ArrayLike = 0.0,
    timing: ArrayLike = 0,
) -> Floats:
    """Return the expected discounted number of payments still to come from a customer.

    Parameters
    ----------
    model : BetaDiscreteWeibull
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
    discounting and a x c <= 1); NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    References
    ----------
    The sum is completed by the Euler-Maclaurin formula.

    Examples
    --------
    >>> model = BetaDiscreteWeibull(0.259336, 1.722551, 1.584362)
    >>> residual_lifetime(model, 0.1, timing=1).round(4).item()
    5.9943
    """
    d, n, when = broadcast(discount_rate, periods_survived, timing)
    a, b, c = parameters_of(model)
    d = np.where((d >= 0) & np.isfinite(d), d, np.nan)
    n = np.where((n >= 0) & np.isfinite(n), n, np.nan)
    now = np.where((when == 0) | (when == 1), when, np.nan)
    endless = (d == 0) & (a * c <= 1)
    later = apply_in_blocks(_discounted_renewals, a, b, c, np.where(endless, 1.0, d), n)
    return np.asarray(now + np.where(endless & ~np.isnan(later), np.inf, later))


def _log_survival(a: Floats, b: Floats, c: Floats, t: Floats) -> Floats:
    """Return the logarithm of B(a, b + t^c) / B(a, b)."""
    return log_gamma_rise(b, a) - log_gamma_rise(b + t**c, a)


@np.errstate(all="ignore")
def _discounted_renewals(
    a: Floats, b: Floats, c: Floats, discount_rate: Floats, survived: Floats
) -> Floats:
    """Return the expected discounted renewals after some: a sum, and an integral of its tail."""
    a, b, c, d, n = (value[:, None] for value in (a, b, c, discount_rate, survived))
    force, start = np.log1p(d), log_gamma_rise(b + n**c, a)

    def log_term(x: Floats) -> tuple[Floats, Floats]:
        """Return the logarithm of the term of the x-th renewal from now, and its derivative."""
        t = n + x
        log_u = c * np.log(t)
        u = np.where(log_u < _LARGEST_LOG, t**c, np.exp(_LARGEST_LOG))
        # From there on the rise is a power of u, whose factor no longer changes.
        rise = np.where(log_u < _LARGEST_LOG, log_gamma_rise(b + u, a), a * log_u)
        log = start - rise - force * x
        return log, -psi_rise(b + u, a) * c * u / t - force

    def log_integrand(y: Floats) -> tuple[Floats, Floats]:
        x = _SUMMED * np.exp(y)
        log, slope = log_term(x)
        return log + y + np.log(_SUMMED), slope * x + 1

    renewals_ = np.arange(1.0, _SUMMED + 1)
    terms = np.exp(log_term(renewals_)[0])
    last, slope = terms[:, -1:], log_term(np.full_like(n, _SUMMED))[1]
    corrected = last * (-0.5 - slope / 12 + slope**3 / 720)
    # Without discounting the tail falls as a power of x, from where t^c exceeds b.
    power = a * c - 1
    falling = np.maximum(np.log(np.maximum(b ** (1 / c), n) / _SUMMED), 0) + 40 / power
    far = np.where(d > 0, np.log1p(60 / (force * _SUMMED)), np.minimum(falling, 600))
    tail = np.exp(log_integral(log_integrand, np.zeros(far.shape[0]), far[:, 0], points=_POINTS))
    beyond = np.where(d > 0, 0.0, np.exp(log_integrand(far)[0]) / power)
    return np.asarray(terms.sum(axis=1) + (corrected + beyond)[:, 0] + tail)


def _evaluate_log_likelihood(data: Renewals, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of a, b, c with its derivatives.

    A renewal is made with probability e^D, where D is what a period adds to the logarithm of the
    survival; so all derivatives follow from those of D.
    """
    a, b, c = parameters
    t = np.arange(data.due.size + 1.0)
    u = t**c
    logs = np.log(np.maximum(t, 1.0))  # of 1 in the place of 0, where u is 0 and stays so
    base, top = b + u, a + b + u
    in_u = -psi_rise(base, np.asarray(a))
    in_a = -special.psi(top)
    in_u_u = special.zeta(2.0, base) - special.zeta(2.0, top)
    in_a_a = -special.zeta(2.0, top)
    u_c, u_c_c = u * logs, u * logs**2
    step = np.diff(-log_gamma_rise(base, np.asarray(a)))
    first = np.diff(np.array([in_a, in_u, in_u * u_c]))
    second = np.diff(
        np.array(
            [
                [in_a_a, in_a_a, in_a_a * u_c],
                [in_a_a, in_u_u, in_u_u * u_c],
                [in_a_a * u_c, in_u_u * u_c, in_u_u * u_c**2 + in_u * u_c_c],
            ]
        )
    )
    odds = 1 / np.expm1(-step)
    slope = data.made - data.missed * odds
    value = data.made @ step + data.missed @ np.log(-np.expm1(step))
    hessian = second @ slope - (first * (data.missed * odds * (1 + odds))) @ first.T
    return LogLikelihood(float(value), first @ slope, hessian)


def _explain_divergence(logs: Floats) -> ClvError:
    """Return the error that says why a, b or c diverged."""
    if min(logs[:2]) > 4:
        return DomainError(
            "Customers do not differ in how likely they are to leave beyond what chance explains, "
            "so the model has no best value; use CLV_RETENTION with the mean retention rate."
        )
    return DomainError(
        "The survivors do not determine three parameters; use SBG_FIT, which has two, or cohorts "
        "that were observed for longer."
    )
