"""RFM segments: customers grouped by how recently, how often and for how much they bought."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import Formula, Heading, Item, Listing, Rule, Spill, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.filled import ORDERS, first_true, sentence
from clv_xl.workbook.sheets.lists import LONG, MOST
from clv_xl.workbook.sheets.settings import END_DATE

_LIST: Final = Ref("rfm_list")
_NAMES, _DAYS, _PURCHASES, _REVENUE = (_LIST.column(column, MOST) for column in (1, 2, 3, 4))
_R, _F, _M, _SEGMENT = (_LIST.column(column, MOST) for column in (5, 6, 7, 8))
_FEWEST: Final = 5
"""Customers that scores from 1 to 5 take."""
ACTIONS: Final = {
    "Champions": "Thank them, show them new things first, ask them to recommend you.",
    "Loyal": "Offer more of what they buy, and a reward for staying.",
    "Potential loyalists": "Invite them to a loyalty programme or a subscription.",
    "Promising": "Give them a reason for the next order soon.",
    "New customers": "Help them start well; make the second order easy.",
    "Needs attention": "Remind them with an offer that ends soon.",
    "About to leave": "Ask what is missing, and send a small win-back offer.",
    "At risk": "Contact them in person before they are lost (sheet Call list).",
    "Cannot lose them": "Call today: good customers who have been away for very long.",
    "Hibernating": "Send a low-cost reminder, nothing more.",
    "Lost": "Do not spend on them, beyond one last offer.",
}
"""What to do with the customers of each segment, the most active first."""


def rfm_table() -> Listing:
    """Return the table of segments: how many, worth how much, and what to do."""
    profit = f"SUM({_REVENUE})"

    def figure(call: str, unit: Unit) -> Item:
        return Item(Formula(f'=IF(COUNT({_R})=0,"",IFERROR({call},""))'), Style.RESULT, unit)

    def line(name: str, advice: str) -> tuple[Item, ...]:
        these = f'{_SEGMENT},"{name}"'
        revenue = f"SUMIFS({_REVENUE},{these})"
        return (
            Item(name, Style.LABEL),
            figure(f"COUNTIFS({these})", Unit.COUNT),
            figure(f"COUNTIFS({these})/COUNT({_R})", Unit.SHARE),
            figure(f"{revenue}*Gross_margin", Unit.MONEY),
            figure(f"IF({profit}>0,{revenue}/{profit},NA())", Unit.SHARE),
            figure(f"{revenue}/SUMIFS({_PURCHASES},{these})", Unit.MONEY),
            Item(advice, Style.NOTE),
        )

    return Listing(
        "rfm_segments",
        tuple(line(*one) for one in ACTIONS.items()),
        (
            "RFM segment",
            "customers",
            "share",
            "total CLV",
            "share of CLV",
            "average order",
            "to do",
        ),
        heading="RFM segments: what to do with whom",
        note="RFM scores each customer from 1 to 5 by how recently, how often and for how much "
        "they bought, compared with your others. CLV is gross profit to date.",
        widths=(40,),
    )


def rfm_check() -> Listing:
    """Return the sentence on which customers are scored."""
    scored, everyone = f"COUNT({_R})", f"COUNT({_DAYS})"
    said = first_true(
        (
            f"{everyone}=0",
            sentence(f"{Verdict.FIX}: RFM segments need your orders (sheet Orders)"),
        ),
        (
            f"{scored}=0",
            sentence(
                f"{Verdict.CHECK}: RFM segments need at least {_FEWEST} customers with orders; "
                "there are {few}",
                few=everyone,
            ),
        ),
        otherwise=sentence(
            f"{Verdict.ALL} {{everyone}} customers with orders are scored", everyone=scored
        ),
    )
    return Listing(
        "rfm_check", ((Item(Formula(said), Style.LABEL),),), widths=(40,), rules=((Rule.STATUS, 1),)
    )


def rfm_list() -> Spill:
    """Return every customer with their scores."""
    call = f'RFM_SUMMARY({ORDERS},"day",{END_DATE},Order_numbers)'

    def summed(column: str) -> str:
        """Return the formula of a column of the summary, of its rows below the heading."""
        kept = f"FILTER({column},ISNUMBER(INDEX(summary,0,2)))"
        return f'=IFERROR(LET(summary,{call},{kept}),"")'

    def of_listed(column: str) -> str:
        return f"FILTER({column},ISNUMBER({_DAYS}))"

    totals = "Order_customers,Order_amounts,Order_dates"
    revenue = (
        f'=IF(COUNT({_DAYS})=0,"",IFERROR(INDEX(CUSTOMER_TOTALS({of_listed(_NAMES)},{totals},'
        f'{END_DATE},Order_numbers),0,2),""))'
    )
    measured = ",".join(map(of_listed, (_DAYS, _PURCHASES, _REVENUE)))
    scored = ",".join(f"FILTER({one},ISNUMBER({_R}))" for one in (_R, _F, _M))
    count = Unit.COUNT
    return Spill(
        _LIST.key,
        "RFM scores of every customer",
        "",
        (
            Heading("customer", Unit.TEXT, 20, summed("INDEX(summary,0,1)")),
            Heading("days since last", count, 13, summed("INDEX(summary,0,4)-INDEX(summary,0,3)")),
            Heading("purchases", count, 13, summed("INDEX(summary,0,2)+1")),
            Heading("revenue", Unit.MONEY, 13, revenue),
            Heading(
                "recency score",
                count,
                11,
                f'=IF(COUNT({_REVENUE})<{_FEWEST},"",IFERROR(RFM_SCORE({measured}),""))',
            ),
            Heading("frequency score", count, 11),
            Heading("money score", count, 11),
            Heading(
                "RFM segment",
                Unit.TEXT,
                20,
                f'=IF(COUNT({_R})=0,"",IFERROR(RFM_SEGMENT({scored}),""))',
            ),
        ),
        LONG,
        note="5 is best. Orders of one day are one purchase.",
        headed=False,
        quiet=True,
        rules=(Rule.LINE,),
    )
