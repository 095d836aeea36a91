"""The NBD model against published figures, an independent likelihood, simulation, its limits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from clv_xl import RFM_SUMMARY
from clv_xl.errors import DomainError, NoAnswerError
from clv_xl.maths import average_pace, bg_nbd, nbd
from clv_xl.maths.fitted_models import NBD, BgNbd, Nbd

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def cdnow() -> list[np.ndarray]:
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    days = [dt.datetime.strptime(row[2], "%Y%m%d").date() for row in rows]
    table = RFM_SUMMARY([row[1] for row in rows], days, None, "week", dt.date(1997, 9, 30))
    return [np.array(column) for column in list(zip(*table[1:], strict=True))[1:4]]


def simulated(r: float, alpha: float, count: int = 4000) -> list[np.ndarray]:
    rng = np.random.default_rng(11)
    age = rng.uniform(20, 52, count)
    x = rng.poisson(rng.gamma(r, 1 / alpha, count) * age)
    return [x, np.where(x > 0, age * x / (x + 1), 0), age]


# Declared.


def test_cdnow_gives_the_declared_estimates(cdnow: list[np.ndarray]) -> None:
    """Computed here to 1997-09-30, and confirmed by scipy below."""
    found = nbd.fit(*cdnow)
    assert found.parameters == pytest.approx(NBD.published, abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9763.7, abs=0.05)


# Independent.


def test_the_fit_is_the_maximum_of_scipys_negative_binomial(cdnow: list[np.ndarray]) -> None:
    x, _, age = cdnow

    def minus(logs: np.ndarray) -> float:
        r, alpha = np.exp(logs)
        return -stats.nbinom.logpmf(x, r, alpha / (alpha + age)).sum()

    best = optimize.minimize(minus, [0.0, 2.0], method="Nelder-Mead", options={"xatol": 1e-8})
    assert np.exp(best.x) == pytest.approx(nbd.fit(*cdnow).parameters, rel=1e-4)


def test_the_likelihood_is_the_negative_binomial_one_of_purchase_times() -> None:
    """A count's probability spreads over the times by age^x / x!."""
    x, t_x, age = np.array([0, 1, 4]), np.array([0.0, 3, 8]), np.array([9.0, 5, 12])
    counts = stats.nbinom.logpmf(x, 0.7, 6 / (6 + age)).sum()
    spread = (stats.poisson.logpmf(x, age) + age).sum()
    assert nbd.log_likelihood(Nbd(0.7, 6), x, t_x, age) == pytest.approx(counts - spread)


def test_probabilities_are_scipys() -> None:
    counts, horizon = np.arange(9), np.array([[3.0], [40.0]])
    expected = stats.nbinom.pmf(counts, 0.7, 6 / (6 + horizon))
    assert nbd.MODEL.purchase_probability(Nbd(0.7, 6), counts, horizon) == pytest.approx(expected)


def test_a_simulation_gives_its_parameters_back() -> None:
    found = nbd.fit(*simulated(0.8, 9.0))
    for estimate, error, truth in zip(
        found.parameters, found.standard_errors, (0.8, 9.0), strict=True
    ):
        assert abs(estimate - truth) < 3 * error < truth / 3


# Identities.


def test_it_is_the_bg_nbd_model_in_which_nobody_leaves() -> None:
    history = [2, 0, 5], [30.0, 0, 20], [39.0, 39, 39]
    nobody = BgNbd(0.5, 8, 1e-9, 1)
    assert nbd.log_likelihood(Nbd(0.5, 8), *history) == pytest.approx(
        bg_nbd.log_likelihood(nobody, *history)
    )
    assert nbd.MODEL.expected_purchases(Nbd(0.5, 8), 26, *history) == pytest.approx(
        bg_nbd.expected_purchases(nobody, 26, *history), rel=1e-6
    )


def test_purchases_add_up_over_periods_and_discount_to_the_closed_form() -> None:
    past = [2, 0], [30.0, 0], [39.0, 10.0]
    model = Nbd(0.5, 8)
    table = nbd.MODEL.expected_purchases_by_period(model, 26, *past)
    assert table.sum(axis=1) == pytest.approx(nbd.MODEL.expected_purchases(model, 26, *past))
    rate = np.log1p(0.01)
    endless = nbd.MODEL.discounted_residual_transactions(model, rate / 100, *past)
    many = nbd.MODEL.discounted_purchases(
        model, 100_000, *past, discount_rate=np.expm1(rate / 100).item()
    )
    assert many == pytest.approx(endless, rel=1e-3)


def test_everybody_is_active_and_an_impossible_history_has_no_answer() -> None:
    alive = nbd.MODEL.probability_alive(Nbd(0.5, 8), [0, 3, 1], [0, 1, 9], [39, 39, 5])
    assert alive[:2].tolist() == [1, 1]
    assert np.isnan(alive[2])


# Data without an answer.


def test_customers_who_differ_only_by_chance_have_no_spread() -> None:
    rng = np.random.default_rng(3)
    x = rng.binomial(8, 0.9, 200)
    with pytest.raises(DomainError, match="do not differ in how often they buy"):
        nbd.fit(x, np.where(x > 0, 30.0, 0), np.full(200, 40.0))


def test_no_repeat_purchase_and_one_history_are_refused() -> None:
    with pytest.raises(NoAnswerError, match="bought twice"):
        nbd.fit([0, 0], [0, 0], [3, 4])
    with pytest.raises(NoAnswerError, match="same history"):
        nbd.fit([2, 2], [3, 3], [4, 4])


# The average pace.


def test_customers_alike_go_on_as_they_did() -> None:
    x, age = np.full(12, 11), np.full(12, 48.0)
    found = average_pace.fit(x, age - 1, age).parameters
    next_ = average_pace.MODEL.expected_purchases(found, 48.0, x, age - 1, age)
    assert next_ == pytest.approx(x)


def test_a_customers_own_pace_counts_more_the_longer_it_is_seen() -> None:
    found = Nbd(1.0, 10.0)  # one purchase in ten periods on average
    new, young, old = average_pace.MODEL.expected_purchases(
        found, 10.0, [0, 4, 40], [0, 1, 99], [0, 2, 100]
    )
    assert new == 1
    assert new < young < 4 / 2 * 10
    assert old == pytest.approx(4, rel=0.1)


def test_nobody_who_came_back_still_has_a_small_answer() -> None:
    found = average_pace.fit([0] * 40, [0] * 40, [30.0] * 40)
    total = average_pace.MODEL.expected_purchases(found.parameters, 30.0, [0] * 40, 0, 30.0).sum()
    assert 0 < total < 1


def test_one_day_shows_no_pace() -> None:
    with pytest.raises(NoAnswerError, match="from one day"):
        average_pace.fit([0, 0], [0, 0], [0, 0])


def test_a_client_silent_for_ten_of_his_own_gaps_hardly_counts_as_active() -> None:
    x = np.array([*[24] * 9, *[14] * 3])  # twelve monthly clients, three silent for ten months
    last, age = np.array([*[24.0] * 9, *[14.0] * 3]), np.full(12, 24.0)
    found = average_pace.fit(x, last, age).parameters
    alive = average_pace.MODEL.probability_alive(found, x, last, age)
    assert (alive[:9] == 1).all()
    # From the exact chance of no purchase in ten months, drawn from the rates that fit his past.
    rng = np.random.default_rng(1)
    rates = rng.gamma(1.0 + 14, 1 / (found.alpha + 14.0), 400_000)
    silent = np.exp(-rates * 10).mean()
    assert alive[9:] == pytest.approx(silent / 0.05, rel=0.1)
    assert alive[9:].max() < 0.05
    total = average_pace.MODEL.expected_purchases(found, 12.0, x, last, age).sum()
    assert total == pytest.approx(9 * 12, rel=0.05)


def test_usual_silences_are_no_sign_of_leaving() -> None:
    rng = np.random.default_rng(2)
    age = 24.0
    counted = []
    for rate in (0.3, 1.0, 3.0):
        times = [np.sort(rng.uniform(0, age, rng.poisson(rate * age))) for _ in range(3000)]
        x = np.array([len(one) for one in times], float)
        last = np.array([one[-1] if len(one) else 0.0 for one in times])
        alive = average_pace.MODEL.probability_alive(Nbd(1.0, 1 / rate), x, last, age)
        counted.append((alive < 1).mean())
    assert max(counted) < 0.06
