"""The reports over the input tables: purchases, segments, cohorts, channels, quadrants."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.meanings import headings, meaning
from clv_xl.workbook.sheets import (
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

LONG = 500
"""Rows made ready for a list of customers, below which nothing stands."""
QUADRANTS = ("Star", "Free rider", "Weak", "Loss")


def best_rows(key: str, count: int, *columns: tuple[int, Unit]) -> tuple[tuple[Item, ...], ...]:
    """Return a chart's own cells: name and numbers of a table's first rows, empty where it ends."""
    rows = []
    for row in range(1, count + 1):
        name = f"§{key}.1.{row}§"
        ends = f'OR({name}="",{name}="All")'
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
        "Your orders added up, one row a customer. Names that differ only in capitals or blanks are one customer. On the "
        "left what models need: repeat purchases, time from first to last purchase, time since the first purchase, "
        "average repeat purchase. On the right what each customer has paid, best first. Nothing to fill in here.",
        (
            (
                Spill(
                    "summary",
                    "",
                    "=RFM_SUMMARY(Orders[customer],Orders[date],Orders[amount],Period,§settings.2.7§)",
                    headings("RFM_SUMMARY", customer=16, frequency=12, monetary_value=18),
                    LONG,
                    rules=(Rule.LINE,),
                ),
                Spill(
                    "revenue",
                    "",
                    '=CLV_SEGMENT(Orders[customer],IF(End_date="",Orders[amount],Orders[amount]*'
                    "(Orders[date]<=End_date)))",
                    (
                        Heading("customer", Unit.TEXT, 16),
                        Heading("orders", Unit.COUNT),
                        Heading("share of orders", Unit.SHARE),
                        Heading("revenue", Unit.MONEY, 13),
                        Heading("share of revenue", Unit.SHARE),
                        Heading("average order", Unit.MONEY),
                        Heading("middle order", Unit.MONEY),
                    ),
                    LONG,
                ),
            ),
        ),
        freeze="summary",
    )


def segments() -> Sheet:
    """Return the report on segments, the 80/20 curve and the portrait of the best customers."""
    clv = "Customers[clv]"
    return Sheet(
        "Segments",
        Role.REPORT,
        "Segments",
        "Which groups of customers are worth most, how much hangs on a few, and what the best have in common. CLV is the "
        "margin a customer has brought so far, before the cost of winning them (CAC).",
        (
            (
                Spill(
                    "by_segment",
                    "What each segment is worth",
                    f"=CLV_SEGMENT(Customers[segment],{clv},Customers[acquisition_cost])",
                    headings("CLV_SEGMENT", segment=22),
                    12,
                ),
            ),
            (
                Chart(
                    "segment_value",
                    ChartKind.COLUMNS,
                    "Value and cost of a customer, the five largest segments",
                    "",
                    "per customer",
                    (
                        Series("Average CLV", "§segment_value_data.2§", "§segment_value_data.1§"),
                        Series("Average CAC", "§segment_value_data.3§", "§segment_value_data.1§"),
                    ),
                    5,
                    data=best_rows("by_segment", 5, (6, Unit.MONEY), (8, Unit.MONEY)),
                ),
                Chart(
                    "segment_share",
                    ChartKind.COLUMNS,
                    "Share of customers and share of value",
                    "",
                    "share",
                    (
                        Series("Customers", "§segment_share_data.2§", "§segment_share_data.1§"),
                        Series("Value", "§segment_share_data.3§", "§segment_share_data.1§"),
                    ),
                    5,
                    data=best_rows("by_segment", 5, (3, Unit.SHARE), (5, Unit.SHARE)),
                    y_unit=Unit.SHARE,
                ),
            ),
            (
                Spill(
                    "concentration",
                    "How much hangs on a few: the 80/20 curve",
                    f"=CLV_CONCENTRATION({clv},10)",
                    headings("CLV_CONCENTRATION", group=22),
                    12,
                    note="Customers in ten equal groups, the best first.",
                    rules=(Rule.LINE,),
                ),
                Chart(
                    "curve",
                    ChartKind.CURVE,
                    "Share of value made by the best customers",
                    "best customers",
                    "share of value",
                    (
                        Series("Your customers", "§curve_data.2§", "§curve_data.1§"),
                        Series(
                            "If all were worth the same",
                            "§curve_data.1§",
                            "§curve_data.1§",
                            guide=True,
                        ),
                    ),
                    5,
                    16,
                    data=_curve(),
                    x_unit=Unit.SHARE,
                    y_unit=Unit.SHARE,
                    x_range=(0, 1),
                ),
            ),
            (
                Spill(
                    "portrait",
                    "Portrait of the best customers",
                    f"=CLV_PROFILE(Customers[[#All],[town]:[machine]],{clv},Best_share)",
                    headings("CLV_PROFILE", attribute=22, value=16),
                    40,
                    note="Lift 2: twice as common among the best as among all. A p-value below 0.05 is a fair sign of "
                    "more than luck. How many count as the best is on sheet Settings.",
                    rules=(Rule.LINE,),
                ),
            ),
        ),
    )


def _curve() -> tuple[tuple[Item, ...], ...]:
    start = (Item(0, unit=Unit.SHARE), Item(0, unit=Unit.SHARE))
    points = (
        tuple(
            Item(Formula(f"=§concentration.{column}.{row}§"), unit=Unit.SHARE) for column in (4, 5)
        )
        for row in range(1, 11)
    )
    return (start, *points)


def cohorts() -> Sheet:
    """Return the report on cohorts."""
    periods = 24
    return Sheet(
        "Cohorts",
        Role.REPORT,
        "Cohorts",
        "Do customers come back? A cohort is all customers whose first purchase fell into the same month. Each row shows "
        "which share of them bought again one, two, three ... months later. The darker, the more.",
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
                Fields(
                    "cohort_settings",
                    "",
                    (
                        Field(
                            "Cohorts by",
                            "month",
                            Unit.TEXT,
                            "",
                            "Cohort_period",
                            meaning("period"),
                        ),
                    ),
                    note_width=7,
                ),
            ),
            (
                Spill(
                    "cohort",
                    "Share of each cohort that buys, by periods since the first purchase",
                    "=CLV_COHORT(Orders[customer],Orders[date],Orders[amount],Cohort_period)",
                    (
                        Heading("cohort", Unit.TEXT, 18),
                        *(Heading(str(n), Unit.SHARE, 7) for n in range(periods)),
                    ),
                    60,
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
        "Where to spend: what a customer of each channel costs (CAC) and has brought so far (CLV), best first. The verdict "
        "compares the two with your target on sheet Settings.",
        (
            (
                Spill(
                    "by_channel",
                    "What each channel is worth",
                    "=CLV_CHANNEL(Channels[channel],Channels[spend],Channels[new_customers],Channels[clv],Target_ratio)",
                    headings("CLV_CHANNEL", channel=22, verdict=36),
                    14,
                    rules=(Rule.LINE, Rule.TOTAL, Rule.STATUS),
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


def quadrants() -> Sheet:
    """Return the report on who gains from whom."""
    listed = "§quadrant_list.4.0§"
    rows = tuple(
        (
            Item(name, Style.LABEL),
            Item(Formula(f'=COUNTIF({listed},"{name}")'), Style.RESULT, Unit.COUNT),
            Item(
                Formula(f'=COUNTIF({listed},"{name}")/ROWS(Customers[customer])'),
                Style.RESULT,
                Unit.SHARE,
            ),
            Item(
                Formula(f'=IFERROR(AVERAGEIF({listed},"{name}",§quadrant_list.3.0§),0)'),
                Style.RESULT,
                Unit.MONEY,
            ),
            Item(Formula(f'=QUADRANT_ACTION("{name}")'), Style.NOTE),
        )
        for name in QUADRANTS
    )
    satisfaction, value = "§Customers.7§", "§Customers.12§"
    return Sheet(
        "Quadrants",
        Role.REPORT,
        "Who gains from whom",
        "Value to the customer (satisfaction, sheet Customers) against value to you (net value: margin so far less the cost "
        "of winning them). What is at or above the middle customer counts as high.",
        (
            (
                Spill(
                    "quadrant_list",
                    "Every customer",
                    "",
                    (
                        Heading("customer", Unit.TEXT, 14, "=Customers[customer]"),
                        Heading("satisfaction", Unit.SCORE, 13, "=Customers[satisfaction]"),
                        Heading("net value", Unit.MONEY, 12, "=Customers[net_value]"),
                        Heading(
                            "quadrant",
                            Unit.TEXT,
                            13,
                            "=CUSTOMER_QUADRANT(Customers[satisfaction],Customers[net_value])",
                        ),
                    ),
                    LONG,
                    headed=False,
                    rules=(Rule.LINE,),
                ),
                Stack(
                    (
                        Listing(
                            "quadrant_counts",
                            rows,
                            ("quadrant", "customers", "share", "average value", "what to do"),
                            heading="The four groups",
                            widths=(14, 12, 10, 16, 78),
                            tall=True,
                        ),
                        Chart(
                            "quadrant_map",
                            ChartKind.SCATTER,
                            "Each customer a point; the lines part them at the middle customer",
                            "value to the customer (satisfaction)",
                            "value to you (net value)",
                            (
                                Series("Customers", value, satisfaction),
                                Series(
                                    "Middle value to you",
                                    "§quadrant_map_data.2§",
                                    "§quadrant_map_data.1§",
                                    guide=True,
                                ),
                                Series(
                                    "Middle value to the customer",
                                    "§quadrant_map_data.4§",
                                    "§quadrant_map_data.3§",
                                    guide=True,
                                ),
                            ),
                            5,
                            26,
                            data=_middle_lines(),
                            x_unit=Unit.SCORE,
                        ),
                    )
                ),
            ),
        ),
    )


def _middle_lines() -> tuple[tuple[Item, ...], ...]:
    """The ends of two lines that part the map at the middle customer: x, y, x, y."""
    gains, gives = "Customers[satisfaction]", "Customers[net_value]"
    across, up = f"=MEDIAN({gains})", f"=MEDIAN({gives})"
    ends = (("MIN", "MIN"), ("MAX", "MAX"))
    return tuple(
        (
            Item(Formula(f"={one}({gains})")),
            Item(Formula(up)),
            Item(Formula(across)),
            Item(Formula(f"={other}({gives})")),
        )
        for one, other in ends
    )
