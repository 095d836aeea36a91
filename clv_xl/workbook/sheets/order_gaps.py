"""Who makes another order and how long that takes: on sheet Repeat purchases."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import ENOUGH_REPEATERS, Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Rule,
    Series,
    Spill,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import (
    FAILED,
    NEEDS_ORDERS,
    first_true,
    from_orders,
    sentence,
)

GAPS: Final = Ref("order_gaps")
_STEPS: Final = Ref("order_steps")
_WAITS: Final = Ref("order_waits")
_ORDERS: Final = 8
"""The last order number to show."""
_DRAWN: Final = 5
"""Steps to the next order that the chart shows."""
_SHARES: Final = ((0.0, 0), (0.25, 4), (0.5, 5), (0.75, 6), (0.8, 7), (0.9, 8))
"""Shares of those who order again, with the column of the days in which they have."""
_CURVES: Final = ((1, "1st to 2nd order"), (2, "2nd to 3rd order"), (3, "3rd to 4th order"))


def gaps() -> Spill:
    """Return the table of order numbers."""
    return Spill(
        GAPS.key,
        "Who orders again, and when?",
        from_orders(
            f"PURCHASE_GAPS(Order_customers,Order_dates,{_ORDERS},Order_amounts,Order_numbers)"
        ),
        (
            Heading("order", Unit.COUNT, 8),
            Heading("customers", Unit.COUNT, 10),
            Heading("share who order again", Unit.SHARE, 10),
            Heading("25 % within days", Unit.DAYS, 9),
            Heading("half within days", Unit.DAYS, 9),
            Heading("75 % within days", Unit.DAYS, 9),
            Heading("80 % within days", Unit.DAYS, 9),
            Heading("90 % within days", Unit.DAYS, 9),
        ),
        _ORDERS,
        note="Orders of one day are one, returns are none. Days are those from an order to the "
        "next, of customers who made it. What to do next: send the reminder or the win-back after "
        "the days in which 80 % have ordered again; few who take longer come back by themselves.",
        check=Formula(_when_to_write()),
        rules=(Rule.LINE,),
    )


def _when_to_write() -> str:
    """Return the formula of the sentence on when to send the win-back."""
    repeaters = f"N({GAPS.cell(2, 2)})"
    half, most = (f"ROUND(N({GAPS.cell(column, 1)}),0)" for column in (5, 7))
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (f'{GAPS.first}=""', FAILED),
        (
            f"{repeaters}=0",
            sentence(
                f"{Verdict.CHECK}: nobody has ordered a second time yet, so there are no days "
                "between orders"
            ),
        ),
        (
            f"{repeaters}<{ENOUGH_REPEATERS}",
            sentence(
                f"{Verdict.CHECK}: only {{repeaters}} customers have ordered a second time, too "
                "few for a rule",
                repeaters=repeaters,
            ),
        ),
        otherwise=sentence(
            f"{Verdict.IN_SHORT}: half of the second orders come within {{half}} days, 80 % within "
            "{most}: send the win-back after {most} days",
            half=half,
            most=most,
        ),
    )


def steps() -> Chart:
    """Return the chart of the share that makes the next order."""
    return Chart(
        _STEPS.key,
        ChartKind.COLUMNS,
        "Share who make the next order",
        "",
        "share of customers",
        (Series("Order again", _STEPS.data.column(2), _STEPS.data.column(1)),),
        5,
        13,
        data=tuple(
            (
                Item(f"{order} to {order + 1}"),
                Item(Formula(f"=N({GAPS.cell(3, order)})"), unit=Unit.SHARE),
            )
            for order in range(1, _DRAWN + 1)
        ),
        y_unit=Unit.SHARE,
        y_range=(0, 1),
    )


def waits() -> Chart:
    """Return the curves of how many have ordered again by each day."""
    data = _WAITS.data
    return Chart(
        _WAITS.key,
        ChartKind.CURVE,
        "Who have ordered again by which day",
        "days since the order before",
        "share of the next orders",
        tuple(
            Series(title, data.column(1), data.column(at + 1))
            for at, (_, title) in enumerate(_CURVES, start=1)
        ),
        4,
        14,
        data=tuple(
            (
                Item(share, unit=Unit.SHARE),
                *(
                    Item(
                        Formula(f"=N({GAPS.cell(column, order)})") if column else 0,
                        unit=Unit.DAYS,
                    )
                    for order, _ in _CURVES
                ),
            )
            for share, column in _SHARES
        ),
        x_unit=Unit.DAYS,
        y_unit=Unit.SHARE,
        y_range=(0, 1),
    )
