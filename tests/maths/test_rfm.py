"""RFM scores and segments."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.maths import rfm


@given(st.lists(st.integers(-5, 30).map(float), min_size=1, max_size=60), st.integers(2, 10))
def test_scores_rise_with_the_value_and_are_equal_for_equals(values: list[float], n: int) -> None:
    scores = rfm.quantile_score(np.array(values), n)
    assert set(scores.tolist()) <= set(range(1, n + 1))
    pairs = sorted(zip(values, scores.tolist(), strict=True))
    assert [score for _, score in pairs] == sorted(score for _, score in pairs)
    assert len({(v, s) for v, s in pairs}) == len(set(values))


def test_distinct_values_fill_the_bins_evenly() -> None:
    scores = rfm.quantile_score(np.arange(100.0), 5)
    assert np.bincount(scores.astype(int))[1:].tolist() == [20] * 5


def test_rfm_segments_run_from_champions_to_lost() -> None:
    scores = np.arange(1, 6)
    table = rfm.rfm_segment(scores[:, None, None], scores[None, :, None], scores[None, None, :])
    assert table.shape == (5, 5, 5)
    assert table[4, 4, 4] == "Champions"
    assert table[0, 0, 0] == "Lost"
    assert table[4, 0, 0] == "New customers"
    assert table[0, 4, 4] == "Cannot lose them"
    assert set(table.ravel()) == {name for row in rfm.RFM_SEGMENTS for name in row}
    # Frequency and money count alike.
    assert (table == table.transpose(0, 2, 1)).all()
