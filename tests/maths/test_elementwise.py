"""Element-wise arrays."""

from __future__ import annotations

import numpy as np

from clv_xl.maths.elementwise import apply_in_blocks


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
