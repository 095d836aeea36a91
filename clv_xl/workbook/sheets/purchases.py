"""The sheet that adds orders up by customer."""

from __future__ import annotations

from typing import Final

from clv_xl.workbook.declarations import Role, Rule, Sheet, Spill
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


def purchases() -> Sheet:
    """Return the sheet that adds orders up by customer."""
    return Sheet(
        "Purchases",
        Role.REPORT,
        "Purchases by customer",
        "Your orders added up, one row per customer. Names that differ only in capitals or blanks "
        "are one customer. On the left is what models need: repeat purchases, time from first to "
        "last purchase, time since the first purchase, average repeat purchase; times are in the "
        "period of sheet Settings. On the right are orders and revenue for each row of sheet "
        "Customers, in the same order. Nothing to fill in here.",
        (
            (
                Spill(
                    SUMMARY.key,
                    "",
                    f'=IFERROR({SUMMARY_CALL},"")',
                    headings("RFM_SUMMARY", customer=16, frequency=12, monetary_value=18),
                    LONG,
                    titles=(
                        "customer",
                        "repeat purchases",
                        "first to last",
                        "first purchase to end",
                        "average repeat purchase",
                    ),
                    rules=(Rule.LINE,),
                ),
                Spill(
                    TOTALS.key,
                    "",
                    f'=IFERROR({TOTALS_CALL},"")',
                    headings("CUSTOMER_TOTALS", amount=16),
                    LONG,
                    titles=("orders", "revenue"),
                    headed=False,
                    quiet=True,
                    rules=(Rule.LINE,),
                ),
            ),
        ),
        freeze=SUMMARY.key,
    )
