"""The BG/NBD model against its papers, itself, its limits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy import special

from clv_xl.maths import bg_nbd
from clv_xl.maths.bg_nbd import BgNbd

CDNOW = BgNbd(0.2425945, 4.413602, 0.792922, 2.425907)
WEEKS = (2, 30.43, 38.86)


# --- published ----------------------------------------------------------------------------------


def test_cdnow_gives_the_published_fit(cdnow):
    found = bg_nbd.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    assert found.parameters == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=5e-4)
    assert found.parameters == pytest.approx((0.2425945, 4.413602, 0.792922, 2.425907), rel=1e-6)
    assert found.standard_errors == pytest.approx(
        (0.012557, 0.378224, 0.185734, 0.705414), rel=1e-4
    )
    assert found.log_likelihood == pytest.approx(-9582.4292, abs=5e-5)
    assert found.customers == 2357
    assert found.caveats == ()


def test_new_customers_buy_as_published():
    expected = bg_nbd.expected_purchases_new(CDNOW, [1, 3, 32, 78])
    assert expected == pytest.approx([0.0532, 0.1506, 1.0437, 1.8576], abs=4e-4)
    assert expected[:3] == pytest.approx([0.0532, 0.1506, 1.0437], abs=5e-5)


def test_the_published_customer_buys_1_226_in_39_weeks():
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert bg_nbd.expected_purchases(model, 39, *WEEKS) == pytest.approx(1.226, abs=5e-4)


def test_holdout_correlation_is_the_published_one(cdnow):
    predicted = bg_nbd.expected_purchases(CDNOW, 39, cdnow.frequency, cdnow.recency, cdnow.age)
    assert np.corrcoef(predicted, cdnow.holdout_purchases)[0, 1] == pytest.approx(0.626, abs=5e-4)


# --- identities ---------------------------------------------------------------------------------


def test_log_likelihood_is_the_textbook_sum():
    r, alpha, a, b = CDNOW
    x, t_x, age = np.array([0.0, 3.0]), np.array([0.0, 20.0]), np.array([30.0, 39.0])
    common = special.gamma(r + x) * alpha**r / special.gamma(r) / special.beta(a, b)
    active = special.beta(a, b + x) / (alpha + age) ** (r + x)
    dropout = np.where(x > 0, special.beta(a + 1, b + x - 1) / (alpha + t_x) ** (r + x), 0)
    expected = np.log(common * (active + dropout)).sum()
    assert bg_nbd.log_likelihood(CDNOW, x, t_x, age) == pytest.approx(expected, rel=1e-13)


# --- limits and domain --------------------------------------------------------------------------


def test_without_dropout_it_is_the_nbd_model():
    model = CDNOW._replace(a=1e-10)
    r, alpha, _, _ = CDNOW
    x, _, age = WEEKS
    rate = (r + x) / (alpha + age)
    assert bg_nbd.probability_alive(model, *WEEKS) == pytest.approx(1, abs=1e-9)
    assert bg_nbd.expected_purchases(model, 39, *WEEKS) == pytest.approx(39 * rate, rel=1e-8)
    residual = bg_nbd.discounted_residual_transactions(model, 0.01, *WEEKS)
    assert residual == pytest.approx(rate / 0.01, rel=1e-8)


def test_without_repeat_purchase_the_customer_is_active():
    assert bg_nbd.probability_alive(CDNOW, 0, 0, [0, 39, 1e6]).tolist() == [1, 1, 1]


def test_after_a_purchase_on_the_last_day_there_is_one_dropout_opportunity():
    _, _, a, b = CDNOW
    alive = bg_nbd.probability_alive(CDNOW, 5, 39, 39)
    assert alive == pytest.approx((b + 4) / (a + b + 4), rel=1e-14)


@pytest.mark.parametrize("a", [1 - 2e-4, 1 - 1e-9, 1.0, 1 + 1e-9, 1 + 2e-4])
def test_a_of_one_is_an_ordinary_value(a):
    model = BgNbd(0.243, 4.414, a, 2.426)
    low, here, high = (
        bg_nbd.expected_purchases(model._replace(a=v), 39, *WEEKS) for v in (0.999, a, 1.001)
    )
    assert here == pytest.approx(1.1021368 + (a - 1) * (high - low) / 0.002, abs=5e-8)


def test_wholesalers_with_twenty_thousand_purchases_have_an_answer():
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    found = bg_nbd.expected_purchases(model, 365, 20_000, 730, 730)
    assert found == pytest.approx(8415.61, abs=0.006)
    dropped_out = bg_nbd.expected_purchases(model, 39, 300, 1, 5000)
    assert dropped_out == 0


def test_a_tiny_horizon_gives_purchases_in_proportion():
    rate = bg_nbd.expected_purchases(CDNOW, 1e-3, *WEEKS) / 1e-3
    for t in (1e-8, 1e-12):
        assert bg_nbd.expected_purchases(CDNOW, t, *WEEKS) / t == pytest.approx(rate, rel=1e-4)
    tiny = bg_nbd.expected_purchases(CDNOW, [1e-12, 1e-8], *WEEKS)
    assert tiny[0] / 1e-12 == pytest.approx(tiny[1] / 1e-8, rel=1e-9)


@pytest.mark.parametrize("horizon", [1e-5, 0.00126, 0.03, 0.3, 1.0, 4.0])
@pytest.mark.parametrize(("r", "a", "b"), [(0.016, 3.89, 43.8), (0.1, 1.06, 130.0), (9.0, 0.3, 1)])
def test_short_horizons_keep_their_digits(r, a, b, horizon):
    """Of a new customer: the integral over the dropout probability p of (1 - (1 + p t)^-r) / p."""

    def expected(p):
        return -mpmath.expm1(-r * mpmath.log1p(p * mpmath.mpf(horizon) / 64.8)) / p

    def density(p):
        return p ** (a - 1) * (1 - p) ** (b - 1) / mpmath.beta(a, b)

    with mpmath.workdps(30):
        exact = mpmath.quad(
            lambda p: expected(p) * density(p), [0, 1e-9, 1e-4, 0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 1]
        )
    found = bg_nbd.expected_purchases_new(BgNbd(r, 64.8, a, b), horizon)
    assert found == pytest.approx(float(exact), rel=2e-9)
