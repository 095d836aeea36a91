"""The report on channels."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.filled import (
    CHANNELS_FILLED,
    CUSTOMERS_FILLED,
    FAILED,
    NEEDS_CUSTOMERS,
    SPEND_FILLED,
    VALUES_FILLED,
    blank_for_errors,
    first_true,
    sentence,
    where,
)
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
                    where(
                        f"AND({CHANNELS_FILLED}>0,{SPEND_FILLED}>0,{VALUES_FILLED}>0)",
                        blank_for_errors(
                            "CLV_CHANNEL(Channels[channel],Channels[spend],"
                            "Channels[new_customers],Channels[clv],Target_ratio)"
                        ),
                    ),
                    headings("CLV_CHANNEL", channel=22, verdict=36),
                    14,
                    check=Formula(_counted()),
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


def _counted() -> str:
    """Return the formula of the sentence on which channels and customers the table counts."""
    elsewhere = f"ROUND({CUSTOMERS_FILLED}-SUM(Channels[new_customers]),0)"
    unknown = f"({CHANNELS_FILLED}-{SPEND_FILLED})"
    numbers = {
        "elsewhere": elsewhere,
        "everyone": CUSTOMERS_FILLED,
        "unknown": unknown,
        "channels": CHANNELS_FILLED,
    }
    no_channel = (
        "{elsewhere} of {everyone} customers have no channel of sheet Channels and are left out"
    )
    no_spend = (
        "{unknown} of {channels} channels have no spend in sheet Channels; enter 0 for one that "
        "costs nothing"
    )
    return first_true(
        (f"ISERROR({BY_CHANNEL.header(1)})", FAILED),
        (
            f"{CHANNELS_FILLED}=0",
            sentence(
                f"{Verdict.FIX}: fill in sheet Channels: each channel and what you spent on it"
            ),
        ),
        (f"{VALUES_FILLED}=0", NEEDS_CUSTOMERS),
        (
            f"{SPEND_FILLED}=0",
            sentence(
                f"{Verdict.FIX}: fill in what you spent on each channel in sheet Channels, 0 for "
                "one that costs nothing"
            ),
        ),
        (
            f"AND({elsewhere}>0,{unknown}>0)",
            sentence(f"{Verdict.CHECK}: {no_channel}. {no_spend}", **numbers),
        ),
        (f"{elsewhere}>0", sentence(f"{Verdict.CHECK}: {no_channel}", **numbers)),
        (f"{unknown}>0", sentence(f"{Verdict.CHECK}: {no_spend}", **numbers)),
        otherwise=sentence(
            f"{Verdict.ALL} {{everyone}} customers came through a channel of sheet Channels",
            **numbers,
        ),
    )
