"""What the BG/NBD and the MBG/NBD model have in common.

In both a customer buys at random with a gamma-distributed rate while alive, and after a purchase
leaves for good with a beta-distributed probability. In the MBG/NBD there is one more occasion to
leave, right after the first purchase. So all of it depends on `occasions`: 0 for BG/NBD, 1 for
MBG/NBD, the occasions to leave beside the repeat purchases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import Maximum, Surface, maximise
from clv_xl.maths.purchase_fits import (
    Prepared,
    doubts_of,
    everybody_leaves,
    gamma_ratio,
    in_ages,
    leaving_alike,
    nobody_leaves,
    prepared,
    rates_explained,
    refuse_all_present,
    sampled,
)

if TYPE_CHECKING:
    from clv_xl.errors import ClvError
    from clv_xl.maths.arrays import Floats

_BLOCK = 8192  # fits the cache, and is too small for the linear algebra to start threads


def fitted(data: Histories, occasions: int) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r, alpha, a, b, and reasons to treat them with care.

    Parameters
    ----------
    data : Histories
    occasions : int
        0 for BG/NBD, 1 for MBG/NBD.

    Returns
    -------
    Maximum, and plain sentences.

    Raises
    ------
    NoAnswerError, DomainError
        The data determine no such parameters; the sentence says why.

    Examples
    --------
    >>> x, t_x = [0, 0, 1, 2, 3, 8, 1], [0, 0, 1, 3, 9, 9, 6]
    >>> data = Histories(*np.array([x, t_x, [10.0] * 7, [90, 9, 25, 15, 8, 5, 20]]))
    >>> fitted(data, occasions=0)[0].parameters.shape
    (4,)
    """
    if occasions == 0:
        refuse_all_present(data, data.frequency > 0)
    else:
        refuse_all_present(data, data.age > 0)
    scaled, scale, rate = in_ages(data)
    starts = [
        (shape, shape / rate, leave, stay)
        for shape, leave, stay in ((0.5, 0.8, 2.0), (0.2, 0.3, 1.0), (2.0, 2.0, 3.0))
    ]
    share = sampled(scaled)
    whole = prepared(scaled)
    part = None if share is None else prepared(share)
    maximum = maximise(
        lambda p: _surface(whole, p, occasions),
        starts,
        _explanation,
        sample=None if part is None else lambda p: _surface(part, p, occasions),
    )
    found = Maximum(
        maximum.logs + np.array([0.0, np.log(scale), 0.0, 0.0]),
        maximum.value - float(data.frequency @ data.number) * np.log(scale),
        maximum.covariance,
    )
    return found, doubts_of(data, found, ("r", "alpha", "a", "b"))


def log_likelihood(data: Histories, parameters: Floats, occasions: int) -> float:
    """Return the log-likelihood of r, alpha, a, b given the data.

    Parameters
    ----------
    data : Histories
    parameters : float array (4,)
    occasions : int
        0 for BG/NBD, 1 for MBG/NBD.

    Returns
    -------
    float, natural logarithm.

    Examples
    --------
    >>> nobody_bought_again = Histories(*np.array([[0.0], [0.0], [10.0], [1.0]]))
    >>> log_likelihood(nobody_bought_again, np.array([1.0, 10.0, 1.0, 1.0]), 0)
    -0.693147180559945
    """
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


def _explanation(logs: Floats) -> ClvError:
    """Say why r, alpha, a or b ran away."""
    _, _, leave, stay = logs
    if leave - stay < -8 or leave < -6:
        return nobody_leaves()
    if leave - stay > 8 or stay < -6:
        return everybody_leaves()
    if min(leave, stay) > 6:
        return leaving_alike()
    return rates_explained(logs)
