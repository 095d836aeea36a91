"""The model of customers who buy at regular intervals, MBG/CNBD-k: seven functions."""

from __future__ import annotations

from clv_xl.errors import ArgumentError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.purchase_models import HARDLY_EVER, IMPOSSIBLE
from clv_xl.functions.spec import DECIMAL, PERIODS, SHARE, Estimates, spreadsheet_function
from clv_xl.maths.arrays import Floats
from clv_xl.maths.fits import fit, purchase_model
from clv_xl.maths.fitted_models import MBG_CNBD, MbgCnbd
from clv_xl.maths.likelihood import Fit

_TWELVE = (
    "{2;0;0;2;8;5;1;0;0;2;0;1}, {6;0;0;25;37;36;17;0;0;28;0;6}, 40, "
    "{1.9;0;0;4.7;11.0;8.8;2.8;0;0;5;0;1.7}"
)
"""Twelve customers: frequency, recency, the age of all, and log_gaps."""
_MODEL = "{0.85,1.45,0.79,2.42,3}"
_HISTORY = "9, 27.43, 32"
"""One customer: frequency, recency, age."""
_STAGES = "the time between purchases has an Erlang distribution of k stages"


def _others(function: str) -> list[str]:
    functions = ("FIT", "ALIVE", "PURCHASES", "PMF", "RESIDUAL", "BUYS", "NEXT")
    return [f"MBGCNBD_{other}" for other in functions if other != function]


@spreadsheet_function(
    category="Models",
    result=Estimates(MBG_CNBD.names),
    columns=["frequency", "recency", "age", "log_gaps", "customers"],
    examples={
        f"=INDEX(MBGCNBD_FIT({_TWELVE}), 6, 2)": 2,
        f"=ROUND(INDEX(MBGCNBD_FIT({_TWELVE}, 2), 2, 2), 4)": 3.8813,
        f"=INDEX(MBGCNBD_FIT({_TWELVE}, 2, 3), 8, 2)": 36,
    },
    see_also=[*_others("FIT"), "MBGNBD_FIT"],
    source=f"{MBG_CNBD.literature}; {_STAGES}",
)
def MBGCNBD_FIT(
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    log_gaps: v.LogGaps,
    k: v.Stages | None = None,
    customers: v.HowMany | None = None,
) -> Fit[MbgCnbd]:
    """Fits the MBG/CNBD-k model, for customers who buy at regular intervals: r, alpha, a, b, k.

    It takes the columns of RFM_SUMMARY, log_gaps among them; the other functions of the model take
    its result. k = 1 is purchases at random, which is the MBG/NBD model; the larger k, the more
    regular they are. Without k the most likely one is taken; it has no standard error. With
    customers, each row stands for that many of them.
    """
    return fit(MBG_CNBD, frequency, recency, age, log_gaps, k, customers)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={f"=MBGCNBD_ALIVE({_MODEL}, {_HISTORY})": 0.7483330011},
    see_also=_others("ALIVE"),
    source=MBG_CNBD.literature,
    undefined=IMPOSSIBLE,
)
def MBGCNBD_ALIVE(
    parameters: v.MbgCnbdParameters, frequency: v.Frequency, recency: v.Recency, age: v.Age
) -> Floats:
    """Probability that a customer is still active, by the MBG/CNBD-k model.

    The more regularly customers buy, the sooner silence means that one has left.
    """
    return purchase_model(MBG_CNBD).probability_alive(parameters, frequency, recency, age)


@spreadsheet_function(
    category="Models",
    result=DECIMAL,
    examples={
        f"=MBGCNBD_PURCHASES({_MODEL}, 39, {_HISTORY})": 6.651609569,
        f"=MBGCNBD_PURCHASES({_MODEL}, 52)": 3.452592573,
    },
    see_also=_others("PURCHASES"),
    source=f"{MBG_CNBD.literature}; sum over the number of stages until the horizon",
    undefined=IMPOSSIBLE,
)
def MBGCNBD_PURCHASES(
    parameters: v.MbgCnbdParameters,
    horizon: v.Horizon,
    frequency: v.Frequency | None = None,
    recency: v.Recency | None = None,
    age: v.Age | None = None,
) -> Floats:
    """Expected purchases in the next periods, by the MBG/CNBD-k model.

    Without frequency, recency and age, those of a new customer. A customer whose next purchase is
    due buys sooner than one who has just bought.
    """
    maths = purchase_model(MBG_CNBD)
    if frequency is None and recency is None and age is None:
        return maths.expected_purchases_new(parameters, horizon)
    if frequency is None or recency is None or age is None:
        raise ArgumentError("frequency, recency and age go together; give all three or none")
    return maths.expected_purchases(parameters, horizon, frequency, recency, age)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={f"=MBGCNBD_PMF({_MODEL}, 0, 39)": 0.3596604248},
    see_also=_others("PMF"),
    source=f"{MBG_CNBD.literature}; {_STAGES}",
    undefined=IMPOSSIBLE,
)
def MBGCNBD_PMF(
    parameters: v.MbgCnbdParameters, purchases: v.PurchaseCount, horizon: v.Horizon
) -> Floats:
    """Probability that a new customer makes exactly this many purchases, by MBG/CNBD-k."""
    return purchase_model(MBG_CNBD).purchase_probability(parameters, purchases, horizon)


@spreadsheet_function(
    category="Models",
    result=DECIMAL,
    examples={f"=MBGCNBD_RESIDUAL({_MODEL}, 0.002, {_HISTORY})": 26.60046534},
    see_also=_others("RESIDUAL"),
    source=f"{MBG_CNBD.literature}; mean of the sum over all purchases of their discounts",
    undefined=IMPOSSIBLE,
)
def MBGCNBD_RESIDUAL(
    parameters: v.MbgCnbdParameters,
    discount_rate: v.ContinuousRate,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
) -> Floats:
    """Expected residual purchases, discounted to today, by the MBG/CNBD-k model.

    Multiplied by the margin per purchase, it is the residual lifetime value of the customer.
    """
    return purchase_model(MBG_CNBD).discounted_residual_transactions(
        parameters, discount_rate, frequency, recency, age
    )


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={f"=MBGCNBD_BUYS({_MODEL}, 2, {_HISTORY})": 0.5074256991},
    see_also=_others("BUYS"),
    source=f"{MBG_CNBD.literature}; dropout happens at purchases only",
    undefined=IMPOSSIBLE,
)
def MBGCNBD_BUYS(
    parameters: v.MbgCnbdParameters,
    horizon: v.Horizon,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
) -> Floats:
    """Probability of at least one purchase in the next periods, by the MBG/CNBD-k model."""
    return purchase_model(MBG_CNBD).probability_of_buying(
        parameters, horizon, frequency, recency, age
    )


@spreadsheet_function(
    category="Models",
    result=PERIODS,
    examples={f"=MBGCNBD_NEXT({_MODEL}, {_HISTORY})": 1.237934713},
    see_also=_others("NEXT"),
    source=f"{MBG_CNBD.literature}; median of the time until all k stages are over",
    undefined=IMPOSSIBLE,
    infinite=HARDLY_EVER,
)
def MBGCNBD_NEXT(
    parameters: v.MbgCnbdParameters, frequency: v.Frequency, recency: v.Recency, age: v.Age
) -> Floats:
    """Median periods until the next purchase, if the customer is active, by MBG/CNBD-k.

    Half of such customers have bought by then, as long as they stay active.
    """
    return purchase_model(MBG_CNBD).median_time_to_purchase(parameters, frequency, recency, age)
