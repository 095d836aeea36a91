"""Models: when customers buy, when they leave, and what they will be worth.

The mathematics is loaded when a model is first used: it brings scipy with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from clv_xl.errors import ArgumentError, DomainError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import (
    DECIMAL,
    MONEY,
    SHARE,
    Estimates,
    Number,
    Unit,
    spreadsheet_function,
)
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats

_IMPOSSIBLE = ArgumentError(
    "recency must not be above age, and must be 0 where frequency is 0", argument="recency"
)


class _PurchaseModel(NamedTuple):
    """One of the models with the same five functions."""

    prefix: str
    title: str
    module: str
    parameters: Any
    names: tuple[str, ...]
    source: str
    numbers: str
    residual: str
    fitted: float
    alive: float
    purchases: float
    new: float
    pmf: float
    later: float


_TWELVE = "{2;0;0;2;8;5;1;0;0;2;0;1}, {6;0;0;25;37;36;17;0;0;28;0;6}, 40"
"""Twelve customers: frequency, recency, and the age of all."""

_MODELS = (
    _PurchaseModel(
        "BGNBD", "BG/NBD", "bg_nbd", v.BgNbdParameters, ("r", "alpha", "a", "b"),
        "Fader, Hardie & Lee (2005), Marketing Science 24(2)",
        "{0.243,4.414,0.793,2.426}",
        "integral of the discounted purchase rate",
        0.5872, 0.7265785701, 1.226028175, 1.446050595, 0.5737863521, 6.074191963,
    ),
    _PurchaseModel(
        "MBGNBD", "MBG/NBD", "mbg_nbd", v.MbgNbdParameters, ("r", "alpha", "a", "b"),
        "Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007)",
        "{0.525,6.183,0.891,1.614}",
        "integral of the discounted purchase rate",
        4.5589, 0.7062022651, 1.262960623, 1.419723758, 0.5824731895, 5.716100903,
    ),
    _PurchaseModel(
        "PNBD", "Pareto/NBD", "pareto_nbd", v.ParetoNbdParameters, ("r", "alpha", "s", "beta"),
        "Schmittlein, Morrison & Colombo (1987), Management Science 33(1)",
        "{0.553,10.578,0.606,11.669}",
        "closed form of Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
        1.3721, 0.8691675592, 1.455123193, 1.472996803, 0.5936250316, 7.7542296,
    ),
)  # fmt: skip


def _declare(model: _PurchaseModel) -> None:
    """Declare a purchase model's five functions."""
    others = [f"{model.prefix}_{name}" for name in ("FIT", "ALIVE", "PURCHASES", "PMF", "RESIDUAL")]
    history = "2, 30.43, 38.86"

    def FIT(frequency: v.Frequency, recency: v.Recency, age: v.Age) -> Any:
        return fits.fitted(model.module, frequency, recency, age)

    def ALIVE(parameters: Any, frequency: v.Frequency, recency: v.Recency, age: v.Age) -> Floats:
        return fits.module(model.module).probability_alive(parameters, frequency, recency, age)

    def PURCHASES(
        parameters: Any,
        horizon: v.Horizon,
        frequency: v.Frequency | None = None,
        recency: v.Recency | None = None,
        age: v.Age | None = None,
    ) -> Floats:
        module = fits.module(model.module)
        if frequency is None and recency is None and age is None:
            return module.expected_purchases_new(parameters, horizon)
        if frequency is None or recency is None or age is None:
            raise ArgumentError("frequency, recency and age go together; give all three or none")
        return module.expected_purchases(parameters, horizon, frequency, recency, age)

    def PMF(parameters: Any, purchases: v.PurchaseCount, horizon: v.Horizon) -> Floats:
        return fits.module(model.module).purchase_probability(parameters, purchases, horizon)

    def RESIDUAL(
        parameters: Any,
        discount_rate: v.ContinuousRate,
        frequency: v.Frequency,
        recency: v.Recency,
        age: v.Age,
    ) -> Floats:
        return fits.module(model.module).discounted_residual_transactions(
            parameters, discount_rate, frequency, recency, age
        )

    title, prefix, numbers = model.title, model.prefix, model.numbers
    texts: dict[Callable[..., Any], str] = {
        FIT: f"Fits the {title} model to your customers: {', '.join(model.names)}.",
        ALIVE: f"Probability that a customer is still active, by the {title} model.",
        PURCHASES: f"Purchases to expect in the next periods, by the {title} model.",
        PMF: f"Probability that a new customer makes exactly so many purchases, by {title}.",
        RESIDUAL: f"All purchases still to come, discounted to today, by the {title} model.",
    }
    notes = {
        FIT: "Point it at the columns of RFM_SUMMARY; the other functions of the model take the "
        "range that it gives.",
        PURCHASES: "Without frequency, recency and age: of a new customer.",
        RESIDUAL: "Times the margin per purchase it is what a customer is still worth.",
    }
    examples: dict[Any, Mapping[str, float | str]] = {
        FIT: {f"=ROUND(INDEX({prefix}_FIT({_TWELVE}), 2, 2), 4)": model.fitted},
        ALIVE: {f"={prefix}_ALIVE({numbers}, {history})": model.alive},
        PURCHASES: {
            f"={prefix}_PURCHASES({numbers}, 39, {history})": model.purchases,
            f"={prefix}_PURCHASES({numbers}, 52)": model.new,
        },
        PMF: {f"={prefix}_PMF({numbers}, 0, 39)": model.pmf},
        RESIDUAL: {f"={prefix}_RESIDUAL({numbers}, 0.002, {history})": model.later},
    }
    results = {
        FIT: Estimates(model.names),
        ALIVE: SHARE,
        PURCHASES: Number(Unit.DECIMAL),
        PMF: SHARE,
        RESIDUAL: DECIMAL,
    }
    for body, summary in texts.items():
        name = f"{prefix}_{body.__name__}"
        body.__name__ = body.__qualname__ = name
        body.__doc__ = f"{summary}\n\n{notes.get(body, '')}".strip()
        if "parameters" in body.__annotations__:
            body.__annotations__["parameters"] = model.parameters
        spreadsheet_function(
            category="Models",
            result=results[body],
            columns=["frequency", "recency", "age"] if body is FIT else None,
            examples=examples[body],
            see_also=[other for other in others if other != name],
            source=f"{model.source}; {model.residual}" if body is RESIDUAL else model.source,
            undefined=_IMPOSSIBLE,
        )(body)


for _model in _MODELS:
    _declare(_model)


_UNEVEN = DomainError(
    "Spend is so uneven with these parameters that its mean is infinite (q is 1 or less); use the "
    "observed mean",
    argument="parameters",
)
_FOR_EVER = DomainError(
    "With alpha of 1 or less and no discounting the expected sum has no end; give a discount_rate",
    argument="discount_rate",
)


@spreadsheet_function(
    category="Models",
    result=Estimates(("p", "q", "v")),
    columns=["frequency", "monetary_value"],
    examples={
        "=ROUND(INDEX(GG_FIT({1;1;1;1;8;8;8;8}, {10;60;25;90;15;70;30;40}), 2, 2), 3)": 2.453
    },
    see_also=["GG_SPEND", "RFM_SUMMARY"],
    source="Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
)
def GG_FIT(frequency: v.Frequency, monetary_value: v.MonetaryValue) -> Any:
    """Fits the gamma-gamma model of spend per purchase: p, q, v, with std errors.

    Customers without a repeat purchase are left out; the last row counts the others.
    """
    return fits.fitted("gamma_gamma", frequency, monetary_value)


@spreadsheet_function(
    category="Models",
    result=MONEY,
    examples={
        "=GG_SPEND({6.25,3.74,15.44}, 2, 22.35)": 24.66371391,
        "=GG_SPEND({6.25,3.74,15.44})": 35.2189781,
    },
    see_also=["GG_FIT"],
    source="Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
    undefined=_UNEVEN,
)
def GG_SPEND(
    parameters: v.GammaGammaParameters,
    frequency: v.Frequency | None = None,
    monetary_value: v.MonetaryValue | None = None,
) -> Floats:
    """Value to expect of a customer's purchases: between their own mean and that of all.

    Without frequency and monetary_value: of a new customer.
    """
    gamma_gamma = fits.module("gamma_gamma")
    if frequency is None and monetary_value is None:
        return gamma_gamma.expected_spend_new(parameters)
    if frequency is None or monetary_value is None:
        raise ArgumentError("frequency and monetary_value go together; give both or neither")
    return gamma_gamma.expected_spend(parameters, frequency, monetary_value)


@spreadsheet_function(
    category="Models",
    result=Estimates(("alpha", "beta")),
    columns=["survivors"],
    examples={"=ROUND(INDEX(SBG_FIT({1000;631;468;382;326;289;262;241}), 2, 2), 3)": 0.704},
    see_also=["SBG_SURVIVAL", "SBG_RETENTION", "SBG_CLV"],
    source="Shifted beta-geometric: Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
)
def SBG_FIT(survivors: v.Survivors) -> Any:
    """Fits a retention curve to a cohort's survivors: alpha, beta, with std errors.

    For subscriptions and contracts, where you see who leaves.
    """
    return fits.fitted("shifted_beta_geometric", survivors)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=SBG_SURVIVAL({0.704,1.182}, 7)": 0.2390506417},
    see_also=["SBG_FIT", "SBG_RETENTION"],
    source="Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
)
def SBG_SURVIVAL(parameters: v.SbgParameters, period: v.PeriodNumber) -> Floats:
    """Share of a cohort's customers who are still there after so many periods."""
    return fits.module("shifted_beta_geometric").survival(parameters, period)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=SBG_RETENTION({0.704,1.182}, 1)": 0.6267232238},
    see_also=["SBG_FIT", "SBG_SURVIVAL"],
    source="Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
    undefined=DomainError("period must be 1 or more: the first renewal is 1", argument="period"),
)
def SBG_RETENTION(parameters: v.SbgParameters, period: v.PeriodNumber) -> Floats:
    """Retention rate of one period: share of those at its start who renew."""
    return fits.module("shifted_beta_geometric").retention_rate(parameters, period)


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
    """Expected discounted margin of a subscriber who has renewed so many times.

    Customers who have stayed long tend to stay longer: the model counts that in.
    """
    periods = fits.module("shifted_beta_geometric").residual_lifetime(
        parameters, discount_rate, periods_survived, timing
    )
    return margin * periods


@spreadsheet_function(
    category="Models",
    result=Estimates(("alpha", "beta", "gamma", "delta")),
    columns=["frequency", "recency", "opportunities", "customers"],
    examples={
        "=ROUND(INDEX(BGBB_FIT({0;1;1;1;1;2;2;2;3;3;4}, {0;1;2;3;4;2;3;4;3;4;4}, 4, "
        "{332;112;38;25;21;60;44;50;54;92;171}), 2, 2), 4)": 1.2128
    },
    see_also=["BGBB_ALIVE", "BGBB_PURCHASES"],
    source="Fader, Hardie & Shang (2010), Marketing Science 29(6)",
)
def BGBB_FIT(
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
    customers: v.HowMany | None = None,
) -> Any:
    """Fits the BG/BB model for fixed occasions, such as yearly donations or events.

    Each row is a history; customers says how many have it.
    """
    return fits.fitted("beta_geometric_bernoulli", frequency, recency, opportunities, customers)


_IMPOSSIBLE_OCCASIONS = ArgumentError(
    "recency must lie between frequency and opportunities, and be 0 where frequency is 0",
    argument="recency",
)


@spreadsheet_function(
    category="Models",
    result=SHARE,
    examples={"=BGBB_ALIVE({1.204,0.75,0.657,2.783}, 2, 4, 6)": 0.5895141164},
    see_also=["BGBB_FIT", "BGBB_PURCHASES"],
    source="Fader, Hardie & Shang (2010), Marketing Science 29(6)",
    undefined=_IMPOSSIBLE_OCCASIONS,
)
def BGBB_ALIVE(
    parameters: v.BgbbParameters,
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
) -> Floats:
    """Probability that a customer is still active at the next occasion, by the BG/BB model."""
    return fits.module("beta_geometric_bernoulli").probability_alive(
        parameters, frequency, recency, opportunities
    )


@spreadsheet_function(
    category="Models",
    result=DECIMAL,
    examples={"=BGBB_PURCHASES({1.204,0.75,0.657,2.783}, 5, 6, 6, 6)": 3.752115608},
    see_also=["BGBB_FIT", "BGBB_ALIVE"],
    source="Fader, Hardie & Shang (2010), Marketing Science 29(6)",
    undefined=_IMPOSSIBLE_OCCASIONS,
)
def BGBB_PURCHASES(
    parameters: v.BgbbParameters,
    horizon: v.HorizonOccasions,
    frequency: v.OccasionsBought,
    recency: v.LastOccasion,
    opportunities: v.Opportunities,
) -> Floats:
    """Purchases to expect at the next occasions, by the BG/BB model."""
    return fits.module("beta_geometric_bernoulli").expected_purchases(
        parameters, horizon, frequency, recency, opportunities
    )
