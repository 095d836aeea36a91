"""What cohorts are worth as they age, against what it cost to acquire them: on sheet Cohorts."""

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
    Listing,
    Rule,
    Series,
    Spill,
    Style,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.acquisition_cost import CAC
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

VALUE: Final = Ref("cohort_value")
EQUAL_AGES: Final = Ref("equal_ages")
_PAYBACK: Final = Ref("cohort_payback")
_CURVES: Final = Ref("value_curves")
_CAC: Final = _PAYBACK.cell(2, 1)
_MONTHS: Final = 24
"""Months of age with a plain heading; there may be more."""
_COHORTS: Final = 60
"""The latest cohorts that are shown."""
_FIRST: Final = 5
"""The column of the value at age 0, after cohort, customers, CAC and the month of payback."""
_AGES: Final = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24)
"""Months at which the curves have a point."""
_NAMES, _CUSTOMERS = VALUE.column(1, _COHORTS), VALUE.column(2, _COHORTS)
_ROWS: Final = f"COUNT({_CUSTOMERS})"
_ALL_ROW: Final = f"IF({_ROWS}>0,{_ROWS},NA())"
"""The last row, counted: LibreOffice may not find a name in a table still to be computed."""
_MIDDLE_ROW: Final = f"MAX(1,ROUND(({_ALL_ROW}-1)/2,0))"
_MIDDLE: Final = _PAYBACK.cell(2, 6)
"""The age of the middle cohort: beyond it, the value of all is that of few."""
_MARK: Final = len(_AGES) + 1
"""The row of the curves' data that holds the point of payback."""

_HOW_TO_READ: Final = (
    "Gross profit per customer, added up since the first order; month 0 is the month of that "
    "order. Paid back in month: the first in which it reaches the CAC. The curves above end at "
    "the age of their cohort, that of all customers where half of the cohorts are older. What to "
    "do next: where cohorts pay back within 3 to 6 months, spend more; where they do not within "
    "12, spend less or raise the number of second orders."
)


def value_table() -> Spill:
    """Return the value per customer of each monthly cohort, by months since the first order."""
    # One LET: LibreOffice has no answer where a LET is the value of a name of another.
    acquired = f'acquired,NEW_RETURNING({ORDERS},"month",Order_numbers)'
    known = f"ISNUMBER({_CAC})"
    months = f"DATE(LEFT(INDEX(acquired,0,1),4),RIGHT(INDEX(acquired,0,1),2),1)/{known}"
    spend = f"INDEX(acquired,0,3)*{_CAC}/(INDEX(acquired,0,3)>0)"
    call = (
        f'COHORT_VALUE({ORDERS},Gross_margin,"month",IFERROR({months},""),IFERROR({spend},""),'
        "Order_numbers)"
    )
    return Spill(
        VALUE.key,
        "Value per customer, by months since the first order",
        from_orders(latest(call, _COHORTS + 1, acquired)),
        (
            Heading("first order in", Unit.TEXT, 24),
            Heading("customers", Unit.COUNT, 12),
            Heading("CAC", Unit.MONEY, 9),
            Heading("paid back in month", Unit.COUNT, 10),
            *(Heading(str(n), Unit.MONEY, 8) for n in range(_MONTHS)),
        ),
        _COHORTS,
        note=_HOW_TO_READ,
        check=Formula(_counted()),
        open_ended=True,
        heat_from=_FIRST,
        rules=(Rule.TOTAL, Rule.LINE, Rule.HEAT),
    )


def _counted() -> str:
    paid_back = VALUE.column(4, _COHORTS)
    back = f"COUNT({paid_back})-COUNT(INDEX({paid_back},{_ALL_ROW}))"
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (f'{VALUE.first}=""', FAILED),
        (
            f"NOT(ISNUMBER({_CAC}))",
            sentence(
                f"{Verdict.CHECK}: there is no CAC to compare with; fill in what you spent in "
                "sheet Channels"
            ),
        ),
        otherwise=sentence(
            f"{Verdict.ALL} {{cohorts}} cohorts are set against one CAC; {{back}} are paid back",
            cohorts=f"{_ALL_ROW}-1",
            back=back,
        ),
    )


def payback() -> Listing:
    """Return the key figures: CAC, when it is paid back, and the value after a year."""

    def of_all(column: int) -> str:
        return f"INDEX({VALUE.column(column, _COHORTS)},{_ALL_ROW})"

    def known(age: int) -> str:
        value = of_all(_FIRST + age)
        return f'=IFERROR(IF(OR({_MIDDLE}="",{age}>N({_MIDDLE}),{value}=""),"",{value}),"")'

    def line(label: str, formula: str, unit: Unit) -> tuple[Item, ...]:
        return (Item(label, Style.LABEL), Item(Formula(formula), Style.RESULT, unit))

    month = of_all(4)
    return Listing(
        _PAYBACK.key,
        (
            line("CAC", CAC, Unit.MONEY),
            line("Paid back in month", f'=IFERROR(IF({month}="","",{month}),"")', Unit.COUNT),
            *(line(f"Value after {age} months", known(age), Unit.MONEY) for age in (3, 6, 12)),
            line("Median age of the cohorts", _age_of_middle(), Unit.COUNT),
            (Item(Formula(_judges_payback()), Style.NOTE),),
        ),
        heading="When is a new customer paid back?",
        note="Gross profit; CAC as on sheet Start",
        widths=(24, 12),
        rules=((Rule.STATUS, 1),),
    )


def _age_of_middle() -> str:
    """Return the formula of the age in months that half of the cohorts have reached."""
    return f'=IFERROR({_oldest(_row(_MIDDLE_ROW))},"")'


def _row(row: str) -> str:
    return f"INDEX({VALUE.rows(_COHORTS)},{row},0)"


def _oldest(cells: str) -> str:
    """Return the formula of the last age of a row of the table: how many values it has, less 1."""
    before = ",".join(f"INDEX({cells},1,{column})" for column in range(2, _FIRST))
    return f"(COUNT({cells})-COUNT({before})-1)"


def _judges_payback() -> str:
    paid = _PAYBACK.cell(2, 2)
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (f"NOT(ISNUMBER({_CAC}))", sentence(f"{Verdict.CHECK}: no CAC is known")),
        (f"NOT(ISNUMBER({paid}))", sentence(f"{Verdict.CHECK}: not paid back yet")),
        (
            f"{paid}<=6",
            sentence(f"{Verdict.GOOD}: paid back within 6 months, good for consumables"),
        ),
        (
            f"{paid}<=12",
            sentence(f"{Verdict.GOOD}: paid back within 12 months, good for durable goods"),
        ),
        otherwise=sentence(f"{Verdict.CHECK}: later than 12 months"),
    )


def curves() -> Chart:
    """Return the curves of value per customer: of all, of three cohorts, and the CAC as a line.

    A curve ends at the age of its cohort, that of all where the middle cohort's does: its last
    point is drawn again from there on.
    """
    # The first cohort, the one in the middle and the latest that is at least three months old.
    rows = (_ALL_ROW, "1", _MIDDLE_ROW, f"MAX(1,{_ALL_ROW}-4)")
    names = ("All customers", *("" for _ in rows[1:]))
    lines = [_points(age, rows) for age in _AGES]
    mark = (
        Item(
            Formula(f"=IF(ISNUMBER({_PAYBACK.cell(2, 2)}),{_PAYBACK.cell(2, 2)},0)"),
            unit=Unit.COUNT,
        ),
        Item(Formula(f"=IF(ISNUMBER({_CAC}),{_CAC},0)"), unit=Unit.MONEY),
        Item(
            Formula(
                f'=IF(ISNUMBER({_PAYBACK.cell(2, 2)}),"Paid back in month "&{_PAYBACK.cell(2, 2)},'
                '"Not paid back yet")'
            )
        ),
        *(Item(Formula(f'=IFERROR(INDEX({_NAMES},{row})&"","")')) for row in rows[1:]),
    )
    points = len(_AGES)
    data = _CURVES.data
    series = [
        Series(
            name or data.cell(3 + at, _MARK),
            data.column(2 * at + 2, points),
            data.column(2 * at + 1, points),
        )
        for at, name in enumerate(names)
    ]
    return Chart(
        _CURVES.key,
        ChartKind.CURVE,
        "Value per customer by months since the first order, against the CAC",
        "months since the first order",
        "gross profit per customer",
        (
            *series,
            Series("CAC", data.column(9, points), data.column(3, points), guide=True),
            Series(data.cell(3, _MARK), data.cell(2, _MARK), data.cell(1, _MARK), points=True),
        ),
        9,
        18,
        data=(*lines, mark),
        x_unit=Unit.COUNT,
    )


def _points(age: int, rows: tuple[str, ...]) -> tuple[Item, ...]:
    """Return the points of all curves at an age, or at a cohort's own age where it is younger."""
    cells: list[Item] = []
    for row in rows:
        ages = _row(row)
        oldest = f"N({_MIDDLE})" if row == _ALL_ROW else _oldest(ages)
        at = f"MAX(0,MIN({age},{oldest}))"
        cells += [
            Item(Formula(f"=IFERROR({at},0)"), unit=Unit.COUNT),
            Item(Formula(f"=IFERROR(INDEX({ages},1,{_FIRST}+{at}),0)"), unit=Unit.MONEY),
        ]
    cells.append(Item(Formula(f"=IF(ISNUMBER({_CAC}),{_CAC},0)"), unit=Unit.MONEY))
    return tuple(cells)


def equal_ages() -> Spill:
    """Return the value per customer at equal ages, by month of the first order."""
    return Spill(
        EQUAL_AGES.key,
        "Are newer customers better? Value per customer at equal ages",
        from_orders(latest(f"VALUE_AT_AGE({ORDERS},Gross_margin,,,Order_numbers)", _COHORTS + 1)),
        (
            Heading("first order in", Unit.TEXT, 24),
            Heading("customers", Unit.COUNT, 12),
            *(Heading(f"{days} days", Unit.MONEY, 9) for days in (30, 60, 90, 180, 365)),
            Heading("of them 365 days old or more", Unit.COUNT, 12),
        ),
        _COHORTS,
        note="Gross profit per customer in the days after the first order, of the customers who "
        "are that old; blank if nobody is. Read down a column. What to do next: where it falls, "
        "look at what changed then: channels, prices, first products.",
        check=Formula(
            first_true(
                (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
                (f'{EQUAL_AGES.first}=""', FAILED),
                otherwise='""',
            )
        ),
        heat_from=3,
        rules=(Rule.LINE,),
    )
