"""Models of when customers buy and drop out: seven functions for each of three models.

The models' functions differ in the model only: a decorator for each of the seven holds its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clv_xl.errors import ArgumentError, ClvError, NoAnswerError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import (
    DECIMAL,
    ENDLESS,
    PERIODS,
    SHARE,
    Body,
    Estimates,
    Result,
    spreadsheet_function,
)
from clv_xl.maths.arrays import Floats, Numbers
from clv_xl.maths.covariates import customer_parameters
from clv_xl.maths.fits import fit, purchase_model
from clv_xl.maths.fitted_models import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    BgNbd,
    FittedModel,
    MbgNbd,
    Parameters,
    ParetoNbd,
)
from clv_xl.maths.likelihood import Fit

_FUNCTIONS = ("FIT", "ALIVE", "PURCHASES", "PMF", "RESIDUAL", "BUYS", "NEXT")
IMPOSSIBLE = ArgumentError(
    "recency must not be above age, and must be 0 where frequency is 0", argument="recency"
)
HARDLY_EVER = NoAnswerError(
    "No time can be given for a customer who buys so seldom, only the probability of buying (BUYS)"
)
_TWELVE = "{2;0;0;2;8;5;1;0;0;2;0;1}, {6;0;0;25;37;36;17;0;0;28;0;6}, 40"
"""Twelve customers: frequency, recency, and the age of all."""
_HISTORY = "2, 30.43, 38.86"
"""One customer: frequency, recency, age."""
_INTEGRAL = "integral of the discounted purchase rate"
_NO_DROPOUT_BEFORE = (
    "probability alive x (1 - ((alpha + age)/(alpha + age + horizon))^(r + frequency))"
)
_BEFORE_DROPOUT = "integral over the time of the next purchase, if it comes before dropout"
_MEDIAN = "(alpha + age) x (2^(1/(r + frequency)) - 1), the median of a Lomax distribution"
_CLOSED_FORM = "closed form of Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)"


def _declare(
    model: FittedModel[Any],
    function: str,
    text: str,
    result: Result,
    examples: Mapping[str, float | str],
    *,
    source: str = "",
    columns: Sequence[str] | None = None,
    infinite: ClvError = ENDLESS,
) -> Callable[[Body], Body]:
    """Return the decorator that declares one of the functions of a model."""
    return spreadsheet_function(
        category="Models",
        result=result,
        text=text,
        columns=columns,
        examples=examples,
        see_also=[f"{model.prefix}_{other}" for other in _FUNCTIONS if other != function],
        source=source or model.literature,
        undefined=IMPOSSIBLE,
        infinite=infinite,
    )


def _published(model: FittedModel[Any]) -> str:
    """Return the published estimates as an array of a formula."""
    return "{" + ",".join(f"{value:g}" for value in model.published) + "}"


def _fit(model: FittedModel[Any], second_estimate: float) -> Callable[[Body], Body]:
    return _declare(
        model,
        "FIT",
        f"Fits the {model.title} model to your customers: {', '.join(model.names)}.\n\n"
        "It takes the columns of RFM_SUMMARY; the other functions of the model take its result. "
        "With customers, each row stands for that many of them.",
        Estimates(model.names),
        {
            f"=ROUND(INDEX({model.prefix}_FIT({_TWELVE}), 2, 2), 4)": second_estimate,
            f"=INDEX({model.prefix}_FIT({_TWELVE}, 3), 7, 2)": 36,
        },
        columns=["frequency", "recency", "age", "customers"],
    )


def _alive(model: FittedModel[Any], gives: float) -> Callable[[Body], Body]:
    return _declare(
        model,
        "ALIVE",
        f"Probability that a customer is still active, by the {model.title} model.",
        SHARE,
        {f"={model.prefix}_ALIVE({_published(model)}, {_HISTORY})": gives},
    )


def _purchases(
    model: FittedModel[Any], gives: float, gives_for_new: float
) -> Callable[[Body], Body]:
    call = f"={model.prefix}_PURCHASES({_published(model)}"
    return _declare(
        model,
        "PURCHASES",
        f"Expected purchases in the next periods, by the {model.title} model.\n\n"
        "Without frequency, recency and age, those of a new customer.",
        DECIMAL,
        {f"{call}, 39, {_HISTORY})": gives, f"{call}, 52)": gives_for_new},
    )


def _pmf(model: FittedModel[Any], gives: float) -> Callable[[Body], Body]:
    return _declare(
        model,
        "PMF",
        f"Probability that a new customer makes exactly this many purchases, by {model.title}.",
        SHARE,
        {f"={model.prefix}_PMF({_published(model)}, 0, 39)": gives},
    )


def _residual(model: FittedModel[Any], gives: float, source: str) -> Callable[[Body], Body]:
    return _declare(
        model,
        "RESIDUAL",
        f"Expected residual purchases, discounted to today, by the {model.title} model.\n\n"
        "Multiplied by the margin per purchase, it is the residual lifetime value of the customer.",
        DECIMAL,
        {f"={model.prefix}_RESIDUAL({_published(model)}, 0.002, {_HISTORY})": gives},
        source=f"{model.literature}; {source}",
    )


def _buys(model: FittedModel[Any], gives: float, source: str) -> Callable[[Body], Body]:
    return _declare(
        model,
        "BUYS",
        f"Probability of at least one purchase in the next periods, by the {model.title} model.",
        SHARE,
        {f"={model.prefix}_BUYS({_published(model)}, 39, {_HISTORY})": gives},
        source=f"{model.literature}; {source}",
    )


def _next(model: FittedModel[Any], gives: float) -> Callable[[Body], Body]:
    return _declare(
        model,
        "NEXT",
        f"Median periods until the next purchase, if the customer is active, by {model.title}.\n\n"
        "Half of such customers have bought by then, as long as they stay active.",
        PERIODS,
        {f"={model.prefix}_NEXT({_published(model)}, {_HISTORY})": gives},
        source=f"{model.literature}; {_MEDIAN}",
        infinite=HARDLY_EVER,
    )


def _expected_purchases(
    model: FittedModel[Parameters],
    parameters: Parameters,
    horizon: Numbers,
    frequency: Numbers | None,
    recency: Numbers | None,
    age: Numbers | None,
) -> Floats:
    maths = purchase_model(model)
    if frequency is None and recency is None and age is None:
        return maths.expected_purchases_new(parameters, horizon)
    if frequency is None or recency is None or age is None:
        raise ArgumentError("frequency, recency and age go together; give all three or none")
    return maths.expected_purchases(parameters, horizon, frequency, recency, age)


# BG/NBD


@_fit(BG_NBD, 0.5872)
def BGNBD_FIT(
    frequency: v.Frequency, recency: v.Recency, age: v.Age, customers: v.HowMany | None = None
) -> Fit[BgNbd]:
    return fit(BG_NBD, frequency, recency, age, customers)


@_alive(BG_NBD, 0.7265785701)
def BGNBD_ALIVE(
    parameters: v.BgNbdCustomers,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(BG_NBD, parameters, covariates)
    return purchase_model(BG_NBD).probability_alive(customers, frequency, recency, age)


@_purchases(BG_NBD, 1.226028175, 1.446050595)
def BGNBD_PURCHASES(
    parameters: v.BgNbdCustomers,
    horizon: v.Horizon,
    frequency: v.Frequency | None = None,
    recency: v.Recency | None = None,
    age: v.Age | None = None,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(BG_NBD, parameters, covariates)
    return _expected_purchases(BG_NBD, customers, horizon, frequency, recency, age)


@_pmf(BG_NBD, 0.5737863521)
def BGNBD_PMF(
    parameters: v.BgNbdParameters, purchases: v.PurchaseCount, horizon: v.Horizon
) -> Floats:
    return purchase_model(BG_NBD).purchase_probability(parameters, purchases, horizon)


@_residual(BG_NBD, 6.074191963, _INTEGRAL)
def BGNBD_RESIDUAL(
    parameters: v.BgNbdCustomers,
    discount_rate: v.ContinuousRate,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(BG_NBD, parameters, covariates)
    return purchase_model(BG_NBD).discounted_residual_transactions(
        customers, discount_rate, frequency, recency, age
    )


@_buys(BG_NBD, 0.5546271379, _NO_DROPOUT_BEFORE)
def BGNBD_BUYS(
    parameters: v.BgNbdCustomers,
    horizon: v.Horizon,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(BG_NBD, parameters, covariates)
    return purchase_model(BG_NBD).probability_of_buying(customers, horizon, frequency, recency, age)


@_next(BG_NBD, 15.66946848)
def BGNBD_NEXT(
    parameters: v.BgNbdCustomers,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(BG_NBD, parameters, covariates)
    return purchase_model(BG_NBD).median_time_to_purchase(customers, frequency, recency, age)


# MBG/NBD


@_fit(MBG_NBD, 4.5589)
def MBGNBD_FIT(
    frequency: v.Frequency, recency: v.Recency, age: v.Age, customers: v.HowMany | None = None
) -> Fit[MbgNbd]:
    return fit(MBG_NBD, frequency, recency, age, customers)


@_alive(MBG_NBD, 0.7062022651)
def MBGNBD_ALIVE(
    parameters: v.MbgNbdParameters, frequency: v.Frequency, recency: v.Recency, age: v.Age
) -> Floats:
    return purchase_model(MBG_NBD).probability_alive(parameters, frequency, recency, age)


@_purchases(MBG_NBD, 1.262960623, 1.419723758)
def MBGNBD_PURCHASES(
    parameters: v.MbgNbdParameters,
    horizon: v.Horizon,
    frequency: v.Frequency | None = None,
    recency: v.Recency | None = None,
    age: v.Age | None = None,
) -> Floats:
    return _expected_purchases(MBG_NBD, parameters, horizon, frequency, recency, age)


@_pmf(MBG_NBD, 0.5824731895)
def MBGNBD_PMF(
    parameters: v.MbgNbdParameters, purchases: v.PurchaseCount, horizon: v.Horizon
) -> Floats:
    return purchase_model(MBG_NBD).purchase_probability(parameters, purchases, horizon)


@_residual(MBG_NBD, 5.716100903, _INTEGRAL)
def MBGNBD_RESIDUAL(
    parameters: v.MbgNbdParameters,
    discount_rate: v.ContinuousRate,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
) -> Floats:
    return purchase_model(MBG_NBD).discounted_residual_transactions(
        parameters, discount_rate, frequency, recency, age
    )


@_buys(MBG_NBD, 0.5599940908, _NO_DROPOUT_BEFORE)
def MBGNBD_BUYS(
    parameters: v.MbgNbdParameters,
    horizon: v.Horizon,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
) -> Floats:
    return purchase_model(MBG_NBD).probability_of_buying(
        parameters, horizon, frequency, recency, age
    )


@_next(MBG_NBD, 14.22866244)
def MBGNBD_NEXT(
    parameters: v.MbgNbdParameters, frequency: v.Frequency, recency: v.Recency, age: v.Age
) -> Floats:
    return purchase_model(MBG_NBD).median_time_to_purchase(parameters, frequency, recency, age)


# Pareto/NBD


@_fit(PARETO_NBD, 1.3721)
def PNBD_FIT(
    frequency: v.Frequency, recency: v.Recency, age: v.Age, customers: v.HowMany | None = None
) -> Fit[ParetoNbd]:
    return fit(PARETO_NBD, frequency, recency, age, customers)


@_alive(PARETO_NBD, 0.8691675592)
def PNBD_ALIVE(
    parameters: v.ParetoNbdCustomers,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(PARETO_NBD, parameters, covariates)
    return purchase_model(PARETO_NBD).probability_alive(customers, frequency, recency, age)


@_purchases(PARETO_NBD, 1.455123193, 1.472996803)
def PNBD_PURCHASES(
    parameters: v.ParetoNbdCustomers,
    horizon: v.Horizon,
    frequency: v.Frequency | None = None,
    recency: v.Recency | None = None,
    age: v.Age | None = None,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(PARETO_NBD, parameters, covariates)
    return _expected_purchases(PARETO_NBD, customers, horizon, frequency, recency, age)


@_pmf(PARETO_NBD, 0.5936250316)
def PNBD_PMF(
    parameters: v.ParetoNbdParameters, purchases: v.PurchaseCount, horizon: v.Horizon
) -> Floats:
    return purchase_model(PARETO_NBD).purchase_probability(parameters, purchases, horizon)


@_residual(PARETO_NBD, 7.7542296, _CLOSED_FORM)
def PNBD_RESIDUAL(
    parameters: v.ParetoNbdCustomers,
    discount_rate: v.ContinuousRate,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(PARETO_NBD, parameters, covariates)
    return purchase_model(PARETO_NBD).discounted_residual_transactions(
        customers, discount_rate, frequency, recency, age
    )


@_buys(PARETO_NBD, 0.5919372764, _BEFORE_DROPOUT)
def PNBD_BUYS(
    parameters: v.ParetoNbdCustomers,
    horizon: v.Horizon,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(PARETO_NBD, parameters, covariates)
    return purchase_model(PARETO_NBD).probability_of_buying(
        customers, horizon, frequency, recency, age
    )


@_next(PARETO_NBD, 15.42143357)
def PNBD_NEXT(
    parameters: v.ParetoNbdCustomers,
    frequency: v.Frequency,
    recency: v.Recency,
    age: v.Age,
    covariates: v.Covariates | None = None,
) -> Floats:
    customers = customer_parameters(PARETO_NBD, parameters, covariates)
    return purchase_model(PARETO_NBD).median_time_to_purchase(customers, frequency, recency, age)
