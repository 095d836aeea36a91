"""Forecasts from counts of equal histories: what CLV_PREDICT gives, for any number of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import ClvError
from clv_xl.maths import fits
from clv_xl.maths.fitted_models import AUTOMATIC, FORECAST_MODELS, GAMMA_GAMMA, MBG_CNBD
from clv_xl.maths.model_choice import HeldOut, History, compare
from clv_xl.maths.prediction import ALWAYS_ANSWER, AVERAGE_ORDER, FittedToOrders

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.fitted_models import GammaGamma


class Counts(NamedTuple):
    """Distinct histories, and how many customers have each."""

    history: History
    customers: Floats
    log_gaps: Floats | None
    """Of a customer on average; only model MBG/CNBD-k asks for it."""


def fit_counts(model: str, counts: Counts, held_out: HeldOut | None) -> FittedToOrders:
    """Return a model fitted to counts of histories.

    Parameters
    ----------
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC: what the orders support
    counts : Counts
    held_out : HeldOut, optional
        For the backtests by which AUTOMATIC chooses; its rows may be counts too.

    Returns
    -------
    FittedToOrders

    Raises
    ------
    ClvError
        The model cannot be fitted.
    """
    caveats: tuple[str, ...] = ()
    if model == AUTOMATIC:
        chosen = compare(counts.history, held_out, counts.log_gaps, counts.customers)[0]
        model, caveats = chosen.model.title, chosen.caveats
    fitted = FORECAST_MODELS[model]
    gaps = (counts.log_gaps, None) if fitted is MBG_CNBD else ()
    found = fits.fit(fitted, *counts.history, *gaps, counts.customers)
    return FittedToOrders(fits.purchase_model(fitted), found.parameters, caveats)


class SpendModel(NamedTuple):
    """How spend is modelled: by parameters, as the average order, or not at all."""

    parameters: GammaGamma | None
    fault: ClvError | None
    caveats: tuple[str, ...] = ()


def fit_spend(
    model: str, frequency: Floats, monetary_value: Floats, customers: Floats
) -> SpendModel:
    """Return how the spend of customers is modelled.

    Parameters
    ----------
    model : str, one of `FORECAST_MODELS`, or AUTOMATIC
        AUTOMATIC and the average pace take the average order where spend cannot be modelled.
    frequency, monetary_value : float arrays (n,)
    customers : float array (n,)
        How many customers each row stands for.

    Returns
    -------
    SpendModel
        Without parameters and fault it is the average order.
    """
    try:
        found = fits.fit(GAMMA_GAMMA, frequency, monetary_value, customers)
    except ClvError as fault:
        if model in ALWAYS_ANSWER:
            return SpendModel(None, None, (AVERAGE_ORDER,))
        return SpendModel(None, fault)
    return SpendModel(found.parameters, None)
