"""Channels, against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import ZeroDenominatorError
from clv_xl.maths import acquisition
from clv_xl.maths.arrays import Labels


def dense(codes: list[int]) -> tuple[np.ndarray, int]:
    order = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return np.array([order[code] for code in codes]), len(order)


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


def test_the_report_of_channels_is_ordered_and_ends_with_all() -> None:
    channel = Labels(np.array([0, 1, 2, 0, 3]), ["Ads", "Mail", "Word of mouth", "Fair"])
    spend, won = np.array([60.0, 50.0, 0.0, 40.0, 30.0]), np.array([1.0, 2.0, 3.0, 1.0, 0.0])
    found = acquisition.channel_report(channel, spend, won, 120.0, 3.0)
    assert found.channel == ["Word of mouth", "Mail", "Ads", "Fair", "All"]
    assert found.customers.tolist() == [3, 2, 2, 0, 7]
    assert found.spend == [0, 50, 100, 30, 180]
    assert found.value_left_after_spend == [360, 190, 140, -30, 660]
    assert found.clv_to_cac[1:] == pytest.approx([4.8, 2.4, 0.0, 840 / 180])
    assert found.cac[0] == 0
    assert found.clv_to_cac[0] is None
    assert found.roi[0] is None
    assert found.verdict[0] == "Grow: costs nothing"
    assert isinstance(found.cac[3], ZeroDenominatorError)
    assert [verdict.split(":")[0] for verdict in found.verdict] == [
        "Grow", "Grow", "Improve", "Stop", "Grow"
    ]  # fmt: skip


def test_only_a_channel_without_spend_and_customers_has_no_ratio() -> None:
    channel = Labels(np.array([0, 1]), ["Fair", "Idle"])
    found = acquisition.channel_report(channel, [30.0, 0.0], [1.0, 0.0], 120.0, 3.0)
    idle = found.channel.index("Idle")
    assert isinstance(found.clv_to_cac[idle], ZeroDenominatorError)
    assert isinstance(found.roi[idle], ZeroDenominatorError)


def test_all_channels_free_are_free_together() -> None:
    channel = Labels(np.array([0, 1]), ["Search", "Word of mouth"])
    found = acquisition.channel_report(channel, 0.0, [1.0, 3.0], 120.0, 3.0)
    assert found.channel == ["Word of mouth", "Search", "All"]
    assert found.cac == [0.0] * 3
    assert found.clv_to_cac == found.roi == [None] * 3
    assert set(found.verdict) == {"Grow: costs nothing"}


def test_a_channel_whose_spend_is_not_known_is_last_and_has_no_figures_of_cost() -> None:
    channel = Labels(np.array([0, 1, 2]), ["Fair", "Mail", "Stop"])
    found = acquisition.channel_report(channel, [np.nan, 30.0, 90.0], 1.0, 60.0, 3.0)
    assert found.channel == ["Mail", "Stop", "Fair", "All"]
    assert found.customers.tolist() == [1, 1, 1, 3]
    assert found.spend == [30, 90, None, 120]
    assert found.cac == [30, 90, None, 60]
    assert found.clv_to_cac == pytest.approx([2, 60 / 90, None, 1])
    assert found.value_left_after_spend == [30, -30, None, 0]
    assert found.roi[2] is None
    assert found.verdict[2] == "Check: no spend given"


def test_only_the_rows_of_a_channel_with_known_spend_count_in_its_cost() -> None:
    channel = Labels(np.array([0, 0]), ["Fair"])
    found = acquisition.channel_report(channel, [np.nan, 30.0], [4.0, 1.0], [10.0, 60.0], 3.0)
    assert found.customers.tolist() == [5, 5]
    assert found.clv.tolist() == [20, 20]
    assert found.cac == [30, 30]
    assert found.clv_to_cac == [2, 2]


def test_the_caveat_counts_the_rows_without_spend() -> None:
    (caveat,) = acquisition.spend_caveats([30.0, np.nan, 0.0])
    assert caveat.argument == "spend"
    assert caveat.sentence.startswith("spend is empty in 1 of 3 rows")
