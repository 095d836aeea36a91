"""The MBG/NBD model: as BG/NBD, with possible dropout after the first purchase too.

Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3).
Hoppe & Wagner (2007), Marketing - Journal of Research and Management 3(2).

>>> model = MbgNbd(0.525, 6.183, 0.891, 1.614)
>>> probability_alive(model, frequency=0, recency=0, age=39).round(3).item()
0.389
>>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.263
"""

from __future__ import annotations

from clv_xl.maths import beta_dropout
from clv_xl.maths.fitted_models import MbgNbd

MODEL = beta_dropout.purchase_model(MbgNbd._make, initial_dropout=True)

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
probability_of_buying = MODEL.probability_of_buying
median_time_to_purchase = MODEL.median_time_to_purchase
future_purchases = MODEL.future_purchases
