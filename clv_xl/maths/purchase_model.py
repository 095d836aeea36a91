"""The functions that every model of repeat purchases has: fit, probability alive, expectations.

The models differ in the dropout process, which determines a few quantities. A `PurchaseModel` holds
them, and each model's module offers its methods as functions, such as `bg_nbd.fit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from scipy import special

from clv_xl.maths.arrays import Floats
from clv_xl.maths.elementwise import apply_to_distinct, broadcast, parameters_of
from clv_xl.maths.future_purchases import FuturePurchases
from clv_xl.maths.histories import Histories, histories, valid_histories
from clv_xl.maths.likelihood import Fit, Maximum
from clv_xl.maths.purchases_by_period import cohort_purchases, discounted_sum, period_purchases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clv_xl.maths.arrays import ArrayLike, Integers

Parameters = TypeVar("Parameters", bound=tuple[float, ...])
PosteriorParameters: TypeAlias = tuple[Floats, Floats, Floats, Floats]
"""Four parameters as arrays: r and alpha of the gamma-distributed purchase rate first."""


def lomax_median(shape: Floats, rate: Floats, *_dropout: Floats) -> Floats:
    """Return the median time to the next purchase of customers who buy at random.

    The time has a Lomax distribution: exponential with a gamma-distributed rate.

    Parameters
    ----------
    shape, rate : float array
        Gamma distribution of the purchase rate; rate in periods.

    Returns
    -------
    float array of the broadcast shape, periods.

    Examples
    --------
    >>> lomax_median(np.asarray(1.0), np.asarray(40.0)).item()
    40.0
    """
    return np.asarray(rate * np.expm1(np.log(2) / shape))


class PurchaseModel(NamedTuple, Generic[Parameters]):
    """The quantities in which models of repeat purchases differ."""

    make: Callable[[Iterable[float]], Parameters]
    """Builds the model's NamedTuple from numbers."""
    fit_histories: Callable[[Histories], tuple[Maximum, tuple[str, ...]]]
    """Maps histories to the maximum-likelihood parameters and the caveats."""
    total_log_likelihood: Callable[[Histories, Floats], float]
    """Maps histories and parameters to the log-likelihood."""
    log_odds_dropped_out: Callable[[tuple[Floats, ...], Floats, Floats, Floats], Floats]
    """Maps parameters, frequency, recency, age to the log-odds that the customer dropped out."""
    posterior: Callable[[tuple[Floats, ...], Floats, Floats], PosteriorParameters]
    """Maps parameters, frequency, age to the posterior of a customer who is still active."""
    purchases_while_alive: Callable[..., Floats]
    """Maps posterior parameters and a horizon to the expected purchases of an active customer."""
    at_least_while_alive: Callable[..., Floats]
    """Maps posterior parameters, a count >= 1 and a horizon to the probability that an active
    customer makes at least so many purchases."""
    is_cheap: bool
    """Whether `purchases_while_alive` costs no more than interpolating it over time."""
    discounted_while_alive: Callable[..., Floats]
    """Maps posterior parameters and a continuous discount rate to all future purchases."""
    count_probability: Callable[[tuple[Floats, ...], Floats, Floats], Floats]
    """Maps parameters, a count, a horizon to the probability of that count for a new customer."""
    time_parameter: int
    """Index of the parameter that is the time scale of a new customer's expected purchases."""
    since_last: Callable[[tuple[Floats, ...], Floats, Floats], tuple[Floats, ...]] | None = None
    """Maps parameters, recency, age to further posterior parameters, where the time since the last
    purchase tells more than that the customer is active."""
    median_while_alive: Callable[..., Floats] = lomax_median
    """Maps posterior parameters to the median time to the next purchase of an active customer."""

    def fit(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        customers: ArrayLike | None = None,
    ) -> Fit[Parameters]:
        """Return the maximum-likelihood parameters with their standard errors.

        Parameters
        ----------
        frequency : array_like, count >= 0
            Repeat purchases of each customer.
        recency, age : array_like, periods, 0 <= recency <= age
            First to last purchase; first purchase to the end of observation. Rows empty in all
            columns are left out.
        customers : array_like, count >= 0, optional
            How many customers each row stands for; one if left out.

        Returns
        -------
        Fit
            alpha (and beta of the Pareto/NBD) in the period of `recency` and `age`; `caveats` are
            reasons to treat the estimates with care.

        Raises
        ------
        ArgumentError
            No customers, no time observed, columns of different length, or an impossible row, which
            is named.
        NoAnswerError
            The data hold no answer: no repeat purchases, all customers alike, no dropout, or
            dropout of all customers at once.
        DomainError
            The likelihood has no maximum.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> x, t_x = [0] * 60 + [1, 1, 2, 9] * 10, [0] * 60 + [4, 9, 7, 38, 30, 21, 35, 33] * 5
        >>> bg_nbd.fit(x, t_x, [39] * 100).customers
        100
        """
        data = histories(frequency, recency, age, customers)
        maximum, caveats = self.fit_histories(data)
        return maximum.as_fit(self.make, data.customers, caveats)

    def log_likelihood(
        self, model: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> float:
        """Return the log-likelihood of the parameters given the customers.

        Parameters
        ----------
        model : tuple of the parameters
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
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> round(bg_nbd.log_likelihood(model, [2, 0], [30.43, 0], [38.86, 38.86]), 3)
        -10.013
        """
        data = histories(frequency, recency, age)
        return self.total_log_likelihood(data, np.asarray(model, dtype=np.float64))

    @np.errstate(all="ignore")
    def probability_alive(
        self, model: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Return the probability that each customer is still active at the end of observation.

        Parameters
        ----------
        model : tuple of the parameters
            alpha (and beta of the Pareto/NBD) in the period of `recency` and `age`.
        frequency : array_like, count >= 0
        recency, age : array_like, periods, 0 <= recency <= age

        Returns
        -------
        float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its
        range. In the BG/NBD model it is 1 for customers without a repeat purchase: dropout happens
        only after one.

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.probability_alive(model, [0, 2], [0, 30.43], 38.86).round(3).tolist()
        [1.0, 0.727]
        """
        return self._alive(parameters_of(model), *valid_histories(frequency, recency, age))

    @np.errstate(all="ignore")
    def expected_purchases(
        self,
        model: Parameters,
        horizon: ArrayLike,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """Return the expected purchases of each customer in the next `horizon` periods.

        Parameters
        ----------
        model : tuple of the parameters
            alpha (and beta of the Pareto/NBD) in the period of all durations.
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
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.expected_purchases(model, 39, 2, 30.43, 38.86).round(3).item()
        1.226
        """
        parameters, past = parameters_of(model), valid_histories(frequency, recency, age)
        t, x, t_x, age_ = broadcast(horizon, *past)
        t = np.where(t >= 0, t, np.nan)
        while_alive = self.purchases_while_alive(*self._posterior(parameters, x, t_x, age_), t)
        return np.asarray(self._alive(parameters, *past) * while_alive)

    def expected_purchases_new(self, model: Parameters, horizon: ArrayLike) -> Floats:
        """Return the expected repeat purchases of a new customer within `horizon` periods.

        Parameters
        ----------
        model : tuple of the parameters
        horizon : array_like, periods >= 0

        Returns
        -------
        float array of the shape of `horizon`, purchases; NaN where it is outside its range.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.expected_purchases_new(model, [0, 1, 78]).round(3).tolist()
        [0.0, 0.053, 1.861]
        """
        return self.expected_purchases(model, horizon, 0.0, 0.0, 0.0)

    @np.errstate(all="ignore")
    def purchase_probability(
        self, model: Parameters, purchases: ArrayLike, horizon: ArrayLike
    ) -> Floats:
        """Return the probability of exactly that many repeat purchases of a new customer.

        Parameters
        ----------
        model : tuple of the parameters
        purchases : array_like, whole count >= 0
        horizon : array_like, periods >= 0

        Returns
        -------
        float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its
        range.

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.purchase_probability(model, [0, 1], 39).round(3).tolist()
        [0.574, 0.199]
        """
        x, t = broadcast(purchases, horizon)
        x = np.where((x >= 0) & (x == np.floor(x)), x, np.nan)
        t = np.where(t >= 0, t, np.nan)
        return np.asarray(np.minimum(self.count_probability(parameters_of(model), x, t), 1.0))

    @np.errstate(all="ignore")
    def discounted_residual_transactions(
        self,
        model: Parameters,
        discount_rate: ArrayLike,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """Return each customer's expected future purchases without end, discounted to now.

        Parameters
        ----------
        model : tuple of the parameters
        discount_rate : array_like, continuous, per period, > 0
        frequency : array_like, count >= 0
        recency, age : array_like, periods, 0 <= recency <= age

        Returns
        -------
        float array of the broadcast shape, purchases; NaN where an argument is outside its range.
        It grows without bound as the discount rate goes to 0 when a (s of the Pareto/NBD) is 1 or
        less.

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.discounted_residual_transactions(model, 0.0027, 2, 30.43, 38.86).round(2).item()
        5.16
        """
        parameters, past = parameters_of(model), valid_histories(frequency, recency, age)
        d, x, t_x, age_ = broadcast(discount_rate, *past)
        d = np.where((d > 0) & np.isfinite(d), d, np.nan)
        while_alive = self.discounted_while_alive(*self._posterior(parameters, x, t_x, age_), d)
        return np.asarray(self._alive(parameters, *past) * while_alive)

    @np.errstate(all="ignore")
    def expected_purchases_by_period(
        self,
        model: Parameters,
        periods: int,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """Return the expected purchases of each customer in each of the next periods.

        Parameters
        ----------
        model : tuple of the parameters
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
            The arguments do not broadcast, or `periods` is not a whole number.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> table = bg_nbd.expected_purchases_by_period(model, 39, [2], [30.43], [38.86])
        >>> table.sum().round(3).item()
        1.226
        """
        x, t_x, age_ = (np.atleast_1d(value) for value in valid_histories(frequency, recency, age))
        parameters = parameters_of(model)

        def while_alive(t: Floats, rows: Integers) -> Floats:
            past = x[rows, None], t_x[rows, None], age_[rows, None]
            return self.purchases_while_alive(*self._posterior(parameters, *past), t)

        alive = self._alive(parameters, x, t_x, age_)
        scale = parameters[self.time_parameter] + age_
        return alive[:, None] * period_purchases(
            while_alive, scale, periods, is_cheap=self.is_cheap
        )

    def discounted_purchases(
        self,
        model: Parameters,
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
        model : tuple of the parameters
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
            The arguments do not broadcast, `periods` is not a whole number, or the discount rate is
            -1 or less.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model, past = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426), ([2], [30.43], [38.86])
        >>> bg_nbd.discounted_purchases(model, 39, *past, discount_rate=0).round(3).tolist()
        [1.226]
        """
        past = [np.atleast_1d(value) for value in valid_histories(frequency, recency, age)]
        return discounted_sum(
            lambda rows: self.expected_purchases_by_period(
                model, periods, *(value[rows] for value in past)
            ),
            past[0].size,
            periods,
            discount_rate,
        )

    def expected_purchases_of_cohort(
        self, model: Parameters, first_purchase: ArrayLike, times: ArrayLike
    ) -> Floats:
        """Return the expected repeat purchases of a cohort up to each time.

        Parameters
        ----------
        model : tuple of the parameters
        first_purchase : array_like (n,), periods
            Time of each customer's first purchase, on a time axis common to all.
        times : array_like (k,), periods
            On the same time axis.

        Returns
        -------
        float array (k,), repeat purchases of all customers together.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.expected_purchases_of_cohort(model, [0, 0], [78]).round(3).tolist()
        [3.721]
        """
        return cohort_purchases(
            lambda t: self.expected_purchases_new(model, t),
            float(model[self.time_parameter]),
            first_purchase,
            times,
        )

    @np.errstate(all="ignore")
    def probability_of_buying(
        self,
        model: Parameters,
        horizon: ArrayLike,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """Return the probability that each customer buys at least once in the next periods.

        Parameters
        ----------
        model : tuple of the parameters
        horizon : array_like, periods >= 0
        frequency : array_like, count >= 0
        recency, age : array_like, periods, 0 <= recency <= age

        Returns
        -------
        float array of the broadcast shape, share in [0, 1]; NaN where an argument is outside its
        range.

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.probability_of_buying(model, 39, 2, 30.43, 38.86).round(3).item()
        0.555
        """
        parameters, past = parameters_of(model), valid_histories(frequency, recency, age)
        t, x, t_x, age_ = broadcast(horizon, *past)
        t = np.where((t >= 0) & np.isfinite(t), t, np.nan)
        one = np.ones(())
        buys = self.at_least_while_alive(*self._posterior(parameters, x, t_x, age_), one, t)
        return np.asarray(self._alive(parameters, *past) * buys)

    @np.errstate(all="ignore")
    def median_time_to_purchase(
        self, model: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Return the median time to the next purchase of customers who are and stay active.

        Parameters
        ----------
        model : tuple of the parameters
        frequency : array_like, count >= 0
        recency, age : array_like, periods, 0 <= recency <= age

        Returns
        -------
        float array of the broadcast shape, periods from the end of observation; NaN where an
        argument is outside its range.

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> bg_nbd.median_time_to_purchase(model, 2, 30.43, 38.86).round(2).item()
        15.67
        """
        past = valid_histories(frequency, recency, age)
        return self.median_while_alive(*self._posterior(parameters_of(model), *past))

    def future_purchases(
        self,
        model: Parameters,
        horizon: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> FuturePurchases:
        """Return the distribution of each customer's purchases in the next periods.

        Parameters
        ----------
        model : tuple of the parameters, numbers
        horizon : float, periods >= 0
        frequency : array_like (n,), count >= 0
        recency, age : array_like (n,), periods, 0 <= recency <= age

        Returns
        -------
        FuturePurchases

        Raises
        ------
        ArgumentError
            The arguments do not broadcast.

        Examples
        --------
        >>> from clv_xl.maths import bg_nbd
        >>> model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> ahead = bg_nbd.future_purchases(model, 39, [2, 150], [30.43, 38.5], [38.86, 38.86])
        >>> [end.tolist() for end in ahead.interval(0.9)]
        [[0.0, 7.0], [4.0, 157.0]]
        """
        parameters = parameters_of(model)
        x, t_x, age_ = (np.atleast_1d(value) for value in valid_histories(frequency, recency, age))

        @np.errstate(all="ignore")
        def at_least(x: Floats, t_x: Floats, age: Floats, count: Floats) -> Floats:
            posterior = self._posterior(parameters, x, t_x, age)
            return self.at_least_while_alive(*posterior, count, np.asarray(horizon))

        with np.errstate(all="ignore"):
            alive = self._alive(parameters, x, t_x, age_)
        # Where what an active customer will buy does not depend on recency, many are alike.
        last = np.zeros_like(t_x) if self.since_last is None else t_x
        return FuturePurchases(
            alive,
            lambda rows, count: apply_to_distinct(at_least, x[rows], last[rows], age_[rows], count),
        )

    def _posterior(
        self, parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
    ) -> tuple[Floats, ...]:
        """Return all posterior parameters of a customer who is still active."""
        further = () if self.since_last is None else self.since_last(parameters, t_x, age)
        return (*self.posterior(parameters, x, age), *further)

    def _alive(self, parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return the probability of being active; the histories have been checked."""
        return np.asarray(special.expit(-self.log_odds_dropped_out(parameters, x, t_x, age)))
