"""The Pareto/NBD model: customers buy at random, and may leave for good at any time.

Schmittlein, Morrison & Colombo (1987), Counting Your Customers, Management Science 33(1).

>>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
>>> probability_alive(model, frequency=0, recency=0, age=39).round(3).item()
0.294
>>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.455
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.maths import pareto_forecast, pareto_likelihood
from clv_xl.maths.fitted_models import ParetoNbd
from clv_xl.maths.purchase_model import Four, PurchaseModel

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats


def _updated(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> Four:
    """Return the parameters of a customer with this past who is active now."""
    r, alpha, s, beta = parameters
    return r + x, alpha + age, s, beta + age


MODEL = PurchaseModel(
    ParetoNbd._make,
    fitted=pareto_likelihood.fitted,
    likelihood=pareto_likelihood.log_likelihood,
    log_odds_left=pareto_likelihood.log_odds_left,
    updated=_updated,
    while_alive=pareto_forecast.purchases_while_alive,
    quick=True,
    discounted_while_alive=pareto_forecast.discounted_while_alive,
    chance=pareto_forecast.purchase_probability,
    time_scale=ParetoNbd._fields.index("beta"),
)

fit = MODEL.fit
log_likelihood = MODEL.log_likelihood
probability_alive = MODEL.probability_alive
expected_purchases = MODEL.expected_purchases
expected_purchases_new = MODEL.expected_purchases_new
purchase_probability = MODEL.purchase_probability
discounted_residual_transactions = MODEL.discounted_residual_transactions
expected_purchases_by_period = MODEL.expected_purchases_by_period
discounted_purchases = MODEL.discounted_purchases
expected_purchases_of_cohort = MODEL.expected_purchases_of_cohort
