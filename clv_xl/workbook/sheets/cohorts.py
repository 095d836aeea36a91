"""The report on cohorts."""

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

_COHORT: Final = Ref("cohort")
_CURVE: Final = Ref("cohort_curve")


def cohorts() -> Sheet:
    """Return the report on cohorts."""
    periods = 24
    return Sheet(
        "Cohorts",
        Role.REPORT,
        "Cohorts",
        "Do customers come back? A cohort is all customers whose first purchase was in the same "
        "month (or the period chosen on sheet Settings). Each row shows the share who bought again "
        "one, two, three ... months later. The darker, the more.",
        (
            (
                Chart(
                    _CURVE.key,
                    ChartKind.LINES,
                    "Share of customers who buy, average of all cohorts",
                    "periods since the first purchase",
                    "share of the cohort",
                    (Series("Average", _CURVE.data.column(2), _CURVE.data.column(1)),),
                    14,
                    15,
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
                ),
            ),
            (
                Spill(
                    _COHORT.key,
                    "Share of each cohort that buys, by periods since the first purchase",
                    "=IFERROR(CLV_COHORT(Orders[customer],Orders[date],Orders[amount],"
                    'Cohort_period,,Orders[order]),"")',
                    (
                        Heading("cohort", Unit.TEXT, 12),
                        *(Heading(str(n), Unit.SHARE, 7) for n in range(periods)),
                    ),
                    60,
                    heat_from=3,
                    open_ended=True,
                    rules=(Rule.LINE, Rule.HEAT),
                ),
            ),
        ),
    )
