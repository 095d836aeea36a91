"""What the three models of repeat purchases have in common, one test for all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from maths import simulated_customers as simulated

from clv_xl.errors import ArgumentError
from clv_xl.maths import bg_nbd, mbg_nbd, pareto_nbd


class Case(NamedTuple):
    maths: Any
    fitted: tuple  # to the CDNOW sample, weeks
    active: tuple  # a customer base with many purchases and dropouts
    simulate: Any


CASES = [
    Case(
        bg_nbd,
        bg_nbd.BgNbd(0.2425945, 4.413602, 0.792922, 2.425907),
        bg_nbd.BgNbd(1.5, 6.0, 1.2, 2.5),
        simulated.bg_nbd,
    ),
    Case(
        mbg_nbd,
        mbg_nbd.MbgNbd(0.524843, 6.183085, 0.891359, 1.614002),
        mbg_nbd.MbgNbd(1.5, 6.0, 1.2, 2.5),
        simulated.mbg_nbd,
    ),
    Case(
        pareto_nbd,
        pareto_nbd.ParetoNbd(0.553277, 10.57768, 0.60624, 11.6687),
        pareto_nbd.ParetoNbd(1.5, 6.0, 1.7, 20.0),
        simulated.pareto_nbd,
    ),
]
WEEKS = (2, 30.43, 38.86)
pytestmark = pytest.mark.parametrize(
    "case", CASES, ids=[case.maths.__name__.rsplit(".", 1)[1] for case in CASES]
)


# --- identities ---------------------------------------------------------------------------------


def test_log_likelihood_of_the_fit_is_the_one_reported(case, cdnow):
    data = cdnow.frequency, cdnow.recency, cdnow.age
    found = case.maths.fit(*data)
    again = case.maths.log_likelihood(found.parameters, *data)
    assert again == pytest.approx(found.log_likelihood, rel=1e-12)


def test_no_other_parameters_near_the_fit_are_likelier(case, cdnow):
    data = cdnow.frequency, cdnow.recency, cdnow.age
    best = case.maths.fit(*data)
    for i in range(4):
        for factor in (0.999, 1.001):
            other = best.parameters._replace(
                **{best.parameters._fields[i]: best.parameters[i] * factor}
            )
            assert case.maths.log_likelihood(other, *data) < best.log_likelihood


@pytest.mark.parametrize("horizon", [0.5, 10.0, 80.0])
def test_purchase_probabilities_sum_to_one_and_have_the_expectation_as_mean(case, horizon):
    counts = np.arange(3000)
    probabilities = case.maths.purchase_probability(case.active, counts, horizon)
    assert (probabilities >= 0).all()
    assert probabilities.sum() == pytest.approx(1, abs=1e-11)
    expected = case.maths.expected_purchases_new(case.active, horizon)
    assert probabilities @ counts == pytest.approx(expected, rel=1e-10)


def test_a_horizon_of_zero_has_no_purchases(case):
    assert case.maths.expected_purchases_new(case.fitted, 0) == 0
    assert case.maths.expected_purchases(case.fitted, 0, *WEEKS) == 0
    assert case.maths.purchase_probability(case.fitted, [0, 1], 0)[1] == 0


def test_periods_add_up_to_the_horizon(case, cdnow):
    data = [column[:300, None] for column in cdnow[:3]]
    by_period = case.maths.expected_purchases_by_period(case.fitted, 520, *cdnow_part(cdnow, 300))
    assert by_period.shape == (300, 520)
    horizons = np.array([1, 52, 520])
    whole = case.maths.expected_purchases(case.fitted, horizons, *data)
    assert by_period.cumsum(axis=1)[:, horizons - 1] == pytest.approx(whole, rel=1e-10)


@pytest.mark.parametrize("parameter", [1e-2, 100.0])
def test_periods_add_up_for_extreme_parameters(case, parameter):
    for name in case.fitted._fields:
        model = case.fitted._replace(**{name: parameter})
        history = np.array([[1, 40, 9000]]).T, np.array([[3.0, 0.5, 100.0]]).T, 101.0
        whole = case.maths.expected_purchases(model, [10, 300], *history)
        parts = case.maths.expected_purchases_by_period(model, 300, *(np.ravel(v) for v in history))
        assert parts.cumsum(axis=1)[:, [9, 299]] == pytest.approx(whole, rel=1e-8, abs=1e-300)


def test_discounted_purchases_are_the_sum_over_periods(case):
    by_period = case.maths.expected_purchases_by_period(case.fitted, 100, *WEEKS)[0]
    expected = by_period @ 1.002 ** -np.arange(1.0, 101)
    found = case.maths.discounted_purchases(case.fitted, 100, *WEEKS, discount_rate=0.002)
    assert found == pytest.approx([expected], rel=1e-13)


def test_residual_agrees_with_the_sum_over_short_periods(case):
    d = 0.05
    times = np.linspace(0, 600, 60_001)
    bought = case.maths.expected_purchases(case.fitted, times, *WEEKS)
    middle = (times[1:] + times[:-1]) / 2
    summed = np.diff(bought) @ np.exp(-d * middle)
    found = case.maths.discounted_residual_transactions(case.fitted, d, *WEEKS)
    assert found == pytest.approx(summed, rel=1e-7)


def test_cohort_is_the_sum_of_its_customers(case, cdnow):
    first_purchases, times = cdnow.first_purchase[:200], np.arange(1, 79)
    found = case.maths.expected_purchases_of_cohort(case.fitted, first_purchases, times)
    ages = np.maximum(times[:, None] - first_purchases, 0)
    expected = case.maths.expected_purchases_new(case.fitted, ages).sum(axis=1)
    assert found == pytest.approx(expected, rel=1e-10)


def test_expectations_agree_with_simulation(case):
    rng = np.random.default_rng(11)
    age = np.full(100_000, 30.0)
    x, t_x, later = case.simulate(rng, case.active, age, 20.0)
    error = later - case.maths.expected_purchases(case.active, 20, x, t_x, age)
    for group in (x >= 0, x == 0, x >= 3):
        assert abs(error[group].mean()) < 3 * error[group].std() / np.sqrt(group.sum())
    new = x.mean() - case.maths.expected_purchases_new(case.active, 30)
    assert abs(new) < 3 * x.std() / np.sqrt(age.size)
    share = (x == 2).mean()
    probability = case.maths.purchase_probability(case.active, 2, 30)
    assert probability == pytest.approx(share, abs=3 * np.sqrt(share / age.size))


# --- limits and domain --------------------------------------------------------------------------


def test_a_bad_element_is_nan_and_its_neighbours_are_not(case):
    x = np.array([2, -1, 2, 2, np.nan, 0, 2, np.inf])
    t_x = np.array([30, 3, 41, -1, 3, 5, 30, 3])
    age = np.array([39, 39, 39, 39, 39, 39, np.inf, 39])
    alive = case.maths.probability_alive(case.fitted, x, t_x, age)
    bought = case.maths.expected_purchases(case.fitted, 10, x, t_x, age)
    residual = case.maths.discounted_residual_transactions(case.fitted, 0.1, x, t_x, age)
    periods = case.maths.expected_purchases_by_period(case.fitted, 60, x, t_x, age)[:, 0]
    for found in (alive, bought, residual, periods):
        assert np.isnan(found).tolist() == [False] + [True] * 7
    horizons = case.maths.expected_purchases(case.fitted, [-1, 1], *WEEKS)
    assert np.isnan(horizons).tolist() == [True, False]
    probabilities = case.maths.purchase_probability(case.fitted, [1.5, -1, 1], 9)
    assert np.isnan(probabilities).tolist() == [True, True, False]
    rates = case.maths.discounted_residual_transactions(case.fitted, [0, -1, 0.1], *WEEKS)
    assert np.isnan(rates).tolist() == [True, True, False]


@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf])
def test_parameters_outside_their_range_give_nan(case, bad):
    for name in case.fitted._fields:
        model = case.fitted._replace(**{name: bad})
        assert np.isnan(case.maths.probability_alive(model, *WEEKS)) or name == "r"
        assert np.isnan(case.maths.expected_purchases_new(model, 5))
        assert np.isnan(case.maths.purchase_probability(model, 1, 5))


def test_extreme_customers_have_finite_answers_that_are_not_negative(case):
    x = np.array([[1], [300], [5000], [20_000]])
    t_x = np.array([[0.0], [1e-6], [1.0], [729.999]])
    for found in (
        case.maths.probability_alive(case.fitted, x, t_x, [730, 5000]),
        case.maths.expected_purchases(case.fitted, [1e-9, 1e6], x, t_x, 730),
        case.maths.discounted_residual_transactions(case.fitted, [1e-9, 10], x, t_x, 730),
    ):
        assert np.isfinite(found).all()
        assert (found >= 0).all()


# --- shapes -------------------------------------------------------------------------------------


def test_horizons_and_customers_make_a_table(case):
    x, t_x = np.array([[0], [2], [9]]), np.array([[0], [30], [38]])
    found = case.maths.expected_purchases(case.fitted, [[4, 13, 26, 52]], x, t_x, 39)
    assert found.shape == (3, 4)
    one = case.maths.expected_purchases(case.fitted, 26, 2, 30, 39)
    assert found[1, 2] == pytest.approx(one, rel=1e-13)


def test_a_scalar_gives_a_scalar_and_an_empty_array_an_empty_one(case):
    assert case.maths.probability_alive(case.fitted, *WEEKS).shape == ()
    assert case.maths.expected_purchases(case.fitted, 4, [], [], []).shape == (0,)
    residual = case.maths.discounted_residual_transactions(case.fitted, 0.1, [], [], [])
    assert residual.shape == (0,)
    assert case.maths.expected_purchases_by_period(case.fitted, 3, [], [], []).shape == (0, 3)


def test_a_plain_tuple_serves_as_parameters(case):
    model = tuple(case.fitted)
    assert case.maths.expected_purchases(model, 4, *WEEKS) > 0
    named = case.maths.expected_purchases_of_cohort(case.fitted, [0, 3], [9, 78])
    assert (case.maths.expected_purchases_of_cohort(model, [0, 3], [9, 78]) == named).all()


def test_shapes_that_do_not_fit_are_refused(case):
    with pytest.raises(ArgumentError, match="do not fit together"):
        case.maths.probability_alive(case.fitted, [1, 2], [1, 2, 3], 39)
    with pytest.raises(ArgumentError, match="do not fit together"):
        case.maths.probability_alive(case.fitted, ["two"], [1], 39)
    with pytest.raises(ArgumentError, match="horizon must be a whole number"):
        case.maths.expected_purchases_by_period(case.fitted, 0, *WEEKS)
    with pytest.raises(ArgumentError, match="discount_rate must be above -1"):
        case.maths.discounted_purchases(case.fitted, 9, *WEEKS, discount_rate=-1)


def cdnow_part(cdnow, customers):
    return [column[:customers] for column in cdnow[:3]]
