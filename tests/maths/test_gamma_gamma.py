"""The Gamma-Gamma model against its paper, itself, its limits."""

from __future__ import annotations

import numpy as np
import pytest
from maths import simulated_customers as simulated
from scipy import integrate

from clv_xl.errors import ArgumentError, DomainError, NoAnswerError
from clv_xl.maths import gamma_gamma
from clv_xl.maths.gamma_gamma import GammaGamma

CDNOW = GammaGamma(6.2496, 3.7442, 15.4435)


# --- published ----------------------------------------------------------------------------------


def test_cdnow_gives_the_published_fit(cdnow):
    found = gamma_gamma.fit(cdnow.frequency, cdnow.monetary_value)
    assert found.parameters == pytest.approx((6.25, 3.74, 15.44), abs=6e-3)
    assert found.parameters == pytest.approx((6.2496, 3.7442, 15.4435), rel=1e-5)
    assert found.log_likelihood == pytest.approx(-4055.917695, abs=5e-7)
    assert found.customers == 946


def test_first_ten_customers_spend_as_published(cdnow):
    found = gamma_gamma.expected_spend(CDNOW, cdnow.frequency[:10], cdnow.monetary_value[:10])
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert found == pytest.approx(published, abs=0.011)


# --- identities ---------------------------------------------------------------------------------


def test_log_likelihood_is_a_density_of_the_mean_value():
    def density(m):
        return np.exp(gamma_gamma.log_likelihood(CDNOW, [3, 3], [m, 20.0]))

    area = integrate.quad(density, 1e-6, 20_000, limit=500, points=(5, 20, 100))[0]
    one = np.exp(gamma_gamma.log_likelihood(CDNOW, [3, 3], [20.0, 20.0]) / 2)
    assert area == pytest.approx(one, rel=1e-4)


def test_spend_is_a_weighted_mean_of_the_customers_own_and_of_all():
    p, q, _ = CDNOW
    everyone = gamma_gamma.expected_spend_new(CDNOW)
    weight = p * 4 / (p * 4 + q - 1)
    found = gamma_gamma.expected_spend(CDNOW, 4, 60.0)
    assert found == pytest.approx(weight * 60 + (1 - weight) * everyone, rel=1e-14)


def test_expectations_agree_with_simulation():
    rng = np.random.default_rng(5)
    frequency = rng.integers(1, 5, 100_000).astype(float)
    p, q, v = CDNOW
    rate = rng.gamma(q, 1 / v, frequency.size)
    mean = rng.gamma(p * frequency) / rate / frequency
    error = p / rate - gamma_gamma.expected_spend(CDNOW, frequency, mean)
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(error.size)


# --- limits and domain --------------------------------------------------------------------------


def test_spend_with_q_of_one_or_less_is_refused_with_the_reason():
    rng = np.random.default_rng(1)
    frequency = rng.integers(1, 20, 2000).astype(float)
    value = simulated.gamma_gamma(rng, (6.0, 0.7, 15.0), frequency)
    with pytest.raises(DomainError, match=r"Spend is so uneven .* use each customer's observed"):
        gamma_gamma.fit(frequency, value)


def test_an_infinite_mean_is_nan_never_negative():
    uneven = GammaGamma(6.0, 0.7, 15.0)
    assert np.isnan(gamma_gamma.expected_spend_new(uneven))
    found = gamma_gamma.expected_spend(uneven, [0, 1, 5], [0, 20.0, 20.0])
    assert np.isnan(found).tolist() == [True, False, False]
    assert (found[1:] > 0).all()


def test_equal_spend_is_refused():
    with pytest.raises(NoAnswerError, match="All customers spend practically the same"):
        gamma_gamma.fit([1, 2, 3, 4] * 20, [25.0] * 80)


def test_customers_that_do_not_differ_are_refused():
    rng = np.random.default_rng(1)
    frequency = rng.integers(1, 8, 400).astype(float)
    value = rng.gamma(4 * frequency) / frequency
    with pytest.raises(DomainError, match="mean spend does not differ"):
        gamma_gamma.fit(frequency, value)


def test_purchases_of_a_customer_that_do_not_differ_are_refused():
    with pytest.raises(DomainError, match="Each customer always spends practically the same"):
        gamma_gamma.fit([1, 2, 3, 5, 2, 4, 2], [20, 35, 48, 9, 30, 120, 7])


def test_data_without_repeat_purchases_are_refused():
    with pytest.raises(NoAnswerError, match="No customer has bought twice"):
        gamma_gamma.fit([0, 0, 0], [0, 0, 0])
    with pytest.raises(NoAnswerError, match="Fewer than two customers"):
        gamma_gamma.fit([0, 2, 3], [0, 9.0, 0])


def test_customers_without_repeat_purchase_or_value_are_omitted(cdnow):
    some = cdnow.frequency > 0
    found = gamma_gamma.fit(
        np.append(cdnow.frequency[some], [1, 2]), np.append(cdnow.monetary_value[some], [0, 0])
    )
    assert found.parameters == pytest.approx(CDNOW, rel=1e-5)
    assert found.customers == 946
    assert found.caveats == ("2 customers whose repeat purchases came to nothing were left out.",)


def test_a_negative_amount_is_named_by_its_row():
    with pytest.raises(ArgumentError, match="monetary_value must be 0 or more; see row 3"):
        gamma_gamma.fit([1, 2, 2], [5.0, 6.0, -7.0])
    with pytest.raises(ArgumentError, match=r"frequency must be a whole number.* see row 2"):
        gamma_gamma.fit([1, 2.5, 2], [5.0, 6.0, 7.0])


def test_a_bad_element_is_nan_and_its_neighbours_are_not():
    found = gamma_gamma.expected_spend(CDNOW, [0, -1, 2, 2, np.nan], [np.nan, 3, -3, 8, 1])
    assert np.isnan(found).tolist() == [False, True, True, False, True]
    assert np.isnan(gamma_gamma.expected_spend(CDNOW._replace(p=-1), 2, 8))


# --- shapes -------------------------------------------------------------------------------------


def test_frequencies_and_values_make_a_table():
    found = gamma_gamma.expected_spend(CDNOW, [[1], [5], [20]], [[10, 50]])
    assert found.shape == (3, 2)
    assert (np.diff(found[:, 0]) < 0).all()
    assert gamma_gamma.expected_spend(CDNOW, 2, 30.0).shape == ()
    assert gamma_gamma.expected_spend(CDNOW, [], []).shape == (0,)
