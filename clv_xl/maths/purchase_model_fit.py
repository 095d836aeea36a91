"""What the fits of all purchase models share: scaling, sampling, and sentences on hopeless data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.histories import ENOUGH_REPEATERS, Histories
from clv_xl.maths.likelihood import Maximum, Surface, maximise, vague_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clv_xl.maths.arrays import Flags, Floats

_SMALLEST_SAMPLE = 500
_LARGEST_SAMPLE = 4000


def fitted(
    data: Histories,
    surface: Callable[[Prepared, Floats], Surface],
    starts: Sequence[tuple[float, float, float]],
    names: tuple[str, ...],
    durations: Sequence[int],
) -> tuple[Maximum, tuple[str, ...]]:
    """Return the maximum-likelihood parameters of a purchase model, and reasons for care.

    Parameters
    ----------
    data : Histories
    surface : function
        The log-likelihood of the parameters with its derivatives.
    starts : sequence of tuples
        r and the two parameters of leaving, with the mean age as the unit of time.
    names : tuple of str
        The parameters' names: r, alpha and two more.
    durations : sequence of int
        The places of those that are in the unit of time.

    Returns
    -------
    Maximum, and plain sentences.

    Raises
    ------
    NoAnswerError, DomainError
        The data determine no such parameters; the sentence says why.

    Examples
    --------
    >>> def hill(data, p):
    ...     y = np.log(p)
    ...     return Surface(-y @ y / 2, -y / p, np.diag((y - 1) / p**2))
    >>> data = Histories(*np.array([[1.0, 0.0], [3.0, 0.0], [9.0, 9.0], [5.0, 5.0]]))
    >>> starts, names = [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0)], ("r", "alpha", "a", "b")
    >>> fitted(data, hill, starts, names, [1])[0].parameters.round(6).tolist()
    [1.0, 9.0, 1.0, 1.0]
    """
    scaled, scale, rate = in_ages(data)
    share = sampled(scaled)
    whole = prepared(scaled)
    part = None if share is None else prepared(share)
    maximum = maximise(
        lambda p: surface(whole, p),
        [(shape, shape / rate, *leaving) for shape, *leaving in starts],
        _explanation,
        sample=None if part is None else lambda p: surface(part, p),
    )
    logs = maximum.logs.copy()
    logs[durations] += np.log(scale)
    value = maximum.value - float(data.frequency @ data.number) * np.log(scale)
    found = Maximum(logs, value, maximum.covariance)
    return found, doubts_of(data.repeaters, found, names)


def in_ages(data: Histories) -> tuple[Histories, float, float]:
    """Return the histories with the mean age as the unit of time, so that days and weeks fit alike.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Histories; the mean age in the old unit; the mean frequency, which now is purchases per unit of
    time.

    Examples
    --------
    >>> data = Histories(*np.array([[1.0, 3.0], [5.0, 7.0], [10.0, 10.0], [1.0, 1.0]]))
    >>> in_ages(data)[1:]
    (10.0, 2.0)
    """
    customers = data.number.sum()
    scale = float(data.age @ data.number / customers)
    rate = float(data.frequency @ data.number / customers)
    return data._replace(recency=data.recency / scale, age=data.age / scale), scale, rate


def sampled(data: Histories) -> Histories | None:
    """Return a fair share of many customers, the same whatever the order of the rows; None for few.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Histories or None

    Examples
    --------
    >>> sampled(Histories(*np.ones((4, 100)))) is None
    True
    """
    customers = float(data.number.sum())
    size = min(int(customers / 4), _LARGEST_SAMPLE)
    if size < _SMALLEST_SAMPLE:
        return None
    picks = (np.arange(size) + 0.5) * (customers / size)
    chosen = np.searchsorted(np.cumsum(data.number), picks)
    count = np.bincount(chosen, minlength=data.number.size).astype(np.float64)
    rows = np.flatnonzero(count)
    return Histories(data.frequency[rows], data.recency[rows], data.age[rows], count[rows])


class Prepared(NamedTuple):
    """Histories, with the distinct frequencies and the number of customers with each."""

    histories: Histories
    frequency: Floats
    number: Floats


def prepared(data: Histories) -> Prepared:
    """Return the histories with their distinct frequencies, so that gamma functions are few.

    Parameters
    ----------
    data : Histories

    Returns
    -------
    Prepared

    Examples
    --------
    >>> prepared(Histories(*np.ones((4, 5)))).number.tolist()
    [5.0]
    """
    frequency, where = np.unique(data.frequency, return_inverse=True)
    return Prepared(data, frequency, np.bincount(where, weights=data.number).astype(np.float64))


def gamma_ratio(base: float, steps: Floats, count: Floats) -> tuple[float, float, float]:
    """Return the sum of log(gamma(base + steps) / gamma(base)), its slope and its bend in base.

    Parameters
    ----------
    base : float > 0
    steps, count : float arrays (n,)

    Returns
    -------
    three floats: the sum, its slope, its second derivative.

    Examples
    --------
    >>> [round(value, 12) for value in gamma_ratio(2.0, np.array([1.0]), np.array([1.0]))]
    [0.69314718056, 0.5, -0.25]
    """
    top = base + steps
    return (
        float(count @ (special.gammaln(top) - special.gammaln(base))),
        float(count @ (special.psi(top) - special.psi(base))),
        float(count @ (special.zeta(2.0, top) - special.zeta(2.0, base))),  # trigamma
    )


def doubts_of(repeaters: int, maximum: Maximum, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the reasons to treat the estimates of a purchase model with care.

    Parameters
    ----------
    repeaters : int
        The customers who bought again.
    maximum : Maximum
    names : tuple of str
        The parameters' names.

    Returns
    -------
    tuple of str, sentences.

    Examples
    --------
    >>> doubts_of(5, Maximum(np.zeros(1), 0.0, np.eye(1)), ("r",))
    ('Only 5 customers have bought again; below 30 the estimates are rough.',)
    """
    few: tuple[str, ...] = ()
    if repeaters < ENOUGH_REPEATERS:
        sentence = (
            f"Only {repeaters} customers have bought again; "
            f"below {ENOUGH_REPEATERS} the estimates are rough."
        )
        few = (sentence,)
    return few + vague_parameters(maximum, names)


def refuse_all_present(data: Histories, exposed: Flags) -> None:
    """Raise an error if every customer who could have left bought on the last day observed.

    Parameters
    ----------
    data : Histories
    exposed : flag array (n,)
        The customers who had an occasion to leave.

    Raises
    ------
    NoAnswerError
        Nobody can have left.

    Examples
    --------
    >>> refuse_all_present(Histories(*np.array([[1.0], [3.0], [9.0], [5.0]])), np.array([True]))
    """
    if (data.recency[exposed] == data.age[exposed]).all():
        raise nobody_leaves()


def nobody_leaves() -> NoAnswerError:
    """Return the error for data in which nobody is seen to have left.

    Examples
    --------
    >>> type(nobody_leaves()).__name__
    'NoAnswerError'
    """
    return NoAnswerError(
        "Nobody is seen to leave: the customers were still buying when the data end, so a lifetime "
        "cannot be estimated; use a longer time, or CLV_RETENTION with an assumed rate."
    )


def everybody_leaves() -> NoAnswerError:
    """Return the error for data in which everybody seems gone at once.

    Examples
    --------
    >>> type(everybody_leaves()).__name__
    'NoAnswerError'
    """
    return NoAnswerError(
        "Everybody seems to have left after the first purchases, so there is no lifetime to "
        "estimate; check the end of the data, or use CLV with the average number of purchases."
    )


def leaving_alike() -> DomainError:
    """Return the error for data in which customers do not differ in how they leave.

    Examples
    --------
    >>> type(leaving_alike()).__name__
    'DomainError'
    """
    return DomainError(
        "The customers do not differ in how readily they leave, so the model's spread has no best "
        "value; try another model, use CLV_CHURN or CLV_RETENTION with one rate for all, or "
        "more customers."
    )


def _explanation(logs: Floats) -> ClvError:
    """Say why a parameter of buying or of leaving ran away, the mean age being the unit of time."""
    rate, _, leave, stay = logs
    if leave - stay < -8 or leave < -6:
        return nobody_leaves()
    if leave - stay > 8 or stay < -6:
        return everybody_leaves()
    if min(leave, stay) > 6:
        return leaving_alike()
    if rate < -4:
        return NoAnswerError(
            "Hardly anybody has bought again, so a lifetime cannot be estimated; use more "
            "customers, a longer time, or CLV_RETENTION with an assumed rate."
        )
    return DomainError(
        "The customers do not differ in how often they buy beyond what chance explains, so the "
        "model's spread has no best value; use CLV with the average purchase frequency, or "
        "more customers."
    )
