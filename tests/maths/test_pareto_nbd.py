"""The Pareto/NBD model against its papers, itself, its limits."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from scipy import special

from clv_xl.maths import pareto_nbd
from clv_xl.maths.pareto_nbd import ParetoNbd

CDNOW = ParetoNbd(0.553277, 10.57768, 0.60624, 11.6687)
WEEKS = (2, 30.43, 38.86)


# --- published ----------------------------------------------------------------------------------


def test_cdnow_gives_the_published_fit(cdnow):
    found = pareto_nbd.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert found.parameters == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=6e-4)
    assert found.parameters == pytest.approx((0.553277, 10.57768, 0.60624, 11.6687), rel=4e-6)
    assert found.standard_errors == pytest.approx((0.04763, 0.84272, 0.18728, 6.2111), rel=1e-4)
    assert found.log_likelihood == pytest.approx(-9594.9762, abs=5e-5)
    assert found.customers == 2357
    assert found.caveats == ()


def test_the_best_published_customer():
    history = 26, 30.86, 31
    assert pareto_nbd.expected_purchases(CDNOW, 52, *history) == pytest.approx(25.46, abs=5e-3)
    assert pareto_nbd.probability_alive(CDNOW, *history) == pytest.approx(0.9979, abs=5e-5)


def test_holdout_correlation_is_the_published_one(cdnow):
    predicted = pareto_nbd.expected_purchases(CDNOW, 39, cdnow.frequency, cdnow.recency, cdnow.age)
    assert np.corrcoef(predicted, cdnow.holdout_purchases)[0, 1] == pytest.approx(0.630, abs=5e-4)


# --- identities ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [CDNOW, CDNOW._replace(alpha=30.0), ParetoNbd(2, 9, 3, 9)])
def test_log_likelihood_is_the_published_difference_of_hypergeometric_functions(model):
    r, alpha, s, beta = map(mp.mpf, model)
    total = mp.mpf(0)
    for x, t_x, age in ((0, 0, 30), (3, 20, 39)):
        top, second = max(alpha, beta), s + 1 if alpha >= beta else r + x

        def at(t, x=x, top=top, second=second):
            z = abs(alpha - beta) / (top + t)
            return mp.hyp2f1(r + s + x, second, r + s + x + 1, z) / (top + t) ** (r + s + x)

        common = mp.gamma(r + x) * alpha**r * beta**s / mp.gamma(r)
        active = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s)
        total += mp.log(common * (active + s / (r + s + x) * (at(t_x) - at(age))))
    found = pareto_nbd.log_likelihood(model, [0, 3], [0, 20], [30, 39])
    assert found == pytest.approx(float(total), rel=1e-13)


def test_residual_is_the_published_form_with_tricomis_function():
    r, alpha, s, beta = CDNOW
    x, _, age = WEEKS
    d = 0.01
    z = d * (beta + age)
    tricomi = (beta + age) * z ** (s - 1) * special.hyperu(s, s, z)
    expected = pareto_nbd.probability_alive(CDNOW, *WEEKS) * (r + x) / (alpha + age) * tricomi
    found = pareto_nbd.discounted_residual_transactions(CDNOW, d, *WEEKS)
    assert found == pytest.approx(expected, rel=1e-9)


# --- limits and domain --------------------------------------------------------------------------


def test_without_dropout_it_is_the_nbd_model():
    model = CDNOW._replace(s=1e-12)
    r, alpha, _, _ = CDNOW
    x, t_x, age = np.array([0.0, 2.0]), np.array([0.0, 30.0]), np.array([39.0, 39.0])
    rate = (r + x) / (alpha + age)
    assert pareto_nbd.probability_alive(model, x, t_x, age) == pytest.approx(1, abs=1e-9)
    bought = pareto_nbd.expected_purchases(model, 39, x, t_x, age)
    assert bought == pytest.approx(39 * rate, rel=1e-9)
    nbd = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha / (alpha + age))
    nbd -= x * np.log(alpha + age)
    found = pareto_nbd.log_likelihood(model, x, t_x, age)
    assert found == pytest.approx(nbd.sum(), rel=1e-9)


def test_customers_who_bought_at_the_end_are_active():
    assert pareto_nbd.probability_alive(CDNOW, [1, 400], 39, 39).tolist() == [1, 1]


@pytest.mark.parametrize("s", [1 - 1e-9, 1.0, 1 + 1e-9])
def test_s_of_one_is_an_ordinary_value(s):
    r, alpha, _, beta = CDNOW
    model = CDNOW._replace(s=s)
    expected = r / alpha * beta * np.log1p(39 / beta)
    assert pareto_nbd.expected_purchases_new(model, 39) == pytest.approx(expected, rel=1e-8)


def test_equal_alpha_and_beta_are_ordinary_values():
    around = [
        pareto_nbd.probability_alive(ParetoNbd(0.5, 10, 0.6, beta), *WEEKS)
        for beta in (9.99, 10, 10.01)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-6)
