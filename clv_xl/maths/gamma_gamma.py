"""The Gamma-Gamma model of spend: values vary around a customer's mean, which varies too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.elementwise import broadcast, parameters_of
from clv_xl.maths.fit_columns import counted_columns, refuse
from clv_xl.maths.fitted_models import GammaGamma
from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.likelihood import Fit, LogLikelihood, Maximum, maximise, uncertain_parameters

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats

_BLOCK = 4096  # fits the cache, and is too small for the linear algebra to start threads
_SAMPLE = 4_000
_STARTS = [(6.0, 4.0, 0.5), (2.0, 2.0, 0.5), (1.0, 8.0, 7.0)]


class _Spenders(NamedTuple):
    """Customers with repeat purchases of some value; a row may stand for several of them."""

    frequency: Floats
    value: Floats
    number: Floats
    unpaid: float
    """Customers whose repeat purchases came to nothing, who are omitted."""

    @property
    def customers(self) -> int:
        """The number of customers."""
        return round(float(self.number.sum()))


class _Sums(NamedTuple):
    """What the likelihood takes of the customers, and sums that do not depend on the parameters."""

    frequency: Floats
    total: Floats  # frequency times mean value
    number: Floats  # of customers in each row
    distinct: Floats  # frequencies
    with_each: Floats  # customers with each
    frequency_logs: float  # the sum of frequency times log total
    value_logs: float  # the sum of the logs of the mean value


def fit(
    frequency: ArrayLike, monetary_value: ArrayLike, customers: ArrayLike | None = None
) -> Fit[GammaGamma]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    frequency : array_like, count >= 0
        Repeat purchases of each customer; customers without any are omitted.
    monetary_value : array_like, money per purchase, >= 0
        Mean value of the repeat purchases; customers with a mean of 0 are omitted too.
    customers : array_like, count >= 0, optional
        How many customers each row stands for; one if left out.

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
    spenders = _select_spenders(frequency, monetary_value, customers)
    weight = spenders.number.sum()
    scale = float(spenders.number @ spenders.value / weight)
    data = _precompute_sums(spenders, scale)
    sample = None
    if spenders.value.size >= 4 * _SAMPLE:
        sample = _precompute_sums(_sample(spenders), scale)
    maximum = maximise(
        lambda p: _evaluate_log_likelihood(data, p),
        _STARTS,
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
        maximum.value - float(weight) * np.log(scale),
        maximum.covariance,
    )
    return found.as_fit(GammaGamma._make, spenders.customers, _caveats(spenders, found))


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
    data = _precompute_sums(_select_spenders(frequency, monetary_value, None), 1.0)
    with np.errstate(all="ignore"):
        return float(_evaluate_log_likelihood(data, np.asarray(model, dtype=np.float64)).value)


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


def _select_spenders(
    frequency: ArrayLike, monetary_value: ArrayLike, customers: ArrayLike | None
) -> _Spenders:
    """Return the customers with repeat purchases of some value."""
    (x, m), number, rows = counted_columns(
        customers, frequency=frequency, monetary_value=monetary_value
    )
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
    if number[paid].sum() < 2:
        raise NoAnswerError(
            "Fewer than two customers have a repeat purchase of some value, so how spend "
            "differs cannot be estimated; use the mean of all purchases."
        )
    if paid.all():
        return _Spenders(x, m, number, 0.0)
    return _Spenders(x[paid], m[paid], number[paid], float(number[again & ~paid].sum()))


def _sample(spenders: _Spenders) -> _Spenders:
    """Return some of the rows."""
    x, m, number, unpaid = spenders
    every = x.size // _SAMPLE
    return _Spenders(x[::every], m[::every], number[::every], unpaid)


def _precompute_sums(spenders: _Spenders, scale: float) -> _Sums:
    """Return what the likelihood takes of the customers, their values in units of the scale."""
    x, m, number, _ = spenders
    if x.max() < 10 * x.size + 1e6:
        with_each = np.bincount(x.astype(np.int64), weights=number).astype(np.float64)
        distinct = np.flatnonzero(with_each).astype(np.float64)
        with_each = with_each[with_each > 0]
    else:
        distinct, where = np.unique(x, return_inverse=True)
        with_each = np.bincount(where, weights=number).astype(np.float64)
    total = x * m
    total /= scale
    data = _Sums(x, total, number, distinct, with_each, 0.0, 0.0)
    (logs, x_logs), *_ = _sum_over_customers(data, 0.0)
    return data._replace(
        frequency_logs=float(x_logs), value_logs=float(logs - with_each @ np.log(distinct))
    )


def _evaluate_log_likelihood(data: _Sums, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of p, q, v with its derivatives."""
    p, q, v = parameters
    x, n = data.distinct, data.with_each
    customers = n.sum()
    top, own = p * x + q, p * x
    (logs, x_logs), (shares, x_shares), squares = _sum_over_customers(data, v)
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


def _sum_over_customers(data: _Sums, v: float) -> Floats:
    """Return sums of log(v + total), 1/(v + total) and its square, each also times frequency."""
    result = np.zeros((3, 2))
    for start in range(0, data.total.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        whole = data.total[part] + v
        terms, weights = np.empty((3, whole.size)), np.empty((2, whole.size))
        np.log(whole, out=terms[0])
        np.reciprocal(whole, out=terms[1])
        np.square(terms[1], out=terms[2])
        weights[0] = data.number[part]
        np.multiply(weights[0], data.frequency[part], out=weights[1])
        result += terms @ weights.T
    return result


def _caveats(spenders: _Spenders, maximum: Maximum) -> tuple[str, ...]:
    """Return the reasons to treat the estimates with care, as sentences."""
    found: list[str] = []
    customers = spenders.customers
    if spenders.unpaid:
        found.append(
            f"{spenders.unpaid:.0f} customers whose repeat purchases came to nothing were left out."
        )
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
