"""The report on the customer base: how customers differ, what changed, who brings the revenue."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Stack,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import (
    FAILED,
    NEEDS_ORDERS,
    ORDERS,
    first_true,
    from_orders,
    sentence,
)
from clv_xl.workbook.sheets.revenue_by_period import (
    ACQUIRED,
    by_year,
    by_year_chart,
    new_and_returning,
    new_and_returning_chart,
)
from clv_xl.workbook.sheets.settings import END_DATE
from clv_xl.workbook.sheets.two_years import bridge, bridge_chart, years

_TENTHS: Final = Ref("customer_tenths")
_WORTH: Final = Ref("recency_frequency_value")
_COUNT: Final = Ref("recency_frequency_customers")
_LABEL: Final = 30
"""Width of the first column."""
_BINS: Final = 10
_GROUPS: Final = 5
"""Groups of recency and of frequency on the map."""


def customer_base() -> Sheet:
    """Return the report on the customer base."""
    return Sheet(
        "Customer base",
        Role.REPORT,
        "Customer base",
        "How much of the revenue comes from your best customers, what changed from one year to "
        "the next, and how much do you live on new or on returning customers?",
        (
            (_tenths(), _tenths_chart()),
            (Stack((years(), bridge())), bridge_chart()),
            (new_and_returning_chart(), by_year_chart()),
            (new_and_returning(), by_year()),
            (
                _map(
                    _WORTH,
                    "Gross profit per customer, by recency and frequency",
                    "Down: days since the last order; across: repeat purchases. The darker, the "
                    "more. What to do next: call customers of dark cells far down first.",
                    f"INDEX(CUSTOMER_TOTALS(INDEX(kept,0,1),Order_customers,Order_amounts,"
                    f"Order_dates,{END_DATE},Order_numbers),0,2)*Gross_margin",
                    Unit.MONEY,
                    _LABEL,
                ),
                _map(
                    _COUNT,
                    "Number of customers, by recency and frequency",
                    "How many customers each cell of the map has: do not build a plan on a few.",
                    "",
                    Unit.COUNT,
                    12,
                ),
            ),
        ),
        new_pages=(ACQUIRED.key,),
    )


def _tenths() -> Spill:
    return Spill(
        _TENTHS.key,
        "Customers in tenths, the best first",
        from_orders(f"CUSTOMER_DECILES(Order_customers,Order_amounts,{_BINS},Order_numbers)"),
        headings(
            "CUSTOMER_DECILES",
            group=_LABEL,
            customers=9,
            orders_per_customer=9,
            value_per_order=9,
            value_per_customer=9,
            share_of_orders=9,
            share_of_value=9,
        ),
        _BINS,
        titles=(
            "tenth",
            "customers",
            "orders per customer",
            "revenue per order",
            "revenue per customer",
            "share of orders",
            "share of revenue",
        ),
        note="Tenth 1 are the 10 % of your customers with the highest revenue, returns deducted. "
        "What to do next: look after tenths 1 and 2 in person; spend little on the last ones.",
        check=Formula(_concentration()),
        rules=(Rule.LINE,),
    )


def _concentration() -> str:
    customers = f"SUM({ACQUIRED.column(3)})"
    shares = _TENTHS.column(7)
    best, second = (_TENTHS.cell(7, tenth) for tenth in (1, 2))
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (
            f'AND({_TENTHS.first}="",{customers}<{_BINS})',
            sentence(
                f"{Verdict.CHECK}: tenths need at least {_BINS} customers with orders; there are "
                "{few}",
                few=customers,
            ),
        ),
        (f'{_TENTHS.first}=""', FAILED),
        (
            f"COUNT({shares})=0",
            sentence(f"{Verdict.CHECK}: there is no revenue left once returns are deducted"),
        ),
        otherwise=sentence(
            f"{Verdict.IN_SHORT}: the best 10 % of your customers bring {{best}} % of revenue, the "
            "best 20 % {two} %",
            best=f"ROUND(100*{best},0)",
            two=f"ROUND(100*({best}+{second}),0)",
        ),
    )


def _tenths_chart() -> Chart:
    return Chart(
        "customer_tenths_chart",
        ChartKind.COLUMNS,
        "Share of revenue of each tenth of your customers",
        "tenth, the best first",
        "share of revenue",
        (Series("Share of revenue", _TENTHS.column(7), _TENTHS.column(1)),),
        5,
        16,
        y_unit=Unit.SHARE,
    )


def _map(table: Ref, heading: str, note: str, value: str, unit: Unit, label: int) -> Spill:
    """Return the map of customers by recency and frequency, in money or in numbers."""
    summary = f'RFM_SUMMARY({ORDERS},"day",{END_DATE},Order_numbers)'
    kept = "FILTER(summary,ISNUMBER(INDEX(summary,0,2)))"
    days = "INDEX(kept,0,4)-INDEX(kept,0,3)"
    drawn = f"RF_MAP(INDEX(kept,0,2),{days},{value},{_GROUPS})"
    return Spill(
        table.key,
        heading,
        from_orders(f"LET(summary,{summary},kept,{kept},{drawn})"),
        (
            Heading("days since the last order", Unit.TEXT, label),
            *(
                Heading(Formula(f'=IF({table.header(n)}="","",{table.header(n)}&"")'), unit, 9)
                for n in range(2, _GROUPS + 2)
            ),
        ),
        _GROUPS,
        note=note,
        check=Formula(
            first_true(
                (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
                (f'{table.first}=""', FAILED),
                otherwise='""',
            )
        ),
        heat_from=2,
        rules=(Rule.LINE, Rule.HEAT),
    )
