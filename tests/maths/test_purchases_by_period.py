"""Expected purchases period by period."""

from __future__ import annotations

import numpy as np
import pytest

from clv_xl.errors import ArgumentError
from clv_xl.maths.purchases_by_period import (
    cohort_purchases,
    cumulative_purchases,
    discounted_sum,
    period_purchases,
    whole_periods,
)


def test_smooth_expectations_need_few_points():
    shapes = []

    def cumulative(t, rows):
        shapes.append(t.shape)
        return np.log1p(t / scale[rows, None]) ** 2

    scale = np.array([0.3, 4.0, 900.0])
    found = period_purchases(cumulative, scale, 520).cumsum(axis=1)
    exact = np.log1p(np.arange(1, 521) / scale[:, None]) ** 2
    assert found == pytest.approx(exact, rel=1e-10)
    assert shapes[0][1] < 60


def test_expectations_with_a_kink_are_computed_period_by_period():
    def cumulative(t, rows):
        return np.where(rows[:, None] == 0, np.minimum(t, 100.5), np.log1p(t))

    found = period_purchases(cumulative, np.ones(2), 300).cumsum(axis=1)
    assert found[0, [99, 100, 299]] == pytest.approx([100, 100.5, 100.5], rel=1e-12)
    assert found[1, 299] == pytest.approx(np.log(301), rel=1e-10)


def test_cheap_expectations_are_computed_period_by_period():
    shapes = []

    def cumulative(t, rows):
        shapes.append(t.shape)
        return np.log1p(t / scale[rows, None])

    scale = np.array([0.3, 4.0])
    found = period_purchases(cumulative, scale, 520, is_cheap=True).cumsum(axis=1)
    assert shapes == [(1, 520)]
    assert found == pytest.approx(np.log1p(np.arange(1, 521) / scale[:, None]), rel=1e-13)


def test_only_rows_with_a_nan_scale_are_nan():
    found = period_purchases(
        lambda t, rows: t + 0.0 * rows[:, None], np.array([1.0, np.nan, 2.0]), 90
    )
    assert np.isnan(found[1]).all()
    assert found[[0, 2]] == pytest.approx(np.ones((2, 90)))


def test_no_period_is_negative():
    found = period_purchases(lambda t, rows: 1 - np.exp(-t) + 0 * rows[:, None], np.ones(1), 500)
    assert (found >= 0).all()


def test_times_need_not_be_whole_or_ordered():
    times = np.array([7.5, 0.0, 300.25])
    found = cumulative_purchases(
        lambda t, rows: np.sqrt(1 + t) + 0 * rows[:, None], np.ones(1), np.array([0]), times
    )
    assert found[0] == pytest.approx(np.sqrt(1 + times), rel=1e-12)


def test_discounting_is_to_the_end_of_each_period():
    found = discounted_sum(lambda rows: np.ones((rows.stop - rows.start, 3)), 2, 3, 0.1)
    assert found == pytest.approx(np.full(2, 1 / 1.1 + 1 / 1.21 + 1 / 1.331), rel=1e-14)
    undiscounted = discounted_sum(lambda rows: np.ones((1, 4)), 1, 4, 0)
    assert undiscounted == 4


def test_many_customers_are_computed_in_blocks():
    sizes = []

    def purchases(rows):
        sizes.append(rows.stop - rows.start)
        return np.ones((rows.stop - rows.start, 50_000))

    found = discounted_sum(purchases, 100, 50_000, 0.5)
    assert max(sizes) == 40
    assert found == pytest.approx(np.full(100, 2.0))


def test_no_purchases_are_expected_before_the_first():
    found = cohort_purchases(lambda t: t, 1.0, [0, 10], [0, 5, 10, 12])
    assert found == pytest.approx([0, 5, 10, 14], rel=1e-12)
    assert cohort_purchases(lambda t: t, 1.0, [], [1, 2]).tolist() == [0, 0]
    assert cohort_purchases(lambda t: t, 1.0, [1], []).size == 0


@pytest.mark.parametrize("periods", [0, -1, 1.5, 1e9, np.nan])
def test_an_invalid_number_of_periods_is_refused(periods):
    with pytest.raises(ArgumentError, match="whole number of periods"):
        whole_periods(periods)
