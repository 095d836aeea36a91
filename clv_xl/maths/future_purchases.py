"""The distribution of each customer's purchases over the coming periods.

A customer who is no longer active makes none; those of an active customer follow the distribution
of the model, given the history. So all that a model has to offer is the probability of being active
and the probability that an active customer makes at least so many purchases. Nothing is drawn at
random and nothing is approximated by a normal distribution: counts near 0 and of heavy buyers alike
have their exact quantiles.

Models with dropout offer it as `PurchaseModel.future_purchases`. For models without dropout there
are `negative_binomial` (rates that differ between customers) and `poisson` (a known rate).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers
from clv_xl.maths.distributions import negative_binomial_at_least
from clv_xl.maths.elementwise import broadcast

_MOST = 2.0**53  # beyond it a float no longer holds every whole number


class FuturePurchases(NamedTuple):
    """The distribution of each customer's purchases over the coming periods."""

    active: Floats
    """The probability that each customer is active, (n,)."""
    at_least: Callable[[Integers, Floats], Floats]
    """Maps customers (their indexes) and a count, 1 or more, for each to the probability that they
    make at least so many purchases if they are active; it falls as the count grows."""

    def probability_of_any(self) -> Floats:
        """Return the probability that each customer buys at least once.

        Returns
        -------
        float array (n,), share in [0, 1]; NaN for an impossible customer.

        Examples
        --------
        >>> poisson(np.log(2), 1).probability_of_any().round(12).tolist()
        [0.5]
        """
        every = np.arange(self.active.size)
        return np.asarray(self.active * self.at_least(every, np.ones(every.size)))

    def interval(self, share: float) -> tuple[Floats, Floats]:
        """Return the central interval that holds each customer's purchases with a probability.

        Parameters
        ----------
        share : float, in (0, 1)

        Returns
        -------
        low, high : float arrays (n,), whole counts; NaN for an impossible customer.
            Fewer purchases than `low` are at most as probable as (1 - share)/2, and so are more
            than `high`; as counts are whole, both together mostly are less probable than that.

        Raises
        ------
        ArgumentError
            The share is not between 0 and 1.

        Examples
        --------
        >>> low, high = negative_binomial([0.5, 200], [40, 40], 52).interval(0.9)
        >>> low.tolist(), high.tolist()
        ([0.0, 221.0], [3.0, 301.0])
        """
        if not 0 < share < 1:
            raise ArgumentError("interval must be above 0 and below 1", argument="interval")
        return self._quantile((1 + share) / 2), self._quantile((1 - share) / 2)

    def _quantile(self, tail: float) -> Floats:
        """Return the smallest count that is exceeded with at most the probability `tail`."""
        result = np.where(np.isnan(self.active), np.nan, 0.0)
        rows = np.flatnonzero(self.probability_of_any() > tail)
        # `reached` is exceeded by enough customers, `beyond` is not; doubling, then bisection.
        reached, beyond = np.ones(rows.size), np.full(rows.size, _MOST)
        while rows.size:
            tried = np.minimum(2 * reached, np.floor((reached + beyond) / 2))
            probable = self.active[rows] * self.at_least(rows, tried) > tail
            reached = np.where(probable, tried, reached)
            beyond = np.where(probable, beyond, tried)
            found = beyond - reached <= 1
            result[rows[found]] = reached[found]
            rows, reached, beyond = rows[~found], reached[~found], beyond[~found]
        return result


def negative_binomial(shape: ArrayLike, rate: ArrayLike, horizon: ArrayLike) -> FuturePurchases:
    """Return the purchases of customers without dropout whose purchase rate is not known exactly.

    Parameters
    ----------
    shape, rate : array_like (n,)
        Gamma distribution of each customer's purchase rate, given the history: r + frequency and
        alpha + age of the NBD model; `rate` in the period of `horizon`.
    horizon : array_like (n,) or float, periods >= 0

    Returns
    -------
    FuturePurchases

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> negative_binomial([1.0], [1.0], 1.0).probability_of_any().tolist()
    [0.5]
    """
    r, alpha, t = broadcast(np.atleast_1d(shape), rate, horizon)
    return FuturePurchases(
        np.where(np.isnan(r + alpha + t), np.nan, 1.0),
        lambda rows, count: negative_binomial_at_least(r[rows], alpha[rows], count, t[rows]),
    )


def poisson(rate: ArrayLike, horizon: ArrayLike) -> FuturePurchases:
    """Return the purchases of customers without dropout who buy at random at a known rate.

    Parameters
    ----------
    rate : array_like (n,), purchases per period, >= 0
    horizon : array_like (n,) or float, periods >= 0

    Returns
    -------
    FuturePurchases

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> [end.tolist() for end in poisson([0, 4], 1).interval(0.9)]
    [[0.0, 1.0], [0.0, 8.0]]
    """
    mean = np.multiply(*broadcast(np.atleast_1d(rate), horizon))
    return FuturePurchases(
        np.where(np.isnan(mean), np.nan, 1.0),
        lambda rows, count: np.asarray(special.gammainc(count, mean[rows])),
    )
