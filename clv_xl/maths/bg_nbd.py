"""The BG/NBD model: customers buy at random, and may leave for good after any repeat purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from clv_xl.maths import beta_dropout, dropout_forecast
from clv_xl.maths.future_periods import by_period, discounted_sum, of_cohort
from clv_xl.maths.histories import broadcast, histories, observed, parameters_of
from clv_xl.maths.likelihood import Fit

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats, Integers

_OCCASIONS = 0


class BgNbd(NamedTuple):
    """r and alpha of the rates of buying, a and b of the chances to leave after a purchase."""

    r: float
    alpha: float
    a: float
    b: float


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Fit[BgNbd]:
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
        alpha in the period of `recency` and `age`; `doubts` are reasons to treat the estimates with
        care.

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
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).

    Examples
    --------
    >>> x, t_x = [0] * 60 + [1, 1, 2, 9] * 10, [0] * 60 + [4, 9, 7, 38, 30, 21, 35, 33] * 5
    >>> fit(x, t_x, [39] * 100).customers
    100
    """
    data = histories(frequency, recency, age)
    found, doubts = beta_dropout.fitted(data, _OCCASIONS)
    return Fit(
        BgNbd(*map(float, found.parameters)),
        BgNbd(*map(float, found.standard_errors)),
        float(found.value),
        data.customers,
        doubts,
    )


def log_likelihood(model: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> float:
    """Return the log-likelihood of the parameters given the customers.

    Parameters
    ----------
    model : BgNbd
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
    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> round(log_likelihood(model, [2, 0], [30.43, 0], [38.86, 38.86]), 3)
    -10.013
    """
    data = histories(frequency, recency, age)
    return beta_dropout.log_likelihood(data, np.asarray(model, dtype=np.float64), _OCCASIONS)


@np.errstate(all="ignore")
def probability_alive(
    model: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the probability that each customer is still active at the end of observation.

    Parameters
    ----------
    model : BgNbd
        r, alpha, a, b; alpha in the period of `recency` and `age`.
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
    >>> probability_alive(BgNbd(0.243, 4.414, 0.793, 2.426), frequency=0, recency=0, age=39).item()
    1.0
    """
    r, alpha, a, b = parameters_of(model)
    x, t_x, age_ = observed(frequency, recency, age)
    stay = np.where(x == 0, np.inf, b + x - 1)
    # log1p keeps the digits when the last purchase was a moment ago.
    log_odds_left = np.log(a / stay) + (r + x) * np.log1p((age_ - t_x) / (alpha + t_x))
    return np.asarray(special.expit(-log_odds_left))


@np.errstate(all="ignore")
def expected_purchases(
    model: BgNbd, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the expected purchases of each customer in the next `horizon` periods.

    Parameters
    ----------
    model : BgNbd
        r, alpha, a, b; alpha in the period of all durations.
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
    >>> expected_purchases(BgNbd(0.243, 4.414, 0.793, 2.426), 39, 2, 30.43, 38.86).round(3).item()
    1.226
    """
    t, x, t_x, age_ = broadcast(horizon, *observed(frequency, recency, age))
    r, alpha, a, b = parameters_of(model)
    t = np.where(t >= 0, t, np.nan)
    alive = probability_alive(model, x, t_x, age_)
    return np.asarray(
        alive * dropout_forecast.purchases_while_alive(r + x, alpha + age_, a, b + x, t)
    )


def expected_purchases_new(model: BgNbd, horizon: ArrayLike) -> Floats:
    """Return the expected repeat purchases of a new customer within `horizon` periods.

    Parameters
    ----------
    model : BgNbd
    horizon : array_like, periods >= 0

    Returns
    -------
    float array of the shape of `horizon`, purchases; NaN where it is outside its range.

    Examples
    --------
    >>> expected_purchases_new(BgNbd(0.243, 4.414, 0.793, 2.426), [0, 1, 78]).round(3).tolist()
    [0.0, 0.053, 1.861]
    """
    (t,) = broadcast(horizon)
    r, alpha, a, b = parameters_of(model)
    t = np.where(t >= 0, t, np.nan)
    return dropout_forecast.purchases_while_alive(r, alpha, a, b, t)


def purchase_probability(model: BgNbd, purchases: ArrayLike, horizon: ArrayLike) -> Floats:
    """Return the probability of exactly that many repeat purchases of a new customer.

    Parameters
    ----------
    model : BgNbd
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
    >>> purchase_probability(BgNbd(0.243, 4.414, 0.793, 2.426), [0, 1], 39).round(3).tolist()
    [0.574, 0.199]
    """
    x, t = broadcast(purchases, horizon)
    return dropout_forecast.purchase_probability(parameters_of(model), x, t, _OCCASIONS)


@np.errstate(all="ignore")
def discounted_residual_transactions(
    model: BgNbd,
    discount_rate: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """Return the expected purchases of each customer's endless future, each discounted to now.

    Parameters
    ----------
    model : BgNbd
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
    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> discounted_residual_transactions(model, 0.0027, 2, 30.43, 38.86).round(2).item()
    5.16
    """
    d, x, t_x, age_ = broadcast(discount_rate, *observed(frequency, recency, age))
    r, alpha, a, b = parameters_of(model)
    d = np.where((d > 0) & np.isfinite(d), d, np.nan)
    alive = probability_alive(model, x, t_x, age_)
    return np.asarray(
        alive * dropout_forecast.discounted_while_alive(r + x, alpha + age_, a, b + x, d)
    )


@np.errstate(all="ignore")
def expected_purchases_by_period(
    model: BgNbd, periods: int, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the expected purchases of each customer in each of the next periods.

    Parameters
    ----------
    model : BgNbd
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
    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> expected_purchases_by_period(model, 39, [2], [30.43], [38.86]).sum().round(3).item()
    1.226
    """
    x, t_x, age_ = (np.atleast_1d(value) for value in observed(frequency, recency, age))
    r, alpha, a, b = parameters_of(model)
    alive = probability_alive(model, x, t_x, age_)

    def while_alive(t: Floats, rows: Integers) -> Floats:
        shape, rate, stay = r + x[rows], alpha + age_[rows], b + x[rows]
        return dropout_forecast.purchases_while_alive(
            shape[:, None], rate[:, None], a, stay[:, None], t
        )

    return alive[:, None] * by_period(while_alive, alpha + age_, periods)


def discounted_purchases(
    model: BgNbd,
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
    model : BgNbd
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
    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> discounted_purchases(model, 39, [2], [30.43], [38.86], discount_rate=0).round(3).tolist()
    [1.226]
    """
    x, t_x, age_ = (np.atleast_1d(value) for value in observed(frequency, recency, age))
    return discounted_sum(
        lambda rows: expected_purchases_by_period(model, periods, x[rows], t_x[rows], age_[rows]),
        x.size,
        periods,
        discount_rate,
    )


def expected_purchases_of_cohort(
    model: BgNbd, first_purchase: ArrayLike, times: ArrayLike
) -> Floats:
    """Return the expected repeat purchases up to each time of customers born at different times.

    Parameters
    ----------
    model : BgNbd
    first_purchase : array_like (n,), periods
        When each customer first bought, on a clock common to all.
    times : array_like (k,), periods
        On the same clock.

    Returns
    -------
    float array (k,), repeat purchases of all customers together.

    Examples
    --------
    >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> expected_purchases_of_cohort(model, [0, 0], [78]).round(3).tolist()
    [3.721]
    """
    return of_cohort(
        lambda t: expected_purchases_new(model, t), float(model.alpha), first_purchase, times
    )
