"""The MBG/CNBD-k model: as MBG/NBD, with times between purchases that are more regular.

The time between two purchases is that of k stages (Erlang-k); k = 1 is the MBG/NBD model.
Platzer & Reutterer (2016), Marketing Science 35(5).
Reutterer, Platzer & Schroeder (2021), International Journal of Research in Marketing 38(3).

>>> model = MbgCnbd(0.85, 1.45, 0.79, 2.42, k=3)
>>> MODEL.probability_alive(model, frequency=9, recency=27.43, age=32).round(3).item()
0.748
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np
from scipy import special

from clv_xl.errors import ArgumentError
from clv_xl.maths import regular_purchases, regular_purchases_residual
from clv_xl.maths.fitted_models import MBG_CNBD, MOST_STAGES, MbgCnbd
from clv_xl.maths.likelihood import Fit
from clv_xl.maths.mbg_cnbd_likelihood import fit_most_likely, fit_stages, regular_histories
from clv_xl.maths.purchase_model import PosteriorParameters, PurchaseModel
from clv_xl.maths.regular_purchases import log_stage_weights, whole_stages

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    log_gaps: ArrayLike,
    k: ArrayLike | None = None,
    customers: ArrayLike | None = None,
) -> Fit[MbgCnbd]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    frequency : array_like, count >= 0
        Repeat purchases of each customer.
    recency, age : array_like, periods, 0 <= recency <= age
        First to last purchase; first purchase to the end of observation.
    log_gaps : array_like
        Sum of the natural logarithms of the times between purchases, in periods; 0 if none.
    k : whole number, 1 to `MOST_STAGES`, optional
        The most likely one if left out.
    customers : array_like, count >= 0, optional
        How many customers each row stands for; one if left out.

    Returns
    -------
    Fit
        k is chosen, not estimated: its standard error is NaN.

    Raises
    ------
    ArgumentError
        As the other models' `fit`, or k or log_gaps is impossible.
    NoAnswerError, DomainError
        The data hold no answer, or the likelihood has no maximum.

    Examples
    --------
    >>> x, t_x = [0] * 60 + [1, 1, 2, 9] * 10, [0] * 60 + [4, 9, 7, 38, 30, 21, 35, 33] * 5
    >>> log_gaps = [n * np.log(t / n) if n else 0 for n, t in zip(x, t_x)]
    >>> fit(x, t_x, [39] * 100, log_gaps, k=2).customers
    100
    """
    data = regular_histories(frequency, recency, age, log_gaps, customers)
    if k is None:
        stages, maximum, caveats = fit_most_likely(data)
    else:
        stages = _given_stages(k)
        maximum, caveats = fit_stages(data, stages)
    return Fit(
        MbgCnbd._make([*map(float, maximum.parameters), float(stages)]),
        MbgCnbd._make([*map(float, maximum.standard_errors), float("nan")]),
        float(maximum.value),
        data.histories.customers,
        caveats,
    )


def _given_stages(k: ArrayLike) -> int:
    """Return k as an integer after checking it."""
    stages = whole_stages(np.asarray(k, dtype=np.float64))
    if stages.size != 1 or np.isnan(stages).any():
        raise ArgumentError(f"k must be a whole number, 1 to {MOST_STAGES}", argument="k")
    return int(stages.item())


@np.errstate(all="ignore")
def _log_odds_dropped_out(
    parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
) -> Floats:
    """Return the log-odds: what dropout weighs, less the log-probability of no purchase since."""
    r, alpha, a, b, k = parameters
    k = whole_stages(k)
    shape = r + k * x
    stages = log_stage_weights(shape, (age - t_x) / (alpha + age), k)
    # log1p keeps the digits when the last purchase was a moment ago.
    silence = shape * np.log1p((age - t_x) / (alpha + t_x))
    return np.asarray(np.log(a / (b + x)) + silence - special.logsumexp(stages, axis=0))


def _posterior(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> PosteriorParameters:
    """Return the distributions before any stage since the last purchase is over."""
    r, alpha, a, b, k = parameters
    return r + k * x, alpha + age, a, b + x + 1


def _since_last(parameters: tuple[Floats, ...], t_x: Floats, age: Floats) -> tuple[Floats, ...]:
    """Return the time since the last purchase as a share, and k."""
    alpha, k = parameters[1], parameters[4]
    return (age - t_x) / (alpha + age), whole_stages(k)


def _refuse_without_gaps(*_: object) -> NoReturn:
    raise ArgumentError("log_gaps is missing: it tells how regularly customers buy")


MODEL = PurchaseModel(
    MbgCnbd._make,
    fit_histories=_refuse_without_gaps,
    total_log_likelihood=_refuse_without_gaps,
    log_odds_dropped_out=_log_odds_dropped_out,
    posterior=_posterior,
    purchases_while_alive=regular_purchases.purchases_while_alive,
    at_least_while_alive=regular_purchases.at_least_while_alive,
    is_cheap=False,
    discounted_while_alive=regular_purchases_residual.discounted_while_alive,
    count_probability=regular_purchases.count_probability,
    time_parameter=MBG_CNBD.names.index("alpha"),
    since_last=_since_last,
    median_while_alive=regular_purchases.median_while_alive,
)
