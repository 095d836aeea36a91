"""Newton's method, its checks of a maximum, and the derivatives that it needs."""

from __future__ import annotations

import numpy as np
import pytest

from clv_xl.errors import DomainError, NoAnswerError
from clv_xl.maths import beta_discrete_weibull as bdw
from clv_xl.maths import (
    beta_dropout,
    beta_geometric_bernoulli_likelihood,
    gamma_gamma,
    pareto_nbd_likelihood,
)
from clv_xl.maths import shifted_beta_geometric as sbg
from clv_xl.maths.histories import Histories, histories
from clv_xl.maths.likelihood import (
    LogLikelihood,
    Maximum,
    in_logarithms,
    maximise,
    uncertain_parameters,
)
from clv_xl.maths.purchase_model_fit import fit_data, in_mean_ages, sample_histories
from clv_xl.maths.renewals import renewals

DIVERGED = DomainError("It diverged.")


def in_logs(function):
    """A log-likelihood given in the logarithms of its parameters, as one in the parameters."""

    def objective(p):
        value, gradient, hessian = function(np.log(p))
        gradient = np.asarray(gradient) / p
        hessian = np.asarray(hessian) / np.outer(p, p) - np.diag(gradient / p)
        return LogLikelihood(value, gradient, hessian)

    return objective


def bell(y):
    """A maximum at logarithms 1 and -1, with a correlation."""
    d = y - np.array([1.0, -1.0])
    curvature = np.array([[40.0, 10.0], [10.0, 5.0]])
    return -d @ curvature @ d / 2, -curvature @ d, -curvature


def explain(_logs):
    return DIVERGED


# --- where there is a maximum -------------------------------------------------------------------


def test_the_maximum_and_its_errors_are_found():
    found = maximise(in_logs(bell), [(1, 1), (20, 0.01), (0.1, 30)], explain)
    assert found.logs == pytest.approx([1, -1], abs=1e-9)
    assert found.covariance == pytest.approx(np.array([[0.05, -0.1], [-0.1, 0.4]]), rel=1e-9)
    assert found.parameters == pytest.approx(np.exp([1, -1]), rel=1e-9)
    assert found.standard_errors == pytest.approx(np.exp([1, -1]) * np.sqrt([0.05, 0.4]), rel=1e-9)


def test_a_misleading_sample_does_not_matter():
    def elsewhere(y):
        return bell(y - 2)

    found = maximise(in_logs(bell), [(1, 1), (9, 9)], explain, sample=in_logs(elsewhere))
    assert found.logs == pytest.approx([1, -1], abs=1e-9)

    def flat(y):
        return 0.0, np.zeros(2), np.zeros((2, 2))

    found = maximise(in_logs(bell), [(1, 1), (9, 9)], explain, sample=in_logs(flat))
    assert found.logs == pytest.approx([1, -1], abs=1e-9)


def test_an_uncertain_parameter_is_named():
    maximum = Maximum(np.zeros(3), 0.0, np.diag([0.1, 1.1, 9.0]))
    (sentence,) = uncertain_parameters(maximum, ("r", "a", "b"))
    assert "about a and b" in sentence
    assert uncertain_parameters(Maximum(np.zeros(1), 0.0, np.eye(1) * 0.9), ("r",)) == ()


# --- where there is none ------------------------------------------------------------------------


def test_divergence_is_explained():
    def unbounded(y):
        e = np.exp(-y)
        return -e.sum(), e, -np.diag(e)

    with pytest.raises(DomainError, match="It diverged"):
        maximise(in_logs(unbounded), [(1, 1), (2, 3)], explain)


def test_a_flat_direction_is_refused():
    def ridge(y):
        d = y[0] + y[1]
        one = np.ones(2)
        return -(d**2), -2 * d * one, -2 * np.outer(one, one) - 1e-7 * np.eye(2)

    with pytest.raises(DomainError, match="very different parameters equally well"):
        maximise(in_logs(ridge), [(1, 1), (1.1, 1.1)], explain)


def test_starting_points_that_lead_to_different_maxima_are_refused():
    def two_maxima(y):
        # the maximum at 2 is higher, but a start below 0 converges to -2
        value = -((y**2 - 4) ** 2) + 0.01 * y
        return value.sum(), -4 * y * (y**2 - 4) + 0.01, np.diag(-12 * y**2 + 16)

    with pytest.raises(NoAnswerError, match="different starting points"):
        maximise(in_logs(two_maxima), [(np.exp(1.8),), (np.exp(-1.8),)], explain)


def test_a_log_likelihood_of_nan_is_refused():
    def undefined(y):
        return np.nan, np.full(2, np.nan), np.full((2, 2), np.nan)

    with pytest.raises(NoAnswerError):
        maximise(in_logs(undefined), [(1, 1), (2, 2)], explain)


# --- derivatives --------------------------------------------------------------------------------


def cdnow_histories(cdnow):
    return in_mean_ages(histories(*cdnow[:3]))[0]


LOG_LIKELIHOODS = {
    "bg_nbd": (
        lambda d: (
            lambda p: beta_dropout._evaluate_log_likelihood(fit_data(d), p, initial_dropout=False)
        ),
        (0.4, 0.2, 0.7, 2.0),
    ),
    "mbg_nbd": (
        lambda d: (
            lambda p: beta_dropout._evaluate_log_likelihood(fit_data(d), p, initial_dropout=True)
        ),
        (0.4, 0.2, 0.7, 2.0),
    ),
    "pareto_nbd": (
        lambda d: lambda p: pareto_nbd_likelihood._evaluate_log_likelihood(fit_data(d), p),
        (0.6, 0.3, 0.5, 0.4),
    ),
    "pareto_nbd, alpha the larger": (
        lambda d: lambda p: pareto_nbd_likelihood._evaluate_log_likelihood(fit_data(d), p),
        (0.6, 0.9, 0.5, 0.2),
    ),
}


def check_derivatives(objective, parameters):
    parameters = np.array(parameters)
    exact = in_logarithms(objective(parameters), parameters)
    step = 1e-5
    for i in range(parameters.size):
        shift = np.where(np.arange(parameters.size) == i, step, 0.0)
        above, below = (
            in_logarithms(objective(p), p)
            for p in (parameters * np.exp(shift), parameters * np.exp(-shift))
        )
        first = (above.value - below.value) / (2 * step)
        second = (above.gradient - below.gradient) / (2 * step)
        size = np.abs(exact.gradient).max()
        assert first == pytest.approx(exact.gradient[i], rel=1e-6, abs=1e-6 * size)
        size = np.abs(exact.hessian).max()
        assert second == pytest.approx(exact.hessian[i], rel=1e-6, abs=1e-7 * size)


@pytest.mark.parametrize("name", LOG_LIKELIHOODS)
def test_derivatives_of_the_purchase_models_are_exact(name, cdnow):
    build, parameters = LOG_LIKELIHOODS[name]
    check_derivatives(build(cdnow_histories(cdnow)), parameters)


def test_derivatives_of_the_other_models_are_exact(cdnow, donations):
    selected = gamma_gamma._select_spenders(cdnow.frequency, cdnow.monetary_value, None)
    spenders = gamma_gamma._precompute_sums(selected, 30.0)
    check_derivatives(lambda p: gamma_gamma._evaluate_log_likelihood(spenders, p), (5.0, 3.0, 0.7))
    cohort = renewals([1000, 631, 468, 382, 326])
    check_derivatives(lambda p: sbg._evaluate_log_likelihood(cohort, p), (0.9, 1.4))
    check_derivatives(lambda p: bdw._evaluate_log_likelihood(cohort, p), (0.9, 1.4, 1.3))
    histories_by_occasion = beta_geometric_bernoulli_likelihood.occasion_histories(*donations)
    check_derivatives(
        lambda p: beta_geometric_bernoulli_likelihood.evaluate_log_likelihood(
            histories_by_occasion, p
        ),
        (1.0, 0.9, 0.5, 2.0),
    )


# --- samples ------------------------------------------------------------------------------------


def test_a_sample_is_representative_and_independent_of_the_order(cdnow):
    data = cdnow_histories(cdnow)
    share = sample_histories(data)
    assert 500 <= share.customers < 700
    assert share.frequency @ share.number / share.customers == pytest.approx(
        data.frequency @ data.number / data.customers, rel=0.15
    )
    order = np.random.default_rng(0).permutation(cdnow.age.size)
    again = sample_histories(in_mean_ages(histories(*(column[order] for column in cdnow[:3])))[0])
    assert all((one == other).all() for one, other in zip(share, again, strict=True))


def test_few_customers_are_not_sampled():
    assert sample_histories(Histories(*np.ones((4, 1999)))) is None
