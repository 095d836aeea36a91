"""The MBG/NBD model against published figures and its neighbour, the BG/NBD model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from clv_xl.maths import bg_nbd, mbg_nbd
from clv_xl.maths.mbg_nbd import MbgNbd

CDNOW = MbgNbd(0.524843, 6.183085, 0.891359, 1.614002)


# --- published ----------------------------------------------------------------------------------


def test_cdnow_gives_the_published_fit(cdnow):
    found = mbg_nbd.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert found.parameters == pytest.approx((0.525, 6.183, 0.891, 1.614), abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.1357, abs=5e-5)
    assert found.customers == 2357


# --- identities ---------------------------------------------------------------------------------


def test_log_likelihood_is_the_textbook_sum():
    r, alpha, a, b = CDNOW
    x, t_x, age = np.array([0.0, 3.0]), np.array([0.0, 20.0]), np.array([30.0, 39.0])
    common = special.gamma(r + x) * alpha**r / special.gamma(r) / special.beta(a, b)
    active = special.beta(a, b + x + 1) / (alpha + age) ** (r + x)
    dropout = special.beta(a + 1, b + x) / (alpha + t_x) ** (r + x)
    expected = np.log(common * (active + dropout)).sum()
    assert mbg_nbd.log_likelihood(CDNOW, x, t_x, age) == pytest.approx(expected, rel=1e-13)


def test_without_initial_dropout_a_customer_follows_the_bg_nbd_model():
    r, alpha, a, b = CDNOW
    bg_nbd_model = bg_nbd.BgNbd(r, alpha, a, b + 1)
    survival = b / (a + b)
    new = mbg_nbd.expected_purchases_new(CDNOW, [1, 30])
    assert new == pytest.approx(
        survival * bg_nbd.expected_purchases_new(bg_nbd_model, [1, 30]), rel=1e-13
    )
    history = [1, 7], [20, 37], 39
    same = bg_nbd.expected_purchases(bg_nbd_model, 12, *history)
    assert mbg_nbd.expected_purchases(CDNOW, 12, *history) == pytest.approx(same, rel=1e-13)


# --- limits and domain --------------------------------------------------------------------------


def test_customers_without_repeat_purchase_may_have_dropped_out():
    alive = mbg_nbd.probability_alive(CDNOW, 0, 0, [0, 4, 39, 1e6])
    _, _, a, b = CDNOW
    assert alive[0] == pytest.approx(b / (a + b), rel=1e-13)
    assert (np.diff(alive) < 0).all()
    assert alive[3] < 0.01


def test_without_dropout_it_is_the_bg_nbd_model():
    model = CDNOW._replace(a=1e-10)
    bg_nbd_model = bg_nbd.BgNbd(*model)
    history = [0, 1, 7], [0, 20, 37], 39
    same = bg_nbd.expected_purchases(bg_nbd_model, 12, *history)
    assert mbg_nbd.expected_purchases(model, 12, *history) == pytest.approx(same, rel=1e-8)
