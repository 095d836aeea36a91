"""The report on channels."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Chart, ChartKind, Role, Rule, Series, Sheet, Spill
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.lists import best_rows

BY_CHANNEL: Final = Ref("by_channel")
_VALUE: Final = Ref("channel_value")
_LEFT: Final = Ref("channel_left")


def channel_report() -> Sheet:
    """Return the report on channels."""
    return Sheet(
        "Channel report",
        Role.REPORT,
        "Channels",
        "Where to spend: what a customer of each channel costs (CAC) and their gross profit to "
        "date (CLV), best first. The target is on sheet Settings.",
        (
            (
                Spill(
                    BY_CHANNEL.key,
                    "What each channel is worth",
                    "=CLV_CHANNEL(Channels[channel],Channels[spend],Channels[new_customers],Channels[clv],Target_ratio)",
                    headings("CLV_CHANNEL", channel=22, verdict=36),
                    14,
                    rules=(Rule.TOTAL, Rule.LINE, Rule.STATUS),
                ),
            ),
            (
                Chart(
                    _VALUE.key,
                    ChartKind.COLUMNS,
                    "Value and cost of a customer, the five best channels",
                    "",
                    "per customer",
                    (
                        Series("CLV", _VALUE.data.column(2), _VALUE.data.column(1)),
                        Series("CAC", _VALUE.data.column(3), _VALUE.data.column(1)),
                    ),
                    5,
                    data=best_rows(BY_CHANNEL, 5, (5, Unit.MONEY), (4, Unit.MONEY)),
                ),
                Chart(
                    _LEFT.key,
                    ChartKind.BARS,
                    "Net value after marketing spend",
                    "",
                    "all customers of the channel",
                    (Series("Net value", _LEFT.data.column(2), _LEFT.data.column(1)),),
                    4,
                    data=best_rows(BY_CHANNEL, 5, (7, Unit.MONEY)),
                ),
            ),
        ),
    )
