"""The report on segments: their value, its concentration, and a profile of the best customers."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
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
from clv_xl.workbook.sheets.columns import count_others, filled, others
from clv_xl.workbook.sheets.filled import (
    COSTS_FILLED,
    CUSTOMERS_FILLED,
    FAILED,
    NEEDS_CUSTOMERS,
    VALUES_FILLED,
    blank_for_errors,
    first_true,
    sentence,
    where,
)
from clv_xl.workbook.sheets.lists import best_rows
from clv_xl.workbook.sheets.rfm_segments import rfm_check, rfm_list, rfm_table

BY_SEGMENT: Final = Ref("by_segment")
CONCENTRATION: Final = Ref("concentration")
_VALUE: Final = Ref("segment_value")
_SHARE: Final = Ref("segment_share")
_CURVE: Final = Ref("curve")
_PROFILE: Final = Ref("portrait")
_GROUPS: Final = 10
"""Equal groups of customers, of the 80/20 curve."""
_SEGMENTS_FILLED: Final = filled("Customers", "segment")
_ALL_COUNTED: Final = sentence(
    f"{Verdict.ALL} {{everyone}} customers are counted", everyone=CUSTOMERS_FILLED
)
_TITLES: Final = (
    "segment",
    "customers",
    "share of customers",
    "total CLV",
    "share of CLV",
    "average CLV",
    "median CLV",
    "average acquisition cost",
    "CLV to acquisition cost",
    "customers worth less than they cost",
)
"""What each customer cost to acquire is another view than CAC: spend over new customers."""


def segments() -> Sheet:
    """Return the report on segments, the 80/20 curve and the profile of the best customers."""
    clv = "Customers[clv]"
    return Sheet(
        "Segments",
        Role.REPORT,
        "Segments",
        "Which groups of customers are worth most, how concentrated your value is, and what your "
        "best customers have in common. CLV is gross profit to date, before acquisition cost.",
        (
            (
                Spill(
                    BY_SEGMENT.key,
                    "What each segment is worth",
                    where(
                        f"AND({VALUES_FILLED}>0,{_SEGMENTS_FILLED}>0)",
                        blank_for_errors(
                            f"CLV_SEGMENT(Customers[segment],{clv},Customers[acquisition_cost])"
                        ),
                    ),
                    headings("CLV_SEGMENT", segment=40),
                    12,
                    check=Formula(_segments_counted()),
                    titles=_TITLES,
                    quiet=True,
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
                        Series(
                            "Average acquisition cost", _VALUE.data.column(3), _VALUE.data.column(1)
                        ),
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
            (rfm_table(),),
            (rfm_check(),),
            (
                Spill(
                    CONCENTRATION.key,
                    "Value concentration: the 80/20 curve",
                    where(
                        f"{VALUES_FILLED}>={_GROUPS}",
                        blank_for_errors(f"CLV_CONCENTRATION({clv},{_GROUPS})"),
                    ),
                    headings("CLV_CONCENTRATION", group=40),
                    12,
                    row_units=(*(Unit.SHARE,) * (_GROUPS + 1), Unit.DECIMAL),
                    note="Customers in ten equal groups, the best first.",
                    check=Formula(_concentration_counted()),
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
                    _PROFILE.key,
                    "Profile of your best customers",
                    where(
                        f"AND({VALUES_FILLED}>0,{count_others('Customers')}>0)",
                        blank_for_errors(f"CLV_PROFILE({others('Customers')},{clv},Best_share)"),
                    ),
                    headings("CLV_PROFILE", attribute=40, value=16),
                    40,
                    note="Lift 2: twice as common among the best as among all. A p-value below "
                    "0.05 is statistically significant. The share that counts as the best is set "
                    "on sheet Settings.",
                    check=Formula(_profile_counted()),
                    rules=(Rule.LINE,),
                ),
                rfm_list(),
            ),
        ),
        new_pages=(CONCENTRATION.key,),
    )


def _segments_counted() -> str:
    """Return the formula of the sentence on which customers the table counts."""
    unknown = f"({CUSTOMERS_FILLED}-{COSTS_FILLED})"
    return first_true(
        (f"ISERROR({BY_SEGMENT.header(1)})", FAILED),
        (f"{VALUES_FILLED}=0", NEEDS_CUSTOMERS),
        (
            f"{_SEGMENTS_FILLED}=0",
            sentence(f"{Verdict.FIX}: fill in column segment of sheet Customers"),
        ),
        (
            f"{COSTS_FILLED}=0",
            sentence(
                f"{Verdict.CHECK}: sheet Customers has no acquisition costs, so the columns of "
                "cost are blank"
            ),
        ),
        (
            f"{unknown}>0",
            sentence(
                f"{Verdict.CHECK}: {{few}} of {{everyone}} customers have no acquisition cost in "
                "sheet Customers; the columns of cost leave them out",
                few=unknown,
                everyone=CUSTOMERS_FILLED,
            ),
        ),
        otherwise=sentence(
            f"{Verdict.ALL} {{everyone}} customers are counted in every column",
            everyone=CUSTOMERS_FILLED,
        ),
    )


def _concentration_counted() -> str:
    """Return the formula of the sentence on the 80/20 curve."""
    return first_true(
        (f"ISERROR({CONCENTRATION.header(1)})", FAILED),
        (f"{VALUES_FILLED}=0", NEEDS_CUSTOMERS),
        (
            f"{VALUES_FILLED}<{_GROUPS}",
            sentence(
                f"{Verdict.CHECK}: the curve needs at least {_GROUPS} customers; there are {{few}}",
                few=VALUES_FILLED,
            ),
        ),
        (
            f'{CONCENTRATION.first}=""',
            sentence(
                f"{Verdict.CHECK}: the customers together are worth nothing, so there are no "
                "shares of value"
            ),
        ),
        (
            f'{CONCENTRATION.cell(2, _GROUPS + 2)}=""',
            sentence(
                f"{Verdict.CHECK}: with customers worth less than 0 there is no Gini coefficient"
            ),
        ),
        otherwise=_ALL_COUNTED,
    )


def _profile_counted() -> str:
    """Return the formula of the sentence on the profile of the best customers."""
    return first_true(
        (f"ISERROR({_PROFILE.header(1)})", FAILED),
        (f"{VALUES_FILLED}=0", NEEDS_CUSTOMERS),
        (
            f'{_PROFILE.first}=""',
            sentence(
                f"{Verdict.CHECK}: all customers count as the best, or no further column of sheet "
                "Customers makes groups, so nothing sets them apart; it takes more customers, such "
                "a column, or a smaller share of best customers in sheet Settings"
            ),
        ),
        otherwise=_ALL_COUNTED,
    )


def _curve() -> tuple[tuple[Item, ...], ...]:
    start = (Item(0, unit=Unit.SHARE), Item(0, unit=Unit.SHARE))
    points = (
        tuple(
            Item(Formula(f"=N({CONCENTRATION.cell(column, row)})"), unit=Unit.SHARE)
            for column in (4, 5)
        )
        for row in range(1, _GROUPS + 1)
    )
    return (start, *points)
