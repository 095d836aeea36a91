"""The likelihood of the BG/BB model with its derivatives, and the histories that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ArgumentError, ClvError, DomainError, NoAnswerError
from clv_xl.maths.distributions import log_beta_ratio
from clv_xl.maths.fit_columns import count_distinct_rows, counted_columns, refuse
from clv_xl.maths.fit_diagnostics import early_dropout_error, equal_dropout_error, no_dropout_error
from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.likelihood import LogLikelihood

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers

_MAX_OPPORTUNITIES = 100_000


class OccasionHistories(NamedTuple):
    """Distinct histories, and the terms of their likelihoods, those of a history together."""

    frequency: Floats
    recency: Floats
    opportunities: Floats
    number: Floats
    first_term: Integers  # index of each history's first term
    history: Integers  # index of each term's history
    occasions: Floats  # of each term: occasions at which the customer was active
    dropout: Floats  # of each term: 1 for dropout after them, 0 for active at the end


def log_term(
    parameters: tuple[Floats, ...], purchases: Floats, occasions: Floats, dropout: Floats
) -> Floats:
    """Return the log-probability of some purchases in some occasions, then dropout or none.

    Parameters
    ----------
    parameters : tuple of float arrays
        alpha, beta, gamma, delta.
    purchases, occasions : float array, counts
        Purchases at the occasions at which the customer was active.
    dropout : float array, 1 or 0
        Whether the customer drops out after these occasions.

    Returns
    -------
    float array of the broadcast shape, natural logarithm; NaN where an argument is NaN.

    Examples
    --------
    >>> one = np.ones(())
    >>> np.exp(log_term((one, one, one, one), one, one, 0 * one)).round(12).item()
    0.25
    """
    alpha, beta, gamma, delta = parameters
    buys = log_beta_ratio(alpha, beta, purchases, occasions - purchases)
    return buys + log_beta_ratio(gamma, delta, dropout, occasions)


@np.errstate(all="ignore")
def is_possible(x: Floats, t_x: Floats, n: Floats) -> Flags:
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
    >>> is_possible(np.array([1.0, 1.5]), np.array([2.0, 2.0]), np.array([3.0, 3.0])).tolist()
    [True, False]
    """
    whole = (x == np.floor(x)) & (t_x == np.floor(t_x)) & (n == np.floor(n))
    ordered = (x >= 0) & (x <= t_x) & (t_x <= n) & (n <= _MAX_OPPORTUNITIES)
    result: Flags = whole & ordered & ((x > 0) | (t_x == 0))
    return result


def occasion_histories(
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
    customers: ArrayLike | None,
) -> OccasionHistories:
    """Return the customers of a fit as distinct histories, after checking them.

    Parameters
    ----------
    frequency, recency, opportunities : array_like, whole counts
    customers : array_like, count >= 0, optional

    Returns
    -------
    OccasionHistories

    Raises
    ------
    ArgumentError
        No customers, no occasion, columns of different length, or an impossible row.
    NoAnswerError
        One customer, no repeat purchases, all customers alike, or all active at the end.

    Examples
    --------
    >>> occasion_histories([1, 0], [1, 0], [2, 2], None).occasions.size
    5
    """
    (x, t_x, n), number, rows = counted_columns(
        customers, frequency=frequency, recency=recency, opportunities=opportunities
    )
    for value, name in ((x, "frequency"), (t_x, "recency"), (n, "opportunities")):
        whole = (value >= 0) & (value == np.floor(value)) & (value <= _MAX_OPPORTUNITIES)
        refuse(~whole, rows, f"{name} must be a whole number, 0 or more", name)
    refuse(t_x > n, rows, "recency must not be larger than opportunities", "recency")
    refuse(x > t_x, rows, "frequency must not be larger than recency", "frequency")
    refuse((x == 0) & (t_x > 0), rows, "recency must be 0 where frequency is 0", "recency")
    _refuse_insufficient_data(x, t_x, n, float(number.sum()))
    (x, t_x, n), number = count_distinct_rows(x, t_x, n, number=number)
    return _add_terms(x, t_x, n, number)


def _refuse_insufficient_data(x: Floats, t_x: Floats, n: Floats, customers: float) -> None:
    """Raise an error if the data lack what the model needs."""
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
        raise no_dropout_error()


def _add_terms(x: Floats, t_x: Floats, n: Floats, number: Floats) -> OccasionHistories:
    """Return histories with their terms: dropout after an occasion since recency, or no dropout."""
    terms = (n - t_x).astype(np.int64) + 1
    first_term = np.concatenate([[0], np.cumsum(terms)[:-1]])
    history = np.repeat(np.arange(x.size), terms)
    occasions = t_x[history] + (np.arange(history.size) - first_term[history])
    dropout = (occasions < n[history]).astype(np.float64)
    return OccasionHistories(x, t_x, n, number, first_term, history, occasions, dropout)


def evaluate_log_likelihood(data: OccasionHistories, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood of alpha, beta, gamma, delta with its derivatives.

    Parameters
    ----------
    data : OccasionHistories
    parameters : float array (4,)

    Returns
    -------
    LogLikelihood

    Examples
    --------
    >>> data = occasion_histories([1, 0], [1, 0], [1, 1], None)
    >>> round(evaluate_log_likelihood(data, np.ones(4)).value, 6)
    -1.673976
    """
    alpha, beta, gamma, delta = parameters
    x = data.frequency[data.history]
    log = log_term(tuple(np.asarray(p) for p in parameters), x, data.occasions, data.dropout)
    top = np.maximum.reduceat(log, data.first_term)
    weight = np.exp(log - top[data.history])
    total = np.add.reduceat(weight, data.first_term)
    weight /= total[data.history]

    purchase = _beta_derivatives(alpha, beta, x, data.occasions - x)
    survival = _beta_derivatives(gamma, delta, data.dropout, data.occasions)
    gradients = np.concatenate([purchase[0], survival[0]])
    weighted = gradients * weight
    mean = np.add.reduceat(weighted, data.first_term, axis=1)
    shares = weight * data.number[data.history]
    hessian = (gradients * shares) @ gradients.T - (mean * data.number) @ mean.T
    hessian[:2, :2] += purchase[1] @ shares
    hessian[2:, 2:] += survival[1] @ shares
    value = data.number @ (top + np.log(total))
    return LogLikelihood(float(value), mean @ data.number, hessian)


def _beta_derivatives(a: float, b: float, ones: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Return the gradient (2, n) and Hessian (2, 2, n) of a log ratio of beta functions in a, b."""
    first, second = [], []
    both = a + b + ones + others
    for base, steps in ((a, ones), (b, others)):
        first.append(special.psi(base + steps) - special.psi(base))
        second.append(special.zeta(2.0, base + steps) - special.zeta(2.0, base))
    d_ab = special.psi(a + b) - special.psi(both)
    d_ab_ab = special.zeta(2.0, a + b) - special.zeta(2.0, both)
    hessian = np.array([[second[0] + d_ab_ab, d_ab_ab], [d_ab_ab, second[1] + d_ab_ab]])
    return np.stack([first[0] + d_ab, first[1] + d_ab]), hessian


def explain_divergence(logs: Floats) -> ClvError:
    """Return the error that says why alpha, beta, gamma or delta diverged.

    Parameters
    ----------
    logs : float array (4,)
        Their logarithms.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(explain_divergence(np.array([0.0, 0.0, -13.0, 0.0]))).__name__
    'NoAnswerError'
    """
    purchase, no_purchase, dropout, survival = logs
    if dropout - survival < -6 or dropout < -6:
        return no_dropout_error()
    if dropout - survival > 6 or survival < -6:
        return early_dropout_error()
    if min(dropout, survival) > 5:
        return equal_dropout_error()
    if min(purchase, no_purchase) > 5:
        return DomainError(
            "The customers do not differ in how readily they buy beyond what chance explains, so "
            "the model's spread has no best value; use CLV with the average purchase frequency, "
            "or more customers."
        )
    return DomainError(
        "Practically every customer buys always or never, so the model has no best value; "
        "use more occasions."
    )
