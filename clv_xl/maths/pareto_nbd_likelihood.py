"""The likelihood of the Pareto/NBD model, with its derivatives.

A customer's likelihood has two parts: still active at the end, in closed form, and dropout at some
time between the last purchase and the end, an integral over that time. Its closed form, a
difference of hypergeometric functions, suffers from cancellation and overflow, so the integral is
computed by Gauss-Legendre quadrature in log(m + time), m the smaller of alpha and beta. In this
variable the integrand is log-concave and has no singularity nearer than pi, whatever the
parameters. All derivatives are means over the same points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.maths import purchase_model_fit
from clv_xl.maths.elementwise import apply_in_blocks
from clv_xl.maths.fit_diagnostics import refuse_all_active
from clv_xl.maths.fitted_models import PARETO_NBD
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import LogLikelihood, Maximum
from clv_xl.maths.purchase_model_fit import FitData, log_gamma_ratio
from clv_xl.maths.quadrature import legendre, log_integral

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Flags, Floats

_BLOCK = 1024
_FIT_POINTS = 20
_FIT_DEPTH = 30.0
_POINTS = 64


class _Integrand(NamedTuple):
    """The density of the dropout time over y = log((m + time)/(m + recency)), up to a factor."""

    first: Floats  # m + recency
    second: Floats  # M + recency, M the larger of alpha and beta
    power: Floats  # the exponent of the first, less one
    other: Floats  # the exponent of the second

    def at(self, y: Floats) -> tuple[Floats, Floats]:
        """Return its logarithm, 0 at y = 0, and the derivative."""
        later = self.first * np.exp(y)
        second = np.log1p(self.first * np.expm1(y) / self.second)
        share = later / (self.second - self.first + later)
        return -self.power * y - self.other * second, -self.power - self.other * share


def _integrand(
    shape: Floats, t_x: Floats, parameters: tuple[Floats, ...]
) -> tuple[_Integrand, Flags]:
    """Return (alpha + t)^-(r + x) (beta + t)^-(s + 1) as an integrand; whether alpha is smaller."""
    _, alpha, s, beta = parameters
    alpha_first = np.asarray(alpha <= beta)
    return _Integrand(
        np.minimum(alpha, beta) + t_x,
        np.maximum(alpha, beta) + t_x,
        np.where(alpha_first, shape - 1, s),
        np.where(alpha_first, s + 1, shape),
    ), alpha_first


@np.errstate(all="ignore")
def log_odds_dropped_out(
    parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
) -> Floats:
    """Return the log-odds that a customer dropped out by the end of observation.

    Parameters
    ----------
    parameters : tuple of float arrays
        r, alpha, s, beta.
    x, t_x, age : float array
        Frequency, recency, age; the durations in the period of alpha and beta.

    Returns
    -------
    float array of the broadcast shape; minus infinity where the last purchase was at the
    end, NaN where an argument is NaN.

    Examples
    --------
    >>> parameters = tuple(map(np.asarray, (0.55, 10.58, 0.61, 11.67)))
    >>> odds = np.exp(log_odds_dropped_out(parameters, *map(np.asarray, (26.0, 30.86, 31.0))))
    >>> round(1 / (1 + odds.item()), 4)
    0.9979
    """
    return apply_in_blocks(_log_odds, *parameters, x, t_x, age)


def _log_odds(
    r: Floats, alpha: Floats, s: Floats, beta: Floats, x: Floats, t_x: Floats, age: Floats
) -> Floats:
    """Return the log-odds of dropout for whole columns."""
    integrand, _ = _integrand(r + x, t_x, (r, alpha, s, beta))
    integrand = _Integrand(*(value[:, None] for value in integrand))
    span = np.log1p((age - t_x) / integrand.first[:, 0])
    return np.asarray(
        log_integral(integrand.at, np.zeros_like(span), span, points=_POINTS)
        + np.log(s * integrand.first[:, 0] / (beta + t_x))
        + (r + x) * np.log1p((age - t_x) / (alpha + t_x))
        + s * np.log1p((age - t_x) / (beta + t_x))
    )


def fit_histories(data: Histories) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r, alpha, s, beta, and the caveats.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Maximum, and the caveats as sentences.

    Raises
    ------
    NoAnswerError, DomainError
        The data determine no such parameters; the sentence says why.

    Examples
    --------
    >>> x, t_x = [0, 0, 1, 2, 3, 8, 1], [0, 0, 1, 3, 9, 9, 6]
    >>> data = Histories(*np.array([x, t_x, [10.0] * 7, [90, 9, 25, 15, 8, 5, 20]]))
    >>> fit_histories(data)[0].parameters.shape
    (4,)
    """
    refuse_all_active(data, data.age > 0)
    starts = (0.6, 0.6, 0.6), (0.3, 1.5, 1.5), (1.5, 0.3, 0.3)
    return purchase_model_fit.fit_histories(
        data, _evaluate_log_likelihood, starts, PARETO_NBD.names, PARETO_NBD.duration_indexes
    )


def log_likelihood(data: Histories, parameters: Floats) -> float:
    """Return the log-likelihood of r, alpha, s, beta given the data.

    Parameters
    ----------
    data : Histories
    parameters : float array (4,)

    Returns
    -------
    float, natural logarithm.

    Examples
    --------
    >>> no_repeat_purchase = Histories(*np.array([[0.0], [0.0], [10.0], [1.0]]))
    >>> round(log_likelihood(no_repeat_purchase, np.array([1.0, 10.0, 1.0, 10.0])), 9)
    -0.470003629
    """
    r, alpha, _, _ = parameters
    x, t_x, age, n = data
    parts = tuple(np.asarray(value) for value in parameters)
    with np.errstate(all="ignore"):
        odds = log_odds_dropped_out(parts, x, t_x, age)
        active = _log_active(parts, x, age)
        gammas = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        return float(n @ (gammas + active + np.logaddexp(0, odds)))


def _log_active(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> Floats:
    """Return the logarithm of (alpha + T)^-(r + x) (beta/(beta + T))^s."""
    r, alpha, s, beta = parameters
    return np.asarray(-(r + x) * np.log(alpha + age) - s * np.log1p(age / beta))


def _evaluate_log_likelihood(data: FitData, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of r, alpha, s, beta with its derivatives."""
    r, alpha, _, _ = parameters
    customers = float(data.number.sum())
    value, d_r, d_r_r = log_gamma_ratio(r, data.frequency, data.number)
    log_alpha = np.log(alpha)
    gradient = np.array([d_r + customers * log_alpha, customers * r / alpha, 0, 0])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = d_r_r
    hessian[0, 1] = hessian[1, 0] = customers / alpha
    hessian[1, 1] = -customers * r / alpha**2
    total = LogLikelihood(value + customers * r * log_alpha, gradient, hessian)
    for start in range(0, data.histories.number.size, _BLOCK):
        part = Histories(*(column[start : start + _BLOCK] for column in data.histories))
        total = total.plus(_time_terms(part, parameters))
    return total


class _Moments(NamedTuple):
    """Means over the dropout time of the quantities that the derivatives consist of.

    The four quantities are log(alpha + t), log(beta + t), 1/(alpha + t), 1/(beta + t). Of the
    logarithms those at the last purchase are subtracted, so that their variances do not cancel.
    """

    mean: Floats  # (4, n)
    product: Floats  # (4, 4, n)


def _time_terms(data: Histories, parameters: Floats) -> LogLikelihood:
    """Return the part of the log-likelihood that depends on time, with its derivatives."""
    value, gradient, hessian = _time_terms_by_customer(data, tuple(parameters))
    n = data.number
    return LogLikelihood(float(value @ n), gradient @ n, hessian @ n)


def log_likelihood_by_customer(
    data: Histories, parameters: tuple[Floats, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return each customer's log-likelihood with its derivatives, of parameters of their own.

    Parameters
    ----------
    data : Histories
        Their numbers of customers do not matter.
    parameters : tuple of float arrays (n,)
        r, alpha, s, beta.

    Returns
    -------
    float arrays (n,), (4, n) and (4, 4, n): the value, its gradient and its Hessian.

    Examples
    --------
    >>> history = Histories(*np.array([[0.0], [0.0], [10.0], [1.0]]))
    >>> one = np.ones(1)
    >>> log_likelihood_by_customer(history, (one, 10 * one, one, 10 * one))[0].round(9).tolist()
    [-0.470003629]
    """
    r, alpha, _, _ = parameters
    x = data.frequency
    value, gradient, hessian = _time_terms_by_customer(data, parameters)
    value += special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    gradient[0] += special.psi(r + x) - special.psi(r) + np.log(alpha)
    gradient[1] += r / alpha
    hessian[0, 0] += special.zeta(2.0, r + x) - special.zeta(2.0, r)
    hessian[0, 1] += 1 / alpha
    hessian[1, 0] += 1 / alpha
    hessian[1, 1] -= r / alpha**2
    return value, gradient, hessian


def _time_terms_by_customer(
    data: Histories, parameters: tuple[Floats, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return the part of each customer's log-likelihood that depends on time."""
    r, alpha, s, beta = parameters
    x, t_x, age, _ = data
    shape = r + x
    log_dropout, moments = _dropout_moments(shape, t_x, age, parameters)
    active = _log_active(parameters, x, age)
    odds = log_dropout - active
    dropout = special.expit(odds)
    value = active + np.logaddexp(0, odds)

    ends = np.stack(
        [
            np.log1p((age - t_x) / (alpha + t_x)),
            np.log1p((age - t_x) / (beta + t_x)),
            1 / (alpha + age),
            1 / (beta + age),
        ]
    )
    # The gradients of the logarithm of either part are linear in the four quantities.
    start_alpha, start_beta = np.log(alpha + t_x), np.log(beta + t_x)
    log_survival = np.log(beta) - start_beta

    def slopes(quantities: Floats, power: Floats, extra: Floats | float) -> Floats:
        return np.stack(
            [
                -quantities[0] - start_alpha,
                -shape * quantities[2],
                log_survival - quantities[1] + extra,
                s / beta - power * quantities[3],
            ]
        )

    active_slope = slopes(ends, s, 0.0)
    dropout_slope = slopes(moments.mean, s + 1, 1 / s)
    gradient = active_slope + dropout * (dropout_slope - active_slope)

    # Hessian: the mean Hessian of the two parts, and the variance of the gradients over both.
    one = np.ones_like(x)
    weight = np.stack([-one, -shape, -one, -(s + 1) * one])
    order = [0, 2, 1, 3]
    spread = moments.product[np.ix_(order, order)] - _outer(
        moments.mean[order], moments.mean[order]
    )
    hessian = _outer(weight, weight) * spread * dropout
    hessian += _outer(dropout_slope - active_slope, dropout_slope - active_slope) * (
        dropout * (1 - dropout)
    )
    _add_mean_hessian(hessian, shape, parameters, dropout, ends, moments)
    return value, gradient, hessian


def _add_mean_hessian(
    hessian: Floats,
    shape: Floats,
    parameters: tuple[Floats, ...],
    dropout: Floats,
    ends: Floats,
    moments: _Moments,
) -> None:
    """Add the mean Hessian of the two parts; `dropout` is the probability of the second."""
    _, _, s, beta = parameters
    active = 1 - dropout
    inverse_alpha = active * ends[2] + dropout * moments.mean[2]
    inverse_beta = 1 / beta - (active * ends[3] + dropout * moments.mean[3])
    square_alpha = active * ends[2] ** 2 + dropout * moments.product[2, 2]
    square_beta = s * active * ends[3] ** 2 + (s + 1) * dropout * moments.product[3, 3]
    hessian[0, 1] -= inverse_alpha
    hessian[1, 0] -= inverse_alpha
    hessian[1, 1] += shape * square_alpha
    hessian[2, 2] -= dropout / s**2
    hessian[2, 3] += inverse_beta
    hessian[3, 2] += inverse_beta
    hessian[3, 3] += square_beta - s / beta**2


def _outer(one: Floats, other: Floats) -> Floats:
    """Return the outer products (4, 4, n) of columns (4, n)."""
    return one[:, None] * other[None, :]


def _dropout_moments(
    shape: Floats, t_x: Floats, age: Floats, parameters: tuple[Floats, ...]
) -> tuple[Floats, _Moments]:
    """Return the logarithm of the integral over the dropout time, and the means over it."""
    _, alpha, s, beta = parameters
    integrand, alpha_first = _integrand(shape, t_x, parameters)
    span = np.log1p((age - t_x) / integrand.first)
    columns = _Integrand(*(np.reshape(np.broadcast_to(v, t_x.shape), (-1, 1)) for v in integrand))
    y, widths = _fit_points(columns, span)
    time = columns.first * np.expm1(y)
    second = np.log1p(time / columns.second)
    density = np.exp(-columns.power * y - columns.other * second)
    density *= widths
    area = density.sum(axis=1)
    density /= np.maximum(area, 1e-300)[:, None]
    if alpha_first.ndim:  # each customer has parameters of their own
        rates, first = (alpha[:, None], beta[:, None]), alpha_first[:, None]
        logs = np.where(first, y, second), np.where(first, second, y)
    else:
        rates, logs = (alpha, beta), (y, second) if alpha_first else (second, y)
    time += t_x[:, None]
    quantities = (*logs, *(1 / (time + rate) for rate in rates))
    mean = np.empty((4, t_x.size))
    product = np.empty((4, 4, t_x.size))
    for i, one in enumerate(quantities):
        weighted = one * density
        mean[i] = weighted.sum(axis=1)
        for j in range(i, 4):
            product[i, j] = product[j, i] = np.einsum("nk,nk->n", weighted, quantities[j])
    with np.errstate(divide="ignore"):
        log_area = np.log(area * s * integrand.first) - shape * np.log(alpha + t_x)
    log_area += s * np.log(beta) - (s + 1) * np.log(beta + t_x)
    return log_area, _Moments(mean, product)


def _fit_points(integrand: _Integrand, span: Floats) -> tuple[Floats, Floats]:
    """Return points and weights from the last purchase to where the integrand is negligible."""
    last = span[:, None]
    for _ in range(3):
        log, slope = integrand.at(last)
        last = np.where(log < -_FIT_DEPTH, last - (log + _FIT_DEPTH) / slope, last)
    nodes, weights = legendre(_FIT_POINTS)
    y = last * ((nodes + 1) / 2)
    return y, weights * (last / 2)
