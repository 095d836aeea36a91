"""The Gamma-Gamma model of spend: values vary around a customer's mean, which varies too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.elementwise import broadcast, parameters_of
from clv_xl.maths.fit_columns import columns, refuse
from clv_xl.maths.fitted_models import GammaGamma
from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.likelihood import Fit, LogLikelihood, Maximum, maximise, uncertain_parameters

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats

_BLOCK = 8192  # fits the cache, and is too small for the linear algebra to start threads
_SAMPLE = 20_000


class _RepeatBuyers(NamedTuple):
    """Customers with repeat purchases, and the sums that do not depend on the parameters."""

    frequency: Floats
    total: Floats  # frequency times mean value
    distinct: Floats  # frequencies
    number: Floats  # of customers with each
    frequency_logs: float  # the sum of frequency times log total
    value_logs: float  # the sum of the logs of the mean value


def fit(frequency: ArrayLike, monetary_value: ArrayLike) -> Fit[GammaGamma]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    frequency : array_like, count >= 0
        Repeat purchases of each customer; customers without any are omitted.
    monetary_value : array_like, money per purchase, >= 0
        Mean value of the repeat purchases; customers with a mean of 0 are omitted too.

    Returns
    -------
    Fit
        v in the currency of `monetary_value`; `customers` counts those not omitted;
        `caveats` are reasons to treat the estimates with care.

    Raises
    ------
    ArgumentError
        No customers, columns of different length, or an impossible row, which is named.
    NoAnswerError
        The data hold no answer: no repeat purchases, or all customers spend the same.
    DomainError
        The likelihood has no maximum, or spend is so uneven that its mean is infinite (q <= 1).

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4).

    Examples
    --------
    >>> x, m = [0, 1, 1, 1, 1, 8, 8, 8, 8], [0, 10, 60, 25, 90, 15, 70, 30, 40]
    >>> fit(x, m).customers
    8
    """
    x, m, unpaid = _select_repeat_buyers(frequency, monetary_value)
    scale = float(np.mean(m))
    data = _precompute_sums(x, m / scale)
    sample = None
    if x.size >= 4 * _SAMPLE:
        every = x.size // _SAMPLE
        sample = _precompute_sums(x[::every], m[::every] / scale)
    maximum = maximise(
        lambda p: _evaluate_log_likelihood(data, p),
        [(6.0, 4.0, 0.5), (2.0, 2.0, 0.5), (1.0, 8.0, 7.0)],
        _explain_divergence,
        sample=None if sample is None else lambda p: _evaluate_log_likelihood(sample, p),
    )
    if maximum.parameters[1] <= 1:
        raise DomainError(
            "Spend is so uneven between customers that the model's mean spend is infinite (q is 1 "
            "or less); use each customer's observed mean, or look for a few very large amounts."
        )
    found = Maximum(
        maximum.logs + np.array([0.0, 0.0, np.log(scale)]),
        maximum.value - x.size * np.log(scale),
        maximum.covariance,
    )
    return found.as_fit(GammaGamma._make, x.size, _caveats(x.size, unpaid, found))


def log_likelihood(model: GammaGamma, frequency: ArrayLike, monetary_value: ArrayLike) -> float:
    """Return the log-likelihood of the parameters given the customers with repeat purchases.

    Parameters
    ----------
    model : GammaGamma
    frequency : array_like, count >= 0
    monetary_value : array_like, money per purchase, >= 0

    Returns
    -------
    float, natural logarithm.

    Raises
    ------
    ArgumentError, NoAnswerError
        As `fit`.

    Examples
    --------
    >>> round(log_likelihood(GammaGamma(6.25, 3.74, 15.44), [1, 2], [20, 35]), 3)
    -7.69
    """
    x, m, _ = _select_repeat_buyers(frequency, monetary_value)
    with np.errstate(all="ignore"):
        return float(
            _evaluate_log_likelihood(
                _precompute_sums(x, m), np.asarray(model, dtype=np.float64)
            ).value
        )


@np.errstate(all="ignore")
def expected_spend(model: GammaGamma, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
    """Return the expected value per purchase of each customer.

    Parameters
    ----------
    model : GammaGamma
        p, q, v; v in the currency of `monetary_value`.
    frequency : array_like, count >= 0
    monetary_value : array_like, money per purchase, >= 0
        Ignored where frequency is 0.

    Returns
    -------
    float array of the broadcast shape, money per purchase: between the customer's own mean and that
    of all. NaN where an argument is outside its range or the mean is infinite (p x frequency + q <=
    1).

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> expected_spend(GammaGamma(6.25, 3.74, 15.44), [0, 2], [0, 22.35]).round(1).tolist()
    [35.2, 24.7]
    """
    x, m = broadcast(frequency, monetary_value)
    p, q, v = parameters_of(model)
    x = np.where((x >= 0) & np.isfinite(x), x, np.nan)
    total = np.where(x == 0, 0.0, x * np.where((m >= 0) & np.isfinite(m), m, np.nan))
    above = p * x + q - 1
    return np.asarray(p * (v + total) / np.where(above > 0, above, np.nan))


def expected_spend_new(model: GammaGamma) -> Floats:
    """Return the expected value per purchase of a new customer.

    Parameters
    ----------
    model : GammaGamma

    Returns
    -------
    float array, money per purchase; NaN where the mean is infinite (q <= 1).

    Examples
    --------
    >>> expected_spend_new(GammaGamma(6.25, 3.74, 15.44)).round(2).item()
    35.22
    """
    return expected_spend(model, 0.0, 0.0)


def _select_repeat_buyers(
    frequency: ArrayLike, monetary_value: ArrayLike
) -> tuple[Floats, Floats, int]:
    """Return frequency and mean value of the repeat buyers, and how many spent nothing."""
    (x, m), rows = columns(frequency=frequency, monetary_value=monetary_value)
    whole = (x >= 0) & (x == np.floor(x)) & np.isfinite(x)
    refuse(~whole, rows, "frequency must be a whole number, 0 or more", "frequency")
    again = x > 0
    bad = again & ~((m >= 0) & np.isfinite(m))
    refuse(bad, rows, "monetary_value must be 0 or more", "monetary_value")
    if not again.any():
        raise NoAnswerError(
            "No customer has bought twice by the end of the data, so spend per repeat purchase "
            "cannot be estimated; use the mean of all purchases."
        )
    paid = again & (m > 0)
    if paid.sum() < 2:
        raise NoAnswerError(
            "Fewer than two customers have a repeat purchase of some value, so how spend "
            "differs cannot be estimated; use the mean of all purchases."
        )
    if paid.all():
        return x, m, 0
    return x[paid], m[paid], int(again.sum() - paid.sum())


def _precompute_sums(x: Floats, m: Floats) -> _RepeatBuyers:
    """Return the repeat buyers with the sums that do not depend on the parameters."""
    total = x * m
    number = np.bincount(x.astype(np.int64)) if x.max() < 10 * x.size + 1e6 else np.zeros(0)
    if number.size:
        distinct = np.flatnonzero(number).astype(np.float64)
        number = number[number > 0]
    else:
        distinct, number = np.unique(x, return_counts=True)
    logs = np.log(total)
    log_values = logs.sum() - number @ np.log(distinct)
    return _RepeatBuyers(
        x, total, distinct, number.astype(np.float64), float(x @ logs), float(log_values)
    )


def _evaluate_log_likelihood(data: _RepeatBuyers, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of p, q, v with its derivatives."""
    p, q, v = parameters
    x, n = data.distinct, data.number
    customers = n.sum()
    top, own = p * x + q, p * x
    logs, x_logs, shares, x_shares, squares = _sum_over_customers(data, v)
    customers_log_v = customers * np.log(v)
    ratio = special.gammaln(top) - special.gammaln(own)
    value = n @ ratio - customers * special.gammaln(q) + q * customers_log_v
    value += p * data.frequency_logs - data.value_logs - p * x_logs - q * logs

    psi_top = special.psi(top)
    gradient = np.array(
        [
            (n * x) @ (psi_top - special.psi(own)) + data.frequency_logs - x_logs,
            n @ psi_top - customers * float(special.psi(q)) + customers_log_v - logs,
            customers * q / v - p * x_shares - q * shares,
        ]
    )
    trigamma_top = special.zeta(2.0, top)  # the trigamma function
    hessian = np.empty((3, 3))
    hessian[0, 0] = (n * x**2) @ (trigamma_top - special.zeta(2.0, own))
    hessian[0, 1] = (n * x) @ trigamma_top
    hessian[1, 1] = n @ trigamma_top - customers * float(special.zeta(2.0, q))
    hessian[0, 2] = -x_shares
    hessian[1, 2] = customers / v - shares
    hessian[2, 2] = -customers * q / v**2 + p * squares[1] + q * squares[0]
    hessian[[1, 2, 2], [0, 0, 1]] = hessian[[0, 0, 1], [1, 2, 2]]
    return LogLikelihood(float(value), gradient, hessian)


def _sum_over_customers(data: _RepeatBuyers, v: float) -> tuple[float, float, float, float, Floats]:
    """Return sums of log(v + total), 1/(v + total) and its square, each also times frequency."""
    result = np.zeros(6)
    for start in range(0, data.total.size, _BLOCK):
        x = data.frequency[start : start + _BLOCK]
        whole = data.total[start : start + _BLOCK] + v
        share = 1 / whole
        logs = np.log(whole)
        x_share = x * share
        result += (
            logs.sum(),
            x @ logs,
            share.sum(),
            x_share.sum(),
            share @ share,
            x_share @ share,
        )
    return result[0], result[1], result[2], result[3], result[4:]


def _caveats(customers: int, unpaid: int, maximum: Maximum) -> tuple[str, ...]:
    """Return the reasons to treat the estimates with care, as sentences."""
    found: list[str] = []
    if unpaid:
        found.append(f"{unpaid} customers whose repeat purchases came to nothing were left out.")
    if customers < ENOUGH_REPEATERS:
        found.append(
            f"Only {customers} customers have bought again; "
            f"below {ENOUGH_REPEATERS} the estimates are rough."
        )
    return (*found, *uncertain_parameters(maximum, GammaGamma._fields))


def _explain_divergence(logs: Floats) -> ClvError:
    """Return the error that says why p, q or v diverged."""
    p, q, _ = logs
    if p > 6 and q > 4:
        return NoAnswerError(
            "All customers spend practically the same, so the model has nothing to estimate; "
            "use the mean of all purchases."
        )
    if q > 6:
        return DomainError(
            "The customers' mean spend does not differ beyond what chance explains, so the model's "
            "spread has no best value; use the mean of all purchases."
        )
    return DomainError(
        "Each customer always spends practically the same, so the model has no best value; "
        "use each customer's observed mean."
    )
