"""The plain formula, average purchase x purchases per year x years, from the orders."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import DAYS_IN
from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import EMPTY_LABEL, Formula, Item, Listing, Rule, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import first_true, sentence
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.predictions import FORECAST, SCORES

_TABLE: Final = Ref("plain_formula")
_PURCHASES, _RECENCY, _AGE, _ALIVE = (SCORES.column(column, MOST) for column in (2, 5, 6, 7))
_EACH: Final = ",".join(f'"{period}",{days:.15g}' for period, days in DAYS_IN.items())
_DAYS: Final = f"SWITCH(Period,{_EACH})"
_YEAR: Final = f"{DAYS_IN['year']:.15g}"
_YEARS: Final = (
    f"(SUM({_RECENCY})+SUMPRODUCT({_ALIVE},{_AGE})-SUMPRODUCT({_ALIVE},{_RECENCY}))*{_DAYS}/{_YEAR}"
)
"""Years of all customers: up to the last purchase if they have left, up to today if not, weighted
by the probability of each."""
_CUSTOMERS: Final = f"COUNT({_ALIVE})"
_LEFT: Final = f"({_CUSTOMERS}-SUM({_ALIVE}))"
"""Customers who have left: the sum of their probabilities."""
_SO_FAR, _WHOLE = 2, 3
_WIDTHS: Final = (24, 14, 12, 0, 0, 0, 0)


def plain_formula() -> Listing:
    """Return the three factors from the orders, and the value that they give."""

    def line(label: str, so_far: str, whole: str, unit: Unit, note: str) -> tuple[Item, ...]:
        return (
            Item(label, Style.LABEL),
            *(
                Item(Formula(f'=IF({_CUSTOMERS}=0,"",IFERROR({call},""))'), Style.RESULT, unit)
                for call in (so_far, whole)
            ),
            Item(note, Style.NOTE),
        )

    def factors(column: int) -> str:
        return ",".join(_TABLE.cell(column, row) for row in (1, 2, 3))

    average = f"Revenue/SUM({_PURCHASES})"
    pace = f"SUM({_PURCHASES})/({_YEARS})"
    value = "IF(COUNT({0})<3,NA(),CLV({0}))"
    margin = "IF(COUNT({0})<3,NA(),CLV({0},Gross_margin))"
    so_far, whole = factors(_SO_FAR), factors(_WHOLE)
    return Listing(
        _TABLE.key,
        (
            line("Average purchase", average, average, Unit.MONEY, "revenue / purchases"),
            line(
                "x purchases per year",
                pace,
                pace,
                Unit.DECIMAL,
                "purchases / years of all customers, while they stay",
            ),
            line(
                "x years",
                f"{_YEARS}/{_CUSTOMERS}",
                f"IF({_LEFT}<1,NA(),{_YEARS}/{_LEFT})",
                Unit.DECIMAL,
                "so far: years / customers; all in all: years / customers who have left",
            ),
            line(
                "= revenue per customer", value.format(so_far), value.format(whole), Unit.MONEY, ""
            ),
            line(
                "x gross margin = CLV",
                margin.format(so_far),
                margin.format(whole),
                Unit.MONEY,
                "gross margin of sheet Settings; not discounted, CAC not deducted",
            ),
        ),
        ("", "so far", "all in all"),
        heading="The plain formula, from your orders",
        note='Average purchase x purchases per year x years. "Years" decides the answer. So far '
        "counts the years until today, so it only repeats the revenue per customer to date; all "
        "in all is an estimate of the whole relationship, as if customers went on leaving at "
        "today's rate. To spend on new customers, go by all in all and check it on sheet "
        "Predictions.",
        widths=_WIDTHS,
    )


def plain_formula_check() -> Listing:
    """Return the sentence on how far the years can be trusted."""
    years, longest = _TABLE.cell(_WHOLE, 3), f"MAX({_AGE})*{_DAYS}/{_YEAR}"
    said = first_true(
        (f"{ROWS_FILLED}=0", sentence(f"{Verdict.FIX}: this needs orders in sheet Orders")),
        (f"{_CUSTOMERS}=0", f'{FORECAST.cell(2, 1)}&""'),
        (
            f"NOT(ISNUMBER({years}))",
            sentence(
                f"{Verdict.CHECK}: hardly any customer has left yet, so how long they stay all in "
                "all cannot be told from the orders"
            ),
        ),
        (
            f"{years}>{longest}",
            sentence(
                f"{Verdict.CAUTION}: the years all in all are more than your orders cover; treat "
                "them as a guess"
            ),
        ),
        otherwise=sentence(f"{Verdict.ALL} three factors come from your orders"),
    )
    return Listing(
        "plain_formula_check",
        ((Item(Formula(said), Style.LABEL), EMPTY_LABEL, EMPTY_LABEL),),
        widths=_WIDTHS,
        rules=((Rule.STATUS, 1),),
    )
