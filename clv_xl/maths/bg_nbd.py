"""The BG/NBD model: random purchases, possible dropout after each repeat purchase.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).

>>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
>>> probability_alive(model, frequency=0, recency=0, age=39).item()
1.0
>>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
1.226
"""

from __future__ import annotations

from typing import NamedTuple

from clv_xl.maths import beta_dropout


class BgNbd(NamedTuple):
    """r, alpha: gamma distribution of purchase rates; a, b: beta of dropout probabilities."""

    r: float
    alpha: float
    a: float
    b: float


_MODEL = beta_dropout.purchase_model(BgNbd._make, initial_dropout=False)

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
