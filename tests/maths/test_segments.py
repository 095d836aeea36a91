"""Segments, quadrants, scores, concentration, portrait: against plain Python."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from clv_xl.errors import NoAnswerError
from clv_xl.maths import acquisition, segments
from clv_xl.maths.arrays import Labels

customers = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-100, 1000), st.floats(0, 300)), min_size=1, max_size=40
)


def dense(codes: list[int]) -> tuple[np.ndarray, int]:
    order = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return np.array([order[code] for code in codes]), len(order)


# Identities


@given(customers)
def test_segments_are_what_a_loop_finds(rows: list[tuple[int, float, float]]) -> None:
    codes, groups = dense([code for code, _, _ in rows])
    clv, cost = np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
    found = segments.segment_values(codes, groups, clv, cost)
    members = defaultdict(list)
    for code, (_, worth, price) in zip(codes.tolist(), rows, strict=True):
        members[code].append((worth, price))
    for code, people in members.items():
        worths = [worth for worth, _ in people]
        assert found.customers[code] == len(people)
        assert found.total[code] == pytest.approx(math.fsum(worths), abs=1e-9)
        assert found.median[code] == pytest.approx(statistics.median(worths))
        assert found.mean_cost[code] == pytest.approx(statistics.fmean(p for _, p in people))
        assert found.worth_less[code] == sum(worth < price for worth, price in people)
    assert found.customers.sum() == len(rows)


@given(st.lists(st.floats(0.01, 1e4), min_size=10, max_size=80), st.integers(2, 10))
def test_concentration_partitions_all_value(clv: list[float], bins: int) -> None:
    found = segments.concentration(np.array(clv), bins)
    assert found.customers.sum() == len(clv)
    assert max(found.customers) - min(found.customers) <= 1
    assert found.share_of_value.sum() == pytest.approx(1)
    assert found.cumulative_value[-1] == pytest.approx(1)
    best = sorted(clv, reverse=True)
    top = best[: found.customers[0]]
    assert found.share_of_value[0] == pytest.approx(sum(top) / sum(best))
    needed = round(found.share_for_80_percent * len(clv))
    assert sum(best[:needed]) >= 0.8 * sum(best) * (1 - 1e-9)
    assert sum(best[: needed - 1]) < 0.8 * sum(best) * (1 + 1e-9)
    difference = sum(abs(a - b) for a in clv for b in clv) / (2 * len(clv) * sum(clv))
    assert found.gini == pytest.approx(difference, abs=1e-9)


@given(st.lists(st.integers(-5, 30).map(float), min_size=1, max_size=60), st.integers(2, 10))
def test_scores_rise_with_the_value_and_are_equal_for_equals(values: list[float], n: int) -> None:
    scores = segments.quantile_score(np.array(values), n)
    assert set(scores.tolist()) <= set(range(1, n + 1))
    pairs = sorted(zip(values, scores.tolist(), strict=True))
    assert [score for _, score in pairs] == sorted(score for _, score in pairs)
    assert len({(v, s) for v, s in pairs}) == len(set(values))


def test_distinct_values_fill_the_bins_evenly() -> None:
    scores = segments.quantile_score(np.arange(100.0), 5)
    assert np.bincount(scores.astype(int))[1:].tolist() == [20] * 5


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=30))
def test_quadrants_by_the_medians(points: list[tuple[float, float]]) -> None:
    gains, gives = zip(*points, strict=True)
    cuts = statistics.median(gains), statistics.median(gives)
    names = {(1, 1): "Star", (1, 0): "Free rider", (0, 1): "Weak", (0, 0): "Loss"}
    expected = [names[(gain >= cuts[0], give >= cuts[1])] for gain, give in points]
    assert segments.quadrant(gains, gives).tolist() == expected


def test_every_quadrant_has_its_action() -> None:
    assert set(segments.ACTIONS) == {"Star", "Free rider", "Weak", "Loss"}
    assert len(set(segments.ACTIONS.values())) == 4


def test_rfm_segments_run_from_champions_to_lost() -> None:
    scores = np.arange(1, 6)
    table = segments.rfm_segment(
        scores[:, None, None], scores[None, :, None], scores[None, None, :]
    )
    assert table.shape == (5, 5, 5)
    assert table[4, 4, 4] == "Champions"
    assert table[0, 0, 0] == "Lost"
    assert table[4, 0, 0] == "New customers"
    assert table[0, 4, 4] == "Cannot lose them"
    assert set(table.ravel()) == {name for row in segments.RFM_SEGMENTS for name in row}
    # Frequency and money count alike.
    assert (table == table.transpose(0, 2, 1)).all()


def test_portrait_counts_and_fishers_p_value() -> None:
    town = Labels(np.array([0] * 10 + [1] * 10), ["Bath", "York"])
    clv = np.array([100.0] * 8 + [1.0] * 2 + [100.0] * 2 + [1.0] * 8) + np.arange(20) / 100
    bath, york = segments.profile([("Town", town)], clv, 0.5)
    assert (bath.value, bath.customers) == ("Bath", 10)
    assert (bath.share_among_best, bath.share_among_all, bath.lift) == pytest.approx(
        (0.8, 0.5, 1.6)
    )
    # Two-sided Fisher: hypergeometric probabilities no larger than that of 8 of 10.
    chance = [math.comb(10, k) * math.comb(10, 10 - k) / math.comb(20, 10) for k in range(11)]
    assert bath.p_value == pytest.approx(sum(p for p in chance if p <= chance[8] * (1 + 1e-9)))
    assert york.lift == pytest.approx(0.4)


@given(st.integers(1, 60), st.data())
def test_fishers_p_value_is_that_of_scipy(count: int, data: st.DataObject) -> None:
    top, everywhere = data.draw(st.integers(1, count)), data.draw(st.integers(0, count))
    least, most = max(0, everywhere + top - count), min(everywhere, top)
    among = data.draw(st.integers(least, most))
    others = everywhere - among
    table = [[among, top - among], [others, count - top - others]]
    expected = fisher_exact(np.array(table)).pvalue
    assert segments.fisher_p_value(among, everywhere, top, count) == pytest.approx(
        expected, rel=1e-9
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.floats(1, 1e4), st.integers(1, 500), st.floats(1, 500)),
        min_size=1,
        max_size=12,
    )
)
def test_channels_are_what_a_loop_finds(rows: list[tuple[int, float, int, float]]) -> None:
    codes, groups = dense([row[0] for row in rows])
    _, spend, won, clv = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    found = acquisition.channel_values(codes, groups, spend, won, clv, np.full(len(rows), 3.0))
    for code in range(groups):
        mine = [row for row, c in zip(rows, codes.tolist(), strict=True) if c == code]
        spent, customers_ = sum(r[1] for r in mine), sum(r[2] for r in mine)
        worth = sum(r[2] * r[3] for r in mine)
        assert found.cac[code] == pytest.approx(spent / customers_)
        assert found.ratio[code] == pytest.approx(worth / spent)
        assert found.value_left[code] == pytest.approx(worth - spent, abs=1e-6)
        assert found.roi[code] == pytest.approx(worth / spent - 1, abs=1e-9)
        assert found.most_to_spend[code] == pytest.approx(worth / customers_ / 3)


# Limits and domain


def test_one_customer_has_no_median_to_be_compared_with() -> None:
    with pytest.raises(NoAnswerError, match="customer_cut"):
        segments.quadrant(5, 5)
    assert segments.quadrant(5, 5, 5, 5) == "Star"


def test_fewer_customers_than_groups_have_no_groups() -> None:
    with pytest.raises(NoAnswerError, match="3 customers"):
        segments.concentration(np.ones(3), 10)


def test_worthless_customers_have_no_shares() -> None:
    with pytest.raises(NoAnswerError, match="worth nothing"):
        segments.concentration(np.zeros(10), 2)


def test_the_gini_coefficient_has_no_meaning_below_zero() -> None:
    assert np.isnan(segments.concentration(np.array([10.0, 5, -1, 3]), 2).gini)


def test_equals_of_the_last_best_customer_are_best_too() -> None:
    assert segments.best_customers(np.array([9.0, 9, 9, 1]), 0.25).sum() == 3
    with pytest.raises(NoAnswerError, match="All 3 customers"):
        segments.profile([("a", Labels(np.zeros(3, int), ["x"]))], np.ones(3), 0.2)
