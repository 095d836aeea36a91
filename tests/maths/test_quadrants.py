"""Quadrants of customers, against plain Python."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import NoAnswerError
from clv_xl.maths import quadrants


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=30))
def test_quadrants_by_the_medians(points: list[tuple[float, float]]) -> None:
    gains, gives = zip(*points, strict=True)
    cuts = statistics.median(gains), statistics.median(gives)
    names = {(1, 1): "Star", (1, 0): "Free rider", (0, 1): "Weak", (0, 0): "Loss"}
    expected = [names[(gain >= cuts[0], give >= cuts[1])] for gain, give in points]
    assert quadrants.quadrant(gains, gives).tolist() == expected


def test_every_quadrant_has_its_action() -> None:
    assert set(quadrants.ACTIONS) == {"Star", "Free rider", "Weak", "Loss"}
    assert len(set(quadrants.ACTIONS.values())) == 4


def test_one_customer_has_no_median_to_be_compared_with() -> None:
    with pytest.raises(NoAnswerError, match="customer_cut"):
        quadrants.quadrant(5, 5)
    assert quadrants.quadrant(5, 5, 5, 5) == "Star"
