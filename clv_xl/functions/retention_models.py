"""Models of retention, where you see which customers leave: subscriptions and contracts."""

from __future__ import annotations

from clv_xl.errors import DomainError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import MONEY, SHARE, Estimates, spreadsheet_function
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats
from clv_xl.maths.fitted_models import BETA_DISCRETE_WEIBULL as BDW
from clv_xl.maths.fitted_models import SHIFTED_BETA_GEOMETRIC as SBG
from clv_xl.maths.fitted_models import BetaDiscreteWeibull, ShiftedBetaGeometric
from clv_xl.maths.likelihood import Fit

_FOR_EVER = DomainError(
    "With alpha of 1 or less and no discounting the expected sum has no end; give a discount_rate",
    argument="discount_rate",
)
_BDW_FOR_EVER = DomainError(
    "With a x c of 1 or less and no discounting the expected sum has no end; give a discount_rate",
    argument="discount_rate",
)
_FIRST_RENEWAL = DomainError("period must be 1 or more: the first renewal is 1", argument="period")


@spreadsheet_function(
    category="Models",
    result=Estimates(SBG.names),
    columns=["survivors"],
    examples={"=ROUND(INDEX(SBG_FIT({1000;631;468;382;326;289;262;241}), 2, 2), 3)": 0.704},
    see_also=["SBG_SURVIVAL", "SBG_RETENTION", "SBG_CLV", "BDW_FIT"],
    source=f"Shifted beta-geometric: {SBG.literature}",
)
def SBG_FIT(survivors: v.Survivors) -> Fit[ShiftedBetaGeometric]:
    """Fits a retention curve to a cohort's survivors: alpha, beta, with standard errors.

    For subscriptions and contracts, where you see which customers leave. Several cohorts side by
    side give one curve for all of them; leave the cells of periods still to come blank.
    """
    return fits.fit(SBG, survivors)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=SBG_SURVIVAL({0.704,1.182}, 7)": 0.2390506417},
    see_also=["SBG_FIT", "SBG_RETENTION"],
    source=SBG.literature,
)
def SBG_SURVIVAL(parameters: v.SbgParameters, period: v.PeriodNumber) -> Floats:
    """Survival: share of a cohort's customers who are still active after this many periods."""
    from clv_xl.maths import shifted_beta_geometric

    return shifted_beta_geometric.survival(parameters, period)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=SBG_RETENTION({0.704,1.182}, 1)": 0.6267232238},
    see_also=["SBG_FIT", "SBG_SURVIVAL"],
    source=SBG.literature,
    undefined=_FIRST_RENEWAL,
)
def SBG_RETENTION(parameters: v.SbgParameters, period: v.PeriodNumber) -> Floats:
    """Retention rate of one period: share of the customers at its start who renew."""
    from clv_xl.maths import shifted_beta_geometric

    return shifted_beta_geometric.retention_rate(parameters, period)


@spreadsheet_function(
    category="Models",
    result=MONEY,
    examples={
        "=SBG_CLV({0.704,1.182}, 100, 0.1)": 269.5147406,
        "=SBG_CLV({3.8,15.2}, 100, 0.1, 4, 1)": 449.2849113,
    },
    see_also=["SBG_FIT", "CLV_RETENTION"],
    source="Fader & Hardie (2010), Marketing Science 29(1)",
    infinite=_FOR_EVER,
    undefined=_FOR_EVER,
)
def SBG_CLV(
    parameters: v.SbgParameters,
    margin: v.Margin,
    discount_rate: v.DiscountRate = 0.0,
    periods_survived: v.PeriodsSurvived = 0.0,
    timing: v.Timing = 0,
) -> Floats:
    """Residual lifetime value of a subscriber who has renewed this many times.

    Customers who have stayed long tend to stay longer; the model takes that into account.
    """
    from clv_xl.maths import shifted_beta_geometric

    periods = shifted_beta_geometric.residual_lifetime(
        parameters, discount_rate, periods_survived, timing
    )
    return margin * periods


@spreadsheet_function(
    category="Models",
    result=Estimates(BDW.names),
    columns=["survivors"],
    examples={"=ROUND(INDEX(BDW_FIT({1000;869;743;653;593}), 4, 2), 3)": 1.584},
    see_also=["BDW_SURVIVAL", "BDW_RETENTION", "BDW_CLV", "SBG_FIT"],
    source=f"Beta-discrete-Weibull: {BDW.literature}",
)
def BDW_FIT(survivors: v.Survivors) -> Fit[BetaDiscreteWeibull]:
    """Fits a more flexible retention curve to a cohort's survivors: a, b, c.

    Above c = 1 each customer becomes more likely to leave as time goes on, below it less; at 1 it
    is the curve of SBG_FIT. It is worth its third number where its log-likelihood is higher than
    that of SBG_FIT by 1.92 or more (5 % level). Several cohorts stand side by side.
    """
    return fits.fit(BDW, survivors)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=BDW_SURVIVAL({0.523029,0.894283,1.196399}, 12)": 0.1714477791},
    see_also=["BDW_FIT", "BDW_RETENTION"],
    source=BDW.literature,
)
def BDW_SURVIVAL(parameters: v.BdwParameters, period: v.PeriodNumber) -> Floats:
    """Survival by BDW_FIT: share of the customers who are still active after this many periods."""
    from clv_xl.maths import beta_discrete_weibull

    return beta_discrete_weibull.survival(parameters, period)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=BDW_RETENTION({0.523029,0.894283,1.196399}, 1)": 0.6309711623},
    see_also=["BDW_FIT", "BDW_SURVIVAL"],
    source=BDW.literature,
    undefined=_FIRST_RENEWAL,
)
def BDW_RETENTION(parameters: v.BdwParameters, period: v.PeriodNumber) -> Floats:
    """Retention rate of one period by BDW_FIT: share of the customers at its start who renew."""
    from clv_xl.maths import beta_discrete_weibull

    return beta_discrete_weibull.retention_rate(parameters, period)


@spreadsheet_function(
    category="Models",
    result=MONEY,
    examples={
        "=BDW_CLV({0.523029,0.894283,1.196399}, 100, 0.1)": 269.1631176,
        "=BDW_CLV({0.259336,1.722551,1.584362}, 100, 0.1, 0, 1)": 599.4285737,
    },
    see_also=["BDW_FIT", "SBG_CLV", "CLV_RETENTION"],
    source=f"Sum of the discounted survival; {BDW.literature}",
    infinite=_BDW_FOR_EVER,
    undefined=_BDW_FOR_EVER,
)
def BDW_CLV(
    parameters: v.BdwParameters,
    margin: v.Margin,
    discount_rate: v.DiscountRate = 0.0,
    periods_survived: v.PeriodsSurvived = 0.0,
    timing: v.Timing = 0,
) -> Floats:
    """Residual lifetime value of a subscriber who has renewed this many times, by BDW_FIT."""
    from clv_xl.maths import beta_discrete_weibull

    periods = beta_discrete_weibull.residual_lifetime(
        parameters, discount_rate, periods_survived, timing
    )
    return margin * periods
