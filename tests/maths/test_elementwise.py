"""Element-wise arrays."""

from __future__ import annotations

import numpy as np

from clv_xl.maths.elementwise import apply_in_blocks, apply_to_distinct


def test_a_costly_function_gets_elements_without_nan_in_blocks():
    seen = []

    def double(values):
        seen.append(values.size)
        return 2 * values

    values = np.arange(7.0).reshape(7, 1)
    values[3] = np.nan
    found = apply_in_blocks(double, values, block=4)
    assert seen == [4, 2]
    assert found.shape == (7, 1)
    assert np.nansum(found) == 36
    assert np.isnan(found[3])


def test_a_costly_function_gets_equal_rows_once():
    seen = []

    def total(one, other):
        seen.append(one.size)
        return one + other

    columns = np.array([[3.0, 1.0, 3.0, 1.0, 3.0], [0.5, 0.5, 0.5, 0.25, 0.5]])
    assert apply_to_distinct(total, *columns).tolist() == [3.5, 1.5, 3.5, 1.25, 3.5]
    assert apply_to_distinct(total, np.zeros(0), np.zeros(0)).size == 0
    assert seen == [3, 0]
