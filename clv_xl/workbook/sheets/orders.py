"""The sheet of orders."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Records, Role, Sheet, TableColumn
from clv_xl.workbook.meanings import meaning, own
from clv_xl.workbook.sample import Sample


def orders(sample: Sample) -> Sheet:
    """Return the sheet of orders."""
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
                meaning=own("What was ordered, which sheet Repeat purchases compares.", Unit.TEXT),
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
        max(len(rows), 1),
    )
    return Sheet(
        "Orders",
        Role.INPUT,
        "Orders",
        f"Paste your orders {'over the sample' if rows else 'here'}: one row per order, returns as "
        "negative amounts.",
        ((table,),),
        freeze="Orders",
    )
