"""Who brings the revenue of each period: new or returning customers, and those of which year.

On sheet Customer base.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
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
    ORDERS,
    first_true,
    from_orders,
    latest,
    sentence,
)

ACQUIRED: Final = Ref("new_returning_table")
_STACK: Final = Ref("revenue_by_year")
_ACQUIRED_CHART: Final = Ref("new_returning_revenue")
_STACK_CHART: Final = Ref("revenue_by_year_chart")
_SHOWN: Final = 40
"""The latest periods that the tables show."""
_DRAWN: Final = 12
"""The latest periods that the charts show."""
_YEARS: Final = 15
"""Years of acquisition with a heading; there may be more."""
_COLOURED: Final = 5
"""The latest years of acquisition that the chart shows one by one."""


def new_and_returning() -> Spill:
    """Return the table of new and returning customers by period."""
    call = f"NEW_RETURNING({ORDERS},Cohort_period,Order_numbers)"
    return Spill(
        ACQUIRED.key,
        "New and returning customers",
        from_orders(latest(call, _SHOWN + 1)),
        (
            Heading("period", Unit.TEXT, 28),
            Heading("customers", Unit.COUNT, 9),
            Heading("new", Unit.COUNT, 9),
            Heading("returning", Unit.COUNT, 9),
            Heading("orders of new", Unit.COUNT, 9),
            Heading("orders of returning", Unit.COUNT, 9),
            Heading("revenue from new", Unit.MONEY, 9),
            Heading("revenue from returning", Unit.MONEY, 9),
            Heading("repeat-buying rate", Unit.SHARE, 9),
        ),
        _SHOWN,
        note="In the cohort period of sheet Settings. A customer is new in the period of the first "
        "order. Repeat-buying rate: share of the customers of the period before who bought again. "
        "What to do next: where revenue from returning customers stands still, acquiring more "
        "will not make up for it.",
        check=Formula(_share_of_returning()),
        rules=(Rule.LINE,),
    )


def _share_of_returning() -> str:
    new, returning = (f"SUM({ACQUIRED.column(column)})" for column in (7, 8))
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (f'{ACQUIRED.first}=""', FAILED),
        (f"{new}+{returning}<=0", '""'),
        otherwise=sentence(
            f"{Verdict.IN_SHORT}: returning customers make {{share}} % of the revenue shown",
            share=f"ROUND(100*{returning}/({new}+{returning}),0)",
        ),
    )


def new_and_returning_chart() -> Chart:
    """Return the chart of the revenue from new and from returning customers."""
    data = _ACQUIRED_CHART.data
    count = f"COUNT({ACQUIRED.column(2)})"

    def line(place: int) -> tuple[Item, ...]:
        row = f"MAX(0,{count}-{_DRAWN})+{place}"

        def cell(column: int) -> Formula:
            return Formula(f'=IF({row}>{count},"",INDEX({ACQUIRED.column(column)},{row}))')

        return (
            Item(cell(1)),
            Item(cell(7), unit=Unit.MONEY),
            Item(cell(8), unit=Unit.MONEY),
        )

    return Chart(
        _ACQUIRED_CHART.key,
        ChartKind.STACKED,
        "Revenue from new and from returning customers",
        "",
        "revenue",
        (
            Series("New", data.column(2), data.column(1)),
            Series("Returning", data.column(3), data.column(1)),
        ),
        7,
        16,
        data=tuple(line(place) for place in range(1, _DRAWN + 1)),
    )


def by_year() -> Spill:
    """Return the table of the revenue of each quarter by the year of the first order."""
    return Spill(
        _STACK.key,
        "Revenue by year of acquisition",
        from_orders(latest(f'COHORT_STACK({ORDERS},"quarter","year",Order_numbers)', _SHOWN + 1)),
        (
            Heading("quarter", Unit.TEXT, 10),
            *(
                Heading(Formula(f'=IF({cell}="","",{cell}&"")'), Unit.MONEY, 10)
                for cell in (_STACK.header(column) for column in range(2, _YEARS + 2))
            ),
        ),
        _SHOWN,
        note="Customers by the year of their first order. What to do next: where the customers of "
        "earlier years bring less every quarter, ask them why before you acquire more.",
        check=Formula(
            first_true(
                (f"{ROWS_FILLED}=0", NEEDS_ORDERS), (f'{_STACK.first}=""', FAILED), otherwise='""'
            )
        ),
        open_ended=True,
        rules=(Rule.LINE,),
    )


def by_year_chart() -> Chart:
    """Return the chart of the revenue of each quarter, stacked by year of acquisition.

    The years before the latest five are one.
    """
    data = _STACK_CHART.data
    years = f'SUMPRODUCT(1*({_STACK.headers()}<>""))-1'
    quarters = f'SUMPRODUCT(1*({_STACK.column(1)}<>""))'
    earlier = f"MAX(0,{years}-{_COLOURED})"

    def line(place: int) -> tuple[Item, ...]:
        row = f"MAX(0,{quarters}-{_DRAWN})+{place}"
        cells = f"INDEX({_STACK.rows()},{row},0)"
        shown = f'=IF({row}>{quarters},"",{{}})'
        one_by_one = ",".join(data.cell(1 + at, place) for at in range(1, _COLOURED + 1))
        before = f"IF({earlier}=0,0,SUM({cells})-SUM({one_by_one}))"
        return (
            Item(Formula(shown.format(f"INDEX({_STACK.column(1)},{row})"))),
            *(
                Item(
                    Formula(
                        shown.format(
                            f"IF({earlier}+{at}>{years},0,N(INDEX({cells},1,1+{earlier}+{at})))"
                        )
                    ),
                    unit=Unit.MONEY,
                )
                for at in range(1, _COLOURED + 1)
            ),
            Item(Formula(shown.format(before)), unit=Unit.MONEY),
        )

    def name(at: int) -> Item:
        year = f'INDEX({_STACK.headers()},1,1+{earlier}+{at})&""'
        return Item(Formula(f'=IF({earlier}+{at}>{years}," ",{year})'))

    names = (
        Item(None),
        *map(name, range(1, _COLOURED + 1)),
        Item(Formula(f'=IF({earlier}=0," ","Earlier")')),
    )
    return Chart(
        _STACK_CHART.key,
        ChartKind.STACKED,
        "Revenue by quarter and year of the first order",
        "",
        "revenue",
        tuple(
            Series(data.cell(at, _DRAWN + 1), data.column(at, _DRAWN), data.column(1, _DRAWN))
            for at in range(2, _COLOURED + 3)
        ),
        7,
        16,
        data=(*(line(place) for place in range(1, _DRAWN + 1)), names),
    )
