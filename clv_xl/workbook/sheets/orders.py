"""The sheet of orders, with what was found wrong beside it."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Records, Role, Rule, Sheet, Spill, TableColumn
from clv_xl.workbook.meanings import headings, meaning, own
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import Sample

CHECK: Final = Ref("orders_check")


def orders(sample: Sample) -> Sheet:
    """Return the sheet of orders, with what was found wrong beside it."""
    rows = sample.orders
    table = Records(
        "Orders",
        (
            TableColumn(
                "order",
                Unit.TEXT,
                tuple(row.order for row in rows),
                meaning=own("The number of the order, for your own use.", Unit.TEXT),
            ),
            TableColumn(
                "date",
                Unit.DATE,
                tuple(row.date for row in rows),
                meaning=meaning("date"),
                width=13,
            ),
            TableColumn(
                "customer",
                Unit.TEXT,
                tuple(row.customer for row in rows),
                meaning=meaning("customer"),
            ),
            TableColumn(
                "product",
                Unit.TEXT,
                tuple(row.product for row in rows),
                meaning=own("What was ordered, for your own use.", Unit.TEXT),
            ),
            TableColumn(
                "amount",
                Unit.MONEY,
                tuple(row.amount for row in rows),
                meaning=meaning("amount"),
                width=13,
                fine=True,
            ),
        ),
        len(rows),
    )
    check = Spill(
        CHECK.key,
        "",
        "=ORDERS_CHECK(Orders[customer],Orders[date],Orders[amount])",
        headings("ORDERS_CHECK", finding=78, rows=9, first=9),
        20,
        rules=(Rule.LINE,),
    )
    return Sheet(
        "Orders",
        Role.INPUT,
        "Orders",
        "Paste your orders over the sample: one row per order, returns as negative amounts. The "
        "table on the right shows what was found in them: merged, ignored, or to be checked.",
        ((table, check),),
        freeze="Orders",
    )
