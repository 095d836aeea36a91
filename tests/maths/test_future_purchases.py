"""The distribution of each customer's future purchases: exact, for rare and heavy buyers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from maths import simulated_customers as simulated
from scipy import stats

from clv_xl.errors import ArgumentError
from clv_xl.maths import bg_nbd, mbg_nbd, pareto_nbd
from clv_xl.maths.distributions import negative_binomial_at_least
from clv_xl.maths.future_purchases import FuturePurchases


class Case(NamedTuple):
    maths: Any
    model: tuple  # active customers, many of whom drop out
    simulate: Any


CASES = [
    Case(bg_nbd, bg_nbd.BgNbd(1.5, 6.0, 1.2, 2.5), simulated.bg_nbd),
    Case(mbg_nbd, mbg_nbd.MbgNbd(1.5, 6.0, 1.2, 6.5), simulated.mbg_nbd),
    Case(pareto_nbd, pareto_nbd.ParetoNbd(1.5, 6.0, 1.7, 60.0), simulated.pareto_nbd),
]
each_model = pytest.mark.parametrize(
    "case", CASES, ids=[case.maths.__name__.rsplit(".", 1)[1] for case in CASES]
)
HORIZON = 26.0
HISTORIES = np.array(
    # frequency, recency, age
    [
        (0, 0, 4),
        (0, 0, 70),
        (1, 3, 50),
        (2, 30.43, 38.86),
        (12, 45, 52),
        (40, 52, 52),
        (600, 99, 99),
    ]
).T


def without_dropout(shape: np.ndarray, rate: np.ndarray, horizon: Any) -> FuturePurchases:
    t = np.broadcast_to(horizon, shape.shape)
    return FuturePurchases(
        np.ones(shape.size),
        lambda rows, n: negative_binomial_at_least(shape[rows], rate[rows], n, t[rows]),
    )


def probabilities_of_at_least(case: Case, most: int) -> np.ndarray:
    """Of each of the customers, for the counts 1 to `most`."""
    ahead = case.maths.future_purchases(case.model, HORIZON, *HISTORIES)
    customers, counts = np.indices((HISTORIES.shape[1], most))
    more = ahead.at_least(customers.ravel(), counts.ravel() + 1.0).reshape(customers.shape)
    return ahead.active[:, None] * more


# --- identities ---------------------------------------------------------------------------------


@each_model
def test_probabilities_add_up_to_the_expected_purchases(case):
    expected = case.maths.expected_purchases(case.model, HORIZON, *HISTORIES)
    # The sum over n of n P(n) is the sum over n of the probability of at least n purchases.
    total = probabilities_of_at_least(case, 1200).sum(axis=1)
    assert total == pytest.approx(expected, rel=1e-9)


@each_model
def test_the_first_count_is_the_probability_of_buying(case):
    buys = case.maths.probability_of_buying(case.model, HORIZON, *HISTORIES)
    assert probabilities_of_at_least(case, 1)[:, 0] == pytest.approx(buys, rel=1e-13)
    ahead = case.maths.future_purchases(case.model, HORIZON, *HISTORIES)
    assert ahead.probability_of_any() == pytest.approx(buys, rel=1e-13)


@pytest.mark.parametrize("case", [CASES[0], CASES[2]], ids=["bg_nbd", "pareto_nbd"])
def test_an_active_customer_is_a_new_one_with_other_parameters(case):
    """Of MBG/NBD not: a new customer may drop out at once, an active one has just not done so."""
    x, _, age = HISTORIES[:, 3]
    posterior = case.maths.MODEL.posterior(case.model, x, age)
    counts = np.arange(0, 40)
    by_count = case.maths.purchase_probability(type(case.model)(*posterior), counts, HORIZON)
    ahead = case.maths.future_purchases(case.model, HORIZON, *HISTORIES)
    more = ahead.at_least(np.full(40, 3), counts + 1.0)
    assert 1 - by_count.cumsum() == pytest.approx(more, abs=1e-13)


@each_model
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_the_interval_is_that_of_the_probabilities_one_by_one(case, share):
    more = probabilities_of_at_least(case, 1200)
    low, high = case.maths.future_purchases(case.model, HORIZON, *HISTORIES).interval(share)
    assert low.tolist() == (more > (1 + share) / 2).sum(axis=1).tolist()
    assert high.tolist() == (more > (1 - share) / 2).sum(axis=1).tolist()
    assert high.max() > 100


def test_without_dropout_the_quantiles_are_those_of_scipy():
    rng = np.random.default_rng(11)
    shape, rate = rng.gamma(1, 20, 2000), rng.gamma(2, 20, 2000)
    low, high = without_dropout(shape, rate, HORIZON).interval(0.9)
    distribution = stats.nbinom(shape, rate / (rate + HORIZON))
    assert (low == distribution.ppf(0.05)).all()
    assert (high == distribution.ppf(0.95)).all()
    assert high.max() > 100


@each_model
def test_half_of_those_who_stay_active_have_bought_by_the_median_time(case):
    x, _, age = HISTORIES
    median = case.maths.median_time_to_purchase(case.model, *HISTORIES)
    shape, rate, *_ = case.maths.MODEL.posterior(case.model, x, age)
    assert without_dropout(shape, rate, median).probability_of_any() == pytest.approx(0.5)


# --- simulation ---------------------------------------------------------------------------------


@each_model
def test_simulated_customers_buy_as_often_as_the_distribution_says(case):
    rng = np.random.default_rng(21)
    age = rng.integers(20, 27, 60_000).astype(float)
    x, t_x, later = case.simulate(rng, case.model, age, HORIZON)
    ahead = case.maths.future_purchases(case.model, HORIZON, x, np.minimum(t_x, age), age)
    for chosen in (x == 0, (x > 0) & (x < 5), (x >= 5) & (t_x < age - 5), t_x > age - 2):
        rows = np.flatnonzero(chosen)
        for count in (1.0, 2.0, 4.0, 9.0):
            probable = ahead.active[rows] * ahead.at_least(rows, np.full(rows.size, count))
            spread = np.sqrt((probable * (1 - probable)).sum())
            assert abs((later[rows] >= count).sum() - probable.sum()) < 4 * spread + 1


@each_model
def test_nine_in_ten_customers_buy_within_their_interval(case):
    """The parameters are fitted, as a user's are; counts are whole, so rather more than nine."""
    # Few customers drop out: of those who have, every interval holds the purchases, which are 0.
    loyal = case.model._replace(
        **({"beta": 200.0} if "beta" in case.model._fields else {"b": 40.0})
    )
    for seed in range(3):
        rng = np.random.default_rng(seed)
        age = rng.integers(30, 60, 2000).astype(float)
        x, t_x, later = case.simulate(rng, loyal, age, 52.0)
        fitted = case.maths.fit(x, t_x, age).parameters
        low, high = case.maths.future_purchases(fitted, 52.0, x, t_x, age).interval(0.9)
        assert 0.88 <= ((low <= later) & (later <= high)).mean() <= 0.97
        assert (later < low).mean() < 0.05
        assert (later > high).mean() < 0.06


# --- limits and domain --------------------------------------------------------------------------


@each_model
def test_no_time_ahead_no_purchases(case):
    ahead = case.maths.future_purchases(case.model, 0.0, *HISTORIES)
    assert (ahead.probability_of_any() == 0).all()
    assert [end.tolist() for end in ahead.interval(0.9)] == [[0.0] * 7] * 2
    assert (case.maths.probability_of_buying(case.model, 0.0, *HISTORIES) == 0).all()


@each_model
def test_an_impossible_history_stays_in_its_element(case):
    ahead = case.maths.future_purchases(case.model, HORIZON, [2, 2, 0], [10, 30, 5], [20, 20, 20])
    low, high = ahead.interval(0.9)
    for found in (
        ahead.probability_of_any(),
        low,
        high,
        case.maths.median_time_to_purchase(case.model, [2, 2, 0], [10, 30, 5], 20),
        case.maths.probability_of_buying(case.model, HORIZON, [2, 2, 0], [10, 30, 5], 20),
    ):
        assert np.isnan(found).tolist() == [False, True, True]


def test_in_the_bg_nbd_model_customers_without_a_repeat_purchase_are_active():
    low, high = bg_nbd.future_purchases(CASES[0].model, HORIZON, [0, 1], [0, 1], 90).interval(0.9)
    assert bg_nbd.future_purchases(CASES[0].model, HORIZON, [0], [0], [90]).active == 1
    assert (low.tolist(), high.tolist()) == ([0, 0], [2, 0])


def test_counts_without_end_end():
    """A rate that nothing bounds: the search stops where floats hold no more whole numbers."""
    low, high = without_dropout(np.array([1.0]), np.array([1e-30]), 1e6).interval(0.9)
    assert low > 1e15
    assert high > 1e15


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, float("nan")])
def test_an_interval_holds_some_but_not_all_of_the_probability(share):
    with pytest.raises(ArgumentError, match="interval must be above 0 and below 1"):
        without_dropout(np.ones(1), np.ones(1), 1.0).interval(share)


# --- shapes -------------------------------------------------------------------------------------


@each_model
def test_probability_of_buying_and_median_time_broadcast(case):
    horizons = np.array([1.0, 10.0])[:, None]
    found = case.maths.probability_of_buying(case.model, horizons, [0, 1, 2], [0, 3, 4], 20)
    assert found.shape == (2, 3)
    assert (found[1] > found[0]).all()
    assert case.maths.probability_of_buying(case.model, 4, 1, 3, 20).shape == ()
    assert case.maths.median_time_to_purchase(case.model, [[0], [1]], 0, [5, 6, 7]).shape == (2, 3)
