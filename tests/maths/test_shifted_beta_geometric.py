"""The shifted beta-geometric model against its papers, itself, its limits."""

from __future__ import annotations

import numpy as np
import pytest

from clv_xl.errors import ArgumentError, DomainError, NoAnswerError
from clv_xl.maths import shifted_beta_geometric as sbg
from clv_xl.maths.shifted_beta_geometric import ShiftedBetaGeometric

REGULAR = 10 * np.array(
    [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
)
HIGH_END = 10 * np.array(
    [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
)
MODEL = ShiftedBetaGeometric(3.80, 15.20)


# --- published ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survivors", "parameters", "log_likelihood"),
    [(REGULAR, (0.704, 1.182), -1680.2652), (HIGH_END, (0.668, 3.806), -1611.1581)],
)
def test_seven_years_give_the_published_fit(survivors, parameters, log_likelihood):
    found = sbg.fit(survivors[:8])
    assert found.parameters == pytest.approx(parameters, abs=5e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=5e-5)
    assert found.customers == 1000
    assert found.caveats == ()


@pytest.mark.parametrize("survivors", [REGULAR, HIGH_END])
def test_seven_years_predict_the_next_five(survivors):
    model = sbg.fit(survivors[:8]).parameters
    assert 1000 * sbg.survival(model, np.arange(8, 13)) == pytest.approx(survivors[8:], abs=20)


def test_residual_lifetimes_are_the_published_ones():
    before_renewal = 1.1 * sbg.residual_lifetime(MODEL, 0.1, np.arange(5))
    assert before_renewal == pytest.approx([3.31, 3.45, 3.59, 3.72, 3.84], abs=5e-3)


# --- identities ---------------------------------------------------------------------------------


def test_survival_is_the_product_of_the_retention_rates():
    rates = sbg.retention_rate(MODEL, np.arange(1, 40))
    assert sbg.survival(MODEL, np.arange(1, 40)) == pytest.approx(np.cumprod(rates), rel=1e-13)


@pytest.mark.parametrize("d", [0.02, 0.1, 1.0])
def test_residual_lifetime_is_the_sum_of_discounted_survival(d):
    t = np.arange(1, 3000)
    share = sbg.survival(MODEL, 4 + t) / sbg.survival(MODEL, 4)
    summed = share @ np.exp(-t * np.log1p(d))
    assert sbg.residual_lifetime(MODEL, d, 4) == pytest.approx(summed, rel=1e-9)
    assert sbg.residual_lifetime(MODEL, d, 4, timing=1) == pytest.approx(1 + summed, rel=1e-9)


def test_log_likelihood_of_the_fit_is_the_one_reported():
    found = sbg.fit(HIGH_END)
    again = sbg.log_likelihood(found.parameters, HIGH_END)
    assert again == pytest.approx(found.log_likelihood, rel=1e-13)


def test_per_cent_give_the_same_parameters_as_customers():
    of_hundred = sbg.fit(REGULAR / 10)
    assert of_hundred.parameters == pytest.approx(sbg.fit(REGULAR).parameters, rel=1e-9)
    assert "per cent" in of_hundred.caveats[0]
    assert "shares" in sbg.fit(REGULAR / 1000).caveats[0]


# --- limits and domain --------------------------------------------------------------------------


def test_undiscounted_lifetime_is_the_limit_of_a_small_discount_or_endless():
    closed = sbg.residual_lifetime(MODEL, 0.0, 2)
    assert closed == pytest.approx((15.2 + 2) / 2.8, rel=1e-14)
    assert sbg.residual_lifetime(MODEL, 1e-9, 2) == pytest.approx(closed, rel=1e-6)
    high_end = ShiftedBetaGeometric(0.668, 3.806)
    assert sbg.residual_lifetime(high_end, [0.0, 0.1]).tolist()[0] == np.inf
    assert np.isfinite(sbg.residual_lifetime(high_end, [0.0, 0.1])[1])


def test_many_alike_customers_are_retained_at_one_rate():
    alike = ShiftedBetaGeometric(2e6, 8e6)
    assert sbg.retention_rate(alike, [1, 9]) == pytest.approx([0.8, 0.8], rel=1e-5)
    assert sbg.residual_lifetime(alike, 0.1) == pytest.approx(0.8 / 0.3, rel=1e-5)


def test_all_customers_are_active_at_the_start():
    assert sbg.survival(MODEL, 0) == 1
    assert sbg.survival(MODEL, np.inf) == 0


@pytest.mark.parametrize(
    ("survivors", "error", "sentence"),
    [
        ([100, 90], ArgumentError, "at least three numbers"),
        ([], ArgumentError, "at least three numbers"),
        ([100, 90, 95], ArgumentError, "must not rise.* row 3"),
        ([100, 90, -5], ArgumentError, "0 or more; see row 3"),
        ([100, np.nan, 80, 70], ArgumentError, "see row 2"),
        ([[100, 90], [80, 70]], ArgumentError, "at least three numbers"),
        ([[100, 90], [80, 70], [70, 75]], ArgumentError, "must not rise.* row 3 of column 2"),
        ([[100, 90], [80, np.nan], [70, 75]], ArgumentError, "0 or more; see row 2 of column 2"),
        ([100, 100, 100, 100], NoAnswerError, "Nobody is seen to leave"),
        ([100, 0, 0], NoAnswerError, "Everybody left at the first renewal"),
        ([1000, 800, 640, 512], DomainError, "Retention does not rise"),
        ([1000, 900, 700, 300], DomainError, "Retention does not rise"),
        ([1000, 600, 600, 600], DomainError, "Retention jumps"),
    ],
)
def test_data_without_an_answer_get_a_sentence(survivors, error, sentence):
    with pytest.raises(error, match=sentence):
        sbg.fit(survivors)


def test_empty_cells_at_the_end_are_omitted():
    found = sbg.fit([*REGULAR, np.nan, np.nan])
    assert found.parameters == sbg.fit(REGULAR).parameters


def test_several_cohorts_are_fitted_as_all_their_renewals_together():
    young = [500, 330, 250, np.nan, np.nan]
    newest = [700, np.nan, np.nan, np.nan, np.nan]
    both = np.transpose([REGULAR[:5], young, newest])
    found = sbg.fit(both)
    assert found.customers == 1500
    assert found.caveats == ()
    # Independent: each renewal made or missed is a draw of its own.
    rates = sbg.retention_rate(found.parameters, [1, 2, 3, 4])
    made = np.array([631 + 330, 468 + 250, 382, 326])
    missed = np.array([369 + 170, 163 + 80, 86, 56])
    value = made @ np.log(rates) + missed @ np.log(1 - rates)
    assert found.log_likelihood == pytest.approx(value, rel=1e-12)
    assert sbg.log_likelihood(found.parameters, both) == pytest.approx(value, rel=1e-12)
    twice = sbg.fit(np.transpose([REGULAR, REGULAR]))
    assert twice.parameters == pytest.approx(sbg.fit(REGULAR).parameters, rel=1e-7)


def test_a_bad_element_is_nan_and_its_neighbours_are_not():
    assert np.isnan(sbg.survival(MODEL, [-1, 1, np.nan])).tolist() == [True, False, True]
    assert np.isnan(sbg.retention_rate(MODEL, [0, 1])).tolist() == [True, False]
    rates = sbg.residual_lifetime(MODEL, [-0.1, 0.1, np.nan, 0.1], [0, -1, 0, 0])
    assert np.isnan(rates).tolist() == [True, True, True, False]
    assert np.isnan(sbg.residual_lifetime(MODEL, 0.1, 0, [0, 1, 2])).tolist() == [0, 0, 1]
    assert np.isnan(sbg.residual_lifetime(MODEL._replace(alpha=-1), 0.1))


# --- shapes -------------------------------------------------------------------------------------


def test_discounts_and_renewals_make_a_table():
    found = sbg.residual_lifetime(MODEL, [[0.05], [0.1]], [[0, 1, 2]])
    assert found.shape == (2, 3)
    assert sbg.survival(MODEL, 3).shape == ()
    assert sbg.survival(MODEL, []).shape == (0,)
