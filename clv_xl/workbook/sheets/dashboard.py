"""The first screen of sheet Start: six figures as cards, three charts and a map of customers."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Abreast,
    Chart,
    ChartKind,
    Formula,
    Item,
    Listing,
    Rule,
    Series,
    Style,
)
from clv_xl.workbook.sheets import figures
from clv_xl.workbook.sheets.chart_data import (
    COHORTS,
    GROUPS,
    MONTHS,
    SEGMENTS,
    SHOWN,
    map_cell,
)
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import first_true, sentence

WIDTHS: Final = (24, 24, 24, 24, 11, 8, 8, 8, 8, 8)
"""Columns of the sheet: four cards wide, then two cards of three columns each, or the map."""
_WIDE: Final = 4
_ROWS: Final = 8
"""Rows of the charts and of the map."""
_ROW: Final = 15.75
_NO_COST: Final = '"fill in sheet Channels"'
_NO_FORECAST: Final = '"see sheet Predictions"'
_UNDATED: Final = '"change needs dated spend"'
"""Why the cost of acquisition has no earlier value."""


def cards() -> Listing:
    """Return the six figures, each with its change against the earlier day."""
    ratio = figures.now(figures.RATIO)
    horizon = '"Expected value, "&Horizon&" "&Period&IF(Horizon=1,"","s")'
    target = (
        f'IF(ISNUMBER({ratio}),"CLV to CAC, "&IF({ratio}>=Target_ratio,"above","below")&'
        '" target "&Target_ratio,"CLV to CAC")'
    )
    shown = (
        (figures.ACTIVE, '"Active customers"', Unit.COUNT, '""', ""),
        (figures.CLV, '"CLV per customer so far"', Unit.MONEY, '""', ""),
        (figures.VALUE_AHEAD, horizon, Unit.MONEY, _NO_FORECAST, ""),
        (figures.COST, '"Cost to acquire one (CAC)"', Unit.MONEY, _NO_COST, _UNDATED),
        (figures.RATIO, target, Unit.RATIO, _NO_COST, _UNDATED),
        (figures.RISK, '"Value at risk"', Unit.MONEY, _NO_FORECAST, ""),
    )
    lines: list[list[Item]] = [[], [], []]
    for place, (row, label, unit, missing, without) in enumerate(shown):
        span = 1 if place < _WIDE else (len(WIDTHS) - _WIDE) // 2
        current = figures.now(row)
        # Before they ordered, the names in a list of customers had no date.
        compared = figures.clv_of_buyers() if row == figures.CLV else current
        change = (
            f'=IF({ROWS_FILLED}=0,"",IF(NOT(ISNUMBER({current})),{missing},'
            f"{without or _change(compared, figures.earlier(row))}))"
        )
        figure = f'=IF(ISNUMBER({current}),{current},"-")'
        items = (
            Item(Formula(f"={label}"), Style.CARD_LABEL, span=span),
            Item(Formula(figure), Style.CARD_FIGURE, unit, span=span),
            Item(Formula(change), Style.CARD_CHANGE, span=span),
        )
        for line, item in zip(lines, items, strict=True):
            line += [item, *(Item(None),) * (span - 1)]
    return Listing("cards", tuple(map(tuple, lines)), widths=WIDTHS)


def _change(current: str, before: str) -> str:
    """Return the formula of the change of a figure, with a sign that needs no colour."""
    share = f"({current}/{before}-1)"
    return (
        f'IF(NOT(ISNUMBER({before})),"no orders to compare with",IF({current}={before},'
        f'"unchanged in "&Compare_days&" days",IF({before}<=0,'
        f'"was "&TEXT({before},"#,##0")&" "&Compare_days&" days ago",'
        f'IF(ROUND({share},3)=0,"unchanged",IF({share}>0,"▲ ","▼ ")&'
        f'TEXT(ABS({share}),"0.0%"))&" in "&Compare_days&" days")))'
    )


def charts() -> Abreast:
    """Return the charts beside the map."""
    months = MONTHS.column(1, SHOWN)
    cohorts = COHORTS.column(1, SHOWN)
    revenue = Chart(
        "new_and_returning",
        ChartKind.STACKED,
        "Revenue by month",
        "",
        "",
        (
            Series("Returning", MONTHS.column(3, SHOWN), months),
            Series("New", MONTHS.column(2, SHOWN), months),
        ),
        2,
        _ROWS,
        y_unit=Unit.MONEY,
        ends=1 / 3,
        small=True,
    )
    worth = Chart(
        "value_by_cohort",
        ChartKind.COLUMNS,
        "Value per customer by cohort",
        "",
        "",
        (
            Series("Value so far", COHORTS.column(2, SHOWN), cohorts),
            Series("CAC", COHORTS.column(3, SHOWN), cohorts, guide=True),
        ),
        2,
        _ROWS,
        y_unit=Unit.MONEY,
        starts=1 / 3,
        ends=2 / 3,
        small=True,
    )
    segments = Chart(
        "value_by_segment",
        ChartKind.BARS,
        "Value by segment",
        "",
        "",
        (Series("Value so far", SEGMENTS.column(2, GROUPS), SEGMENTS.column(1, GROUPS)),),
        2,
        _ROWS,
        y_unit=Unit.MONEY,
        starts=2 / 3,
        small=True,
    )
    return Abreast(((0, revenue), (1, worth), (2, segments), (_WIDE, _map())))


def _map() -> Listing:
    """Return the map: customers by days since the last order (down) and by orders (across)."""
    size = range(1, GROUPS + 2)
    return Listing(
        "customer_map",
        (
            (Item("Customers by last order and number of orders", Style.CAPTION),),
            *(
                tuple(Item(map_cell(column, row), Style.MAP, Unit.COUNT) for column in size)
                for row in size
            ),
            (Item("Down: days since the last order. Across: orders.", Style.NOTE),),
        ),
        widths=WIDTHS[_WIDE:],
        rules=((Rule.HEAT, 0),),
        row_height=_ROW,
    )


def chart_note() -> Listing:
    """Return the sentence on how to read the charts, or on which one has no data."""
    usual = (
        f'"{Verdict.SHOWN}: the latest {SHOWN} months and cohorts. Value is gross profit to date"&'
        'IF(Currency="","",", in "&Currency)&". The darker a field of the map, the more customers."'
    )
    return Listing(
        "chart_note",
        (
            (
                Item(
                    Formula(
                        first_true(
                            (
                                f"{ROWS_FILLED}=0",
                                sentence(
                                    f"{Verdict.FIX}: paste your orders into sheet Orders; the "
                                    "charts follow"
                                ),
                            ),
                            (
                                f'{SEGMENTS.cell(1, 1)}=""',
                                sentence(
                                    f"{Verdict.CHECK}: fill in column segment of sheet Customers "
                                    "for value by segment"
                                ),
                            ),
                            (
                                f"NOT(ISNUMBER({figures.now(figures.COST)}))",
                                sentence(
                                    f"{Verdict.CHECK}: fill in what you spent in sheet Channels "
                                    "for the line of CAC"
                                ),
                            ),
                            otherwise=usual,
                        )
                    ),
                    Style.NOTE,
                ),
            ),
        ),
        rules=((Rule.STATUS, 1),),
        row_height=13.5,
    )
