"""The BG/BB model against its paper, itself, its limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from maths import simulated_customers as simulated

from clv_xl.errors import ArgumentError, DomainError, NoAnswerError
from clv_xl.maths import beta_geometric_bernoulli as bgbb
from clv_xl.maths.beta_geometric_bernoulli import BetaGeometricBernoulli

DONATIONS = BetaGeometricBernoulli(1.2035, 0.7497, 0.6567, 2.7834)


# --- published ----------------------------------------------------------------------------------


def test_donations_give_the_published_fit(donations):
    found = bgbb.fit(*donations)
    assert found.parameters == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=6e-4)
    assert found.log_likelihood == pytest.approx(-33225.58127, abs=5e-6)
    assert found.customers == 11_104
    assert found.caveats == ()


def test_donors_are_active_and_give_as_published(donations):
    x, t_x, n, customers = donations
    model = bgbb.fit(*donations).parameters
    alive = bgbb.probability_alive(model, [0, 2, 6], [0, 4, 6], 6)
    assert alive == pytest.approx([0.11, 0.59, 0.93], abs=5e-3)
    total = bgbb.expected_purchases(model, 5, x, t_x, n) @ customers
    assert total == pytest.approx(12_884.2, abs=0.05)


# --- identities ---------------------------------------------------------------------------------


def test_all_histories_together_are_certain():
    likelihood = 0.0
    for history in itertools.product((0, 1), repeat=5):
        x = sum(history)
        t_x = max((i + 1 for i in range(5) if history[i]), default=0)
        # A fit needs two customers: the other had two occasions and gave at the first.
        likelihood += np.exp(bgbb.log_likelihood(DONATIONS, [x, 1], [t_x, 1], [5, 2]))
    gave = bgbb.expected_purchases_new(DONATIONS, 1)
    gave_then_not = gave - np.exp(bgbb.log_likelihood(DONATIONS, [2, 0], [2, 0], [2, 1])) / (
        1 - gave
    )
    assert likelihood == pytest.approx(gave_then_not, rel=1e-12)


def test_counted_customers_are_the_same_as_listed_ones(donations):
    x, t_x, n, customers = donations
    few = np.maximum(customers // 50, 1).astype(int)
    listed = bgbb.fit(np.repeat(x, few), np.repeat(t_x, few), np.repeat(n, few))
    counted = bgbb.fit(x, t_x, n, few)
    assert listed.parameters == pytest.approx(counted.parameters, rel=1e-9)
    assert listed.customers == counted.customers


def test_expectations_add_up_occasion_by_occasion():
    history = [1, 3], [2, 6], 6
    by_occasion = np.diff(
        bgbb.expected_purchases(DONATIONS, np.arange(5)[:, None], *history), axis=0
    )
    alpha, beta, _, _ = DONATIONS
    alive = bgbb.probability_alive(DONATIONS, *history)
    buys = (alpha + np.array(history[0])) / (alpha + beta + 6)
    assert by_occasion[0] == pytest.approx(alive * buys, rel=1e-12)


def test_expectations_agree_with_simulation():
    rng = np.random.default_rng(3)
    n = np.full(100_000, 6.0)
    x, t_x, later = simulated.beta_geometric_bernoulli(rng, DONATIONS, n, 5)
    error = later - bgbb.expected_purchases(DONATIONS, 5, x, t_x, n)
    for group in (x >= 0, x == 0, x >= 3):
        assert abs(error[group].mean()) < 3 * error[group].std() / np.sqrt(group.sum())
    new = x.mean() - bgbb.expected_purchases_new(DONATIONS, 6)
    assert abs(new) < 3 * x.std() / np.sqrt(n.size)


# --- limits and domain --------------------------------------------------------------------------


def test_without_dropout_all_occasions_are_alike():
    alpha, beta, _, _ = DONATIONS
    model = DONATIONS._replace(gamma=1e-12)
    rate = (alpha + 2) / (alpha + beta + 6)
    found = bgbb.expected_purchases(model, [1, 10], 2, 4, 6)
    assert found == pytest.approx([rate, 10 * rate], rel=1e-9)


@pytest.mark.parametrize("gamma", [1 - 1e-3, 1 - 1e-9, 1.0, 1 + 1e-9, 1 + 1e-3])
def test_gamma_of_one_is_an_ordinary_value(gamma):
    found = bgbb.expected_purchases_new(DONATIONS._replace(gamma=gamma), 300)
    k = np.arange(1, 301)
    delta = DONATIONS.delta
    survival = np.cumprod((delta + k - 1) / (gamma + delta + k - 1))
    alpha, beta, _, _ = DONATIONS
    assert found == pytest.approx(alpha / (alpha + beta) * survival.sum(), rel=1e-11)


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (([], [], []), ArgumentError, "There are no customers"),
        (([1], [1], [2]), NoAnswerError, "One customer is not enough"),
        (([0, 0], [0, 0], [5, 6]), NoAnswerError, "No customer has bought twice"),
        (([1, 1], [1, 1], [5, 5]), NoAnswerError, "All customers have the same history"),
        (([1, 5], [5, 5], [5, 5]), NoAnswerError, "Nobody is seen to leave"),
        (([0, 0], [0, 0], [0, 0]), ArgumentError, "There was no occasion"),
        (([1, 1], [1, 6], [5, 5]), ArgumentError, "recency must not be larger.* row 2"),
        (([1, 3], [1, 2], [5, 5]), ArgumentError, "frequency must not be larger.* row 2"),
        (([0, 1], [1, 1], [5, 5]), ArgumentError, "recency must be 0 where frequency is 0"),
        (([1, 1.5], [1, 2], [5, 5]), ArgumentError, "frequency must be a whole number.* row 2"),
        (([1, 1], [1, 2], [5]), ArgumentError, "same number of rows"),
        (([1, np.nan], [1, 2], [5, 5]), ArgumentError, "frequency has no number in row 2"),
    ],
)
def test_data_without_an_answer_get_a_sentence(data, error, sentence):
    with pytest.raises(error, match=sentence):
        bgbb.fit(*data)


def test_customers_who_do_not_differ_are_recognised():
    rng = np.random.default_rng(2)
    alike = np.full(3000, 8.0)
    x, t_x, _ = simulated.beta_geometric_bernoulli(rng, (1e5, 1e5, 1e4, 9e4), alike)
    with pytest.raises(DomainError, match="do not differ in how readily they leave"):
        bgbb.fit(x, t_x, alike)


def test_a_bad_element_is_nan_and_its_neighbours_are_not():
    x = [2, -1, 3, 2, 1.5, 0, np.nan]
    t_x = [4, 3, 2, 9, 3, 1, 3]
    alive = bgbb.probability_alive(DONATIONS, x, t_x, 6)
    bought = bgbb.expected_purchases(DONATIONS, 5, x, t_x, 6)
    for found in (alive, bought):
        assert np.isnan(found).tolist() == [False] + [True] * 6
    horizons = bgbb.expected_purchases(DONATIONS, [-1, 1.5, 0, 1], 2, 4, 6)
    assert np.isnan(horizons).tolist() == [True, True, False, False]
    assert horizons[2] == 0
    assert np.isnan(bgbb.probability_alive(DONATIONS._replace(delta=0), 2, 4, 6))


# --- shapes -------------------------------------------------------------------------------------


def test_horizons_and_donors_make_a_table():
    found = bgbb.expected_purchases(DONATIONS, [[1, 5, 10]], [[0], [2]], [[0], [4]], 6)
    assert found.shape == (2, 3)
    assert bgbb.probability_alive(DONATIONS, 2, 4, 6).shape == ()
    assert bgbb.probability_alive(DONATIONS, [], [], []).shape == (0,)
