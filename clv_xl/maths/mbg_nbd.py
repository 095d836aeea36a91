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

from typing import NamedTuple

from clv_xl.maths import beta_dropout


class MbgNbd(NamedTuple):
    """r, alpha: gamma distribution of purchase rates; a, b: beta of dropout probabilities."""

    r: float
    alpha: float
    a: float
    b: float


_MODEL = beta_dropout.purchase_model(MbgNbd._make, initial_dropout=True)

fit = _MODEL.fit
log_likelihood = _MODEL.log_likelihood
probability_alive = _MODEL.probability_alive
expected_purchases = _MODEL.expected_purchases
expected_purchases_new = _MODEL.expected_purchases_new
purchase_probability = _MODEL.purchase_probability
discounted_residual_transactions = _MODEL.discounted_residual_transactions
expected_purchases_by_period = _MODEL.expected_purchases_by_period
discounted_purchases = _MODEL.discounted_purchases
expected_purchases_of_cohort = _MODEL.expected_purchases_of_cohort
