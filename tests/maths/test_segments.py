"""Segments of customers, against plain Python."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import ZeroDenominatorError
from clv_xl.maths import segments
from clv_xl.maths.arrays import Labels

customers = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-100, 1000), st.floats(0, 300)), min_size=1, max_size=40
)


def dense(codes: list[int]) -> tuple[np.ndarray, int]:
    order = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return np.array([order[code] for code in codes]), len(order)


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


def test_the_report_of_segments_is_ordered_and_ends_with_all() -> None:
    segment = Labels(np.array([0, 1, 1, 0]), ["Basic", "Gold"])
    clv = np.array([10.0, 60.0, 40.0, -10.0])
    found = segments.segment_report(segment, clv, np.array([0.0, 50.0, 50.0, 0.0]))
    assert found.segment == ["Gold", "Basic", "All"]
    assert found.customers.tolist() == [2, 2, 4]
    assert found.share_of_customers.tolist() == [0.5, 0.5, 1.0]
    assert found.total_clv.tolist() == [100, 0, 100]
    assert found.share_of_clv == [1.0, 0.0, 1.0]
    assert found.worth_less_than_cost == [1, 1, 2]
    assert found.clv_to_cac[0] == 1.0
    assert isinstance(found.clv_to_cac[1], ZeroDenominatorError)
    without_cost = segments.segment_report(segment, clv, None)
    assert list(without_cost.average_cac) == list(without_cost.clv_to_cac) == [None] * 3
    worthless = segments.segment_report(segment, clv - clv, None)
    assert all(isinstance(share, ZeroDenominatorError) for share in worthless.share_of_clv)


@given(customers, st.data())
def test_customers_without_a_cost_are_left_out_of_the_figures_of_cost(
    rows: list[tuple[int, float, float]], data: st.DataObject
) -> None:
    size = len(rows)
    unknown = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    codes, groups = dense([code for code, _, _ in rows])
    clv = np.array([r[1] for r in rows])
    cost = np.where(unknown, np.nan, [r[2] for r in rows])
    found = segments.segment_values(codes, groups, clv, cost)
    whole = segments.segment_values(codes, groups, clv, None)
    np.testing.assert_array_equal(found.total, whole.total)
    np.testing.assert_array_equal(found.customers, whole.customers)
    for code in range(groups):
        mine = (codes == code) & ~unknown
        if not mine.any():
            assert np.isnan(found.mean_cost[code])
            assert np.isnan(found.worth_less[code])
            continue
        assert found.mean_cost[code] == pytest.approx(cost[mine].mean())
        assert found.worth_less[code] == (clv[mine] < cost[mine]).sum()
        if cost[mine].sum() > 1e-6:
            ratio = clv[mine].sum() / cost[mine].sum()
            assert found.value_to_cost[code] == pytest.approx(ratio, abs=1e-9)


def test_a_segment_without_any_known_cost_has_blanks_in_the_report() -> None:
    segment = Labels(np.array([0, 1, 0]), ["Gold", "Basic"])
    found = segments.segment_report(segment, [60.0, 40.0, 20.0], [30.0, np.nan, np.nan])
    assert found.segment == ["Gold", "Basic", "All"]
    assert found.average_cac == [30.0, None, 30.0]
    assert found.clv_to_cac == [2.0, None, 2.0]
    assert found.worth_less_than_cost == [0.0, None, 0.0]
    unknown = segments.segment_report(segment, [60.0, 40.0, -20.0], [np.nan] * 3)
    assert unknown.average_cac == [None] * 3
    assert unknown.worth_less_than_cost == [1.0, 0.0, 1.0]


def test_the_caveat_counts_the_customers_without_a_cost() -> None:
    (caveat,) = segments.cost_caveats([30.0, np.nan, np.nan])
    assert caveat.argument == "acquisition_cost"
    assert caveat.sentence.startswith("acquisition_cost is empty for 2 of 3 customers")
    assert segments.cost_caveats(None) == segments.cost_caveats([np.nan]) == ()
