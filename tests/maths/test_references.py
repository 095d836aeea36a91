"""Thousands of random arguments of every point function against mpmath.

The values are in tests/data/reference_*.csv, made once by tests/data/make_model_references.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf

from clv_xl.maths import (
    beta_dropout_forecast,
    bg_nbd,
    gamma_gamma,
    mbg_nbd,
    pareto_nbd,
    pareto_nbd_forecast,
)
from clv_xl.maths import beta_geometric_bernoulli as bgbb
from clv_xl.maths import shifted_beta_geometric as sbg
from clv_xl.maths.beta_geometric_bernoulli import BetaGeometricBernoulli
from clv_xl.maths.bg_nbd import BgNbd
from clv_xl.maths.gamma_gamma import GammaGamma
from clv_xl.maths.mbg_nbd import MbgNbd
from clv_xl.maths.pareto_nbd import ParetoNbd
from clv_xl.maths.shifted_beta_geometric import ShiftedBetaGeometric

DATA = Path(__file__).parents[1] / "data"
SMALLEST = 1e-290  # below it a float has fewer digits


@cache
def reference(name):
    path = DATA / f"reference_{name}.csv"
    columns = path.read_text().partition("\n")[0].split(",")
    values = np.loadtxt(path, delimiter=",", skiprows=1).T
    return dict(zip(columns, values, strict=True))


def agree(found, exact):
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    ordinary = exact > SMALLEST
    assert (found[~ordinary] <= 2 * SMALLEST).all()
    error = np.abs(found[ordinary] / exact[ordinary] - 1)
    assert error.size > 1000
    assert error.max() < 1e-6
    assert (error < 1e-8).mean() >= 0.999


def history(v):
    return v["frequency"], v["recency"], v["age"]


PURCHASE_MODELS = {
    "bg_nbd": (bg_nbd, BgNbd),
    "mbg_nbd": (mbg_nbd, MbgNbd),
    "pareto_nbd": (pareto_nbd, ParetoNbd),
}


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("quantity", ["alive", "expected", "expected_new", "pmf"])
def test_purchase_models_agree_with_mpmath(name, quantity):
    maths, parameters = PURCHASE_MODELS[name]
    v = reference(name)
    model = parameters(*(v[field] for field in parameters._fields))
    found = {
        "alive": lambda: maths.probability_alive(model, *history(v)),
        "expected": lambda: maths.expected_purchases(model, v["horizon"], *history(v)),
        "expected_new": lambda: maths.expected_purchases_new(model, v["horizon"]),
        "pmf": lambda: maths.purchase_probability(model, v["purchases"], v["horizon"]),
    }[quantity]()
    agree(found, v[quantity])


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_probabilities_of_buying_agree_with_mpmath(name):
    maths, parameters = PURCHASE_MODELS[name]
    v = reference(name)
    model = parameters(*(v[field] for field in parameters._fields))
    with mp.workdps(30):
        buys = [
            1 - (1 + mpf(t) / (mpf(alpha) + mpf(age))) ** -(mpf(r) + mpf(x))
            for r, alpha, x, age, t in zip(
                v["r"], v["alpha"], v["frequency"], v["age"], v["horizon"], strict=True
            )
        ]
    found = maths.probability_of_buying(model, v["horizon"], *history(v))
    agree(found, v["alive"] * np.array(buys, dtype=float))


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_median_times_to_the_next_purchase_agree_with_mpmath(name):
    maths, parameters = PURCHASE_MODELS[name]
    v = {field: values[:2000] for field, values in reference(name).items()}
    model = parameters(*(v[field] for field in parameters._fields))
    with mp.workdps(30):
        exact = [
            float((mpf(alpha) + mpf(age)) * (mpf(2) ** (1 / (mpf(r) + mpf(x))) - 1))
            for r, alpha, x, age in zip(v["r"], v["alpha"], v["frequency"], v["age"], strict=True)
        ]
    agree(maths.median_time_to_purchase(model, *history(v)), np.array(exact))


def test_pareto_nbd_probabilities_of_at_least_so_many_purchases_agree_with_mpmath():
    v = reference("pareto_at_least")
    found = pareto_nbd_forecast.at_least_while_alive(
        *(v[name] for name in ("r", "alpha", "s", "beta", "purchases", "horizon"))
    )
    agree(found, v["at_least"])
    assert (v["purchases"] == 1).sum() > 1000  # the probability of buying at all


def test_pareto_nbd_residuals_agree_with_mpmath():
    v = reference("pareto_nbd")
    model = ParetoNbd(*(v[field] for field in ParetoNbd._fields))
    found = pareto_nbd.discounted_residual_transactions(model, v["discount_rate"], *history(v))
    agree(found, v["residual"])


def test_bg_nbd_and_mbg_nbd_residuals_agree_with_mpmath():
    v = reference("dropout_residual")
    names = ("shape", "rate", "a", "b", "discount_rate")
    agree(beta_dropout_forecast.discounted_while_alive(*(v[name] for name in names)), v["residual"])


def test_shifted_beta_geometric_agrees_with_mpmath():
    v = reference("shifted_beta_geometric")
    model = ShiftedBetaGeometric(v["alpha"], v["beta"])
    agree(sbg.survival(model, v["period"]), v["survival"])
    agree(sbg.retention_rate(model, v["period"]), v["retention"])
    agree(sbg.residual_lifetime(model, v["discount_rate"], v["period"]), v["residual"])


def test_beta_geometric_bernoulli_agrees_with_mpmath():
    v = reference("beta_geometric_bernoulli")
    model = BetaGeometricBernoulli(*(v[field] for field in BetaGeometricBernoulli._fields))
    donor = v["frequency"], v["recency"], v["opportunities"]
    agree(bgbb.probability_alive(model, *donor), v["alive"])
    agree(bgbb.expected_purchases(model, v["horizon"], *donor), v["expected"])


def log_uniform(rng, low, high, size):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def test_gamma_gamma_agrees_with_mpmath():
    rng = np.random.default_rng(7)
    p, q, v, value = (log_uniform(rng, 1e-2, 1e2, 10_000) for _ in range(4))
    q, x = 1 + q, log_uniform(rng, 1, 1e4, 10_000).round()
    found = gamma_gamma.expected_spend(GammaGamma(p, q, v), x, value)
    with mp.workdps(30):
        exact = [
            float(mpf(p) * (mpf(v) + mpf(x) * mpf(m)) / (mpf(p) * mpf(x) + mpf(q) - 1))
            for p, q, v, x, m in zip(p, q, v, x, value, strict=True)
        ]
    agree(found, np.array(exact))


def pareto_alive_without_repeat(r, alpha, s, beta, age):
    """The published form for frequency 0."""
    r, alpha, s, beta, age = map(mpf, (r, alpha, s, beta, age))
    top, second = max(alpha, beta), s + 1 if alpha >= beta else r

    def at(t):
        z = abs(alpha - beta) / (top + t)
        return mp.hyp2f1(r + s, second, r + s + 1, z) / (top + t) ** (r + s)

    odds = s / (r + s) * (alpha + age) ** r * (beta + age) ** s * (at(0) - at(age))
    return float(1 / (1 + odds))


def test_pareto_nbd_without_repeat_purchase_agrees_with_mpmath():
    rng = np.random.default_rng(8)
    parameters = [log_uniform(rng, 1e-2, 1e2, 1500) for _ in range(4)]
    age = log_uniform(rng, 1, 3000, 1500)
    found = pareto_nbd.probability_alive(ParetoNbd(*parameters), 0, 0, age)
    with mp.workdps(40):
        exact = [pareto_alive_without_repeat(*row) for row in zip(*parameters, age, strict=True)]
    agree(found, np.array(exact))


def pareto_no_purchase(r, alpha, s, beta, horizon):
    """The mean of exp(-rate x time) over the rates and over the dropout time."""
    r, alpha, s, beta, horizon = map(mpf, (r, alpha, s, beta, horizon))

    def dropout_at(t):
        return (alpha / (alpha + t)) ** r * s * beta**s / (beta + t) ** (s + 1)

    active = (alpha / (alpha + horizon)) ** r * (beta / (beta + horizon)) ** s
    return float(active + mp.quad(dropout_at, [0, horizon]))


def test_pareto_nbd_no_purchase_agrees_with_mpmath():
    rng = np.random.default_rng(9)
    parameters = [log_uniform(rng, 1e-1, 1e1, 50) for _ in range(4)]
    horizon = log_uniform(rng, 1, 100, 50)
    found = pareto_nbd.purchase_probability(ParetoNbd(*parameters), 0, horizon)
    with mp.workdps(20):
        exact = [pareto_no_purchase(*row) for row in zip(*parameters, horizon, strict=True)]
    assert found == pytest.approx(np.array(exact), rel=1e-9)
