"""What the BG/NBD and the MBG/NBD model have in common: beta-geometric dropout.

In both, an active customer buys at random at a gamma-distributed rate, and after a purchase drops
out for good with a beta-distributed probability. In the BG/NBD model this can happen after every
repeat purchase, in the MBG/NBD model after the first purchase as well: `initial_dropout`. In sums a
true `initial_dropout` counts as one more purchase after which the customer can drop out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.maths import beta_dropout_forecast, purchase_model_fit
from clv_xl.maths.fit_diagnostics import refuse_all_active
from clv_xl.maths.fitted_models import BG_NBD
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import LogLikelihood, Maximum
from clv_xl.maths.purchase_model import Parameters, PosteriorParameters, PurchaseModel
from clv_xl.maths.purchase_model_fit import FitData, fit_data, log_gamma_ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clv_xl.maths.arrays import Floats

_BLOCK = 8192  # fits the cache, and is too small for the linear algebra to start threads


def purchase_model(
    make: Callable[[Iterable[float]], Parameters], *, initial_dropout: bool
) -> PurchaseModel[Parameters]:
    """Return the functions of the BG/NBD or the MBG/NBD model.

    Parameters
    ----------
    make : function
        Builds the model's NamedTuple from r, alpha, a, b.
    initial_dropout : bool
        Whether customers can drop out after their first purchase: False for BG/NBD, True for
        MBG/NBD.

    Returns
    -------
    PurchaseModel

    Examples
    --------
    >>> one = np.ones(())
    >>> model = purchase_model(tuple, initial_dropout=True)
    >>> model.log_odds_dropped_out((one, one, one, one), 0 * one, 0 * one, one).item()
    0.6931471805599453
    """

    def log_odds_dropped_out(
        parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
    ) -> Floats:
        r, alpha, a, b = parameters
        no_dropout = x + initial_dropout == 0
        survivals = np.where(no_dropout, np.inf, b + x + (initial_dropout - 1))
        # log1p keeps the digits when the last purchase was a moment ago.
        return np.asarray(np.log(a / survivals) + (r + x) * np.log1p((age - t_x) / (alpha + t_x)))

    def posterior(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> PosteriorParameters:
        r, alpha, a, b = parameters
        return r + x, alpha + age, a, b + x + initial_dropout

    return PurchaseModel(
        make,
        fit_histories=lambda data: _fit_histories(data, initial_dropout),
        total_log_likelihood=lambda data, parameters: _log_likelihood(
            data, parameters, initial_dropout
        ),
        log_odds_dropped_out=log_odds_dropped_out,
        posterior=posterior,
        purchases_while_alive=beta_dropout_forecast.purchases_while_alive,
        at_least_while_alive=beta_dropout_forecast.at_least_while_alive,
        is_cheap=False,
        discounted_while_alive=beta_dropout_forecast.discounted_while_alive,
        count_probability=lambda parameters, purchases, horizon: (
            beta_dropout_forecast.purchase_probability(
                parameters, purchases, horizon, initial_dropout=initial_dropout
            )
        ),
        time_parameter=1,
    )


def _fit_histories(data: Histories, initial_dropout: bool) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r, alpha, a, b, and the caveats."""
    refuse_all_active(data, data.age > 0 if initial_dropout else data.frequency > 0)
    starts = (0.5, 0.8, 2.0), (0.2, 0.3, 1.0), (2.0, 2.0, 3.0)
    return purchase_model_fit.fit_histories(
        data,
        lambda part, parameters: _evaluate_log_likelihood(part, parameters, initial_dropout),
        starts,
        BG_NBD.names,
        BG_NBD.duration_indexes,
    )


def _log_likelihood(data: Histories, parameters: Floats, initial_dropout: bool) -> float:
    """Return the log-likelihood of r, alpha, a, b given the data."""
    with np.errstate(all="ignore"):
        return _evaluate_log_likelihood(fit_data(data), parameters, initial_dropout).value


def _evaluate_log_likelihood(
    data: FitData, parameters: Floats, initial_dropout: bool
) -> LogLikelihood:
    """Return the log-likelihood of r, alpha, a, b with its derivatives."""
    total = _frequency_terms(data.frequency, data.number, parameters, initial_dropout)
    for start in range(0, data.histories.number.size, _BLOCK):
        part = Histories(*(column[start : start + _BLOCK] for column in data.histories))
        total = total.plus(_time_terms(part, parameters, initial_dropout))
    return total


def _frequency_terms(
    x: Floats, n: Floats, parameters: Floats, initial_dropout: bool
) -> LogLikelihood:
    """Return the terms that depend on frequency alone: ratios of gamma functions."""
    r, alpha, a, b = parameters
    customers = n.sum()
    log_alpha = np.log(alpha)
    ratio_r, d_r, d_r_r = log_gamma_ratio(r, x, n)
    ratio_b, d_b, d_b_b = log_gamma_ratio(b, x + initial_dropout, n)
    ratio_ab, d_ab, d_ab_ab = log_gamma_ratio(a + b, x + initial_dropout, n)
    gradient = np.array([d_r + customers * log_alpha, customers * r / alpha, -d_ab, d_b - d_ab])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = d_r_r
    hessian[0, 1] = hessian[1, 0] = customers / alpha
    hessian[1, 1] = -customers * r / alpha**2
    hessian[2:, 2:] = -d_ab_ab
    hessian[3, 3] += d_b_b
    value = ratio_r + ratio_b - ratio_ab + customers * r * log_alpha
    return LogLikelihood(float(value), gradient, hessian)


def _time_terms(data: Histories, parameters: Floats, initial_dropout: bool) -> LogLikelihood:
    """Return the terms that depend on recency and age.

    With q the log-odds of dropout, they are -(r + x) log(alpha + T) + log(1 + exp q), which no
    frequency overflows.
    """
    r, alpha, a, b = parameters
    x, t_x, age, n = data
    shape = r + x
    at_recency, at_age = 1 / (alpha + t_x), 1 / (alpha + age)
    log_age = np.log(alpha + age)
    log_ratio = log_age - np.log(alpha + t_x)
    no_dropout = x + initial_dropout == 0
    survivals = np.where(no_dropout, 1.0, b + x + (initial_dropout - 1))
    q = np.where(no_dropout, -np.inf, np.log(a / survivals) + shape * log_ratio)
    small = np.exp(-np.abs(q))
    dropout = np.where(q > 0, 1.0, small) / (1 + small)
    value = n @ (np.maximum(q, 0) + np.log1p(small) - shape * log_age)

    # The first derivative of log_ratio in alpha; d_r_alpha is the mixed derivative by customer.
    d_log_ratio = at_age - at_recency
    n_dropout = n * dropout
    total_dropout = n_dropout.sum()
    d_r_alpha = n_dropout * d_log_ratio - n * at_age
    gradient = np.array(
        [
            n_dropout @ log_ratio - n @ log_age,
            shape @ d_r_alpha,
            total_dropout / a,
            -(n_dropout @ (1 / survivals)),
        ]
    )
    d_q = np.stack([log_ratio, shape * d_log_ratio, np.full_like(x, 1 / a), -1 / survivals])
    hessian = (d_q * (n_dropout * (1 - dropout))) @ d_q.T
    d_alpha_alpha = shape @ (n_dropout * (at_recency**2 - at_age**2) + n * at_age**2)
    hessian[0, 1] += d_r_alpha.sum()
    hessian[1, 0] += d_r_alpha.sum()
    hessian[1, 1] += d_alpha_alpha
    hessian[2, 2] -= total_dropout / a**2
    hessian[3, 3] += n_dropout @ (1 / survivals**2)
    return LogLikelihood(float(value), gradient, hessian)
