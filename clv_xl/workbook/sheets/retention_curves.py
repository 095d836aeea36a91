"""A second curve for the cohorts of subscribers, and whether it is better than the first."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import Formula, Heading, Item, Listing, Rule, Spill, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.filled import blank_for_errors, where
from clv_xl.workbook.sheets.subscribers import COHORT, GROUPS, Group

_CURVES: Final = Ref("retention_curves")
_CLEAR: Final = 1.92
"""A log-likelihood higher by this, with one parameter more, is so by chance once in 20 times."""
_SIMPLE_LIKELIHOOD, _FLEXIBLE_LIKELIHOOD, _SIMPLE_WORTH, _FLEXIBLE_WORTH = 2, 3, 4, 5
"""The columns of the comparison."""


def flexible_fits() -> tuple[Spill, ...]:
    """Return the fits of the second curve, one for each cohort."""
    return tuple(_fit(group) for group in GROUPS)


def curves(margin: str) -> Listing:
    """Return both curves side by side: how well they fit, and what a subscriber is worth by them.

    `margin` is the name of the cell that holds the margin of a year.
    """
    return Listing(
        _CURVES.key,
        tuple(_line(row, group, margin) for row, group in enumerate(GROUPS, start=1)),
        (
            "cohort",
            "fit, simple",
            "fit, flexible",
            "worth, simple",
            "worth, flexible",
            "which curve to take",
        ),
        heading="Does the risk of cancelling change as subscribers stay?",
        note="The simple curve is the one above; the flexible curve lets each subscriber become "
        "more, or less, likely to cancel with every renewal. Fit is the log-likelihood: "
        "the closer to 0, the better. Worth is that of a new subscriber.",
        widths=(22, 13, 13, 13, 13, 12),
        rules=((Rule.STATUS, 6),),
        tall=True,
    )


def _ref(group: Group) -> Ref:
    return Ref(f"bdw_fit_{group.column}")


def _fit(group: Group) -> Spill:
    survivors = COHORT.column(group.column, group.fitted)
    return Spill(
        _ref(group).key,
        f"Flexible curve of {group.title}",
        where(f"COUNT({survivors})>=4", blank_for_errors(f"BDW_FIT({survivors})")),
        (
            Heading("parameter", Unit.TEXT, 14, fine=True),
            Heading("estimate", Unit.DECIMAL, 11, fine=True),
            Heading("standard error", Unit.DECIMAL, 11, fine=True),
        ),
        5,
        row_units=(Unit.DECIMAL, Unit.DECIMAL, Unit.DECIMAL, Unit.RATIO, Unit.COUNT),
        rules=(Rule.LINE,),
    )


def _line(row: int, group: Group, margin: str) -> tuple[Item, ...]:
    flexible = _ref(group)
    estimates = flexible.column(2, 3)
    fitted = f"ISNUMBER({flexible.cell(2, 1)})"
    priced = f"ISNUMBER({margin})"
    figures = (
        (group.where_fitted(group.fit.cell(2, 3)), Unit.RATIO),
        (where(fitted, flexible.cell(2, 4)), Unit.RATIO),
        (
            group.where_fitted(f"SBG_CLV({group.estimates},{margin},Discount_rate,0,1)", priced),
            Unit.MONEY,
        ),
        (
            where(f"AND({fitted},{priced})", f"BDW_CLV({estimates},{margin},Discount_rate,0,1)"),
            Unit.MONEY,
        ),
    )
    return (
        Item(group.title, Style.LABEL),
        *(Item(Formula(formula), Style.RESULT, unit) for formula, unit in figures),
        Item(Formula(_verdict(row)), Style.LABEL),
    )


def _verdict(row: int) -> str:
    """Return which curve the cohort prefers, and what that changes in money."""
    simple, flexible, worth, other = (
        _CURVES.cell(column, row)
        for column in (
            _SIMPLE_LIKELIHOOD,
            _FLEXIBLE_LIKELIHOOD,
            _SIMPLE_WORTH,
            _FLEXIBLE_WORTH,
        )
    )
    change = f"ROUND(ABS({other}/{worth}-1)*100,0)"
    money = (
        f'IF(COUNT({worth},{other})<2,"",IF({worth}=0,"",IF({change}=0,"; a new subscriber is '
        f'worth the same by both","; a new subscriber is worth "&{change}&" % "&'
        f'IF({other}<{worth},"less","more")&" by the flexible curve")))'
    )
    return (
        f'=IF(NOT(ISNUMBER({simple})),"{Verdict.DO_NOT_USE}: there is no curve yet.",'
        f'IF(NOT(ISNUMBER({flexible})),"{Verdict.RELIABLE}: take the simple curve; the flexible '
        'one needs four years or more whose numbers determine it.",'
        f'IF({flexible}-{simple}>={_CLEAR},"{Verdict.RELIABLE}: take the flexible curve: it fits '
        f'better than chance explains"&{money}&".",'
        f'"{Verdict.RELIABLE}: take the simple curve: the flexible one does not fit better than '
        f'chance explains"&{money}&".")))'
    )
