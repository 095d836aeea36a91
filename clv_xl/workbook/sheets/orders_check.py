"""What was found in the orders, on a sheet where no paste of orders lands."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.banner import NAME
from clv_xl.workbook.declarations import Field, Fields, Formula, Role, Rule, Sheet, Spill
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.last_refresh import last_refresh

CHECK: Final = Ref("orders_check")


def orders_check() -> Sheet:
    """Return the sheet of what was found in the orders."""
    check = Spill(
        CHECK.key,
        "",
        "=ORDERS_CHECK(Orders[customer],Orders[date],Orders[amount])",
        headings("ORDERS_CHECK", finding=78, rows=9, first=9),
        20,
        rules=(Rule.LINE,),
    )
    return Sheet(
        "Orders check",
        Role.REPORT,
        "Orders check",
        "What was found in your orders: merged, ignored, or to be checked. Refused rows must be "
        "corrected before the reports can use the orders. Rows are counted from the first order.",
        ((_not_counted(),), (check,), (last_refresh(),)),
        one_page=True,
    )


def _not_counted() -> Fields:
    """Return the text that every report repeats below its lead, empty if all rows are counted."""
    note = Field("Not counted", Formula('=""'), Unit.TEXT, name=NAME)
    return Fields("data_note", "", (note,), note_columns=0)
