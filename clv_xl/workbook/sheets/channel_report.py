"""The reports on purchases, cohorts and channels."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.sheets import (
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

LONG = 500
"""Rows made ready for a list of customers, below which nothing stands."""


def best_rows(key: str, count: int, *columns: tuple[int, Unit]) -> tuple[tuple[Item, ...], ...]:
    """Return a chart's own cells: name and numbers of a table's first rows, empty where it ends."""
    rows = []
    for row in range(1, count + 1):
        name = f"§{key}.1.{row}§"
        ends = f'OR({name}="",{name}&""="All")'
        rows.append(
            (
                Item(Formula(f'=IF({ends},"",{name})')),
                *(
                    Item(Formula(f'=IF({ends},"",§{key}.{column}.{row}§)'), unit=unit)
                    for column, unit in columns
                ),
            )
        )
    return tuple(rows)


def purchases() -> Sheet:
    """Return the sheet that adds orders up by customer."""
    return Sheet(
        "Purchases",
        Role.REPORT,
        "Purchases by customer",
        "Your orders added up, one row a customer. Names that differ only in capitals or blanks "
        "are one customer. On the "
        "left what models need: repeat purchases, time from first to last purchase, time since "
        "the first purchase, "
        "average repeat purchase; times in the period of sheet Settings. On the right orders and "
        "revenue of each row of sheet Customers, in its order. Nothing to fill in here.",
        (
            (
                Spill(
                    "summary",
                    "",
                    "=RFM_SUMMARY(Orders[customer],Orders[date],Orders[amount],Period,§settings.2.8§)",
                    headings("RFM_SUMMARY", customer=16, frequency=12, monetary_value=18),
                    LONG,
                    titles=(
                        "customer",
                        "repeat purchases",
                        "first to last",
                        "first to last day",
                        "average repeat purchase",
                    ),
                    rules=(Rule.LINE,),
                ),
                Spill(
                    "totals",
                    "",
                    "=CUSTOMER_TOTALS(Customers[customer],Orders[customer],Orders[amount],"
                    "Orders[date],§settings.2.8§)",
                    headings("CUSTOMER_TOTALS", amount=16),
                    LONG,
                    titles=("orders", "revenue"),
                    headed=False,
                    quiet=True,
                    rules=(Rule.LINE,),
                ),
            ),
        ),
        freeze="summary",
    )


def cohorts() -> Sheet:
    """Return the report on cohorts."""
    periods = 24
    return Sheet(
        "Cohorts",
        Role.REPORT,
        "Cohorts",
        "Do customers come back? A cohort is all customers whose first purchase fell into the "
        "same month (or what sheet Settings "
        "says). Each row shows which share of them bought again one, two, three ... months later. "
        "The darker, the more.",
        (
            (
                Chart(
                    "cohort_curve",
                    ChartKind.LINES,
                    "Share of customers who buy, average of all cohorts",
                    "periods since the first purchase",
                    "share of the cohort",
                    (Series("Average", "§cohort_curve_data.2§", "§cohort_curve_data.1§"),),
                    14,
                    15,
                    data=tuple(
                        (
                            Item(since, unit=Unit.COUNT),
                            Item(
                                Formula(f'=IFERROR(AVERAGE(§cohort.{since + 2}§),"")'),
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
                    "cohort",
                    "Share of each cohort that buys, by periods since the first purchase",
                    "=CLV_COHORT(Orders[customer],Orders[date],Orders[amount],Cohort_period)",
                    (
                        Heading("cohort", Unit.TEXT, 12),
                        *(Heading(str(n), Unit.SHARE, 7) for n in range(periods)),
                    ),
                    60,
                    heat_from=3,
                    rules=(Rule.LINE, Rule.HEAT),
                ),
            ),
        ),
    )


def channel_report() -> Sheet:
    """Return the report on channels."""
    return Sheet(
        "Channel report",
        Role.REPORT,
        "Channels",
        "Where to spend: what a customer of each channel costs (CAC) and has brought so far "
        "(CLV), best first. The verdict "
        "compares the two with your target on sheet Settings.",
        (
            (
                Spill(
                    "by_channel",
                    "What each channel is worth",
                    "=CLV_CHANNEL(Channels[channel],Channels[spend],Channels[new_customers],Channels[clv],Target_ratio)",
                    headings("CLV_CHANNEL", channel=22, verdict=36),
                    14,
                    rules=(Rule.TOTAL, Rule.LINE, Rule.STATUS),
                ),
            ),
            (
                Chart(
                    "channel_value",
                    ChartKind.COLUMNS,
                    "Value and cost of a customer, the five best channels",
                    "",
                    "per customer",
                    (
                        Series("CLV", "§channel_value_data.2§", "§channel_value_data.1§"),
                        Series("CAC", "§channel_value_data.3§", "§channel_value_data.1§"),
                    ),
                    5,
                    data=best_rows("by_channel", 5, (5, Unit.MONEY), (4, Unit.MONEY)),
                ),
                Chart(
                    "channel_left",
                    ChartKind.BARS,
                    "Value left after spending",
                    "",
                    "all customers of the channel",
                    (Series("Left", "§channel_left_data.2§", "§channel_left_data.1§"),),
                    4,
                    data=best_rows("by_channel", 5, (7, Unit.MONEY)),
                ),
            ),
        ),
    )
