"""The one CAC of the firm: what it spends on marketing per customer acquired.

Sheet Start and the last row of sheet Channel report show it. Where no spend is given, it is what
the customers cost on average whose acquisition cost is known. What a single customer cost, as on
sheet Segments, is called acquisition cost.
"""

from __future__ import annotations

from typing import Final

from clv_xl.workbook.sheets.filled import (
    COSTS_FILLED,
    SPEND_FILLED,
    VALUES_FILLED,
    first_true,
    sentence,
)

_SPEND, _ACQUIRED, _OF_CHANNEL = "Channels[spend]", "Channels[new_customers]", "Channels[clv]"
_COST, _CLV = "Customers[acquisition_cost]", "Customers[clv]"
_PAID_FOR: Final = f"SUMPRODUCT(ISNUMBER({_SPEND})*{_ACQUIRED})"
"""Customers of the channels whose spend is known."""
_BROUGHT: Final = f"SUMPRODUCT(ISNUMBER({_SPEND})*{_ACQUIRED}*{_OF_CHANNEL})"
_BY_SPEND: Final = f"AND({SPEND_FILLED}>0,{_PAID_FOR}>0)"
_BY_COST: Final = f"{COSTS_FILLED}>0"

CAC: Final = first_true(
    (_BY_SPEND, f"SUM({_SPEND})/{_PAID_FOR}"),
    (_BY_COST, f"AVERAGE({_COST})"),
    otherwise='""',
)
CAC_SOURCE: Final = first_true(
    (_BY_SPEND, sentence("marketing spend per customer acquired (sheet Channel report)")),
    (_BY_COST, sentence("average of the known acquisition costs, as sheet Channels has no spend")),
    otherwise=sentence("fill in what you spent in sheet Channels"),
)
CLV_TO_CAC: Final = first_true(
    (f"{VALUES_FILLED}=0", '""'),
    (_BY_SPEND, f'IF(SUM({_SPEND})>0,{_BROUGHT}/SUM({_SPEND}),"")'),
    (
        _BY_COST,
        f'IF(SUM({_COST})>0,SUMPRODUCT(ISNUMBER({_COST})*{_CLV})/SUM({_COST}),"")',
    ),
    otherwise='""',
)
