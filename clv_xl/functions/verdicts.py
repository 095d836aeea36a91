"""What reports judge by, each stated once: words of verdicts, names of segments, thresholds."""

from __future__ import annotations

from typing import Final

from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.order_check import ORDERS_READ, SWAPPED
from clv_xl.maths.quadrants import QUADRANTS
from clv_xl.maths.rfm import RFM_SEGMENTS
from clv_xl.maths.verdicts import Severity, Verdict

TARGET_RATIO: Final = 3.0
"""CLV to CAC that is a common target."""
BREAK_EVEN_RATIO: Final = 1.0
"""CLV to CAC below which a customer costs more than they bring."""

__all__ = [
    "BREAK_EVEN_RATIO",
    "ENOUGH_REPEATERS",
    "ORDERS_READ",
    "QUADRANTS",
    "RFM_SEGMENTS",
    "SWAPPED",
    "TARGET_RATIO",
    "Severity",
    "Verdict",
]
