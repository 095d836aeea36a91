"""Concentration of value and the profile of the best customers, against plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from clv_xl.errors import NoAnswerError
from clv_xl.maths import concentration
from clv_xl.maths.arrays import Labels


@given(st.lists(st.floats(0.01, 1e4), min_size=10, max_size=80), st.integers(2, 10))
def test_concentration_partitions_all_value(clv: list[float], bins: int) -> None:
    found = concentration.concentration(np.array(clv), bins)
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


def test_profile_counts_and_fishers_p_value() -> None:
    town = Labels(np.array([0] * 10 + [1] * 10), ["Bath", "York"])
    clv = np.array([100.0] * 8 + [1.0] * 2 + [100.0] * 2 + [1.0] * 8) + np.arange(20) / 100
    bath, york = concentration.profile([("Town", town)], clv, 0.5)
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
    assert concentration.fisher_p_value(among, everywhere, top, count) == pytest.approx(
        expected, rel=1e-9
    )


def test_fewer_customers_than_groups_have_no_groups() -> None:
    with pytest.raises(NoAnswerError, match="3 customers"):
        concentration.concentration(np.ones(3), 10)


def test_worthless_customers_have_no_shares() -> None:
    with pytest.raises(NoAnswerError, match="worth nothing"):
        concentration.concentration(np.zeros(10), 2)


def test_the_gini_coefficient_has_no_meaning_below_zero() -> None:
    assert np.isnan(concentration.concentration(np.array([10.0, 5, -1, 3]), 2).gini)


def test_equals_of_the_last_best_customer_are_best_too() -> None:
    assert concentration.best_customers(np.array([9.0, 9, 9, 1]), 0.25).sum() == 3
    with pytest.raises(NoAnswerError, match="All 3 customers"):
        concentration.profile([("a", Labels(np.zeros(3, int), ["x"]))], np.ones(3), 0.2)


def test_an_attribute_that_tells_every_customer_apart_makes_no_groups() -> None:
    clv = np.arange(60.0)
    phone = Labels(np.arange(60), [f"0{at}" for at in range(60)])
    town = Labels(np.arange(60) % 30, [f"t{at}" for at in range(30)])
    rows = concentration.profile([("phone", phone), ("town", town)], clv, 0.2)
    assert {row.attribute for row in rows} == {"town"}
    with pytest.raises(NoAnswerError, match="none makes groups"):
        concentration.profile([("phone", phone)], clv, 0.2)
