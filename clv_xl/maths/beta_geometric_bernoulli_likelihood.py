"""The likelihood of the BG/BB model, with its derivatives, and the histories that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ArgumentError, ClvError, DomainError, NoAnswerError
from clv_xl.maths.distributions import log_beta_ratio
from clv_xl.maths.fit_columns import columns, grouped, refuse
from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.likelihood import Surface
from clv_xl.maths.purchase_model_fit import everybody_leaves, leaving_alike, nobody_leaves

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers

_LONGEST = 100_000


class Donors(NamedTuple):
    """Distinct histories, and for each the terms of its likelihood, one after the other."""

    frequency: Floats
    recency: Floats
    opportunities: Floats
    number: Floats
    first: Integers  # the place of each history's first term
    owner: Integers  # the history of each term
    seen: Floats  # occasions at which the customer was still active, for each term
    left: Floats  # 1 where the customer left after them, 0 where still active at the end


def log_term(
    parameters: tuple[Floats, ...], purchases: Floats, seen: Floats, left: Floats
) -> Floats:
    """Return the log of the chance to buy so often in `seen` occasions, and then to leave or not.

    Parameters
    ----------
    parameters : tuple of float arrays
        alpha, beta, gamma, delta.
    purchases, seen : float array, counts
    left : float array, 1 or 0

    Returns
    -------
    float array of the broadcast shape.

    Examples
    --------
    >>> one = np.ones(())
    >>> np.exp(log_term((one, one, one, one), one, one, 0 * one)).round(12).item()
    0.25
    """
    alpha, beta, gamma, delta = parameters
    buys = log_beta_ratio(alpha, beta, purchases, seen - purchases)
    return buys + log_beta_ratio(gamma, delta, left, seen)


@np.errstate(all="ignore")
def possible(x: Floats, t_x: Floats, n: Floats) -> Flags:
    """Return where a history is one that a customer can have.

    Parameters
    ----------
    x, t_x, n : float array
        Frequency, recency, opportunities.

    Returns
    -------
    flag array of the broadcast shape.

    Examples
    --------
    >>> possible(np.array([1.0, 1.5]), np.array([2.0, 2.0]), np.array([3.0, 3.0])).tolist()
    [True, False]
    """
    whole = (x == np.floor(x)) & (t_x == np.floor(t_x)) & (n == np.floor(n))
    ordered = (x >= 0) & (x <= t_x) & (t_x <= n) & (n <= _LONGEST)
    result: Flags = whole & ordered & ((x > 0) | (t_x == 0))
    return result


def histories_of(
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
    customers: ArrayLike | None,
) -> Donors:
    """Return the customers of a fit as distinct histories, having refused what cannot be fitted.

    Parameters
    ----------
    frequency, recency, opportunities : array_like, whole counts
    customers : array_like, count >= 0, optional

    Returns
    -------
    Donors

    Raises
    ------
    ArgumentError
        No customers, no occasion, columns of different length, or an impossible row.
    NoAnswerError
        One customer, nobody who bought again, all alike, or all active at the end.

    Examples
    --------
    >>> histories_of([1, 0], [1, 0], [2, 2], None).seen.size
    5
    """
    given = {"frequency": frequency, "recency": recency, "opportunities": opportunities}
    if customers is not None:
        given["customers"] = customers
    values, rows = columns(**given)
    x, t_x, n = values[:3]
    number = values[3] if customers is not None else np.ones(x.size)
    refuse(~(number >= 0) | np.isinf(number), rows, "customers must be 0 or more", "customers")
    for value, name in ((x, "frequency"), (t_x, "recency"), (n, "opportunities")):
        whole = (value >= 0) & (value == np.floor(value)) & (value <= _LONGEST)
        refuse(~whole, rows, f"{name} must be a whole number, 0 or more", name)
    refuse(t_x > n, rows, "recency must not be larger than opportunities", "recency")
    refuse(x > t_x, rows, "frequency must not be larger than recency", "frequency")
    refuse((x == 0) & (t_x > 0), rows, "recency must be 0 where frequency is 0", "recency")
    kept = number > 0
    _refuse_answerless(x[kept], t_x[kept], n[kept], float(number.sum()))
    (x, t_x, n, number), repeats = grouped(x[kept], t_x[kept], n[kept], number[kept])
    return _with_terms(x, t_x, n, number * repeats)


def _refuse_answerless(x: Floats, t_x: Floats, n: Floats, customers: float) -> None:
    """Say what the data lack."""
    if not (n > 0).any():
        raise ArgumentError(
            "There was no occasion to buy (every number is 0).", argument="opportunities"
        )
    if customers <= 1:
        raise NoAnswerError(
            "One customer is not enough to see how customers differ; give all customers "
            f"(at least {ENOUGH_REPEATERS} who bought again)."
        )
    if not (x > 0).any():
        raise NoAnswerError(
            "No customer has bought twice by the end of the data, so a lifetime cannot be "
            "estimated; use CLV_RETENTION with an assumed rate."
        )
    if (x == x[0]).all() and (t_x == t_x[0]).all() and (n == n[0]).all():
        raise NoAnswerError(
            "All customers have the same history, so how they differ cannot be estimated; "
            "use CLV or CLV_RETENTION with the averages."
        )
    if (t_x == n).all():
        raise nobody_leaves()


def _with_terms(x: Floats, t_x: Floats, n: Floats, number: Floats) -> Donors:
    """Lay out the terms of every history: to have left after each occasion since, or not at all."""
    terms = (n - t_x).astype(np.int64) + 1
    first = np.concatenate([[0], np.cumsum(terms)[:-1]])
    owner = np.repeat(np.arange(x.size), terms)
    seen = t_x[owner] + (np.arange(owner.size) - first[owner])
    return Donors(x, t_x, n, number, first, owner, seen, (seen < n[owner]).astype(np.float64))


def surface(data: Donors, parameters: Floats) -> Surface:
    """Return the log-likelihood of alpha, beta, gamma, delta with its derivatives.

    Parameters
    ----------
    data : Donors
    parameters : float array (4,)

    Returns
    -------
    Surface

    Examples
    --------
    >>> round(surface(histories_of([1, 0], [1, 0], [1, 1], None), np.ones(4)).value, 6)
    -1.673976
    """
    alpha, beta, gamma, delta = parameters
    x = data.frequency[data.owner]
    log = log_term(tuple(np.asarray(p) for p in parameters), x, data.seen, data.left)
    top = np.maximum.reduceat(log, data.first)
    weight = np.exp(log - top[data.owner])
    total = np.add.reduceat(weight, data.first)
    weight /= total[data.owner]

    buys = _beta_derivatives(alpha, beta, x, data.seen - x)
    stays = _beta_derivatives(gamma, delta, data.left, data.seen)
    slopes = np.concatenate([buys[0], stays[0]])
    weighted = slopes * weight
    mean = np.add.reduceat(weighted, data.first, axis=1)
    shares = weight * data.number[data.owner]
    hessian = (slopes * shares) @ slopes.T - (mean * data.number) @ mean.T
    hessian[:2, :2] += buys[1] @ shares
    hessian[2:, 2:] += stays[1] @ shares
    value = data.number @ (top + np.log(total))
    return Surface(float(value), mean @ data.number, hessian)


def _beta_derivatives(a: float, b: float, ones: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Return the slopes (2, n) and bends (2, 2, n) of the log of a ratio of beta functions."""
    slopes, bends = [], []
    both = a + b + ones + others
    for base, steps in ((a, ones), (b, others)):
        slopes.append(special.psi(base + steps) - special.psi(base))
        bends.append(special.zeta(2.0, base + steps) - special.zeta(2.0, base))
    common = special.psi(a + b) - special.psi(both)
    bend = special.zeta(2.0, a + b) - special.zeta(2.0, both)
    second = np.array([[bends[0] + bend, bend], [bend, bends[1] + bend]])
    return np.stack([slopes[0] + common, slopes[1] + common]), second


def explanation(logs: Floats) -> ClvError:
    """Return the error that says why alpha, beta, gamma or delta ran away.

    Parameters
    ----------
    logs : float array (4,)
        Their logarithms.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(explanation(np.array([0.0, 0.0, -13.0, 0.0]))).__name__
    'NoAnswerError'
    """
    buy, skip, leave, stay = logs
    if leave - stay < -6 or leave < -6:
        return nobody_leaves()
    if leave - stay > 6 or stay < -6:
        return everybody_leaves()
    if min(leave, stay) > 5:
        return leaving_alike()
    if min(buy, skip) > 5:
        return DomainError(
            "The customers do not differ in how readily they buy beyond what chance explains, so "
            "the model's spread has no best value; use CLV with the average purchase frequency, "
            "or more customers."
        )
    return DomainError(
        "Practically every customer buys always or never, so the model has no best value; "
        "use more occasions."
    )
