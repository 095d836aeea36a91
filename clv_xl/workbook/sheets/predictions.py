"""The sheet of predictions: which customers are active, their purchases and their value."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import AUTOMATIC
from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Listing,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Style,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.forecast_range import MARGIN, PURCHASES, between, forecast_range
from clv_xl.workbook.sheets.lists import LONG, MOST
from clv_xl.workbook.sheets.model_verdicts import (
    SPEND_MODEL,
    chosen_model,
    purchase_reason,
    spend_reason,
    verdict_of_settings,
)
from clv_xl.workbook.sheets.settings import END_DATE

FORECAST: Final = Ref("forecast")
SCORES: Final = Ref("scores")
_BANDS: Final = Ref("bands")

SHOWN: Final = 12
"""Customers in the list of the most valuable."""
_LEVELS: Final = (
    ("80 % and more", 0.8, 1.01, "Active. Keep them happy, sell them more."),
    ("50 to 80 %", 0.5, 0.8, "Probably active. A friendly reminder is enough."),
    ("20 to 50 %", 0.2, 0.5, "At risk. Win them back now, while it is cheap."),
    ("Below 20 %", -1.0, 0.2, "Probably lost. Send one last win-back offer."),
)
_ALL: Final = SCORES.rows(MOST)
_ALIVE, _PURCHASES, _CLV = (SCORES.column(column, MOST) for column in (7, 8, 10))


def predictions() -> Sheet:
    """Return the sheet of predictions."""
    return Sheet(
        "Predictions",
        Role.REPORT,
        "Predictions",
        "Which customers are still active, what they will buy, and what that is worth. Each is "
        "scored by the model, horizon, gross margin and discount rate of sheet Settings. Value is "
        "the margin expected from now on, discounted to today; gross profit to date is not "
        "included.",
        (
            (_totals(),),
            (_bands(),),
            (_band_chart("band_count", "Customers", 2), _band_chart("band_value", "Value", 5)),
            (forecast_range(FORECAST.cell(2, 1)),),
            (_worth_most(),),
            (
                Spill(
                    SCORES.key,
                    "Every customer",
                    "=IFERROR(CLV_PREDICT(Orders[customer],Orders[date],Orders[amount],Horizon,"
                    f'Period,Gross_margin,Discount_rate,{END_DATE},Model,,Orders[order]),"")',
                    headings("CLV_PREDICT", customer=20, recency=12, age=13, expected_purchases=21),
                    LONG,
                    titles=(
                        "customer",
                        "purchases",
                        "last purchase",
                        "repeat purchases",
                        "first to last",
                        "since first purchase",
                        "probability active",
                        "expected purchases",
                        "expected spend each",
                        "expected value",
                        "buys again",
                        "next purchase",
                        "purchases, low",
                        "purchases, high",
                    ),
                    rules=(Rule.LINE,),
                ),
            ),
        ),
        new_pages=("worth_most",),
    )


def _totals() -> Listing:
    def figure(label: str, of: str, formula: str, unit: Unit, note: str) -> tuple[Item, ...]:
        return (
            Item(label, Style.LABEL),
            Item(Formula(f'=IF(COUNT({of})=0,"",{formula})'), Style.FIGURE, unit),
            Item(Formula(f'=IF(COUNT({of})=0,"",{note})'), Style.NOTE),
        )

    word = Verdict.DO_NOT_USE
    verdict = (
        f"=LET(judged,{verdict_of_settings()},IF(COUNT({_ALIVE})=0,"
        f'IF(LEFT(judged,{len(word.word)})="{word}",judged,"{word}: "&{purchase_reason()}),'
        f'IF(COUNT({_CLV})=0,"{Verdict.CAUTION}: no value: "&{spend_reason()},judged)))'
    )
    named = f'AND(Model="{AUTOMATIC}",{chosen_model()}<>"")'
    chosen = f'="Model: "&Model&IF({named}," ("&{chosen_model()}&")","")'
    margin = (
        f'IF(ISNUMBER({SPEND_MODEL.likelihood}),"margin of those purchases, discounted to today",'
        '"margin of those purchases at each customer\'s average order, discounted to today")'
    )
    purchases, value = (f'SUMIF({of},">=0")' for of in (_PURCHASES, _CLV))
    return Listing(
        FORECAST.key,
        (
            (
                Item(Formula(chosen), Style.LABEL),
                Item(Formula(verdict, spills=True), Style.LABEL),
            ),
            figure(
                "Customers likely active",
                _ALIVE,
                f'SUMIF({_ALIVE},">=0")',
                Unit.COUNT,
                f'"of "&COUNT({_ALIVE})&" customers: the sum of their probabilities"',
            ),
            figure(
                "Expected purchases",
                _ALIVE,
                purchases,
                Unit.COUNT,
                '"of today\'s customers in the next "&Horizon&" periods (unit: "&Period&")"&'
                f"{between(PURCHASES, purchases)}",
            ),
            figure(
                "Expected value",
                _CLV,
                value,
                Unit.MONEY,
                f'IF(Currency="","",Currency&", ")&{margin}&{between(MARGIN, value)}',
            ),
        ),
        heading="Forecast",
        widths=(30, 14),
        rules=((Rule.STATUS, 2),),
        tall=True,
    )


def _bands() -> Listing:
    def figure(of: str, formula: str, unit: Unit) -> Item:
        return Item(Formula(f'=IF(COUNT({of})=0,"",{formula})'), Style.RESULT, unit)

    def row(name: str, low: float, high: float, advice: str) -> tuple[Item, ...]:
        within = f'{_ALIVE},">={low:g}",{_ALIVE},"<{high:g}"'
        count = f"COUNTIFS({within})"
        return (
            Item(name, Style.LABEL),
            figure(_ALIVE, count, Unit.COUNT),
            figure(_ALIVE, f"{count}/COUNT({_ALIVE})", Unit.SHARE),
            figure(_ALIVE, f"SUMIFS({_PURCHASES},{within})", Unit.COUNT),
            figure(_CLV, f"SUMIFS({_CLV},{within})", Unit.MONEY),
            Item(advice, Style.NOTE),
        )

    return Listing(
        _BANDS.key,
        tuple(row(*band) for band in _LEVELS),
        ("probability active", "customers", "share", "purchases", "value", "what to do"),
        heading="Active customers",
        note="Purchases and value are those expected from the customers of each line. The "
        "probability falls the longer a customer stays away compared with their own purchase rate; "
        "model NBD counts every customer as active, Average pace all but the long silent.",
        widths=(30, 14, 13, 13, 13),
    )


def _band_chart(key: str, what: str, column: int) -> Chart:
    title = {
        "Customers": "Customers by probability of being active",
        "Value": "Expected value by probability of being active",
    }[what]
    return Chart(
        key,
        ChartKind.COLUMNS,
        title,
        "",
        what.lower(),
        (Series(what, _BANDS.column(column), _BANDS.column(1)),),
        5,
        14,
    )


def _best(columns: tuple[int, ...]) -> str:
    """Return the formula of some columns of the customers worth most, best first."""
    value = f"IF(ISNUMBER({_CLV}),{_CLV},0)"
    chosen = f"FILTER({_ALL},(worth>0)*(worth>=LARGE(worth,{SHOWN})))"
    every = range(1, len(headings("CLV_PREDICT")) + 1)
    shown = ",".join("1" if column in columns else "0" for column in every)
    best = f"FILTER(SORT({chosen},10,-1),{{{shown}}})"
    listed = f'IFERROR(LET(worth,{value},{best}),"none")'
    return f"=IF(COUNT({_CLV})=0,{FORECAST.cell(2, 1)},{listed})"


def _worth_most() -> Spill:
    return Spill(
        "worth_most",
        "Most valuable",
        _best((1, 3, 7, 8, 10)),
        (
            Heading("customer", Unit.TEXT, 30),
            Heading("last purchase", Unit.DATE, 14),
            Heading("probability active", Unit.SHARE, 13),
            Heading("expected purchases", Unit.DECIMAL, 13),
            Heading("expected value", Unit.MONEY, 13),
        ),
        SHOWN,
        note="The customers to look after first.",
        headed=False,
        rules=(Rule.LINE,),
    )
