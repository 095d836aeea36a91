"""The distribution of each customer's purchases over the coming periods.

A customer who is no longer active makes none; those of an active customer follow the distribution
of the model, given the history. So all that a model has to offer is the probability of being active
and the probability that an active customer makes at least so many purchases. Nothing is drawn at
random and nothing is approximated by a normal distribution: counts near 0 and of heavy buyers alike
have their exact quantiles.

A model offers it as `at_least_while_alive` of its `PurchaseModel`, whose `future_purchases` gives
the distribution. Without dropout that is `distributions.negative_binomial_at_least` of the shape
and rate of a customer's purchase rate, given the history; with a probability of being active of 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.maths.arrays import Floats, Integers

_ONE_BY_ONE = 32
_NEGLIGIBLE = 1e-9
_MOST = 2.0**53  # beyond it a float no longer holds every whole number


class FuturePurchases(NamedTuple):
    """The distribution of each customer's purchases over the coming periods.

    Examples
    --------
    >>> from clv_xl.maths.distributions import negative_binomial_at_least
    >>> shape, rate = np.array([0.5, 200.0]), np.array([40.0, 40.0])
    >>> ahead = FuturePurchases(
    ...     np.ones(2),
    ...     lambda rows, count: negative_binomial_at_least(shape[rows], rate[rows], count, 52.0),
    ... )
    >>> [end.tolist() for end in ahead.interval(0.9)]
    [[0.0, 221.0], [3.0, 301.0]]
    """

    active: Floats
    """The probability that each customer is active, (n,)."""
    at_least: Callable[[Integers, Floats], Floats]
    """Maps customers (their indexes) and a count, 1 or more, for each to the probability that they
    make at least so many purchases if they are active; it falls as the count grows."""

    def sum_over_counts(self, weight: Callable[[Integers, int, int], Floats | float]) -> Floats:
        """Return the sum over k = 1, 2, ... of a weight of k times P(at least k | active).

        Counts up to 32 are summed one by one, larger ones in blocks of about k/16 of which the
        middle one stands for all; it ends where all that is left is below 1e-9.

        Parameters
        ----------
        weight : function
            Maps customers (their indexes), the first and the last count of a block to the sum of
            the weights of its counts.

        Returns
        -------
        float array (n,)
        """
        total = np.zeros(self.active.size)
        rows, first = np.flatnonzero(self.active > 0), 1
        while rows.size:
            last = first if first <= _ONE_BY_ONE else first + first // 16 - 1
            middle = np.full(rows.size, float((first + last) // 2))
            probable = self.at_least(rows, middle)
            total[rows] += weight(rows, first, last) * probable
            rows, first = rows[self.active[rows] * probable > _NEGLIGIBLE], last + 1
        return total

    def probability_of_any(self) -> Floats:
        """Return the probability that each customer buys at least once.

        Returns
        -------
        float array (n,), share in [0, 1]; NaN for an impossible customer.
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
