"""Segments: which customers to spend time and money on."""

from __future__ import annotations

import math

from clv_xl.errors import ArgumentError, NoAnswerError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import TEXT, Matrix, Table, Unit, WithCaveats, spreadsheet_function
from clv_xl.maths import concentration, quadrants, rfm, segments, transactions
from clv_xl.maths.arrays import Texts


@spreadsheet_function(
    category="Segments",
    result=Table.of(
        segment=Unit.TEXT,
        customers=Unit.COUNT,
        share_of_customers=Unit.SHARE,
        total_clv=("total CLV", Unit.MONEY),
        share_of_clv=("share of CLV", Unit.SHARE),
        average_clv=("average CLV", Unit.MONEY),
        median_clv=("median CLV", Unit.MONEY),
        average_cac=("average CAC", Unit.MONEY),
        clv_to_cac=("CLV to CAC", Unit.RATIO),
        worth_less_than_cost=("customers worth less than they cost", Unit.COUNT),
    ),
    columns=["segment", "clv", "acquisition_cost"],
    examples={
        '=INDEX(CLV_SEGMENT({"Gold";"Basic";"gold"}, {300;80;500}, {100;90;100}), 2, 1)': "Gold",
        '=INDEX(CLV_SEGMENT({"Gold";"Basic";"gold"}, {300;80;500}, {100;90;100}), 2, 4)': 800,
        '=INDEX(CLV_SEGMENT({"Gold";"Basic";"gold"}, {300;80;500}, {100;90;100}), 4, 10)': 1,
    },
    see_also=["CUSTOMER_QUADRANT", "CLV_CONCENTRATION", "CLV_CHANNEL"],
    source="Sum, mean and median of clv; CLV to CAC is the mean of clv over the mean of "
    "acquisition_cost, of the customers whose cost is known",
)
def CLV_SEGMENT(
    segment: v.Segment, clv: v.Clv, acquisition_cost: v.AcquisitionCost | None = None
) -> WithCaveats[segments.SegmentReport]:
    """What each segment is worth: customers, total, average and median value; largest total first.

    One row of input per customer. Customers whose acquisition_cost is blank are left out of average
    CAC, of CLV to CAC and of the last column. Without acquisition_cost the columns of cost stay
    empty, and the last column counts customers worth less than 0.
    """
    report = segments.segment_report(segment, clv, acquisition_cost)
    caveats = (
        *segments.single_customer_caveats(segment),
        *segments.cost_caveats(acquisition_cost),
    )
    return WithCaveats(report, caveats)


@spreadsheet_function(
    category="Segments",
    result=TEXT,
    examples={
        "=CUSTOMER_QUADRANT(80, 90, 50, 50)": "Star",
        "=CUSTOMER_QUADRANT(80, 10, 50, 50)": "Free rider",
        "=CUSTOMER_QUADRANT(10, 90, 50, 50)": "Weak",
        "=CUSTOMER_QUADRANT(10, 10, 50, 50)": "Loss",
    },
    see_also=["QUADRANT_ACTION", "CLV_SEGMENT"],
    source="Each value compared with its cut; a cut that is left out is the median of the column",
)
def CUSTOMER_QUADRANT(
    value_to_customer: v.ValueToCustomer,
    value_to_company: v.ValueToCompany,
    customer_cut: v.CustomerCut | None = None,
    company_cut: v.CompanyCut | None = None,
) -> Texts:
    """Quadrant of a customer, by value to them and to you: Star, Free rider, Weak or Loss.

    Star: both values are high. Free rider: the customer gains much and gives little. Weak: the
    customer gives much and gains little, so is easily lost. Loss: both values are low. A value
    equal to the cut is high.
    """
    return quadrants.quadrant(value_to_customer, value_to_company, customer_cut, company_cut)


@spreadsheet_function(
    category="Segments",
    result=TEXT,
    examples={'=LEFT(QUADRANT_ACTION("Star"), 9)': "Give them"},
    see_also=["CUSTOMER_QUADRANT"],
    source="One sentence for each quadrant of CUSTOMER_QUADRANT",
)
def QUADRANT_ACTION(quadrant: v.Quadrant) -> Texts:
    """How to handle the customers of a quadrant, in one sentence."""
    return quadrants.quadrant_action(quadrant)


@spreadsheet_function(
    category="Segments",
    result=Table.of(
        beside_input=True,
        recency_score=Unit.SCORE,
        frequency_score=Unit.SCORE,
        monetary_score=Unit.SCORE,
    ),
    columns=["days_since_last", "purchases", "revenue"],
    examples={"=INDEX(RFM_SCORE({5;40;90;200;400}, {9;7;5;3;1}, {900;500;300;200;50}), 1, 1)": 5},
    see_also=["RFM_SEGMENT", "RFM_SUMMARY"],
    source="1 + the number of inner quantiles of your customers that the value is above; "
    "quantiles are interpolated, as PERCENTILE does",
)
def RFM_SCORE(
    days_since_last: v.DaysSinceLast, purchases: v.Purchases, revenue: v.Revenue, bins: v.Bins = 5
) -> rfm.RfmScores:
    """RFM scores: recency, frequency and monetary, side by side; 1 is worst, bins is best.

    The scores are quantiles of your own customers: fifths, or as many groups as bins says. Equal
    values have equal scores.
    """
    return rfm.rfm_scores(days_since_last, purchases, revenue, bins)


@spreadsheet_function(
    category="Segments",
    result=TEXT,
    examples={"=RFM_SEGMENT(5, 5, 5)": "Champions", "=RFM_SEGMENT(1, 1, 1)": "Lost"},
    see_also=["RFM_SCORE"],
    source="Recency score by the mean of the other two, halves rounded up; the README has the "
    "table",
)
def RFM_SEGMENT(
    recency_score: v.RecencyScore,
    frequency_score: v.FrequencyScore,
    monetary_score: v.MonetaryScore,
) -> Texts:
    """Name of the RFM segment, from Champions to Lost, by scores 1 to 5.

    The frequency and monetary scores are averaged.
    """
    return rfm.rfm_segment(recency_score, frequency_score, monetary_score)


@spreadsheet_function(
    category="Segments",
    result=Table(
        (
            ("group", Unit.TEXT),
            ("share of customers", Unit.SHARE),
            ("share of value", Unit.SHARE),
            ("cumulative share of customers", Unit.SHARE),
            ("cumulative share of value", Unit.SHARE),
        )
    ),
    columns=["clv"],
    examples={
        "=INDEX(CLV_CONCENTRATION({80;12;5;3}, 2), 2, 3)": 0.92,
        "=INDEX(CLV_CONCENTRATION({80;12;5;3}, 2), 4, 2)": 0.25,
        "=INDEX(CLV_CONCENTRATION({80;12;5;3}, 2), 5, 2)": 0.595,
    },
    see_also=["CLV_SEGMENT", "CLV_PROFILE"],
    source="Lorenz curve; Gini coefficient without small-sample correction",
)
def CLV_CONCENTRATION(clv: v.Clv, bins: v.Bins = 10) -> list[list[object]]:
    """Concentration of value (80/20): the share of all value that the best customers make up.

    Equal groups of customers from the best down, then the share of customers that makes 80 % of
    value, and the Gini coefficient (0: all are worth the same; near 1: one has all the value).
    """
    spread = concentration.concentration(clv, bins)
    gini = spread.gini
    unclear = NoAnswerError(
        "Some customers are worth less than 0, where the Gini coefficient has no meaning",
        argument="clv",
    )
    blank = [None, None]
    return [
        [*range(1, bins + 1), "Share of customers that makes 80 % of value", "Gini coefficient"],
        [
            *spread.share_of_customers,
            spread.share_for_80_percent,
            unclear if math.isnan(gini) else gini,
        ],
        [*spread.share_of_value, *blank],
        [*spread.cumulative_customers, *blank],
        [*spread.cumulative_value, *blank],
    ]


@spreadsheet_function(
    category="Segments",
    result=Table(
        (
            ("attribute", Unit.TEXT),
            ("value", Unit.TEXT),
            ("customers", Unit.COUNT),
            ("share among the best customers", Unit.SHARE),
            ("share among all", Unit.SHARE),
            ("lift", Unit.RATIO),
            ("p-value", Unit.DECIMAL),
        )
    ),
    columns=["attributes", "clv"],
    examples={
        '=INDEX(CLV_PROFILE({"Town";"Bath";"Bath";"York";"York"}, {9;8;2;1}, 0.5), 2, 2)': "Bath",
        '=INDEX(CLV_PROFILE({"Town";"Bath";"Bath";"York";"York"}, {9;8;2;1}, 0.5), 2, 6)': 2,
    },
    see_also=["CLV_SEGMENT", "CLV_CONCENTRATION"],
    source="Fisher's exact test, two-sided",
)
def CLV_PROFILE(
    attributes: v.Attributes, clv: v.Clv, top_share: v.TopShare = 0.2
) -> list[list[object]]:
    """Profile of the best customers: what is more common among them than among all customers.

    Lift 2 means twice as common among the best. A p-value (the probability of such a difference
    if there were none) below 0.05 means that the difference is statistically significant. An
    attribute that differs from customer to customer, such as a telephone number, is left out.
    """
    rows = concentration.profile(attributes, clv, top_share)
    return [list(column) for column in zip(*rows, strict=True)]


@spreadsheet_function(
    category="Segments",
    result=Matrix(Unit.DECIMAL),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        '=INDEX(CLV_COHORT({"a";"b";"a"}, {45292;45293;45330}), 2, 1)': "2024-01",
        '=INDEX(CLV_COHORT({"a";"b";"a"}, {45292;45293;45330}), 2, 3)': 0.5,
    },
    see_also=["RFM_SUMMARY", "CHURN_RATE"],
    source="retention: customers of the cohort who bought in the period / customers of the cohort",
)
def CLV_COHORT(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount | None = None,
    period: v.Period = "month",
    measure: v.Measure = "retention",
) -> list[list[object]]:
    """Cohort analysis: retention or revenue by period of first purchase and by period since.

    One row per period of first purchase, one column per period since. Periods are those of the
    calendar; weeks begin on Monday.
    """
    if amount is None and measure in {"revenue", "cumulative"}:
        raise ArgumentError(f"amount is needed where measure is {measure}", argument="amount")
    found = transactions.cohorts(customer.codes, date, amount, period, measure)
    header: list[object] = ["cohort", *range(found.cells.shape[1])]
    return [
        header,
        *(
            [name, *(None if math.isnan(cell) else cell for cell in row)]
            for name, row in zip(found.names, found.cells.tolist(), strict=True)
        ),
    ]
