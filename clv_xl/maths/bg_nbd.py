"""The BG/NBD model: random purchases, possible dropout after each repeat purchase.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).

>>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
>>> probability_alive(model, frequency=0, recency=0, age=39).item()
1.0
>>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.226
"""

from __future__ import annotations

from functools import partial

from clv_xl.maths import beta_dropout, bg_nbd_customers, covariate_fit
from clv_xl.maths.fitted_models import BG_NBD, BgNbd

MODEL = beta_dropout.purchase_model(BgNbd._make, initial_dropout=False)

fit = MODEL.fit
fit_with_covariates = partial(
    covariate_fit.fit, BG_NBD, MODEL.fit_histories, bg_nbd_customers.log_likelihood_by_customer
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
