"""The sheet on subscribers: how a cohort shrinks by cancellation, and what it is worth."""

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
    Records,
    Role,
    Rule,
    Sheet,
    Spill,
    Style,
    TableColumn,
    Value,
)
from clv_xl.workbook.meanings import meaning, own
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.filled import blank_for_errors, where
from clv_xl.workbook.sheets.subscribers import (
    COHORT,
    GROUPS,
    HIGH_END,
    REGULAR,
    SEEN,
    SHARES,
    YEARS,
    Group,
    own_chart,
    published_chart,
)
from clv_xl.workbook.sheets.subscriptions import subscriptions

_MARGIN: Final = "Yearly_margin"
_LOYAL: Final = (
    (0, "Has just joined"),
    (1, "Has renewed once"),
    (3, "Has renewed 3 times"),
    (5, "Has renewed 5 times"),
)
"""Renewals so far, and their label."""


def retention(sample: Sample) -> Sheet:
    """Return the sheet on retention."""
    return Sheet(
        "Retention",
        Role.REPORT,
        "Retention of subscribers",
        "How many of your subscribers will be retained, and what are they worth? For contracts, "
        "where you see when customers cancel. Enter your own cohort in the yellow column: how many "
        "started, and how many were retained after each year. Two published cohorts (Fader & "
        "Hardie 2007) show how well a curve fitted to seven years predicts five more. Further "
        "down: how your monthly recurring revenue grows and shrinks, from your orders.",
        (
            (_verdicts(),),
            (_inputs(sample.subscribers), _shares()),
            (published_chart(), own_chart()),
            tuple(_fit(group) for group in GROUPS),
            (_worth(), _margin(sample.figures.get(_MARGIN))),
            *subscriptions(),
        ),
        new_pages=("sbg_fit_2", "mrr_headline"),
    )


def _verdicts() -> Listing:
    return Listing(
        "retention_verdicts",
        tuple(
            (
                Item(group.title, Style.LABEL),
                Item(Formula(_verdict(group), spills=True), Style.LABEL),
            )
            for group in GROUPS
        ),
        heading="How well does the curve fit?",
        widths=(22, 12),
        rules=((Rule.STATUS, 2),),
        tall=True,
    )


def _verdict(group: Group) -> str:
    """Return the verdict on a curve: its error, in years not fitted to if there are some."""
    alpha, beta = group.fit.cell(2, 1), group.fit.cell(2, 2)
    first = SEEN + 1 if group.fitted == SEEN else 1
    misses = ",".join(
        f"IF(ISNUMBER({SHARES.cell(group.shares, row)}),"
        f"ABS({SHARES.cell(group.shares, row)}-{SHARES.cell(group.shares + 1, row)}),0)"
        for row in range(first, YEARS + 1)
    )
    unseen = group.fitted == SEEN
    where = f"years {SEEN} to {YEARS - 1}, which it has not seen," if unseen else "your years"
    vague = f"OR(N({group.fit.cell(3, 1)})>{alpha},N({group.fit.cell(3, 2)})>{beta})"
    word = (
        f'IF({vague},"{Verdict.CAUTION}: too few customers or years; ",'
        f"IF(MAX({misses})<=0.03,"
        f'"{Verdict.RELIABLE}: ","{Verdict.CAUTION}: "))'
    )
    rate = f"SBG_RETENTION({group.estimates},{{}})"
    failed = (
        f'IF(COUNT({group.actual})<3,"{Verdict.DO_NOT_USE}: fill in at least three years.",'
        f'"{Verdict.DO_NOT_USE}: the numbers must fall from year to year, '
        'but not at a constant rate.")'
    )
    text = (
        f'"the curve fits {where} to within "&FIXED(MAX({misses})*100,1)&" points. '
        f'Of the customers still retained, "&ROUND({rate.format(1)}*100,0)&" % renew in year 1, "'
        f'&ROUND({rate.format(5)}*100,0)&" % in year 5."'
    )
    return f"=IF(NOT(ISNUMBER({alpha})),{failed},{word}&{text})"


def _inputs(yours: tuple[int, ...]) -> Records:
    count = meaning("survivors")
    filled: tuple[Value, ...] = (*yours, *(None,) * (YEARS - len(yours)))
    year = own("Years since the cohort started.", Unit.COUNT, 0, 100)
    return Records(
        COHORT.key,
        (
            TableColumn("year", Unit.COUNT, tuple(range(YEARS)), meaning=year, width=22),
            TableColumn("regular", Unit.COUNT, REGULAR, meaning=count, width=13),
            TableColumn("high_end", Unit.COUNT, HIGH_END, meaning=count, width=13),
            TableColumn("yours", Unit.COUNT, filled, meaning=count, width=13),
        ),
        YEARS,
    )


def _shares() -> Listing:
    """What share remained and what the curve says, a line a year; then the yearly retention."""

    def line(row: int) -> tuple[Item, ...]:
        year = COHORT.cell(1, row)
        cells: list[Item] = []
        for group in GROUPS:
            count, all_ = (COHORT.cell(group.column, at) for at in (row, 1))
            share = f'=IF(AND(ISNUMBER({count}),N({all_})>0),{count}/{all_},"")'
            curve = group.where_fitted(f"SBG_SURVIVAL({group.estimates},{year})")
            cells += [
                Item(Formula(share), Style.RESULT, Unit.SHARE),
                Item(Formula(curve), Style.RESULT, Unit.SHARE),
            ]
        for group in GROUPS:
            rate = group.where_fitted(f"SBG_RETENTION({group.estimates},{year})")
            cells.append(Item(Formula(rate) if row > 1 else "", Style.RESULT, Unit.SHARE))
        return tuple(cells)

    titles = [name for group in GROUPS for name in (group.title, "curve")]
    rates = [f"retention, {group.title}" for group in GROUPS]
    return Listing(
        SHARES.key,
        tuple(line(row) for row in range(1, YEARS + 1)),
        (*titles, *rates),
        widths=(11, 11, 11, 11, 11, 11, 15, 15, 15),
    )


def _fit(group: Group) -> Spill:
    survivors = COHORT.column(group.column, group.fitted)
    years = f"years 0 to {SEEN - 1}" if group.fitted == SEEN else "all years filled in"
    return Spill(
        group.fit.key,
        f"Curve of {group.title} ({years})",
        where(f"COUNT({survivors})>=3", blank_for_errors(f"SBG_FIT({survivors})")),
        (
            Heading("parameter", Unit.TEXT, 14, fine=True),
            Heading("estimate", Unit.DECIMAL, 11, fine=True),
            Heading("standard error", Unit.DECIMAL, 11, fine=True),
        ),
        4,
        row_units=(Unit.DECIMAL, Unit.DECIMAL, Unit.RATIO, Unit.COUNT),
        rules=(Rule.LINE,),
    )


def _margin(sample: float | None) -> Fields:
    what = meaning("margin", "SBG_CLV")
    return Fields(
        "retention_inputs",
        "Margin",
        (Field("Margin per year", sample, Unit.MONEY, "", _MARGIN, what),),
        note_columns=0,
    )


def _worth() -> Listing:
    def line(renewals: int, label: str) -> tuple[Item, ...]:
        return (
            Item(label, Style.LABEL),
            *(
                Item(
                    Formula(
                        group.where_fitted(
                            f"SBG_CLV({group.estimates},{_MARGIN},Discount_rate,{renewals},1)",
                            f"ISNUMBER({_MARGIN})",
                        )
                    ),
                    Style.RESULT,
                    Unit.MONEY,
                )
                for group in GROUPS
            ),
        )

    return Listing(
        "loyalty",
        tuple(line(*one) for one in _LOYAL),
        ("customer", *(group.title for group in GROUPS)),
        heading="What a subscriber is still worth",
        note="Margin from now on, discounted; loyal customers can be expected to stay longer. "
        "Enter the margin per year in the yellow cell.",
        widths=(22, 13, 13, 13),
    )
