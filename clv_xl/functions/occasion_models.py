"""Models of purchases at fixed occasions, such as yearly donations: the BG/BB model."""

from __future__ import annotations

from clv_xl.errors import ArgumentError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import DECIMAL, SHARE, Estimates, spreadsheet_function
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats
from clv_xl.maths.fitted_models import BETA_GEOMETRIC_BERNOULLI as BGBB
from clv_xl.maths.fitted_models import BetaGeometricBernoulli
from clv_xl.maths.likelihood import Fit


@spreadsheet_function(
    category="Models",
    result=Estimates(BGBB.names),
    columns=["frequency", "recency", "opportunities", "customers"],
    examples={
        "=ROUND(INDEX(BGBB_FIT({0;1;1;1;1;2;2;2;3;3;4}, {0;1;2;3;4;2;3;4;3;4;4}, 4, "
        "{332;112;38;25;21;60;44;50;54;92;171}), 2, 2), 4)": 1.2128
    },
    see_also=["BGBB_ALIVE", "BGBB_PURCHASES"],
    source=BGBB.literature,
)
def BGBB_FIT(
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
    customers: v.HowMany | None = None,
) -> Fit[BetaGeometricBernoulli]:
    """Fits the BG/BB model for fixed occasions, such as yearly donations or events.

    Each row is a purchase history; customers is the number of customers who have it.
    """
    return fits.fit(BGBB, frequency, recency, opportunities, customers)


_IMPOSSIBLE_OCCASIONS = ArgumentError(
    "recency must lie between frequency and opportunities, and be 0 where frequency is 0",
    argument="recency",
)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=BGBB_ALIVE({1.204,0.75,0.657,2.783}, 2, 4, 6)": 0.5895141164},
    see_also=["BGBB_FIT", "BGBB_PURCHASES"],
    source=BGBB.literature,
    undefined=_IMPOSSIBLE_OCCASIONS,
)
def BGBB_ALIVE(
    parameters: v.BgbbParameters,
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
) -> Floats:
    """Probability that a customer is still active at the next occasion, by the BG/BB model."""
    from clv_xl.maths import beta_geometric_bernoulli

    return beta_geometric_bernoulli.probability_alive(parameters, frequency, recency, opportunities)


@spreadsheet_function(
    category="Models",
    result=DECIMAL,
    examples={"=BGBB_PURCHASES({1.204,0.75,0.657,2.783}, 5, 6, 6, 6)": 3.752115608},
    see_also=["BGBB_FIT", "BGBB_ALIVE"],
    source=BGBB.literature,
    undefined=_IMPOSSIBLE_OCCASIONS,
)
def BGBB_PURCHASES(
    parameters: v.BgbbParameters,
    horizon: v.HorizonOccasions,
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
) -> Floats:
    """Expected purchases at the next occasions, by the BG/BB model."""
    from clv_xl.maths import beta_geometric_bernoulli

    return beta_geometric_bernoulli.expected_purchases(
        parameters, horizon, frequency, recency, opportunities
    )
