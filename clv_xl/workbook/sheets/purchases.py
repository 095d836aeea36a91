"""Orders added up by customer, on sheet Backtest."""

from __future__ import annotations

from typing import Final

from clv_xl.workbook.declarations import Rule, Spill
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import TOTALS, customer_list
from clv_xl.workbook.sheets.lists import LONG
from clv_xl.workbook.sheets.settings import END_DATE

SUMMARY: Final = Ref("summary")

SUMMARY_CALL: Final = (
    f"RFM_SUMMARY(Orders[customer],Orders[date],Orders[amount],Period,{END_DATE},Orders[order])"
)
"""What models are fitted to: one row per customer."""
TOTALS_CALL: Final = (
    f"CUSTOMER_TOTALS({customer_list()},Orders[customer],Orders[amount],Orders[date],"
    f"{END_DATE},Orders[order])"
)
"""Orders and revenue beside each row of sheet Customers."""


def by_customer() -> tuple[Spill, Spill]:
    """Return the orders added up by customer, and beside each row of sheet Customers."""
    return (
        Spill(
            SUMMARY.key,
            "Purchases by customer",
            f'=IFERROR({SUMMARY_CALL},"")',
            headings("RFM_SUMMARY", customer=16, frequency=12, monetary_value=18, log_gaps=18),
            LONG,
            titles=(
                "customer",
                "repeat purchases",
                "first to last",
                "first purchase to end",
                "average repeat purchase",
                "regularity (log of times between)",
            ),
            note="What models are fitted to. Times are in the period of sheet Settings.",
            rules=(Rule.LINE,),
        ),
        Spill(
            TOTALS.key,
            "In sheet Customers",
            f'=IFERROR({TOTALS_CALL},"")',
            headings("CUSTOMER_TOTALS", amount=16),
            LONG,
            titles=("orders", "revenue"),
            headed=False,
            quiet=True,
            note="Row by row, in the order of sheet Customers.",
            rules=(Rule.LINE,),
        ),
    )
