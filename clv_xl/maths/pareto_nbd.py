"""The Pareto/NBD model: random purchases, possible dropout at any time.

Schmittlein, Morrison & Colombo (1987), Counting Your Customers, Management Science 33(1).

>>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
>>> probability_alive(model, frequency=0, recency=0, age=39).round(3).item()
0.294
>>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.455
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clv_xl.maths import covariate_fit, pareto_nbd_forecast, pareto_nbd_likelihood
from clv_xl.maths.fitted_models import PARETO_NBD, ParetoNbd
from clv_xl.maths.purchase_model import PosteriorParameters, PurchaseModel

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats


def _posterior(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> PosteriorParameters:
    """Return the parameters of a customer with this history who is still active."""
    r, alpha, s, beta = parameters
    return r + x, alpha + age, s, beta + age


MODEL = PurchaseModel(
    ParetoNbd._make,
    fit_histories=pareto_nbd_likelihood.fit_histories,
    total_log_likelihood=pareto_nbd_likelihood.log_likelihood,
    log_odds_dropped_out=pareto_nbd_likelihood.log_odds_dropped_out,
    posterior=_posterior,
    purchases_while_alive=pareto_nbd_forecast.purchases_while_alive,
    at_least_while_alive=pareto_nbd_forecast.at_least_while_alive,
    is_cheap=True,
    discounted_while_alive=pareto_nbd_forecast.discounted_while_alive,
    count_probability=pareto_nbd_forecast.purchase_probability,
    time_parameter=ParetoNbd._fields.index("beta"),
)

fit = MODEL.fit
fit_with_covariates = partial(
    covariate_fit.fit,
    PARETO_NBD,
    MODEL.fit_histories,
    pareto_nbd_likelihood.log_likelihood_by_customer,
)
log_likelihood = MODEL.log_likelihood
probability_alive = MODEL.probability_alive
expected_purchases = MODEL.expected_purchases
expected_purchases_new = MODEL.expected_purchases_new
purchase_probability = MODEL.purchase_probability
discounted_residual_transactions = MODEL.discounted_residual_transactions
expected_purchases_by_period = MODEL.expected_purchases_by_period
discounted_purchases = MODEL.discounted_purchases
expected_purchases_of_cohort = MODEL.expected_purchases_of_cohort
probability_of_buying = MODEL.probability_of_buying
median_time_to_purchase = MODEL.median_time_to_purchase
future_purchases = MODEL.future_purchases
