"""The report on segments: their value, its concentration, and a profile of the best customers."""

from __future__ import annotations

from typing import Final

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
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.lists import best_rows

BY_SEGMENT: Final = Ref("by_segment")
CONCENTRATION: Final = Ref("concentration")
_VALUE: Final = Ref("segment_value")
_SHARE: Final = Ref("segment_share")
_CURVE: Final = Ref("curve")


def segments() -> Sheet:
    """Return the report on segments, the 80/20 curve and the profile of the best customers."""
    clv = "Customers[clv]"
    return Sheet(
        "Segments",
        Role.REPORT,
        "Segments",
        "Which groups of customers are worth most, how concentrated your value is, and what your "
        "best customers have in common. CLV is gross profit to date, before acquisition cost "
        "(CAC).",
        (
            (
                Spill(
                    BY_SEGMENT.key,
                    "What each segment is worth",
                    f"=CLV_SEGMENT(Customers[segment],{clv},Customers[acquisition_cost])",
                    headings("CLV_SEGMENT", segment=40),
                    12,
                ),
            ),
            (
                Chart(
                    _VALUE.key,
                    ChartKind.COLUMNS,
                    "Value and cost of a customer, the five largest segments",
                    "",
                    "per customer",
                    (
                        Series("Average CLV", _VALUE.data.column(2), _VALUE.data.column(1)),
                        Series("Average CAC", _VALUE.data.column(3), _VALUE.data.column(1)),
                    ),
                    5,
                    data=best_rows(BY_SEGMENT, 5, (6, Unit.MONEY), (8, Unit.MONEY)),
                ),
                Chart(
                    _SHARE.key,
                    ChartKind.COLUMNS,
                    "Share of customers and share of value",
                    "",
                    "share",
                    (
                        Series("Customers", _SHARE.data.column(2), _SHARE.data.column(1)),
                        Series("Value", _SHARE.data.column(3), _SHARE.data.column(1)),
                    ),
                    5,
                    data=best_rows(BY_SEGMENT, 5, (3, Unit.SHARE), (5, Unit.SHARE)),
                    y_unit=Unit.SHARE,
                ),
            ),
            (
                Spill(
                    CONCENTRATION.key,
                    "Value concentration: the 80/20 curve",
                    f"=CLV_CONCENTRATION({clv},10)",
                    headings("CLV_CONCENTRATION", group=40),
                    12,
                    row_units=(*(Unit.SHARE,) * 11, Unit.DECIMAL),
                    note="Customers in ten equal groups, the best first.",
                    rules=(Rule.LINE,),
                ),
                Chart(
                    _CURVE.key,
                    ChartKind.CURVE,
                    "Share of value from the best customers",
                    "best customers",
                    "share of value",
                    (
                        Series("Your customers", _CURVE.data.column(2), _CURVE.data.column(1)),
                        Series(
                            "If all were worth the same",
                            _CURVE.data.column(1),
                            _CURVE.data.column(1),
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
                    "Profile of your best customers",
                    f"=CLV_PROFILE(Customers[[#All],[town]:[machine]],{clv},Best_share)",
                    headings("CLV_PROFILE", attribute=40, value=16),
                    40,
                    note="Lift 2: twice as common among the best as among all. A p-value below "
                    "0.05 is statistically significant. The share that counts as the best is set "
                    "on sheet Settings.",
                    rules=(Rule.LINE,),
                ),
            ),
        ),
        new_pages=(CONCENTRATION.key,),
    )


def _curve() -> tuple[tuple[Item, ...], ...]:
    start = (Item(0, unit=Unit.SHARE), Item(0, unit=Unit.SHARE))
    points = (
        tuple(
            Item(Formula(f"={CONCENTRATION.cell(column, row)}"), unit=Unit.SHARE)
            for column in (4, 5)
        )
        for row in range(1, 11)
    )
    return (start, *points)
