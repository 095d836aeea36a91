"""The NBD model: random purchases at rates that differ between customers, and no dropout.

Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1). It is the limit of the
models with dropout in which nobody leaves, so that their log-likelihoods can be compared.

>>> model = Nbd(0.385, 12.072)
>>> MODEL.probability_alive(model, frequency=0, recency=0, age=39).item()
1.0
>>> MODEL.expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.826
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.maths.distributions import log_negative_binomial, negative_binomial_at_least
from clv_xl.maths.fitted_models import NBD, Nbd
from clv_xl.maths.likelihood import LogLikelihood, Maximum
from clv_xl.maths.purchase_model import PosteriorParameters, PurchaseModel
from clv_xl.maths.purchase_model_fit import (
    FitData,
    fit_data,
    fit_histories,
    log_gamma_ratio,
    rate_error,
)

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.histories import Histories


def _fit_histories(data: Histories) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r and alpha, and the caveats."""
    return fit_histories(
        data,
        _evaluate_log_likelihood,
        [(0.5,), (0.2,), (2.0,)],
        NBD.names,
        NBD.duration_indexes,
        lambda logs: rate_error(float(logs[0])),
    )


def _log_likelihood(data: Histories, parameters: Floats) -> float:
    """Return the log-likelihood of r and alpha given the data."""
    return _evaluate_log_likelihood(fit_data(data), parameters).value


def _evaluate_log_likelihood(data: FitData, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of the purchase times, with its derivatives in r and alpha."""
    r, alpha = parameters
    x, _, age, n = data.histories
    customers, log_alpha, log_age = n.sum(), np.log(alpha), np.log(alpha + age)
    ratio, d_r, d_r_r = log_gamma_ratio(r, data.frequency, data.number)
    shape, at_age = r + x, 1 / (alpha + age)
    value = ratio + customers * r * log_alpha - n @ (shape * log_age)
    gradient = np.array(
        [
            d_r + customers * log_alpha - n @ log_age,
            customers * r / alpha - n @ (shape * at_age),
        ]
    )
    d_r_alpha = customers / alpha - n @ at_age
    d_alpha_alpha = n @ (shape * at_age**2) - customers * r / alpha**2
    hessian = np.array([[d_r_r, d_r_alpha], [d_r_alpha, d_alpha_alpha]])
    return LogLikelihood(float(value), gradient, hessian)


def _log_odds_dropped_out(
    _parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
) -> Floats:
    """Return log-odds of no dropout at all, NaN where the history is impossible."""
    return np.asarray(np.where(np.isnan(x + t_x + age), np.nan, -np.inf))


def _posterior(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> PosteriorParameters:
    """Return the gamma distribution of the rate; there are no parameters of dropout."""
    r, alpha = parameters
    none = np.zeros_like(x)
    return r + x, alpha + age, none, none


def _purchases(shape: Floats, rate: Floats, _: Floats, __: Floats, horizon: Floats) -> Floats:
    """Return the expected purchases within a horizon."""
    return np.asarray(shape / rate * horizon)


def _at_least(
    shape: Floats, rate: Floats, _: Floats, __: Floats, count: Floats, horizon: Floats
) -> Floats:
    """Return the probability of at least so many purchases within a horizon."""
    return negative_binomial_at_least(shape, rate, count, horizon)


def _discounted(shape: Floats, rate: Floats, _: Floats, __: Floats, discount: Floats) -> Floats:
    """Return all future purchases, discounted continuously."""
    return np.asarray(shape / rate / discount)


def _count_probability(
    parameters: tuple[Floats, ...], purchases: Floats, horizon: Floats
) -> Floats:
    """Return the negative binomial probability of a count."""
    r, alpha = parameters
    return np.asarray(np.exp(log_negative_binomial(r, alpha, purchases, horizon)))


MODEL = PurchaseModel(
    Nbd._make,
    fit_histories=_fit_histories,
    total_log_likelihood=_log_likelihood,
    log_odds_dropped_out=_log_odds_dropped_out,
    posterior=_posterior,
    purchases_while_alive=_purchases,
    at_least_while_alive=_at_least,
    is_cheap=True,
    discounted_while_alive=_discounted,
    count_probability=_count_probability,
    time_parameter=NBD.names.index("alpha"),
)

fit = MODEL.fit
log_likelihood = MODEL.log_likelihood
