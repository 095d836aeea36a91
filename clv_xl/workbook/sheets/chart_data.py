"""What the charts of sheet Start draw: the latest months and cohorts, the largest segments.

Each table is one formula that always fills the same cells, as not every program lets a table grow.
The charts draw cells that read these one by one: where the functions are missing, they keep their
values.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Formula, Heading, Item, Listing, Rule, Spill, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.figures import COST, day, now
from clv_xl.workbook.sheets.filled import ORDERS, shown
from clv_xl.workbook.sheets.lists import best_rows
from clv_xl.workbook.sheets.segments import BY_SEGMENT

MONTHS: Final = Ref("months_drawn")
COHORTS: Final = Ref("cohorts_drawn")
SEGMENTS: Final = Ref("segments_drawn")
_MONTHS: Final = Ref("latest_months")
_COHORTS: Final = Ref("latest_cohorts")
_MAP: Final = Ref("map_cells")
SHOWN: Final = 12
"""Months and cohorts that are drawn."""
GROUPS: Final = 5
"""Groups of customers on each side of the map, and segments that are drawn."""
_ORDERED: Final = ("fewest", "fewer", "medium", "more", "most")


def chart_data() -> tuple[tuple[Spill, ...], tuple[Listing, ...]]:
    """Return the tables, and the cells that the charts draw."""
    drawn = (
        Listing(
            MONTHS.key,
            tuple(_drawn(_MONTHS, row, 3) for row in range(1, SHOWN + 1)),
            ("month", "new customers", "returning customers"),
            heading="By month",
            widths=(24, 24, 24),
        ),
        Listing(
            COHORTS.key,
            tuple(
                (*_drawn(_COHORTS, row, 2), Item(Formula(_cac(row)), Style.LABEL, Unit.MONEY))
                for row in range(1, SHOWN + 1)
            ),
            ("cohort", "value", "CAC"),
            heading="By cohort",
            widths=(11, 8, 8),
        ),
        Listing(
            SEGMENTS.key,
            best_rows(BY_SEGMENT, GROUPS, (4, Unit.MONEY)),
            ("segment", "value"),
            heading="By segment",
            widths=(8, 8),
        ),
    )
    return (_months(), _map(), _cohorts()), drawn


def map_cell(column: int, row: int) -> Formula:
    """Return the formula of a cell of the map, whose first row and column are its headings."""
    return Formula(shown(_MAP.cell(column, row)))


def _drawn(table: Ref, row: int, columns: int) -> tuple[Item, ...]:
    """Return a line of a table as it is drawn, a month such as 2024-03 as 03/24."""
    period = table.cell(1, row)
    short = f'=IF(LEN({period})=7,RIGHT({period},2)&"/"&MID({period},3,2),{period}&"")'
    return (
        Item(Formula(short), Style.LABEL),
        *(
            Item(Formula(shown(table.cell(column, row))), Style.LABEL, Unit.MONEY)
            for column in range(2, columns + 1)
        ),
    )


def _cac(row: int) -> str:
    cac = now(COST)
    return f'=IF(OR({_COHORTS.cell(1, row)}="",NOT(ISNUMBER({cac}))),"",{cac})'


def _months() -> Spill:
    table = (
        f'LET(found,NEW_RETURNING({ORDERS},"month",Order_numbers),'
        f"latest,MAX(1,ROWS(found)-{SHOWN})+SEQUENCE({SHOWN}),"
        "CHOOSE({1,2,3},INDEX(found,latest,1),INDEX(found,latest,7),INDEX(found,latest,8)))"
    )
    columns = (
        Heading("month", Unit.TEXT, 24),
        Heading("new customers", Unit.MONEY, 24),
        Heading("returning customers", Unit.MONEY, 24),
    )
    return _table(_MONTHS, "The latest months", table, columns)


def _cohorts() -> Spill:
    table = (
        f'LET(stack,COHORT_STACK({ORDERS},"year",Cohort_period,Order_numbers),'
        f"found,NEW_RETURNING({ORDERS},Cohort_period,Order_numbers),"
        "sums,MMULT(TRANSPOSE(SEQUENCE(ROWS(stack))^0),IF(ISNUMBER(stack),stack,0)),"
        f"latest,MAX(1,COLUMNS(stack)-{SHOWN})+SEQUENCE({SHOWN}),names,INDEX(stack,1,latest),"
        "joined,INDEX(found,MATCH(names,INDEX(found,0,1),0),3),"
        "CHOOSE({1,2},names,INDEX(sums,1,latest)*Gross_margin/joined))"
    )
    columns = (Heading("cohort", Unit.TEXT, 11), Heading("value", Unit.MONEY, 8))
    return _table(_COHORTS, "The latest cohorts", table, columns)


def _map() -> Spill:
    """Return the map of customers by days since the last order (down) and by orders (across)."""
    size = GROUPS + 1
    table = (
        f'LET(found,RFM_SUMMARY({ORDERS},"day",{day()},Order_numbers),'
        "bought,INDEX(found,0,2),since,INDEX(found,0,4)-INDEX(found,0,3),"
        "known,ISNUMBER(since),"
        f"mapped,RF_MAP(FILTER(bought,known)+1,FILTER(since,known),,{GROUPS}),"
        f'IF(SEQUENCE({size})+SEQUENCE(1,{size})=2,"",'
        f"INDEX(mapped,SEQUENCE({size}),SEQUENCE(1,{size}))))"
    )
    columns = tuple(Heading(name, Unit.COUNT, 8) for name in ("days", *_ORDERED))
    return _table(_MAP, "Map: days since the last order, by orders", table, columns)


def _table(key: Ref, heading: str, formula: str, columns: tuple[Heading, ...]) -> Spill:
    return Spill(
        key.key,
        heading,
        f'=IF({ROWS_FILLED}=0,"",IFERROR({formula},""))',
        columns,
        SHOWN,
        headed=False,
        rules=(Rule.LINE,),
    )
