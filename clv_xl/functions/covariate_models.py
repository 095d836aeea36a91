"""Fits with covariates: what is known of customers, and how it changes what they do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import Body, Estimates, FitInWords, spreadsheet_function
from clv_xl.maths.arrays import Numbers
from clv_xl.maths.covariates import effect_names
from clv_xl.maths.fits import fit_with_covariates
from clv_xl.maths.fitted_models import BG_NBD, PARETO_NBD, FittedModel

NO_DIFFERENCE = "no difference seen"
_CERTAIN = 2.0  # standard errors from 0
_SMALL, _LARGE = 0.05, 5.0  # effects of one unit for which another step says more
_CUSTOMERS = (
    "{2;10;1;1;0;0;2;2;3;1;1;1;4;7;1;5;10;2;1;1;7;11;1;2}, "
    "{14;33;3;5;0;0;21;1;5;1;10;1;39;5;3;5;32;2;5;1;33;37;10;2}, 40, "
    "{0;1;0;1;0;1;0;1;0;1;0;1;0;1;0;1;0;1;0;1;0;1;0;1}"
)
"""Frequency and recency of customers, the age of all, and who was referred."""


def _declare(
    model: FittedModel[Any], purchases_effect: float, in_words: str, dropout: str, source: str
) -> Callable[[Body], Body]:
    """Return the decorator that declares the fit of a model with covariates."""
    prefix = model.prefix
    call = f"{prefix}_FIT_COVARIATES({_CUSTOMERS})"
    others = ("FIT", "ALIVE", "PURCHASES", "RESIDUAL", "BUYS", "NEXT")
    return spreadsheet_function(
        category="Models",
        result=Estimates(model.names, in_words=True),
        text=f"Fits {model.title} with what is known of customers, such as their channel.\n\n"
        "The model's parameters are those of customers whose covariates are all 0. An effect on "
        "purchases of 0.7 means EXP(0.7) = 2 times as many; an effect on dropout "
        f"{dropout}. ALIVE, PURCHASES, BUYS, NEXT and RESIDUAL of the model take the range, with "
        "the same columns as covariates.",
        columns=["frequency", "recency", "age", "covariates"],
        examples={
            f"=ROUND(INDEX({call}, 7, 2), 3)": purchases_effect,
            f"=INDEX({call}, 7, 4)": in_words,
        },
        see_also=[f"{prefix}_{other}" for other in others],
        source=f"{model.literature}; {source}",
    )


def _fit(
    model: FittedModel[Any],
    frequency: Numbers,
    recency: Numbers,
    age: Numbers,
    covariates: list[tuple[str, Any]],
    dropout_words: Callable[[float, str], str],
) -> FitInWords:
    """Return the fit with the names of its effects, and each effect in words."""
    titles = [title for title, _ in covariates]
    columns = list(zip(*(values for _, values in covariates), strict=True))
    fitted = fit_with_covariates(model, frequency, recency, age, columns)
    known = len(model.names)
    words: list[str | None] = [None] * known
    in_words = (dropout_words, _purchases_in_words)
    for place, (effect, error) in enumerate(
        zip(fitted.parameters[known:], fitted.standard_errors[known:], strict=True)
    ):
        step = _step(effect)
        per = f"per {'unit' if step == 1 else f'{step:,.15g}'} of {titles[place // 2]}"
        certain = abs(effect) > _CERTAIN * error
        words.append(in_words[place % 2](effect * step, per) if certain else NO_DIFFERENCE)
    return FitInWords((*model.names, *effect_names(titles)), fitted, tuple(words))


def _step(effect: float) -> float:
    """Return 1, or the power of 10 of a covariate's units for which its effect can be read."""
    if _SMALL <= abs(effect) <= _LARGE or effect == 0:
        return 1.0
    return 10.0 ** math.floor(-math.log10(abs(effect)))


def _times(effect: float) -> str:
    """Return the factor that an effect stands for, with two digits."""
    factor = math.exp(effect)
    return f"{factor:,.0f}" if factor >= 10 else f"{factor:.2g}"


def _purchases_in_words(effect: float, per: str) -> str:
    return f"buys {_times(effect)} times as often {per}"


def _lifetime_in_words(effect: float, per: str) -> str:
    return f"stays {_times(-effect)} times as long {per}"


def _odds_in_words(effect: float, per: str) -> str:
    return f"odds of leaving after a purchase {_times(2 * effect)} times as high {per}"


@_declare(
    BG_NBD,
    1.453,
    "buys 4.3 times as often per unit of covariate_1",
    "of 0.35 multiplies the odds of leaving after a purchase, a/b, by EXP(2 x 0.35) = 2",
    "alpha x EXP(-effects on purchases), a x EXP(effects on dropout), b x EXP(-effects on dropout)",
)
def BGNBD_FIT_COVARIATES(
    frequency: v.Frequency, recency: v.Recency, age: v.Age, covariates: v.CovariateColumns
) -> FitInWords:
    return _fit(BG_NBD, frequency, recency, age, covariates, _odds_in_words)


@_declare(
    PARETO_NBD,
    1.255,
    "buys 3.5 times as often per unit of covariate_1",
    "of 0.7 divides the lifetime by EXP(0.7) = 2",
    "Fader & Hardie (2007), note 019",
)
def PNBD_FIT_COVARIATES(
    frequency: v.Frequency, recency: v.Recency, age: v.Age, covariates: v.CovariateColumns
) -> FitInWords:
    return _fit(PARETO_NBD, frequency, recency, age, covariates, _lifetime_in_words)
