"""The report on repeat purchases: who orders again, when, and after what first order."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Stack,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED, customer_list, number
from clv_xl.workbook.sheets.filled import (
    FAILED,
    NEEDS_ORDERS,
    ORDERS,
    first_true,
    from_orders,
    sentence,
)
from clv_xl.workbook.sheets.lists import LONG, best_rows
from clv_xl.workbook.sheets.order_gaps import gaps, steps, waits

FIRST: Final = Ref("first_orders")
_WORTH: Final = Ref("first_order_value")
_PRODUCT: Final = number("Orders", "product")
_CHANNEL: Final = number("Customers", "channel")
_DAYS: Final = 365
"""Days after the first order that the value covers."""
_DRAWN: Final = 4


def repeat_purchases() -> Sheet:
    """Return the report on repeat purchases."""
    return Sheet(
        "Repeat purchases",
        Role.REPORT,
        "Repeat purchases",
        "How many customers order again, when should the win-back go out, and which first order "
        "brings customers who last?",
        (
            (gaps(), waits()),
            (_first_orders(), Stack((_chart(), steps()))),
        ),
        new_pages=(FIRST.key,),
    )


def _first_orders() -> Spill:
    """Return what follows a first order, by its product, or by channel without products."""
    channels = f'XLOOKUP(TRIM(Order_customers),TRIM({customer_list()}),Customer_channels,"")'
    by_product, by_channel = (
        f"FIRST_ORDER({ORDERS},{attribute},Gross_margin,{_DAYS},Order_numbers)"
        for attribute in ("Order_products", channels)
    )
    either = f'IF(N({_PRODUCT})>0,{by_product},IF(N({_CHANNEL})>0,{by_channel},""))'
    return Spill(
        FIRST.key,
        "Which first order brings customers who last?",
        from_orders(either),
        headings(
            "FIRST_ORDER",
            attribute=20,
            customers=10,
            share_who_bought_again=10,
            median_days_to_second_order=9,
            most_frequent_in_second_order=18,
            value_per_customer=10,
        ),
        LONG,
        titles=(
            "first order",
            "customers",
            "share who order again",
            "half within days",
            "most frequent second order",
            "value in the first year",
        ),
        note=f"The value is the gross profit per customer in the {_DAYS} days after the first "
        "order, of customers who are that old; blank if nobody is. What to do next: advertise the "
        "first order with the highest value, and offer the usual second order in the reminder.",
        check=Formula(_counted()),
        rules=(Rule.LINE,),
    )


def _counted() -> str:
    """Return the formula of the sentence on what first orders are compared by."""
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (
            f"AND(N({_PRODUCT})=0,N({_CHANNEL})=0)",
            sentence(
                f"{Verdict.CHECK}: sheet Orders has no column product and sheet Customers no "
                "column channel to compare by; sheet Settings says how to name them"
            ),
        ),
        (f'{FIRST.first}=""', FAILED),
        (
            f"N({_PRODUCT})>0",
            sentence(f"{Verdict.SHOWN}: by the product of the first order (sheet Orders)"),
        ),
        otherwise=sentence(
            f"{Verdict.SHOWN}: by the channel of the customer (sheet Customers), as sheet Orders "
            "has no column product"
        ),
    )


def _chart() -> Chart:
    return Chart(
        _WORTH.key,
        ChartKind.COLUMNS,
        "Value in the first year, by first order",
        "",
        "per customer",
        (Series("Value", _WORTH.data.column(2), _WORTH.data.column(1)),),
        5,
        13,
        data=best_rows(FIRST, _DRAWN, (6, Unit.MONEY)),
    )
