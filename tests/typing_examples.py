"""What a type checker knows of the functions: checked by mypy, never run.

In strict mode an ignore that ignores nothing is an error, so each line with one must be wrong.
"""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from clv_xl import CLV, CLV_SEGMENT, CLV_VERSION, RFM_SEGMENT, RFM_SUMMARY, __version__
from clv_xl.tables import Table

assert_type(CLV(1000, 6, 5), float)
assert_type(CLV(1000, 6, lifespan=5, gross_margin=0.5), float)
assert_type(CLV([1000, 900], 6, np.array([5, 6])), NDArray[np.float64] | Any)
assert_type(RFM_SEGMENT(5, 5, 5), str)
assert_type(CLV_SEGMENT(["Gold", "Silver"], [[300], [None]]), Table)
days = np.array(["2024-01-31"], dtype="datetime64[D]")
assert_type(RFM_SUMMARY(["Ann"], days, period="month"), Table)
assert_type(CLV_VERSION(), str)
assert_type(__version__, str)

CLV(1000, 6)  # type: ignore[call-overload]
CLV("much", 6, 5)  # type: ignore[arg-type]
CLV(1000, 6, 5, margin=0.4)  # type: ignore[call-overload]
RFM_SUMMARY(["Ann"], ["2024-01-31"], periods="month")  # type: ignore[call-arg]
CLV_VERSION() + 1  # type: ignore[operator]
