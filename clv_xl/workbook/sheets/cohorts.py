"""The report on cohorts: whether customers come back, and when they are paid back."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.cohort_value import EQUAL_AGES, curves, equal_ages, payback, value_table
from clv_xl.workbook.sheets.filled import ORDERS, from_orders, latest

_COHORT: Final = Ref("cohort")
_CURVE: Final = Ref("cohort_curve")
_COHORTS: Final = 60
"""The latest cohorts that are shown."""
_PERIODS: Final = 24
"""Periods with a plain heading; there may be more."""


def cohorts() -> Sheet:
    """Return the report on cohorts."""
    return Sheet(
        "Cohorts",
        Role.REPORT,
        "Cohorts",
        "Do customers come back, and in which month has a new customer paid back what it cost to "
        "acquire them? A cohort is all customers whose first purchase was in the same month.",
        (
            (payback(), curves()),
            (value_table(),),
            (equal_ages(),),
            (_curve(),),
            (_share_active(),),
        ),
        new_pages=(EQUAL_AGES.key, _CURVE.key),
    )


def _curve() -> Chart:
    return Chart(
        _CURVE.key,
        ChartKind.LINES,
        "Share active, average of all cohorts",
        "periods since the first purchase",
        "share of the cohort",
        (Series("Average", _CURVE.data.column(2), _CURVE.data.column(1)),),
        8,
        16,
        data=tuple(
            (
                Item(since, unit=Unit.COUNT),
                Item(
                    Formula(f'=IFERROR(AVERAGE({_COHORT.column(since + 2)}),"")'),
                    unit=Unit.SHARE,
                ),
            )
            for since in range(1, 13)
        ),
        y_unit=Unit.SHARE,
    )


def _share_active() -> Spill:
    return Spill(
        _COHORT.key,
        "Share active: customers of each cohort who buy, by periods since the first purchase",
        from_orders(latest(f"CLV_COHORT({ORDERS},Cohort_period,,Order_numbers)", _COHORTS + 1)),
        (
            Heading("cohort", Unit.TEXT, 24),
            *(Heading(str(n), Unit.SHARE, 8) for n in range(_PERIODS)),
        ),
        _COHORTS,
        note="In the cohort period of sheet Settings. The darker, the more. What to do next: the "
        "periods in which most stop buying are the time for a reminder.",
        heat_from=3,
        open_ended=True,
        rules=(Rule.LINE, Rule.HEAT),
    )
