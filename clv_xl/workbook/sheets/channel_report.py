"""The report on channels."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Chart, ChartKind, Role, Rule, Series, Sheet, Spill
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.sheets.lists import best_rows


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
