"""The purchase histories that the models take."""

from __future__ import annotations

import numpy as np

from clv_xl.maths.histories import valid_histories


def test_a_recency_out_of_range_makes_its_element_nan_only():
    x, t_x, age = valid_histories([1, 1, 0], [2, 5, 0], 4)
    assert np.isnan(x).tolist() == [False, True, False]
    assert np.isnan(t_x).tolist() == np.isnan(age).tolist() == [False, True, False]
