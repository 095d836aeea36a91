"""The sheet that tests the model on the past: predicted and actual purchases."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Field,
    Fields,
    Formula,
    Heading,
    Item,
    Listing,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Stack,
    Style,
)
from clv_xl.workbook.meanings import headings, meaning, measure_units
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.lists import LONG
from clv_xl.workbook.sheets.model_verdicts import purchase_reason
from clv_xl.workbook.sheets.purchases import by_customer
from clv_xl.workbook.sheets.settings import END_DATE

_BACKTEST: Final = Ref("backtest")
_DAYS: Final = Ref("backtest_days")
_TRACKING: Final = Ref("tracking")
_CHART: Final = Ref("tracking_chart")

CLOSE: Final = 0.1
"""A forecast that misses by less than this share is good."""
FAR: Final = 0.3
"""One that misses by more is not to be used."""
_ALIKE: Final = 0.01
"""Areas under the curve this close are as good."""
_MEASURES: Final = measure_units("CLV_BACKTEST")
_BETTER, _AUC, _RECENCY_AUC = 11, 13, 14
"""The rows that compare the model with simple rules."""
_POINTS: Final = 25
_ORDERS: Final = "Orders[customer],Orders[date]"
LONGEST: Final = 4_000
"""Periods that the chart takes in."""


def backtest() -> Sheet:
    """Return the sheet that tests the model on the past."""
    return Sheet(
        "Backtest",
        Role.REPORT,
        "Backtest",
        "Would the predictions have been right? The model is fitted to the orders before the "
        "split day only and predicts the orders after it, which it has not seen. Period and "
        "model are those of sheet Settings.",
        (
            (_verdict(),),
            (
                Stack((_split(), _measures(), _words())),
                _chart(),
            ),
            (_days(),),
            (
                Spill(
                    _TRACKING.key,
                    "Repeat purchases of all customers, period by period",
                    f"=IFERROR(CLV_TRACKING({_ORDERS},Split_day,Period,Model,"
                    'Orders[amount],Orders[order]),"")',
                    headings("CLV_TRACKING", period=52),
                    LONG,
                    note="Customers who had bought before the split day.",
                    rules=(Rule.LINE,),
                ),
                *by_customer(),
            ),
        ),
        new_pages=(_DAYS.key, _TRACKING.key),
    )


def _split() -> Fields:
    two_thirds = 'IF(Last_order="","",ROUND((First_order+2*Last_order)/3,0))'
    what = meaning("split_date")
    return Fields(
        "split",
        "Where to split",
        (
            Field(
                "Split day of your choice", None, Unit.DATE, "", "Split_date", what, optional=True
            ),
            Field(
                "Split day used (two thirds of the time if empty)",
                Formula(f'=IF(Split_date="",{two_thirds},Split_date)'),
                Unit.DATE,
                "",
                "Split_day",
            ),
        ),
        note_columns=0,
    )


def _measures() -> Spill:
    return Spill(
        _BACKTEST.key,
        "Actual vs. predicted",
        f'=IFERROR({_call("Split_day")},"")',
        headings("CLV_BACKTEST", measure=52, value=14),
        len(_MEASURES),
        row_units=_MEASURES,
        rules=(Rule.LINE,),
    )


def _call(day: str) -> str:
    return (
        f"CLV_BACKTEST(Orders[customer],Orders[date],Orders[amount],{day},Period,Model,{END_DATE},"
        "Orders[order])"
    )


def _days() -> Spill:
    """Return the same measures after other shares of the time."""

    def column(before: int, after: int, part: int) -> str:
        day = f"ROUND(({before}*First_order+{after}*Last_order)/{before + after},0)"
        return f'=IFERROR(INDEX({_call(day)},0,{part}),"")'

    return Spill(
        _DAYS.key,
        "Was it luck? The same on an earlier and a later split day",
        "",
        (
            Heading("measure", Unit.TEXT, 52, column(1, 5, 1)),
            Heading("split after half of the time", Unit.DECIMAL, 14, column(1, 1, 2)),
            Heading("after two thirds", Unit.DECIMAL, 14, column(1, 2, 2)),
            Heading("after five sixths", Unit.DECIMAL, 14, column(1, 5, 2)),
        ),
        len(_MEASURES),
        note="A model that is better than the simple rule on every day is not better by luck.",
        row_units=_MEASURES,
        rules=(Rule.LINE,),
    )


def _words() -> Listing:
    return Listing(
        "backtest_words",
        tuple(
            (Item(text, Style.NOTE),)
            for text in (
                "Bias: average over-prediction per customer (below 0: under-prediction).",
                "MAE: average error of the prediction for a single customer.",
                "RMSE: the same, with large errors weighing more.",
                "Simple rule: each customer goes on buying at the same rate as before.",
                "AUC: how often a customer who bought again had the higher score; 50 % is chance.",
                "Normalised Gini: 1 is a perfect ranking of customers by revenue, 0 is chance.",
                "Totals over many customers are far more reliable than a single one.",
            )
        ),
        heading="How to read it",
        widths=(52,),
    )


def _against_the_rule() -> str:
    """Return the sentence on the average error beside that of the simple rule."""
    better = _BACKTEST.cell(2, _BETTER)
    days = [_DAYS.cell(column, _BETTER) for column in (2, 3, 4)]
    wins = "+".join(f"(N({day})>0)" for day in days)
    error = "the average error of the model is"
    exact = f"{Verdict.CAUTION}: the simple rule made no error at all, so no model can be better."
    return (
        f'=IF(NOT(ISNUMBER({_BACKTEST.cell(2, 2)})),"",IF(NOT(ISNUMBER({better})),"{exact}",'
        f'IF({better}>0,"{Verdict.RELIABLE}","{Verdict.CAUTION}")'
        f'&": {error} "&ROUND(ABS({better})*100,0)&" % "&IF({better}>0,"smaller","larger")&" than '
        "that of the simple rule that everyone buys at the same rate as before; the model is "
        f'better on "&({wins})&" of the "&COUNT({",".join(days)})&" split days below."))'
    )


def _against_recency() -> str:
    """Return the sentence on who buys again beside recency alone."""
    model, recency = _BACKTEST.cell(2, _AUC), _BACKTEST.cell(2, _RECENCY_AUC)
    how_well = f'IF({model}<{recency}+{_ALIKE},"as well as","better than")'
    alike = (
        f"{Verdict.CAUTION}: every customer bought again after the split day, or nobody did, so "
        "there is nobody to tell apart."
    )
    return (
        f'=IF(NOT(ISNUMBER({_BACKTEST.cell(2, 2)})),"",IF(NOT(ISNUMBER({model})),"{alike}",'
        f'IF({model}>{recency}-{_ALIKE},"{Verdict.RELIABLE}: '
        f'the model tells who buys again "&{how_well}&" recency alone",'
        f'"{Verdict.CAUTION}: recency alone tells who buys again better than the model, so contact '
        f'those who bought last")&" ("&ROUND({model}*100,0)&" % of pairs of customers in the right '
        f'order, against "&ROUND({recency}*100,0)&" %)."))'
    )


def _verdict() -> Listing:
    actual, predicted = _BACKTEST.cell(2, 2), _BACKTEST.cell(2, 3)
    found = _BACKTEST.cell(2, 7)
    miss = f"({predicted}/{actual}-1)"
    word = (
        f'IF(ABS({miss})<={CLOSE},"{Verdict.RELIABLE}: ",'
        f'IF(ABS({miss})<={FAR},"{Verdict.CAUTION}: ","{Verdict.DO_NOT_USE}: "))'
    )
    size = (
        f'"the model predicted "&ROUND({predicted},0)&" purchases after the split day, "&{actual}&'
        f'" were made ("&ROUND(ABS({miss})*100,0)&" % too "&IF({miss}<0,"few","many")&")."'
    )
    outside = "OR(Split_day<=First_order,Split_day>Last_order)"
    failed = (
        f'IF(OR(N(Orders_counted)=0,NOT(ISNUMBER(Revenue))),"{Verdict.DO_NOT_USE}: "&'
        f"{purchase_reason()},IF({outside},"
        f'"{Verdict.DO_NOT_USE}: there must be orders before and after the split day.",'
        f'"{Verdict.DO_NOT_USE}: the model of sheet Settings cannot be fitted to the orders before '
        f'the split day; choose Automatic there, or a later day here."))'
    )
    first = (
        f"=IF(NOT(ISNUMBER({actual})),{failed},"
        f'IF({actual}=0,"{Verdict.DO_NOT_USE}: no customer bought after the split day.",'
        f"{word}&{size}))"
    )
    found_best = (
        f'=IF(NOT(ISNUMBER({found})),"",IF({found}>=0.4,"{Verdict.RELIABLE}: ",IF({found}>0.25,'
        f'"{Verdict.CAUTION}: ","{Verdict.DO_NOT_USE}: "))&"it identified "&ROUND('
        f'{found}*100,0)&" % of the later top 20 % of customers; guessing would find 20 %.")'
    )
    return Listing(
        "backtest_verdict",
        tuple(
            (Item(label, Style.LABEL), Item(Formula(text, spills=True), Style.LABEL))
            for label, text in (
                ("How much they buy", first),
                ("Who the best customers will be", found_best),
                ("Better than a simple rule?", _against_the_rule()),
                ("Who will buy again", _against_recency()),
            )
        ),
        heading="Verdict",
        widths=(52, 14),
        rules=((Rule.STATUS, 2),),
        tall=True,
    )


def _chart() -> Chart:
    def value(column: int, row: int) -> Formula:
        # Whatever the number of periods, the same number of points.
        at = f"ROUND({_CHART.data.cell(4, 3)}*{row}/{_POINTS - 1},0)"
        periods = _CHART.data.cell(4, 3)
        drawn = f"INDEX({_TRACKING.column(column, LONGEST)},MAX(1,{at}))"
        return Formula(f'=IF({periods}=0,"",{drawn})')

    units = (Unit.COUNT, Unit.COUNT, Unit.DECIMAL)
    rows = [
        [Item(value(column, row), unit=unit) for column, unit in zip((1, 4, 5), units, strict=True)]
        for row in range(_POINTS)
    ]
    days = 'SWITCH(Period,"day",1,"week",7,"month",365.25/12,"quarter",365.25/4,365.25)'
    since = f"(Split_day-First_order)/{days}"
    split = Item(Formula(f'=IFERROR({since},"")'), unit=Unit.PERIODS)
    top = Item(Formula(f"=MAX({_CHART.data.column(2)},{_CHART.data.column(3)})"), unit=Unit.COUNT)
    rows[0] += [split, Item(0, unit=Unit.COUNT)]
    rows[1] += [Item(Formula(f"={_CHART.data.cell(4, 1)}"), unit=Unit.PERIODS), top]
    rows[2] += [Item(Formula(f"=COUNT({_TRACKING.column(1, LONGEST)})"), unit=Unit.COUNT)]
    return Chart(
        _CHART.key,
        ChartKind.CURVE,
        "Cumulative repeat purchases: actual and predicted",
        "periods since the first order",
        "repeat purchases",
        (
            Series("Actual", _CHART.data.column(2), _CHART.data.column(1)),
            Series("Predicted", _CHART.data.column(3), _CHART.data.column(1)),
            Series(
                "Split day: the model has seen only the orders before it",
                _CHART.data.column(5, 2),
                _CHART.data.column(4, 2),
                guide=True,
            ),
        ),
        9,
        28,
        data=tuple(map(tuple, rows)),
        x_unit=Unit.SCORE,
        y_unit=Unit.COUNT,
    )
