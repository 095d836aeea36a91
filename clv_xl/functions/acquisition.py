"""Acquisition: what it may cost to acquire a customer."""

from __future__ import annotations

from clv_xl.errors import NoAnswerError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import (
    MONEY,
    PERIODS,
    RATIO,
    SHARE,
    Table,
    Unit,
    WithCaveats,
    spreadsheet_function,
)
from clv_xl.functions.verdicts import TARGET_RATIO
from clv_xl.maths import acquisition
from clv_xl.maths.arrays import Floats
from clv_xl.maths.value import quotient


@spreadsheet_function(
    category="Acquisition",
    result=MONEY,
    examples={"=CAC(5000, 100)": 50},
    see_also=["CAC_RATIO", "CAC_BUDGET"],
    source="spend / new_customers",
    denominators=["new_customers"],
)
def CAC(spend: v.Spend, new_customers: v.NewCustomers) -> Floats:
    """Customer acquisition cost: spend / customers acquired."""
    return quotient(spend, new_customers)


@spreadsheet_function(
    category="Acquisition",
    result=RATIO,
    examples={"=CAC_RATIO(300, 100)": 3},
    see_also=["CAC", "CLV"],
    source="clv / cac",
    denominators=["cac"],
)
def CAC_RATIO(clv: v.Clv, cac: v.Cac) -> Floats:
    """CLV to CAC ratio: how many times their acquisition cost a customer is worth.

    3 is a common target; below 1 a customer costs more than they bring.
    """
    return quotient(clv, cac)


@spreadsheet_function(
    category="Acquisition",
    result=PERIODS,
    examples={"=CAC_PAYBACK(300, 100)": 3, "=CAC_PAYBACK(300, 100, 0.8)": 6.231628418},
    see_also=["CAC", "CLV_RETENTION"],
    source="Sum of margin x (r/(1+d))^t over t = 1, 2, ..., earned evenly within a period",
    infinite=NoAnswerError(
        "The margin never pays the cost back at this retention and discount rate", argument="cac"
    ),
)
def CAC_PAYBACK(
    cac: v.Cac,
    margin: v.Margin,
    retention_rate: v.RetentionRate = 1.0,
    discount_rate: v.DiscountRate = 0.0,
) -> Floats:
    """Payback period: periods until the expected discounted margin has paid back the CAC."""
    return acquisition.payback_periods(cac, margin, retention_rate, discount_rate)


@spreadsheet_function(
    category="Acquisition",
    result=MONEY,
    examples={"=CAC_BUDGET(300)": 100, "=CAC_BUDGET(300, 4)": 75},
    see_also=["CAC_RATIO", "CLV_CHANNEL"],
    source="clv / target_ratio",
    denominators=["target_ratio"],
)
def CAC_BUDGET(clv: v.Clv, target_ratio: v.TargetRatio = TARGET_RATIO) -> Floats:
    """The most to spend on acquiring a customer of this lifetime value: clv / target ratio."""
    return quotient(clv, target_ratio)


@spreadsheet_function(
    category="Acquisition",
    result=SHARE,
    examples={"=MARKETING_ROI(15000, 5000)": 2},
    see_also=["CAC_RATIO"],
    source="(value - spend) / spend",
    denominators=["spend"],
)
def MARKETING_ROI(value: v.CampaignValue, spend: v.Spend) -> Floats:
    """Return on marketing spend: (value - spend) / spend. 2 means 2 gained for each 1 spent."""
    return quotient(value - spend, spend)


@spreadsheet_function(
    category="Acquisition",
    result=Table.of(
        channel=Unit.TEXT,
        customers=Unit.COUNT,
        spend=Unit.MONEY,
        cac=("CAC", Unit.MONEY),
        clv=("CLV", Unit.MONEY),
        clv_to_cac=("CLV to CAC", Unit.RATIO),
        value_left_after_spend=Unit.MONEY,
        roi=("ROI", Unit.SHARE),
        most_to_spend_per_customer=Unit.MONEY,
        verdict=Unit.TEXT,
    ),
    columns=["channel", "spend", "new_customers", "clv", "target_ratio"],
    examples={
        '=INDEX(CLV_CHANNEL({"Ads";"Mail"}, {5000;1000}, {50;40}, {250;240}), 2, 1)': "Mail",
        '=INDEX(CLV_CHANNEL({"Ads";"Mail"}, {5000;1000}, {50;40}, {250;240}), 2, 7)': 8600,
        '=INDEX(CLV_CHANNEL({"Ads";"Mail"}, {5000;1000}, {50;40}, {250;240}), 4, 6)': 3.683333333,
    },
    see_also=["CAC", "CAC_RATIO", "CAC_BUDGET", "MARKETING_ROI"],
    source="CAC = spend / new_customers; net value = new_customers x clv - spend; ROI = net "
    "value / spend; max. CAC = clv / target_ratio",
)
def CLV_CHANNEL(
    channel: v.Channel,
    spend: v.Spend,
    new_customers: v.NewCustomers,
    clv: v.Clv,
    target_ratio: v.TargetRatio = TARGET_RATIO,
) -> WithCaveats[acquisition.ChannelReport]:
    """Acquisition channels compared: cost, value and return of each, best first.

    clv is the lifetime value of one customer of the channel before acquisition cost. Rows of the
    same channel are added up. A channel that costs nothing comes first, without a ratio to cost.
    Rows whose spend is blank are left out of all figures of cost.
    """
    report = acquisition.channel_report(channel, spend, new_customers, clv, target_ratio)
    return WithCaveats(report, acquisition.spend_caveats(spend))
