"""The call list: valuable customers at risk, the ones with most to lose first."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Field,
    Fields,
    Formula,
    Heading,
    Item,
    Listing,
    Role,
    Rule,
    Sheet,
    Spill,
    Style,
)
from clv_xl.workbook.meanings import headings, own
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import customer_list
from clv_xl.workbook.sheets.lists import LONG, MOST
from clv_xl.workbook.sheets.predictions import FORECAST, SCORES
from clv_xl.workbook.sheets.settings import END_DATE

_LIST: Final = Ref("call_list")
_ALL: Final = SCORES.rows(MOST)
_ALIVE, _CLV = (SCORES.column(column, MOST) for column in (7, 10))
_NAMES, _PROBABILITIES, _AT_RISK = (_LIST.column(column, LONG) for column in (1, 3, 4))
_SHOWN: Final = (1, 3, 7, 10, 12)
"""Columns of the scores that are listed."""
_HIGH, _LOW = ('TEXT(Call_high,"0%")', 'TEXT(Warn_below,"0%")')
_RISKS: Final = (
    (
        "High",
        f'"Active below "&{_HIGH}&": call in person with a good offer."',
        ("", "Call_high"),
    ),
    (
        "Medium",
        f'"Active "&{_HIGH}&" to "&{_LOW}&": send a reminder that fits, then call."',
        ("Call_high", "Warn_below"),
    ),
    (
        "Low",
        f'"Active "&{_LOW}&" and more: not listed; keep serving them well."',
        ("Warn_below", ""),
    ),
)
"""Word, what it means and what to do, and from and below which probability of being active."""


def call_list() -> Sheet:
    """Return the sheet of valuable customers at risk."""
    return Sheet(
        "Call list",
        Role.REPORT,
        "Call list",
        "Whom should you call first? Value at risk is the expected value of sheet Predictions: the "
        "margin that you can still expect from a customer within the forecast horizon of sheet "
        "Settings, and that you lose if they do not come back. Customers are at risk if their "
        "probability of being active is below the one set on sheet Settings. Call from the top "
        "down; those who buy again leave the list at the next refresh.",
        (
            (_headline(),),
            (_limits(), _risks()),
            (_ranked(),),
        ),
        one_page=True,
    )


def _headline() -> Listing:
    count, value = f"COUNT({_AT_RISK})", f"SUM({_AT_RISK})"
    everyone = f'COUNTIFS({_ALIVE},"<"&Warn_below,{_CLV},">0")'
    total = f'SUMIFS({_CLV},{_ALIVE},"<"&Warn_below,{_CLV},">0")'
    money = f'TEXT({value},"#,##0")&IF(Currency="",""," "&Currency)'
    of_all = (
        f'" (of "&TEXT({everyone},"#,##0")&" customers at risk with "&TEXT({total},"#,##0")&")"'
    )
    nobody = (
        f'IF({everyone}=0,"{Verdict.ALL} customers with value ahead have a probability active of "&'
        f'TEXT(Warn_below,"0%")&" or more: nobody to call",'
        f'"{Verdict.CHECK}: no customer at risk reaches the value below which nobody is listed; '
        'lower it")'
    )
    sentence = (
        f'=IF(COUNT({_CLV})=0,{FORECAST.cell(2, 1)}&"",IF({count}=0,{nobody},'
        f'TEXT({count},"#,##0")&IF({count}=1," customer, "," customers, ")&{money}&'
        f'": call these first"&IF({everyone}>{count},{of_all},"")))'
    )
    return Listing(
        "call_headline",
        ((Item(Formula(sentence), Style.BAND),),),
        rules=((Rule.STATUS, 1),),
        widths=(24,),
        tall=True,
    )


def _risks() -> Listing:
    def line(word: str, meaning: str, limits: tuple[str, str]) -> tuple[Item, ...]:
        low, high = limits
        parts = [f'{_ALIVE},">="&{low}'] * bool(low) + [f'{_ALIVE},"<"&{high}'] * bool(high)
        within = ",".join(parts)

        def figure(of: str, call: str, unit: Unit) -> Item:
            return Item(Formula(f'=IF(COUNT({of})=0,"",{call})'), Style.RESULT, unit)

        return (
            Item(word, Style.LABEL),
            figure(_ALIVE, f"COUNTIFS({within})", Unit.COUNT),
            figure(_CLV, f"SUMIFS({_CLV},{within})", Unit.MONEY),
            Item(Formula(f"={meaning}"), Style.NOTE),
        )

    return Listing(
        "call_risks",
        tuple(line(*one) for one in _RISKS),
        ("risk", "customers", "expected value", "probability active, and what to do"),
        heading="How many are at risk",
        widths=(14, 12, 14),
    )


def _limits() -> Fields:
    return Fields(
        "call_limits",
        "Whom to list",
        (
            Field(
                "Customers at most",
                25,
                Unit.COUNT,
                "",
                "Call_most",
                own(
                    f"How many customers you can call before the next refresh, up to {LONG}.",
                    Unit.COUNT,
                    1,
                    LONG,
                ),
            ),
            Field(
                "Value at risk from",
                0,
                Unit.MONEY,
                "",
                "Call_value",
                own("The least value at risk that is worth a call.", Unit.MONEY, 0, 1e9),
            ),
            Field(
                "High risk: active below",
                0.25,
                Unit.SHARE,
                "",
                "Call_high",
                own(
                    "Customers whose probability of being active is below this are at high risk.",
                    Unit.SHARE,
                    0,
                    1,
                ),
            ),
        ),
        note_columns=0,
    )


def _ranked() -> Spill:
    """Return the list; equal values are told apart by their row, so that it is never longer."""
    columns = range(1, len(headings("CLV_PREDICT")) + 1)
    shown = ",".join("1" if column in _SHOWN else "0" for column in columns)
    most = f"MIN(IF(N(Call_most)<1,{LONG},Call_most),{LONG})"
    ranked = (
        f"LET(worth,IF(ISNUMBER({_CLV}),({_ALIVE}<Warn_below)*{_CLV},0),"
        f"place,worth-ROW({_CLV})/1000000000,"
        f"chosen,FILTER({_ALL},(worth>0)*(worth>=Call_value)*(place>=LARGE(place,{most}))),"
        f"FILTER(SORT(chosen,10,-1),{{{shown}}}))"
    )

    def beside(call: str) -> str:
        """Return the formula of a further column, of the customers `names` of the list."""
        names = f"FILTER({_NAMES},ISNUMBER({_AT_RISK}))"
        return f'=IF(COUNT({_AT_RISK})=0,"",IFERROR(LET(names,{names},{call}),""))'

    likely = f"FILTER({_PROBABILITIES},ISNUMBER({_AT_RISK}))"
    orders = f"Order_customers,Order_amounts,Order_dates,{END_DATE},Order_numbers"
    return Spill(
        _LIST.key,
        "Call these first",
        f'=IF(COUNT({_CLV})=0,"",IFERROR({ranked},""))',
        (
            Heading("customer", Unit.TEXT, 24),
            Heading("last purchase", Unit.DATE, 14),
            Heading("probability active", Unit.SHARE, 14),
            Heading("value at risk", Unit.MONEY, 14),
            Heading("next purchase", Unit.DATE, 14),
            Heading("risk", Unit.TEXT, 12, beside(f'IF({likely}<Call_high,"High","Medium")')),
            Heading(
                "value so far",
                Unit.MONEY,
                14,
                beside(f"INDEX(CUSTOMER_TOTALS(names,{orders}),0,2)*Gross_margin"),
            ),
            Heading(
                "segment",
                Unit.TEXT,
                24,
                beside(f'IFERROR(INDEX(Customers[segment],{_row_of("names")})&"","")'),
            ),
        ),
        LONG,
        note="Next purchase: the day by which half of such customers buy, if they are still "
        "active; call before it has long passed. Value so far: gross profit to date.",
        headed=False,
        rules=(Rule.LINE,),
    )


def _row_of(names: str) -> str:
    """Return the formula of the rows of customers in sheet Customers, whatever signs they bear.

    Not every program looks up more than one name by XLOOKUP; MATCH takes some signs as wildcards.
    """
    exact = f"TRIM({names})"
    for sign in "~*?":
        exact = f'SUBSTITUTE({exact},"{sign}","~{sign}")'
    return f"MATCH({exact},{customer_list()},0)"
