"""Cohorts of subscribers whose cancellation is observed: their numbers and their charts."""

from __future__ import annotations

from typing import Final, NamedTuple

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Chart, ChartKind, Formula, Item, Series
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.filled import where

COHORT: Final = Ref("Cohort")
SHARES: Final = Ref("shares")
_OWN_CHART: Final = Ref("retention_own")

REGULAR: Final = (1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173)
HIGH_END: Final = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
"""Customers who remain of 1,000 after 0, 1, ... 12 years, as published by Fader & Hardie (2007)."""
SEEN: Final = 8
"""Years 0 to 7: what the curves of the published cohorts are fitted to."""
YEARS: Final = len(REGULAR)
_UNDRAWN: Final = -1
"""A share outside the chart: what there is no number for is not drawn."""


class Group(NamedTuple):
    """A cohort of customers: its column in the tables, years fitted to."""

    title: str
    column: int
    fitted: int

    @property
    def fit(self) -> Ref:
        """The block that holds the fit."""
        return Ref(f"sbg_fit_{self.column}")

    @property
    def estimates(self) -> str:
        """The place of alpha and beta."""
        return self.fit.column(2, 2)

    @property
    def actual(self) -> str:
        """The survivors, of all years."""
        return COHORT.column(self.column, YEARS)

    @property
    def shares(self) -> int:
        """Column of the actual shares, in the table of shares; those of the curve follow."""
        return 2 * self.column - 3

    def where_fitted(self, call: str, also: str = "TRUE") -> str:
        """Return the formula of a figure that is blank where there is no curve."""
        return where(f"AND(ISNUMBER({self.fit.cell(2, 1)}),{also})", call)


GROUPS: Final = (Group("Regular", 2, SEEN), Group("High End", 3, SEEN), Group("Your cohort", 4, 13))
_OWN: Final = GROUPS[2]


def published_chart() -> Chart:
    """Return the chart of the published cohorts: actual shares as points, the curves as lines."""
    regular, high_end, _ = GROUPS
    years = COHORT.column(1)
    series = [
        series
        for group in (regular, high_end)
        for series in (
            Series(f"{group.title}: actual", SHARES.column(group.shares), years, points=True),
            Series(f"{group.title}: curve", SHARES.column(group.shares + 1), years),
        )
    ]
    return Chart(
        "retention_published",
        ChartKind.CURVE,
        f"Published cohorts: the curve is fitted to years 0 to {SEEN - 1} only",
        "years",
        "share retained",
        tuple(series),
        6,
        17,
        x_unit=Unit.SCORE,
        y_unit=Unit.SHARE,
        x_range=(0, YEARS - 1),
        y_range=(0, 1),
    )


def own_chart() -> Chart:
    """Return the chart of the user's own cohort."""
    last = f"(COUNT({_OWN.actual})-1)"
    started = f"N({COHORT.cell(_OWN.column, 1)})"

    def line(row: int) -> tuple[Item, ...]:
        # Years without a number repeat the last that has one.
        at = f"MIN({row - 1},MAX({last},0))"
        share = f"INDEX({_OWN.actual},{at}+1)/{started}"
        curve = SHARES.cell(_OWN.shares + 1, row)
        return (
            Item(Formula(f"={at}"), unit=Unit.COUNT),
            Item(Formula(f"=IF({started}>0,{share},{_UNDRAWN})"), unit=Unit.SHARE),
            Item(row - 1, unit=Unit.COUNT),
            Item(Formula(f"=IF(ISNUMBER({curve}),{curve},{_UNDRAWN})"), unit=Unit.SHARE),
        )

    return Chart(
        _OWN_CHART.key,
        ChartKind.CURVE,
        "Your cohort and its fitted curve",
        "years",
        "share retained",
        (
            Series("Actual", _OWN_CHART.data.column(2), _OWN_CHART.data.column(1), points=True),
            Series("Curve", _OWN_CHART.data.column(4), _OWN_CHART.data.column(3)),
        ),
        7,
        17,
        data=tuple(line(row) for row in range(1, YEARS + 1)),
        x_unit=Unit.SCORE,
        y_unit=Unit.SHARE,
        x_range=(0, YEARS - 1),
        y_range=(0, 1),
    )
