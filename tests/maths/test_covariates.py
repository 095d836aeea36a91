"""Fits with covariates: recovered effects, an independent likelihood, identities, bad columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from maths import simulated_customers as simulated
from scipy import optimize, special

from clv_xl.errors import ArgumentError, DomainError, NoAnswerError
from clv_xl.maths import bg_nbd, fits, pareto_nbd
from clv_xl.maths.covariates import WithCovariates, customer_parameters
from clv_xl.maths.fitted_models import BG_NBD, PARETO_NBD, BgNbd, FittedModel, ParetoNbd


class Case(NamedTuple):
    model: FittedModel
    maths: Any
    truth: tuple
    simulate: Any


CASES = [
    Case(BG_NBD, bg_nbd, BgNbd(0.9, 8.0, 0.8, 3.0), simulated.bg_nbd),
    Case(PARETO_NBD, pareto_nbd, ParetoNbd(0.9, 8.0, 0.8, 15.0), simulated.pareto_nbd),
]
EFFECTS = ((0.5, 0.6), (-0.3, -0.4))
"""Of each covariate, on dropout and on purchases."""
TRUE_EFFECTS = np.ravel(EFFECTS)
pytestmark = pytest.mark.parametrize("case", CASES, ids=["bg_nbd", "pareto_nbd"])


class Base(NamedTuple):
    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    covariates: np.ndarray


def base(case: Case, seed: int, size: int = 800) -> Base:
    """Customers with a 0/1 covariate and one of numbers, both of which matter."""
    rng = np.random.default_rng(seed)
    z = np.column_stack([rng.random(size) < 0.4, rng.normal(1, 0.6, size)]).astype(float)
    age = rng.integers(30, 80, size).astype(float)
    mine = parameters_of(case, case.truth, EFFECTS, z)
    x, t_x, _ = case.simulate(rng, mine, age)
    return Base(x, t_x, age, z)


def parameters_of(case: Case, parameters: Any, effects: Any, z: np.ndarray) -> Any:
    """Each customer's parameters, written out for each model."""
    on_dropout, on_purchases = (np.exp(z @ effect) for effect in np.transpose(effects))
    first, alpha, third, fourth = parameters
    if case.model is BG_NBD:
        return first, alpha / on_purchases, third * on_dropout, fourth / on_dropout
    return first, alpha / on_purchases, third, fourth / on_dropout


def independent(case: Case, theta: np.ndarray, data: Base) -> float:
    """The log-likelihood from the papers' formulas; theta: parameters, then effects in pairs."""
    effects = np.reshape(theta[4:], (-1, 2))
    p = parameters_of(case, theta[:4], effects, data.covariates)
    formula = _bg_nbd if case.model is BG_NBD else _pareto_nbd
    return float(np.sum(formula(*np.broadcast_arrays(*p, *data[:3]))))


def _bg_nbd(r, alpha, a, b, x, t_x, age):
    """Fader, Hardie & Lee (2005), equation 6."""
    gammas = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    alive = special.betaln(a, b + x) - special.betaln(a, b) - (r + x) * np.log(alpha + age)
    ends = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - special.betaln(a, b)
    dropped = np.where(x > 0, ends - (r + x) * np.log(alpha + t_x), -np.inf)
    return gammas + np.logaddexp(alive, dropped)


def _pareto_nbd(r, alpha, s, beta, x, t_x, age):
    """Schmittlein, Morrison & Colombo (1987), with 2F1 as Fader & Hardie (2005) write it."""

    def part(t):
        low, high = np.minimum(alpha, beta), np.maximum(alpha, beta)
        second = np.where(alpha >= beta, s + 1, r + x)
        f = special.hyp2f1(r + s + x, second, r + s + x + 1, (high - low) / (high + t))
        return f / (high + t) ** (r + s + x)

    gammas = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
    return gammas + np.log(alive + s / (r + s + x) * (part(t_x) - part(age)))


def _exact(case: Case, p: Any, x: float, t_x: float, age: float) -> float:
    """One customer's log-likelihood to 30 digits: integrals over the time of dropout or sums."""
    with mpmath.workdps(30):
        r, alpha, third, fourth = map(mpmath.mpf, map(float, p))
        gammas = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
        if case.model is BG_NBD:
            value = mpmath.beta(third, fourth + x) * (alpha + age) ** -(r + x)
            if x:
                value += mpmath.beta(third + 1, fourth + x - 1) * (alpha + t_x) ** -(r + x)
            return float(mpmath.log(gammas * value / mpmath.beta(third, fourth)))
        s, beta = third, fourth
        alive = (alpha + age) ** -(r + x) * (beta / (beta + age)) ** s
        dropped = mpmath.quad(
            lambda t: s * beta**s * (beta + t) ** -(s + 1) * (alpha + t) ** -(r + x),
            mpmath.linspace(t_x, age, 5),
        )
        return float(mpmath.log(gammas * (alive + dropped)))


def fitted(case: Case, data: Base) -> Any:
    return case.maths.fit_with_covariates(*data)


# --- against an independent likelihood ----------------------------------------------------------


def test_the_log_likelihood_is_the_formulas(case):
    data = base(case, 1, 300)
    found = fitted(case, data)
    assert found.log_likelihood == pytest.approx(
        independent(case, np.array(found.parameters), data), rel=1e-10
    )
    few = Base(*(column[:25] for column in data))
    theta = np.concatenate([case.truth, TRUE_EFFECTS])
    mine = np.broadcast_arrays(*parameters_of(case, case.truth, EFFECTS, few.covariates))
    exact = sum(
        _exact(case, [p[i] for p in mine], few.frequency[i], few.recency[i], few.age[i])
        for i in range(25)
    )
    assert independent(case, theta, few) == pytest.approx(exact, abs=1e-8)


def test_scipy_finds_the_same_optimum_and_curvature(case):
    data = base(case, 2, 400)
    found = fitted(case, data)
    here = np.array(found.parameters)

    def loss(y):
        return -independent(case, np.concatenate([np.exp(y[:4]), y[4:]]), data)

    there = np.concatenate([np.log(here[:4]), here[4:]])
    start = np.concatenate([np.log(case.truth), np.zeros(4)])
    best = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-4})
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    assert found.log_likelihood >= -best.fun - 1e-7
    errors = np.array(found.standard_errors)
    logs_errors = np.concatenate([errors[:4] / here[:4], errors[4:]])
    assert np.abs(best.x - there).max() < 0.01 * logs_errors.max()
    curvature = _numeric_hessian(loss, there, logs_errors / 20)
    assert logs_errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(curvature))), rel=1e-2)


def _numeric_hessian(loss, at, steps):
    found = np.empty((at.size, at.size))
    moves = np.diag(steps)
    for i in range(at.size):
        for j in range(i, at.size):
            corners = [
                loss(at + a * moves[i] + b * moves[j]) * a * b for a in (1, -1) for b in (1, -1)
            ]
            found[i, j] = found[j, i] = sum(corners) / (4 * steps[i] * steps[j])
    return found


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_true_effects_lie_within_three_standard_errors(case, seed):
    found = fitted(case, base(case, seed, 3000))
    off = np.array(found.parameters) - np.concatenate([case.truth, TRUE_EFFECTS])
    assert (np.abs(off) < 3 * np.array(found.standard_errors)).all()
    assert (np.array(found.standard_errors)[4:] < 0.2).all()


def test_no_parameters_near_the_fit_of_many_customers_are_likelier(case):
    data = base(case, 14, 3000)  # enough for a start from a sample
    found = fitted(case, data)
    here = np.array(found.parameters)
    best = independent(case, here, data)
    assert best == pytest.approx(found.log_likelihood, rel=1e-10)
    for step in np.diag(found.standard_errors) / 20:
        assert independent(case, here + step, data) < best
        assert independent(case, here - step, data) < best


# --- identities ---------------------------------------------------------------------------------


def close(found: Any, parameters: Any, errors: Any, tolerance: float = 1e-4) -> None:
    """Estimates agree to a small part of their standard errors, and these with each other."""
    off = np.abs(np.array(found.parameters) - parameters)
    assert (off < tolerance * np.abs(errors)).all()
    assert np.array(found.standard_errors) == pytest.approx(errors, rel=1e-4)


def test_the_order_of_customers_changes_nothing(case):
    data = base(case, 3)
    order = np.random.default_rng(0).permutation(data.age.size)
    first, second = fitted(case, data), fitted(case, Base(*(column[order] for column in data)))
    close(second, first.parameters, first.standard_errors, 1e-6)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-12)


def test_the_order_of_columns_changes_their_order_only(case):
    data = base(case, 3)
    first = fitted(case, data)
    second = fitted(case, data._replace(covariates=data.covariates[:, ::-1]))
    places = [0, 1, 2, 3, 6, 7, 4, 5]
    close(
        second,
        np.array(first.parameters)[places],
        np.array(first.standard_errors)[places],
    )


def test_the_unit_of_a_covariate_scales_its_effects(case):
    data = base(case, 4)
    first = fitted(case, data)
    second = fitted(case, data._replace(covariates=data.covariates * [1, 1000]))
    scale = np.array([1, 1, 1, 1, 1, 1, 1000, 1000])
    close(second, first.parameters / scale, first.standard_errors / scale)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-10)


def test_another_zero_of_a_covariate_moves_the_parameters_only(case):
    data = base(case, 4)
    first = fitted(case, data)
    second = fitted(case, data._replace(covariates=data.covariates + np.array([0, 2])))
    effects = np.array(first.parameters[4:])
    assert second.parameters[4:] == pytest.approx(effects, rel=1e-4, abs=1e-5)
    back = parameters_of(case, second.parameters[:4], effects.reshape(2, 2), np.array([[0.0, 2.0]]))
    assert np.ravel(np.broadcast_arrays(*back)) == pytest.approx(first.parameters[:4], rel=1e-4)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-10)


def test_the_unit_of_time_scales_the_durations_only(case):
    data = base(case, 5)
    first = fitted(case, data)
    days = data._replace(recency=data.recency * 7, age=data.age * 7)
    scale = np.ones(8)
    scale[case.model.duration_indexes] = 7
    close(fitted(case, days), first.parameters * scale, first.standard_errors * scale)


def test_covariates_of_0_give_the_plain_log_likelihood(case):
    data = base(case, 6)
    nothing = WithCovariates(case.truth, ((0.7, -0.4),))
    mine = customer_parameters(case.model, nothing, [np.zeros(data.age.size)])
    plain = case.maths.log_likelihood(case.truth, *data[:3])
    theta = np.concatenate([np.array(mine)[:, 0], np.zeros(4)])
    assert independent(case, theta, data) == pytest.approx(plain, rel=1e-10)


def test_a_covariate_that_says_nothing_hardly_changes_the_fit(case):
    x, t_x, age, _ = base(case, 7)
    # Every customer twice, once with 0 and once with 1: the effects are 0 exactly.
    twice = [np.concatenate([column, column]) for column in (x, t_x, age)]
    found = case.maths.fit_with_covariates(*twice, np.repeat([0.0, 1.0], x.size)[:, None])
    plain = case.maths.fit(*twice)
    assert found.parameters[4:] == pytest.approx((0, 0), abs=1e-6)
    assert found.parameters[:4] == pytest.approx(plain.parameters, rel=1e-5)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-11)
    assert found.customers == plain.customers


def test_forecasts_are_those_of_each_customers_own_parameters(case):
    data = base(case, 8, 40)
    fitted_ = WithCovariates(case.truth, EFFECTS)
    mine = customer_parameters(case.model, fitted_, data.covariates.T)
    alone = np.broadcast_arrays(*parameters_of(case, case.truth, EFFECTS, data.covariates))
    past = data[:3]
    for function, leading in (
        ("probability_alive", ()),
        ("expected_purchases", (26.0,)),
        ("probability_of_buying", (26.0,)),
        ("median_time_to_purchase", ()),
        ("discounted_residual_transactions", (0.01,)),
    ):
        of = getattr(case.maths, function)
        one_by_one = [
            of(type(case.truth)(*(p[i] for p in alone)), *leading, *(c[i] for c in past)).item()
            for i in range(40)
        ]
        assert of(mine, *leading, *past) == pytest.approx(one_by_one, rel=1e-11)


def test_a_fit_is_remembered(case):
    data = base(case, 9, 600)
    once = fits.fit_with_covariates(case.model, *data)
    assert fits.fit_with_covariates(case.model, *data) is once
    assert len(fits.fit(case.model, *data[:3]).parameters) == 4


# --- columns that determine no effect -----------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda z: np.column_stack([z, np.full(len(z), 7.0)]), "Column 3 .* the same for all"),
        (lambda z: np.column_stack([z, z[:, 0] - 2 * z[:, 1]]), "Column 3 .* follows from"),
        (lambda z: np.column_stack([z[:, 0], 1 - z[:, 0]]), "Column 2 .* follows from"),
        (lambda z: (np.arange(len(z)) < 3)[:, None], "column 1 .* fewer than 5 customers"),
        (lambda z: z + np.array([0, 1e6]), "column 2 .* subtract the average"),
    ],
)
def test_a_column_without_an_effect_is_named(case, change, words):
    data = base(case, 10, 500)
    with pytest.raises((NoAnswerError, DomainError), match=words):
        fitted(case, data._replace(covariates=change(data.covariates)))


def test_an_effect_that_runs_away_is_named(case):
    data = base(case, 10, 600)
    silent = data.covariates[:, 0] == 1
    never = data._replace(
        frequency=np.where(silent, 0, data.frequency), recency=np.where(silent, 0, data.recency)
    )
    with pytest.raises(DomainError, match="column 1 of covariates on purchases has no best value"):
        fitted(case, never)
    stays = data._replace(recency=np.where(silent & (data.frequency > 0), data.age, data.recency))
    with pytest.raises(DomainError, match="column 1 of covariates on dropout has no best value"):
        fitted(case, stays)


def test_more_covariates_than_the_data_support_are_refused(case):
    data = base(case, 11, 30)
    many = np.random.default_rng(1).normal(size=(30, 20))
    with pytest.raises(NoAnswerError, match="too few for the effects of 20 columns"):
        fitted(case, data._replace(covariates=many))
    hole = data.covariates.copy()
    hole[3, 1] = np.nan
    with pytest.raises(ArgumentError, match="column 2 of covariates has no number in row 4"):
        fitted(case, data._replace(covariates=hole))
