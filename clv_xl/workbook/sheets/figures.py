"""The figures of sheet Start: each as of the report date, and some days earlier."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import AUTOMATIC
from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import BREAK_EVEN_RATIO, TARGET_RATIO
from clv_xl.workbook.declarations import Formula, Item, Listing, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.acquisition_cost import CAC, CAC_SOURCE, CLV_TO_CAC
from clv_xl.workbook.sheets.channel_report import BY_CHANNEL
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import CUSTOMERS_FILLED, ORDERS, shown
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.model_verdicts import chosen_model
from clv_xl.workbook.sheets.predictions import FORECAST, SCORES
from clv_xl.workbook.sheets.segments import BY_SEGMENT, CONCENTRATION
from clv_xl.workbook.sheets.settings import END_DATE

_FIGURES: Final = Ref("figures")
_STATES: Final = Ref("states")
_NOW, _THEN = 2, 3
"""The columns of the states: on the report date, and earlier."""
_DAY, _BUYERS, _REVENUE, _ACTIVE, _LIKELY, _EXPECTED, _AT_RISK = range(1, 8)
"""The rows of the states."""
_ALIVE, _CLV = (SCORES.column(column, MOST) for column in (7, 10))
ACTIVE, CLV, COST, RATIO, VALUE_AHEAD, RISK = 3, 4, 5, 6, 8, 9
"""The rows of the figures that the cards of sheet Start show."""


def now(row: int) -> str:
    """Return the place of a figure as of the report date."""
    return _FIGURES.cell(2, row)


def earlier(row: int) -> str:
    """Return the place of the same figure earlier; blank where the data do not have it."""
    return _FIGURES.cell(3, row)


def day() -> str:
    """Return the place of the day that the figures are of."""
    return _STATES.cell(_NOW, _DAY)


def clv_of_buyers(column: int = _NOW) -> str:
    """Return the formula of the average gross profit of those who have ordered by then."""
    revenue, buyers = (_STATES.cell(column, row) for row in (_REVENUE, _BUYERS))
    return f"{revenue}*Gross_margin/{buyers}"


def figures() -> Listing:
    """Return the figures, each with its earlier value and what it is."""

    def state(row: int) -> tuple[str, str]:
        return _STATES.cell(_NOW, row), _STATES.cell(_THEN, row)

    days = '"bought in the last "&Active_days&" days (sheet Settings)"'
    risk = (
        f'COUNTIFS({_ALIVE},"<"&Warn_below,{_CLV},">0")&" customers with a probability active '
        'below "&TEXT(Warn_below,"0%")&" (sheet Call list)"'
    )
    return Listing(
        _FIGURES.key,
        (
            _line("Customers", f"={CUSTOMERS_FILLED}", "", Unit.COUNT, "in sheet Customers"),
            _line("Revenue", "=Revenue", state(_REVENUE)[1], Unit.MONEY, "all orders less returns"),
            _line("Active customers", *state(_ACTIVE), Unit.COUNT, Formula(f"={days}")),
            _line(
                "CLV so far",
                "AVERAGE(Customers[clv])",
                clv_of_buyers(_THEN),
                Unit.MONEY,
                "average gross profit per customer to date (historical CLV); earlier: of those who "
                "had ordered",
            ),
            _line("CAC", CAC, "", Unit.MONEY, Formula(CAC_SOURCE)),
            _line(
                "CLV to CAC",
                CLV_TO_CAC,
                "",
                Unit.RATIO,
                f"{TARGET_RATIO:g} is a common target; "
                f"below {BREAK_EVEN_RATIO:g} a customer costs more than they earn you",
            ),
            _line(
                "Likely still active",
                FORECAST.cell(2, 2),
                state(_LIKELY)[1],
                Unit.COUNT,
                "customers, from their probability of being active (sheet Predictions)",
            ),
            _line(
                "Expected value",
                FORECAST.cell(2, 4),
                state(_EXPECTED)[1],
                Unit.MONEY,
                "expected margin from today's customers (sheets Predictions and Models)",
            ),
            _line("Value at risk", *state(_AT_RISK), Unit.MONEY, Formula(f"={risk}")),
            _line(
                "80 % of value comes from",
                shown(CONCENTRATION.cell(2, 11)),
                "",
                Unit.SHARE,
                "of customers (sheet Segments)",
            ),
            _line(
                "Best segment",
                shown(BY_SEGMENT.cell(1, 1)),
                "",
                Unit.TEXT,
                "largest total CLV (sheet Segments)",
            ),
            _line(
                "Best channel",
                shown(BY_CHANNEL.cell(1, 1)),
                "",
                Unit.TEXT,
                "highest value for its cost (sheet Channel report)",
            ),
        ),
        ("figure", "now", "earlier", "what it is"),
        heading="At a glance",
        widths=(24, 24, 24, 24),
        tall=True,
    )


def _line(label: str, current: str, then: str, unit: Unit, note: str | Formula) -> tuple[Item, ...]:
    said = note.text.removeprefix("=") if isinstance(note, Formula) else f'"{note}"'
    money = Formula(f'=IF(Currency="","",Currency&", ")&{said}')
    return (
        Item(label, Style.LABEL),
        Item(
            Formula(f'=IF({ROWS_FILLED}=0,"no data yet",IFERROR({current.removeprefix("=")},""))'),
            Style.FIGURE,
            unit,
        ),
        Item(Formula(f'=IFERROR({then},"")') if then else None, Style.RESULT, unit),
        Item(money if unit is Unit.MONEY else note, Style.NOTE),
    )


def states() -> Listing:
    """Return what is known of the customers on the report date and some days earlier."""
    reported = f'IF({END_DATE}="",Last_order,{END_DATE})+0'
    first, then = (_STATES.cell(column, _DAY) for column in (_NOW, _THEN))

    rows = [
        ("Day", reported, f"{first}-Compare_days", Unit.DATE),
        ("Customers who ordered", _summary(3, first), _summary(3, then), Unit.COUNT),
        ("Their revenue", _summary(4, first), _summary(4, then), Unit.MONEY),
        ("Active customers", _active(first), _active(then), Unit.COUNT),
        ("Likely still active", f"{FORECAST.cell(2, 2)}+0", _forecast(then), Unit.COUNT),
        ("Expected value", f"{FORECAST.cell(2, 4)}+0", "", Unit.MONEY),
        ("Value at risk", f"SUM(IF(COUNT({_CLV})=0,NA(),{_at_risk()}))", "", Unit.MONEY),
    ]
    return Listing(
        _STATES.key,
        tuple(
            (
                Item(label, Style.LABEL),
                *(
                    Item(
                        Formula(f'=IFERROR({formula},"")', spills=formula.startswith("LET"))
                        if formula
                        else None,
                        Style.RESULT,
                        unit,
                    )
                    for formula in (current, before)
                ),
            )
            for label, current, before, unit in rows
        ),
        ("state", "on the report date", "earlier"),
        heading="Then and now",
        widths=(24, 24, 24),
    )


def _at_risk() -> str:
    return f'SUMIFS({_CLV},{_ALIVE},"<"&Warn_below,{_CLV},">0")'


def _summary(row: int, day: str) -> str:
    """Return the formula of a line of ORDERS_SUMMARY, of the orders up to a day."""
    return f"INDEX(ORDERS_SUMMARY({ORDERS},{day},Order_numbers),{row},2)"


def _active(day: str) -> str:
    """Return the formula of how many customers bought in the days before a day."""
    return (
        f'LET(found,RFM_SUMMARY({ORDERS},"day",{day},Order_numbers),'
        "since,INDEX(found,0,4)-INDEX(found,0,3),"
        "IF(ISERROR(INDEX(found,1,1)),NA(),SUM(IF(ISNUMBER(since),1*(since<=Active_days),0))))"
    )


def _forecast(day: str) -> str:
    """Return the formula of three figures of the forecast that a day's orders gave.

    It is that of today's model, fitted to the orders up to that day.
    """
    model = f'IF(Model="{AUTOMATIC}",{chosen_model()},Model)'
    return (
        f"LET(found,CLV_PREDICT({ORDERS},Horizon,Period,Gross_margin,Discount_rate,{day},{model},,"
        "Order_numbers),alive,INDEX(found,0,7),worth,INDEX(found,0,10),CHOOSE({1;2;3},"
        "SUM(IF(ISNUMBER(alive),alive,0)),"
        "IF(COUNT(worth)=0,NA(),SUM(IF(ISNUMBER(worth),worth,0))),"
        "IF(COUNT(worth)=0,NA(),"
        "SUM(IF(ISNUMBER(worth),IF(alive<Warn_below,IF(worth>0,worth,0),0),0)))))"
    )
