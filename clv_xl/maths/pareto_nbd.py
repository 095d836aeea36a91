"""The Pareto/NBD model: customers buy at random, and may leave for good at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.maths import pareto_forecast, pareto_likelihood
from clv_xl.maths.dropout_forecast import log_purchase_probability
from clv_xl.maths.future_periods import discounted_sum, of_cohort, whole_periods
from clv_xl.maths.histories import broadcast, by_element, histories, observed, parameters_of
from clv_xl.maths.likelihood import Fit

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


class ParetoNbd(NamedTuple):
    """r and alpha of the rates of buying, s and beta of the rates of leaving."""

    r: float
    alpha: float
    s: float
    beta: float


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Fit[ParetoNbd]:
    """Return the maximum-likelihood parameters with their standard errors.

    Parameters
    ----------
    frequency : array_like, count >= 0
        Repeat purchases of each customer.
    recency, age : array_like, periods, 0 <= recency <= age
        First to last purchase; first purchase to the end of observation. Rows empty in all three
        are left out.

    Returns
    -------
    Fit
        alpha and beta in the period of `recency` and `age`; `doubts` are reasons to treat the
        estimates with care.

    Raises
    ------
    ArgumentError
        No customers, no time observed, columns of different length, or an impossible row, which is
        named.
    NoAnswerError
        The data hold no answer: nobody bought again, all customers are alike, nobody or everybody
        leaves.
    DomainError
        The likelihood has no maximum.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting Your Customers, Management Science 33(1).

    Examples
    --------
    >>> x, t_x = [0] * 60 + [1, 1, 2, 9] * 10, [0] * 60 + [4, 9, 7, 38, 30, 21, 35, 33] * 5
    >>> fit(x, t_x, [39] * 100).customers
    100
    """
    data = histories(frequency, recency, age)
    found, doubts = pareto_likelihood.fitted(data)
    return Fit(
        ParetoNbd(*map(float, found.parameters)),
        ParetoNbd(*map(float, found.standard_errors)),
        float(found.value),
        data.customers,
        doubts,
    )


def log_likelihood(
    model: ParetoNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> float:
    """Return the log-likelihood of the parameters given the customers.

    Parameters
    ----------
    model : ParetoNbd
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age

    Returns
    -------
    float, natural logarithm.

    Raises
    ------
    ArgumentError, NoAnswerError
        As `fit`.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> round(log_likelihood(model, [2, 0], [30.43, 0], [38.86, 38.86]), 3)
    -10.075
    """
    data = histories(frequency, recency, age)
    return pareto_likelihood.log_likelihood(data, np.asarray(model, dtype=np.float64))


@np.errstate(all="ignore")
def probability_alive(
    model: ParetoNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the probability that each customer is still active at the end of observation.

    Parameters
    ----------
    model : ParetoNbd
        r, alpha, s, beta; alpha and beta in the period of `recency` and `age`.
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its range.
    It is 1 for who never bought again: the model lets nobody leave before.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> probability_alive(model, frequency=0, recency=0, age=39).round(3).item()
    0.294
    """
    x, t_x, age_ = observed(frequency, recency, age)
    odds = pareto_likelihood.log_odds_left(parameters_of(model), x, t_x, age_)
    return np.asarray(special.expit(-odds))


@np.errstate(all="ignore")
def expected_purchases(
    model: ParetoNbd, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the expected purchases of each customer in the next `horizon` periods.

    Parameters
    ----------
    model : ParetoNbd
        r, alpha, s, beta; alpha and beta in the period of all durations.
    horizon : array_like, periods >= 0
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
    1.455
    """
    t, x, t_x, age_ = broadcast(horizon, *observed(frequency, recency, age))
    t = np.where(t >= 0, t, np.nan)
    r, alpha, s, beta = parameters_of(model)
    alive = probability_alive(model, x, t_x, age_)
    return np.asarray(
        alive * (r + x) / (alpha + age_) * pareto_forecast.time_left(s, beta + age_, t)
    )


def expected_purchases_new(model: ParetoNbd, horizon: ArrayLike) -> Floats:
    """Return the expected repeat purchases of a new customer within `horizon` periods.

    Parameters
    ----------
    model : ParetoNbd
    horizon : array_like, periods >= 0

    Returns
    -------
    float array of the shape of `horizon`, purchases; NaN where it is outside its range.

    Examples
    --------
    >>> expected_purchases_new(ParetoNbd(0.553, 10.58, 0.606, 11.67), [0, 1, 78]).round(3).tolist()
    [0.0, 0.051, 1.909]
    """
    (t,) = broadcast(horizon)
    r, alpha, s, beta = parameters_of(model)
    t = np.where(t >= 0, t, np.nan)
    return np.asarray(r / alpha * pareto_forecast.time_left(s, beta, t))


def purchase_probability(model: ParetoNbd, purchases: ArrayLike, horizon: ArrayLike) -> Floats:
    """Return the probability of exactly that many repeat purchases of a new customer.

    Parameters
    ----------
    model : ParetoNbd
    purchases : array_like, whole count >= 0
    horizon : array_like, periods >= 0

    Returns
    -------
    float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> purchase_probability(ParetoNbd(0.553, 10.58, 0.606, 11.67), [0, 1], 39).round(3).tolist()
    [0.594, 0.166]
    """
    x, t = broadcast(purchases, horizon)
    x = np.where((x >= 0) & (x == np.floor(x)), x, np.nan)
    t = np.where((t >= 0) & np.isfinite(t), t, np.nan)
    r, alpha, s, beta = parameters_of(model)
    active = log_purchase_probability(r, alpha, x, t) - s * np.log1p(t / beta)
    left = by_element(pareto_forecast.probability_having_left, r, alpha, s, beta, x, t, block=1024)
    return np.asarray(np.minimum(np.exp(active) + left, 1.0))


@np.errstate(all="ignore")
def discounted_residual_transactions(
    model: ParetoNbd,
    discount_rate: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """Return the expected purchases of each customer's endless future, each discounted to now.

    Parameters
    ----------
    model : ParetoNbd
    discount_rate : array_like, continuous, per period, > 0
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age

    Returns
    -------
    float array of the broadcast shape, purchases; NaN where an argument is outside its range. It
    grows without bound as the discount rate goes to 0 when a is 1 or less.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> discounted_residual_transactions(model, 0.0027, 2, 30.43, 38.86).round(2).item()
    6.48
    """
    d, x, t_x, age_ = broadcast(discount_rate, *observed(frequency, recency, age))
    r, alpha, s, beta = parameters_of(model)
    d = np.where((d > 0) & np.isfinite(d), d, np.nan)
    alive = probability_alive(model, x, t_x, age_)
    left = by_element(pareto_forecast.discounted_time_left, s, beta + age_, d)
    return np.asarray(alive * (r + x) / (alpha + age_) * left)


@np.errstate(all="ignore")
def expected_purchases_by_period(
    model: ParetoNbd, periods: int, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the expected purchases of each customer in each of the next periods.

    Parameters
    ----------
    model : ParetoNbd
    periods : int, count >= 1
    frequency : array_like (n,), count >= 0
    recency, age : array_like (n,), periods, 0 <= recency <= age

    Returns
    -------
    float array (n, periods), purchases in the first, second, ... period from now; NaN for an
    impossible customer.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> expected_purchases_by_period(model, 39, [2], [30.43], [38.86]).sum().round(3).item()
    1.455
    """
    x, t_x, age_ = (np.atleast_1d(value) for value in observed(frequency, recency, age))
    r, alpha, s, beta = parameters_of(model)
    now = probability_alive(model, x, t_x, age_) * (r + x) / (alpha + age_)
    times = np.arange(whole_periods(periods) + 1.0)
    return np.diff(
        now[:, None] * pareto_forecast.time_left(s, (beta + age_)[:, None], times), axis=1
    )


def discounted_purchases(
    model: ParetoNbd,
    periods: int,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    discount_rate: float,
) -> Floats:
    """Return the expected purchases over the next periods, discounted to the end of each.

    Parameters
    ----------
    model : ParetoNbd
    periods : int, count >= 1
    frequency : array_like (n,), count >= 0
    recency, age : array_like (n,), periods, 0 <= recency <= age
    discount_rate : float, share per period, > -1

    Returns
    -------
    float array (n,), purchases; NaN for an impossible customer.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast, or `periods` is not a whole number.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> discounted_purchases(model, 39, [2], [30.43], [38.86], discount_rate=0).round(3).tolist()
    [1.455]
    """
    x, t_x, age_ = (np.atleast_1d(value) for value in observed(frequency, recency, age))
    return discounted_sum(
        lambda rows: expected_purchases_by_period(model, periods, x[rows], t_x[rows], age_[rows]),
        x.size,
        periods,
        discount_rate,
    )


def expected_purchases_of_cohort(
    model: ParetoNbd, first_purchase: ArrayLike, times: ArrayLike
) -> Floats:
    """Return the expected repeat purchases up to each time of customers born at different times.

    Parameters
    ----------
    model : ParetoNbd
    first_purchase : array_like (n,), periods
        When each customer first bought, on a clock common to all.
    times : array_like (k,), periods
        On the same clock.

    Returns
    -------
    float array (k,), repeat purchases of all customers together.

    Examples
    --------
    >>> model = ParetoNbd(0.553, 10.58, 0.606, 11.67)
    >>> expected_purchases_of_cohort(model, [0, 0], [78]).round(3).tolist()
    [3.818]
    """
    return of_cohort(
        lambda t: expected_purchases_new(model, t), float(model.beta), first_purchase, times
    )
