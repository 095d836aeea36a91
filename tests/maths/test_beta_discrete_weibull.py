"""The beta-discrete-Weibull model against its paper, mpmath, the case c = 1, its limits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from clv_xl.errors import ArgumentError, DomainError, NoAnswerError
from clv_xl.maths import beta_discrete_weibull as bdw
from clv_xl.maths import shifted_beta_geometric as sbg
from clv_xl.maths.distributions import log_gamma_rise, psi_rise
from clv_xl.maths.fitted_models import BetaDiscreteWeibull, ShiftedBetaGeometric

REGULAR = 10 * np.array(
    [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
)
HIGH_END = 10 * np.array(
    [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
)
MODEL = BetaDiscreteWeibull(0.259, 1.723, 1.584)
positive = st.floats(0.05, 20)


# --- published ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survivors", "parameters", "log_likelihood", "left", "error", "payments"),
    [
        (REGULAR, (0.523029, 0.894283, 1.196399), -1401.383052, 0.1714, 0.0131, 3.6916),
        (HIGH_END, (0.259336, 1.722551, 1.584362), -1222.749318, 0.3889, 0.0168, 5.9943),
    ],
)
def test_four_years_predict_the_next_eight(
    survivors, parameters, log_likelihood, left, error, payments
):
    found = bdw.fit(survivors[:5])
    assert found.parameters == pytest.approx(parameters, abs=1e-6)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-6)
    assert bdw.survival(found.parameters, 12) == pytest.approx(left, abs=5e-5)
    later = 1000 * bdw.survival(found.parameters, np.arange(5, 13))
    assert np.abs(later / survivors[5:] - 1).mean() == pytest.approx(error, abs=5e-5)
    lifetime = bdw.residual_lifetime(found.parameters, 0.1, timing=1)
    assert lifetime == pytest.approx(payments, abs=5e-5)


@pytest.mark.parametrize(
    ("survivors", "log_likelihood", "left", "error", "payments"),
    [
        (REGULAR, -1401.559424, 0.1595, 0.0540, 3.6211),
        (HIGH_END, -1225.134907, 0.3070, 0.1321, 5.4638),
    ],
)
def test_the_shifted_beta_geometric_predicts_worse(
    survivors, log_likelihood, left, error, payments
):
    found = sbg.fit(survivors[:5])
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-6)
    assert sbg.survival(found.parameters, 12) == pytest.approx(left, abs=5e-5)
    later = 1000 * sbg.survival(found.parameters, np.arange(5, 13))
    assert np.abs(later / survivors[5:] - 1).mean() == pytest.approx(error, abs=5e-5)
    lifetime = sbg.residual_lifetime(found.parameters, 0.1, timing=1)
    assert lifetime == pytest.approx(payments, abs=5e-5)


# --- identities ---------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(positive, positive, st.floats(0, 50))
def test_c_of_one_is_the_shifted_beta_geometric(alpha, beta, n):
    here, there = BetaDiscreteWeibull(alpha, beta, 1.0), ShiftedBetaGeometric(alpha, beta)
    t = np.arange(1, 30)
    assert bdw.survival(here, t) == pytest.approx(sbg.survival(there, t), rel=1e-12)
    assert bdw.retention_rate(here, t) == pytest.approx(sbg.retention_rate(there, t), rel=1e-12)
    for d in (0.0, 1e-6, 0.1, 2.0):
        expected = sbg.residual_lifetime(there, d, n)
        assert bdw.residual_lifetime(here, d, n) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(positive, positive, st.floats(0.2, 4), st.floats(0, 30), st.floats(0.05, 3))
def test_residual_lifetime_is_the_sum_of_discounted_survival(a, b, c, n, d):
    model = BetaDiscreteWeibull(a, b, c)
    t = np.arange(1, 1500)
    log = special.betaln(a, b + (n + t) ** c) - special.betaln(a, b + n**c)
    summed = np.exp(log - t * np.log1p(d)).sum()
    assert bdw.residual_lifetime(model, d, n) == pytest.approx(summed, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "c", "d", "n"),
    [
        (0.259, 1.723, 1.584, 0.01, 3),
        (3.0, 9.0, 0.8, 0.0, 2),
        (0.9, 2.0, 2.5, 0.0, 0),
        (8.0, 300.0, 3.0, 0.0, 1.5),
        (14.0, 3.0, 0.2, 1e-4, 0),
        (0.51, 2.54, 2.17, 0.0, 0),  # a x c is hardly above 1
    ],
)
def test_residual_lifetime_meets_mpmath(a, b, c, d, n):
    with mpmath.workdps(60):

        def log_share(t):
            u = mpmath.mpf(t) ** c
            return mpmath.loggamma(b + u) - mpmath.loggamma(a + b + u)

        def term(x):
            return mpmath.exp(log_share(n + x) - log_share(n)) / (1 + mpmath.mpf(d)) ** x

        # Its own Euler-Maclaurin sum, of another length, with numerical derivatives; what is left
        # without discounting falls as a power.
        first = 400
        ends = [first * mpmath.mpf(10) ** k for k in range(9)]
        head = mpmath.fsum(term(mpmath.mpf(x)) for x in range(1, first))
        edge = term(mpmath.mpf(first)) / 2 - mpmath.diff(term, first) / 12
        rest = 0 if d else ends[-1] * term(ends[-1]) / (a * c - 1)
        expected = float(head + edge + mpmath.quad(term, ends, maxdegree=4) + rest)
    got = bdw.residual_lifetime(BetaDiscreteWeibull(a, b, c), d, n)
    assert got == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("z", [1e-3, 0.7, 19.9, 20.1, 1e3, 1e15])
@pytest.mark.parametrize("a", [1e-3, 1.0, 40.0, 1e6])
def test_ratios_of_gamma_functions_keep_their_digits(z, a):
    with mpmath.workdps(50):
        rise = mpmath.loggamma(mpmath.mpf(z) + a) - mpmath.loggamma(z)
        psi = mpmath.psi(0, mpmath.mpf(z) + a) - mpmath.psi(0, z)
    values = np.asarray(z), np.asarray(a)
    assert log_gamma_rise(*values) == pytest.approx(float(rise), rel=1e-11)
    assert psi_rise(*values) == pytest.approx(float(psi), rel=1e-11)


def test_no_other_optimiser_finds_a_higher_likelihood():
    cohorts = np.transpose([HIGH_END[:7], [800, 700, 590, 530, np.nan, np.nan, np.nan]])
    found = bdw.fit(cohorts)
    made = np.array([869 + 700, 743 + 590, 653 + 530, 593, 551, 517])
    missed = np.array([131 + 100, 126 + 110, 90 + 60, 60, 42, 34])

    def negative(logs):
        a, b, c = np.exp(logs)
        share = special.beta(a, b + np.arange(7.0) ** c)
        rate = share[1:] / share[:-1]
        return -(made @ np.log(rate) + missed @ np.log(1 - rate))

    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}
    best = optimize.minimize(negative, [0, 0, 0], method="Nelder-Mead", options=options)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    assert found.parameters == pytest.approx(np.exp(best.x), rel=1e-4)
    assert found.customers == 1800

    steps = np.eye(3) * 1e-4
    hessian = [
        [
            sum(
                s1 * s2 * negative(best.x + s1 * one + s2 * two) for s1 in (1, -1) for s2 in (1, -1)
            )
            / 4e-8
            for two in steps
        ]
        for one in steps
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(hessian))) * np.exp(best.x)
    assert found.standard_errors == pytest.approx(errors, rel=1e-3)


def test_simulated_customers_give_their_parameters_back():
    rng = np.random.default_rng(5)
    stay = 1 - rng.beta(0.6, 1.5, 200_000)
    periods = np.arange(9)
    alive = stay[:, None] ** (periods[None] ** 1.4)
    survivors = (rng.random(stay.size)[:, None] < alive).sum(axis=0)
    found = bdw.fit(survivors)
    distance = (np.array(found.parameters) - (0.6, 1.5, 1.4)) / found.standard_errors
    assert np.abs(distance).max() < 3


def test_log_likelihood_of_the_fit_is_the_one_reported():
    found = bdw.fit(HIGH_END)
    again = bdw.log_likelihood(found.parameters, HIGH_END)
    assert again == pytest.approx(found.log_likelihood, rel=1e-13)


# --- limits and domain --------------------------------------------------------------------------


def test_a_sum_without_end_is_infinite_and_its_neighbours_are_not():
    found = bdw.residual_lifetime(MODEL, [0.0, 0.1, np.nan, -0.1])
    assert np.isinf(found).tolist() == [True, False, False, False]
    assert np.isnan(found).tolist() == [False, False, True, True]
    assert np.isnan(bdw.residual_lifetime(MODEL._replace(c=0.0), 0.1))
    assert np.isnan(bdw.residual_lifetime(MODEL, 0.1, 0, 2))


def test_ends_of_time():
    assert bdw.survival(MODEL, [0, np.inf]).tolist() == [1, 0]
    assert bdw.retention_rate(MODEL, np.inf) == 1
    assert np.isnan(bdw.survival(MODEL, [-1, np.nan])).all()
    assert np.isnan(bdw.retention_rate(MODEL, [0, 0.5])).all()


@pytest.mark.parametrize(
    ("survivors", "error", "sentence"),
    [
        ([100, 90, 85], ArgumentError, "at least four numbers"),
        ([100, 90, 95, 80], ArgumentError, "must not rise.* row 3"),
        ([100, 100, 100, 100], NoAnswerError, "Nobody is seen to leave"),
        ([100, 0, 0, 0], NoAnswerError, "Everybody left at the first renewal"),
        ([1000, 800, 640, 512], DomainError, "do not differ"),
        ([1000, 600, 600, 600], DomainError, "three parameters; use SBG_FIT"),
    ],
)
def test_data_without_an_answer_get_a_sentence(survivors, error, sentence):
    with pytest.raises(error, match=sentence):
        bdw.fit(survivors)


# --- shapes -------------------------------------------------------------------------------------


def test_discounts_and_renewals_make_a_table():
    assert bdw.residual_lifetime(MODEL, [[0.05], [0.1]], [[0, 1, 2]]).shape == (2, 3)
    assert bdw.survival(MODEL, 3).shape == ()
    assert bdw.survival(MODEL, []).shape == (0,)
