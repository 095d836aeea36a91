"""The report on segments: what each is worth, how much hangs on a few, and who the best are."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Item,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.sheets.lists import best_rows


def segments() -> Sheet:
    """Return the report on segments, the 80/20 curve and the portrait of the best customers."""
    clv = "Customers[clv]"
    return Sheet(
        "Segments",
        Role.REPORT,
        "Segments",
        "Which groups of customers are worth most, how much hangs on a few, and what the best "
        "have in common. CLV is the "
        "margin a customer has brought so far, before the cost of winning them (CAC).",
        (
            (
                Spill(
                    "by_segment",
                    "What each segment is worth",
                    f"=CLV_SEGMENT(Customers[segment],{clv},Customers[acquisition_cost])",
                    headings("CLV_SEGMENT", segment=40),
                    12,
                ),
            ),
            (
                Chart(
                    "segment_value",
                    ChartKind.COLUMNS,
                    "Value and cost of a customer, the five largest segments",
                    "",
                    "per customer",
                    (
                        Series("Average CLV", "§segment_value_data.2§", "§segment_value_data.1§"),
                        Series("Average CAC", "§segment_value_data.3§", "§segment_value_data.1§"),
                    ),
                    5,
                    data=best_rows("by_segment", 5, (6, Unit.MONEY), (8, Unit.MONEY)),
                ),
                Chart(
                    "segment_share",
                    ChartKind.COLUMNS,
                    "Share of customers and share of value",
                    "",
                    "share",
                    (
                        Series("Customers", "§segment_share_data.2§", "§segment_share_data.1§"),
                        Series("Value", "§segment_share_data.3§", "§segment_share_data.1§"),
                    ),
                    5,
                    data=best_rows("by_segment", 5, (3, Unit.SHARE), (5, Unit.SHARE)),
                    y_unit=Unit.SHARE,
                ),
            ),
            (
                Spill(
                    "concentration",
                    "How much hangs on a few: the 80/20 curve",
                    f"=CLV_CONCENTRATION({clv},10)",
                    headings("CLV_CONCENTRATION", group=40),
                    12,
                    row_units=(*(Unit.SHARE,) * 11, Unit.DECIMAL),
                    note="Customers in ten equal groups, the best first.",
                    rules=(Rule.LINE,),
                ),
                Chart(
                    "curve",
                    ChartKind.CURVE,
                    "Share of value made by the best customers",
                    "best customers",
                    "share of value",
                    (
                        Series("Your customers", "§curve_data.2§", "§curve_data.1§"),
                        Series(
                            "If all were worth the same",
                            "§curve_data.1§",
                            "§curve_data.1§",
                            guide=True,
                        ),
                    ),
                    5,
                    16,
                    data=_curve(),
                    x_unit=Unit.SHARE,
                    y_unit=Unit.SHARE,
                    x_range=(0, 1),
                    y_range=(0, 1),
                ),
            ),
            (
                Spill(
                    "portrait",
                    "Portrait of the best customers",
                    f"=CLV_PROFILE(Customers[[#All],[town]:[machine]],{clv},Best_share)",
                    headings("CLV_PROFILE", attribute=40, value=16),
                    40,
                    note="Lift 2: twice as common among the best as among all. A p-value below "
                    "0.05 is a fair sign of more than luck. How many count as the best is on sheet "
                    "Settings.",
                    rules=(Rule.LINE,),
                ),
            ),
        ),
        new_pages=("concentration",),
    )


def _curve() -> tuple[tuple[Item, ...], ...]:
    start = (Item(0, unit=Unit.SHARE), Item(0, unit=Unit.SHARE))
    points = (
        tuple(
            Item(Formula(f"=§concentration.{column}.{row}§"), unit=Unit.SHARE) for column in (4, 5)
        )
        for row in range(1, 11)
    )
    return (start, *points)
