"""Maximum likelihood of the MBG/CNBD-k model, for a given k and for the k that is most likely.

The log-likelihood of a customer depends on the times between purchases through the sum of their
logarithms only, and on that through k only: for a given k it moves the maximum not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ClvError
from clv_xl.maths import purchase_model_fit
from clv_xl.maths.fit_columns import counted_columns, refuse
from clv_xl.maths.fit_diagnostics import refuse_all_active
from clv_xl.maths.fitted_models import MBG_NBD, MOST_STAGES
from clv_xl.maths.histories import Histories, histories
from clv_xl.maths.likelihood import LogLikelihood, Maximum
from clv_xl.maths.purchase_model_fit import FitData, fit_data, log_gamma_ratio

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats

_BLOCK = 8192  # fits the cache, and is too small for the linear algebra to start threads
_STARTS = (0.5, 0.8, 2.0), (0.2, 0.3, 1.0), (2.0, 2.0, 3.0)
_ROUNDING = 1e-6
_TOO_REGULAR = (
    f"Purchases come at more even intervals than k = {MOST_STAGES} describes, the largest k there "
    "is; if customers pay every period, use SBG_FIT or BDW_FIT."
)


class RegularHistories(NamedTuple):
    """Distinct histories, and the sum of the logarithms of all times between purchases."""

    histories: Histories
    log_gaps: float


def regular_histories(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    log_gaps: ArrayLike,
    customers: ArrayLike | None = None,
) -> RegularHistories:
    """Return the customers of a fit, after checking them.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age
    log_gaps : array_like
        Sum of the natural logarithms of the times between purchases, in periods; 0 if none.
    customers : array_like, count >= 0, optional

    Returns
    -------
    RegularHistories

    Raises
    ------
    ArgumentError, NoAnswerError
        As `histories`, or the times between purchases do not add up to recency.

    Examples
    --------
    >>> regular_histories([0, 2], [0, 2], [4, 4], [0, 0]).log_gaps
    0.0
    """
    data = histories(frequency, recency, age, customers)
    (x, t_x, _, logs), number, rows = counted_columns(
        customers, frequency=frequency, recency=recency, age=age, log_gaps=log_gaps
    )
    refuse(~np.isfinite(logs), rows, "log_gaps must be a number", "log_gaps")
    refuse((x == 0) & (logs != 0), rows, "log_gaps must be 0 where frequency is 0", "log_gaps")
    again = np.maximum(x, 1)
    largest = special.xlogy(x, t_x / again)
    # Equal times between purchases have the largest sum of logarithms.
    refuse(
        ~(logs <= largest + _ROUNDING * again),
        rows,
        "log_gaps is larger than recency allows: take both from the same RFM_SUMMARY",
        "log_gaps",
    )
    return RegularHistories(data, float(logs @ number))


def fit_stages(data: RegularHistories, k: int) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood r, alpha, a, b for a number of stages, and the caveats.

    Parameters
    ----------
    data : RegularHistories
    k : int, count, 1 to `MOST_STAGES`

    Returns
    -------
    Maximum, and the caveats as sentences.

    Raises
    ------
    NoAnswerError, DomainError
        The data determine no such parameters; the sentence says why.
    """
    past = data.histories
    refuse_all_active(past, past.age > 0)
    # For all k alike the search is for alpha of purchases, which is that of stages times k.
    scale = np.array([1.0, 1.0 / k, 1.0, 1.0])

    def evaluate(part: FitData, parameters: Floats) -> LogLikelihood:
        found = _evaluate_log_likelihood(part, parameters * scale, k)
        return LogLikelihood(
            found.value, found.gradient * scale, found.hessian * np.outer(scale, scale)
        )

    found, caveats = purchase_model_fit.fit_histories(
        past, evaluate, _STARTS, MBG_NBD.names, MBG_NBD.duration_indexes
    )
    # The search is in units of the mean age, in which the times between purchases count too.
    scale_of_time = purchase_model_fit.in_mean_ages(past)[1]
    value = found.value + _gap_terms(data, k, scale_of_time)
    return Maximum(found.logs + np.log(scale), value, found.covariance), caveats


def fit_most_likely(data: RegularHistories) -> tuple[int, Maximum, tuple[str, ...]]:
    """Return the most likely k with its maximum-likelihood parameters, and the caveats.

    Parameters
    ----------
    data : RegularHistories

    Returns
    -------
    k, Maximum, and the caveats as sentences.

    Raises
    ------
    NoAnswerError, DomainError
        No k has parameters that the data determine, or one without is more likely.
    """
    best: tuple[int, Maximum, tuple[str, ...]] | None = None
    failures: dict[int, ClvError] = {}
    for k in range(1, MOST_STAGES + 1):
        try:
            found, caveats = fit_stages(data, k)
        except ClvError as fault:
            failures[k] = fault
            continue
        if best is not None and found.value <= best[1].value:
            break
        best = k, found, caveats
    if best is None:
        raise failures[1]
    k, found, caveats = best
    r, alpha, a, b = found.parameters
    for other, failure in failures.items():
        # The same pace and dropout in other stages: if likelier, then so is that k at its best.
        if log_likelihood(data, np.array([r, alpha * k / other, a, b, other])) > found.value:
            raise failure
    return k, found, (_TOO_REGULAR, *caveats) if k == MOST_STAGES else caveats


def log_likelihood(data: RegularHistories, parameters: Floats) -> float:
    """Return the log-likelihood of r, alpha, a, b, k given the data.

    Parameters
    ----------
    data : RegularHistories
    parameters : float array (5,)

    Returns
    -------
    float, natural logarithm.

    Examples
    --------
    >>> data = regular_histories([0, 2], [0, 2], [4, 4], [0, 0])
    >>> round(log_likelihood(data, np.array([1.0, 4.0, 1.0, 2.0, 1.0])), 6)
    -5.015276
    """
    k = int(parameters[4])
    with np.errstate(all="ignore"):
        found = _evaluate_log_likelihood(fit_data(data.histories), parameters[:4], k)
    return found.value + _gap_terms(data, k)


def _gap_terms(data: RegularHistories, k: int, unit: float = 1.0) -> float:
    """Return the terms that depend on the times between purchases, and on k.

    Where the other terms are those of times in another unit, so many periods long, the times
    between purchases are converted.
    """
    purchases = float(data.histories.frequency @ data.histories.number)
    log_gaps = data.log_gaps - purchases * np.log(unit)
    return float((k - 1) * log_gaps - purchases * special.gammaln(k))


def _evaluate_log_likelihood(data: FitData, parameters: Floats, k: int) -> LogLikelihood:
    """Return the log-likelihood of r, alpha, a, b with its derivatives, but for `_gap_terms`."""
    total = _frequency_terms(data.frequency, data.number, parameters, k)
    for start in range(0, data.histories.number.size, _BLOCK):
        part = Histories(*(column[start : start + _BLOCK] for column in data.histories))
        total = total.plus(_time_terms(part, parameters, k))
    return total


def _frequency_terms(x: Floats, n: Floats, parameters: Floats, k: int) -> LogLikelihood:
    """Return the terms that depend on frequency alone: ratios of gamma functions."""
    r, alpha, a, b = parameters
    customers = n.sum()
    log_alpha = np.log(alpha)
    ratio_r, d_r, d_r_r = log_gamma_ratio(r, k * x, n)
    ratio_b, d_b, d_b_b = log_gamma_ratio(b, x + 1, n)
    ratio_ab, d_ab, d_ab_ab = log_gamma_ratio(a + b, x + 1, n)
    gradient = np.array([d_r + customers * log_alpha, customers * r / alpha, -d_ab, d_b - d_ab])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = d_r_r
    hessian[0, 1] = hessian[1, 0] = customers / alpha
    hessian[1, 1] = -customers * r / alpha**2
    hessian[2:, 2:] = -d_ab_ab
    hessian[3, 3] += d_b_b
    value = ratio_r + ratio_b - ratio_ab + customers * r * log_alpha
    return LogLikelihood(float(value), gradient, hessian)


def _time_terms(data: Histories, parameters: Floats, k: int) -> LogLikelihood:
    """Return the terms that depend on recency and age.

    With R = r + k x, S the sum of the weights of 0 to k - 1 stages since the last purchase
    (`_stage_sum`) and q the logarithm of what dropout weighs, they are
    -R log(alpha + T) + log(S + exp q), which no frequency overflows.
    """
    r, alpha, a, b = parameters
    x, t_x, age, n = data
    shape = r + k * x
    at_recency, at_age = 1 / (alpha + t_x), 1 / (alpha + age)
    log_age = np.log(alpha + age)
    log_ratio = log_age - np.log(alpha + t_x)
    stages, slope, curvature = _stage_sum(shape, (age - t_x) * at_age, at_age, k)
    survivals = b + x
    q = np.log(a / survivals) + shape * log_ratio
    dropout = special.expit(q - stages)
    value = n @ (np.logaddexp(q, stages) - shape * log_age)

    active, zero = 1 - dropout, np.zeros_like(x)
    d_log_ratio = at_age - at_recency
    d_q = np.stack([log_ratio, shape * d_log_ratio, np.full_like(x, 1 / a), -1 / survivals])
    d_stages = np.stack([*slope, zero, zero])
    gradient = (dropout * d_q + active * d_stages) @ n
    gradient[0] -= n @ log_age
    gradient[1] -= n @ (shape * at_age)
    between = d_q - d_stages
    hessian = (between * (n * dropout * active)) @ between.T
    n_dropout, n_active = n * dropout, n * active
    d_r_r, d_r_alpha, d_alpha_alpha = curvature
    hessian[0, 0] += n_active @ d_r_r
    mixed = n_dropout @ d_log_ratio + n_active @ d_r_alpha - n @ at_age
    hessian[0, 1] += mixed
    hessian[1, 0] += mixed
    hessian[1, 1] += (
        n_dropout @ (shape * (at_recency**2 - at_age**2))
        + n_active @ d_alpha_alpha
        + n @ (shape * at_age**2)
    )
    hessian[2, 2] -= n_dropout.sum() / a**2
    hessian[3, 3] += n_dropout @ (1 / survivals**2)
    return LogLikelihood(float(value), gradient, hessian)


def _stage_sum(
    shape: Floats, share: Floats, at_age: Floats, k: int
) -> tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """Return the logarithm of the sum of the stages' weights, with its derivatives in r and alpha.

    The weight of j stages is Gamma(R + j) / (Gamma(R) j!) u^j, u the share of alpha + age since the
    last purchase. Weights relative to the largest so far overflow at no frequency.
    """
    log = np.zeros_like(shape)
    psi, trigamma = np.zeros_like(shape), np.zeros_like(shape)
    rows = [(log, psi, trigamma)]
    for j in range(1, k):
        log = log + np.log((shape + j - 1) * share / j)
        psi = psi + 1 / (shape + j - 1)
        trigamma = trigamma - 1 / (shape + j - 1) ** 2
        rows.append((log, psi, trigamma))
    logs = np.stack([row[0] for row in rows])
    total = special.logsumexp(logs, axis=0)
    weights = np.exp(logs - total)
    psis, trigammas = (np.stack([row[at] for row in rows]) for at in (1, 2))
    down = np.arange(k)[:, None] * at_age
    d_r = (weights * psis).sum(axis=0)
    d_alpha = -(weights * down).sum(axis=0)
    d_r_r = (weights * (psis**2 + trigammas)).sum(axis=0) - d_r**2
    d_r_alpha = -(weights * psis * down).sum(axis=0) - d_r * d_alpha
    d_alpha_alpha = (weights * down * (down + at_age)).sum(axis=0) - d_alpha**2
    return total, (d_r, d_alpha), (d_r_r, d_r_alpha, d_alpha_alpha)
