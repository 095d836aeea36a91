"""What the BG/NBD and the MBG/NBD model have in common.

In both a customer buys at random with a gamma-distributed rate while alive, and after a purchase
leaves for good with a beta-distributed probability. In the MBG/NBD there is one more occasion to
leave, right after the first purchase. So all of it depends on `occasions`: 0 for BG/NBD, 1 for
MBG/NBD, the occasions to leave beside the repeat purchases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.maths import dropout_forecast, purchase_fits
from clv_xl.maths.fitted_models import BG_NBD
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import Maximum, Surface
from clv_xl.maths.purchase_fits import Prepared, gamma_ratio, prepared, refuse_all_present
from clv_xl.maths.purchase_model import Four, Parameters, PurchaseModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clv_xl.maths.arrays import Floats

_BLOCK = 8192  # fits the cache, and is too small for the linear algebra to start threads


def purchase_model(
    named: Callable[[Iterable[float]], Parameters], occasions: int
) -> PurchaseModel[Parameters]:
    """Return what either model can be asked.

    Parameters
    ----------
    named : function
        r, alpha, a, b to the model's own NamedTuple of them.
    occasions : int
        0 for BG/NBD, 1 for MBG/NBD.

    Returns
    -------
    PurchaseModel

    Examples
    --------
    >>> one = np.ones(())
    >>> purchase_model(tuple, 1).log_odds_left((one, one, one, one), 0 * one, 0 * one, one).item()
    0.6931471805599453
    """

    def log_odds_left(
        parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
    ) -> Floats:
        r, alpha, a, b = parameters
        stay = np.where(x + occasions == 0, np.inf, b + x + (occasions - 1))
        # log1p keeps the digits when the last purchase was a moment ago.
        return np.asarray(np.log(a / stay) + (r + x) * np.log1p((age - t_x) / (alpha + t_x)))

    def updated(parameters: tuple[Floats, ...], x: Floats, age: Floats) -> Four:
        r, alpha, a, b = parameters
        return r + x, alpha + age, a, b + x + occasions

    return PurchaseModel(
        named,
        fitted=lambda data: _fitted(data, occasions),
        likelihood=lambda data, parameters: _log_likelihood(data, parameters, occasions),
        log_odds_left=log_odds_left,
        updated=updated,
        while_alive=dropout_forecast.purchases_while_alive,
        quick=False,
        discounted_while_alive=dropout_forecast.discounted_while_alive,
        chance=lambda parameters, purchases, horizon: dropout_forecast.purchase_probability(
            parameters, purchases, horizon, occasions
        ),
        time_scale=1,
    )


def _fitted(data: Histories, occasions: int) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r, alpha, a, b, and reasons to treat them with care."""
    if occasions == 0:
        refuse_all_present(data, data.frequency > 0)
    else:
        refuse_all_present(data, data.age > 0)
    starts = (0.5, 0.8, 2.0), (0.2, 0.3, 1.0), (2.0, 2.0, 3.0)
    return purchase_fits.fitted(
        data,
        lambda part, parameters: _surface(part, parameters, occasions),
        starts,
        BG_NBD.names,
        BG_NBD.duration_indexes,
    )


def _log_likelihood(data: Histories, parameters: Floats, occasions: int) -> float:
    """Return the log-likelihood of r, alpha, a, b given the data."""
    with np.errstate(all="ignore"):
        return float(_surface(prepared(data), parameters, occasions).value)


def _surface(data: Prepared, parameters: Floats, occasions: int) -> Surface:
    """Return the log-likelihood of r, alpha, a, b with its derivatives."""
    total = _frequency_terms(data.frequency, data.number, parameters, occasions)
    for start in range(0, data.histories.number.size, _BLOCK):
        part = Histories(*(column[start : start + _BLOCK] for column in data.histories))
        total = total.plus(_time_terms(part, parameters, occasions))
    return total


def _frequency_terms(x: Floats, n: Floats, parameters: Floats, occasions: int) -> Surface:
    """Return the part that depends on frequency alone: ratios of gamma functions."""
    r, alpha, a, b = parameters
    customers = n.sum()
    log_alpha = np.log(alpha)
    value_r, slope_r, bend_r = gamma_ratio(r, x, n)
    value_b, slope_b, bend_b = gamma_ratio(b, x + occasions, n)
    value_c, slope_c, bend_c = gamma_ratio(a + b, x + occasions, n)
    gradient = np.array(
        [slope_r + customers * log_alpha, customers * r / alpha, -slope_c, slope_b - slope_c]
    )
    hessian = np.zeros((4, 4))
    hessian[0, 0] = bend_r
    hessian[0, 1] = hessian[1, 0] = customers / alpha
    hessian[1, 1] = -customers * r / alpha**2
    hessian[2:, 2:] = -bend_c
    hessian[3, 3] += bend_b
    value = value_r + value_b - value_c + customers * r * log_alpha
    return Surface(float(value), gradient, hessian)


def _time_terms(data: Histories, parameters: Floats, occasions: int) -> Surface:
    """Return the part that depends on recency and age.

    With q the log-odds of having left, it is -(r + x) log(alpha + T) + log(1 + exp q), which no
    frequency overflows.
    """
    r, alpha, a, b = parameters
    x, t_x, age, n = data
    shape = r + x
    early, late = 1 / (alpha + t_x), 1 / (alpha + age)
    log_late = np.log(alpha + age)
    stretch = log_late - np.log(alpha + t_x)
    bound = x + occasions == 0  # had no occasion to leave
    stay = np.where(bound, 1.0, b + x + (occasions - 1))
    q = np.where(bound, -np.inf, np.log(a / stay) + shape * stretch)
    small = np.exp(-np.abs(q))
    left = np.where(q > 0, 1.0, small) / (1 + small)
    value = n @ (np.maximum(q, 0) + np.log1p(small) - shape * log_late)

    gap = late - early
    n_left = n * left
    sum_left = n_left.sum()
    pull = n_left * gap - n * late
    gradient = np.array(
        [n_left @ stretch - n @ log_late, shape @ pull, sum_left / a, -(n_left @ (1 / stay))]
    )
    slopes = np.stack([stretch, shape * gap, np.full_like(x, 1 / a), -1 / stay])
    hessian = (slopes * (n_left * (1 - left))) @ slopes.T
    bend = shape @ (n_left * (early**2 - late**2) + n * late**2)
    twist = pull.sum()
    hessian[0, 1] += twist
    hessian[1, 0] += twist
    hessian[1, 1] += bend
    hessian[2, 2] -= sum_left / a**2
    hessian[3, 3] += n_left @ (1 / stay**2)
    return Surface(float(value), gradient, hessian)
