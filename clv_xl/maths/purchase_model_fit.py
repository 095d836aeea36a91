"""What the fits of all purchase models share: time scale, sample, log-gamma ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.fit_diagnostics import (
    early_dropout_error,
    equal_dropout_error,
    fit_caveats,
    no_dropout_error,
)
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import Explanation, LogLikelihood, Maximum, maximise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clv_xl.maths.arrays import Floats, Integers

_SMALLEST_SAMPLE = 500
_LARGEST_SAMPLE = 4000


def fit_histories(
    data: Histories,
    evaluate: Callable[[FitData, Floats], LogLikelihood],
    starts: Sequence[tuple[float, ...]],
    names: tuple[str, ...],
    durations: Sequence[int],
    explain: Explanation | None = None,
) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood parameters of a purchase model, and the caveats.

    Parameters
    ----------
    data : Histories
    evaluate : function
        Maps fit data and parameters to the log-likelihood with its derivatives.
    starts : sequence of tuples
        Starting values: r and the dropout parameters, in units of the mean age.
    names : tuple of str
        The parameters' names: r, alpha and those of dropout.
    durations : sequence of int
        The indices of those that are durations.
    explain : function, optional
        Maps the logarithms at which the parameters diverged to the error that says why; by default
        that of a model with two dropout parameters.

    Returns
    -------
    Maximum, and the caveats as sentences.

    Raises
    ------
    NoAnswerError, DomainError
        The data determine no such parameters; the sentence says why.

    Examples
    --------
    >>> def bell(data, p):
    ...     y = np.log(p)
    ...     return LogLikelihood(-y @ y / 2, -y / p, np.diag((y - 1) / p**2))
    >>> data = Histories(*np.array([[1.0, 0.0], [3.0, 0.0], [9.0, 9.0], [5.0, 5.0]]))
    >>> starts, names = [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0)], ("r", "alpha", "a", "b")
    >>> fit_histories(data, bell, starts, names, [1])[0].parameters.round(6).tolist()
    [1.0, 9.0, 1.0, 1.0]
    """
    scaled, scale, rate = in_mean_ages(data)
    sample = sample_histories(scaled)
    everyone = fit_data(scaled)
    part = None if sample is None else fit_data(sample)
    maximum = maximise(
        lambda p: evaluate(everyone, p),
        [(shape, shape / rate, *dropout) for shape, *dropout in starts],
        explain or explain_divergence,
        sample=None if part is None else lambda p: evaluate(part, p),
    )
    logs = maximum.logs.copy()
    logs[durations] += np.log(scale)
    value = maximum.value - float(data.frequency @ data.number) * np.log(scale)
    found = Maximum(logs, value, maximum.covariance)
    return found, fit_caveats(data.repeaters, found, names)


def in_mean_ages(data: Histories) -> tuple[Histories, float, float]:
    """Return the histories in units of the mean age, so that days and weeks give the same fit.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Histories; the mean age in the old unit; the mean frequency, which is the purchases per unit of
    time.

    Examples
    --------
    >>> data = Histories(*np.array([[1.0, 3.0], [5.0, 7.0], [10.0, 10.0], [1.0, 1.0]]))
    >>> in_mean_ages(data)[1:]
    (10.0, 2.0)
    """
    customers = data.number.sum()
    scale = float(data.age @ data.number / customers)
    rate = float(data.frequency @ data.number / customers)
    return data._replace(recency=data.recency / scale, age=data.age / scale), scale, rate


def sample_histories(data: Histories) -> Histories | None:
    """Return a sample of many customers that does not depend on the order of the rows.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Histories, or None if the customers are too few to sample.

    Examples
    --------
    >>> sample_histories(Histories(*np.ones((4, 100)))) is None
    True
    """
    found = sample_rows(data.number)
    if found is None:
        return None
    rows, count = found
    return Histories(data.frequency[rows], data.recency[rows], data.age[rows], count)


def sample_rows(number: Floats) -> tuple[Integers, Floats] | None:
    """Return which rows a sample of many customers holds, and how many customers of each.

    Parameters
    ----------
    number : float array (n,)
        How many customers each row stands for.

    Returns
    -------
    the rows and their counts, or None if the customers are too few to sample.

    Examples
    --------
    >>> rows, count = sample_rows(np.full(2, 1000.0))
    >>> rows.tolist(), count.tolist()
    ([0, 1], [250.0, 250.0])
    """
    customers = float(number.sum())
    size = min(int(customers / 4), _LARGEST_SAMPLE)
    if size < _SMALLEST_SAMPLE:
        return None
    picks = (np.arange(size) + 0.5) * (customers / size)
    chosen = np.searchsorted(np.cumsum(number), picks)
    count = np.bincount(chosen, minlength=number.size).astype(np.float64)
    rows = np.flatnonzero(count)
    return rows, count[rows]


class FitData(NamedTuple):
    """Histories, the distinct frequencies, and the number of customers with each."""

    histories: Histories
    frequency: Floats
    number: Floats


def fit_data(data: Histories) -> FitData:
    """Return the histories with their distinct frequencies, to compute few gamma functions.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    FitData

    Examples
    --------
    >>> fit_data(Histories(*np.ones((4, 5)))).number.tolist()
    [5.0]
    """
    frequency, where = np.unique(data.frequency, return_inverse=True)
    return FitData(data, frequency, np.bincount(where, weights=data.number).astype(np.float64))


def log_gamma_ratio(base: float, steps: Floats, count: Floats) -> tuple[float, float, float]:
    """Return the sum of log(gamma(base + steps) / gamma(base)), with derivatives in base.

    Parameters
    ----------
    base : float > 0
    steps, count : float arrays (n,)

    Returns
    -------
    three floats: the sum, its first and its second derivative.

    Examples
    --------
    >>> [round(value, 12) for value in log_gamma_ratio(2.0, np.array([1.0]), np.array([1.0]))]
    [0.69314718056, 0.5, -0.25]
    """
    top = base + steps
    return (
        float(count @ (special.gammaln(top) - special.gammaln(base))),
        float(count @ (special.psi(top) - special.psi(base))),
        float(count @ (special.zeta(2.0, top) - special.zeta(2.0, base))),  # trigamma
    )


def rate_error(log_r: float) -> ClvError:
    """Return the error that says why r, the shape of the purchase rates, diverged.

    Parameters
    ----------
    log_r : float
        The logarithm at which it diverged; the unit of time is the mean age.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(rate_error(13.0)).__name__
    'DomainError'
    """
    if log_r < -4:
        return NoAnswerError(
            "Hardly anybody has bought again, so a lifetime cannot be estimated; use more "
            "customers, a longer time, or CLV_RETENTION with an assumed rate."
        )
    return DomainError(
        "The customers do not differ in how often they buy beyond what chance explains, so the "
        "model's spread has no best value; use CLV with the average purchase frequency, or "
        "more customers."
    )


def explain_divergence(logs: Floats) -> ClvError:
    """Return the error that says why parameters diverged; the unit of time is the mean age.

    Parameters
    ----------
    logs : float array (4,)
        The logarithms of r, alpha and the two parameters of dropout.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(explain_divergence(np.array([0.0, 0.0, -13.0, 0.0]))).__name__
    'NoAnswerError'
    """
    r, _, dropout, survival = logs
    if dropout - survival < -8 or dropout < -6:
        return no_dropout_error()
    if dropout - survival > 8 or survival < -6:
        return early_dropout_error()
    if min(dropout, survival) > 6:
        return equal_dropout_error()
    return rate_error(r)
