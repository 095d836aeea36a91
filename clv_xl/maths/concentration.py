"""Concentration of value on the best customers, and the profile that sets them apart."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers, Labels


class Concentration(NamedTuple):
    """How value is spread over customers, from the best down."""

    customers: Integers
    share_of_customers: Floats
    share_of_value: Floats
    cumulative_customers: Floats
    cumulative_value: Floats
    share_for_80_percent: float
    gini: float


def concentration(clv: ArrayLike, bins: int) -> Concentration:
    """Return the shares of value of equal groups of customers, the best first.

    Parameters
    ----------
    clv : array_like (customers,), money
    bins : int

    Returns
    -------
    Concentration
        Groups differ by one customer at most. `gini` is NaN where a value is negative.

    Raises
    ------
    NoAnswerError
        There are fewer customers than groups, or all of them together are worth nothing.

    Examples
    --------
    >>> concentration(np.array([70.0, 10, 10, 10]), 2).share_of_value.round(2).tolist()
    [0.8, 0.2]
    """
    values = np.asarray(clv, float)
    count = values.size
    if count < bins:
        raise NoAnswerError(
            f"{count} customers cannot be divided into {bins} groups; ask for fewer bins",
            argument="bins",
        )
    best = np.sort(values)[::-1]
    total = best.sum()
    if total <= 0:
        raise NoAnswerError(
            "The customers together are worth nothing, so there are no shares of value",
            argument="clv",
        )
    running = np.cumsum(best) / total
    ends = np.round(np.arange(1, bins + 1) * count / bins).astype(np.int64)
    cumulative = running[ends - 1]
    ranks = np.arange(1, count + 1)
    gini = (
        (count + 1 - 2 * float(np.sum(ranks * best)) / float(total)) / count
        if best[-1] >= 0
        else np.nan
    )
    return Concentration(
        np.diff(ends, prepend=0),
        np.diff(ends, prepend=0) / count,
        np.diff(cumulative, prepend=0.0),
        ends / count,
        cumulative,
        # A running total of exactly 80 % counts as reached, however its last digit was rounded.
        (int(np.argmax(running >= 0.8 - 1e-12)) + 1) / count,
        gini,
    )


MOST_VALUES = 20
"""From here on an attribute may be one that tells every customer apart."""


class Profile(NamedTuple):
    """One value of one attribute, among the best customers and among all."""

    attribute: str
    value: object
    customers: int
    share_among_best: float
    share_among_all: float
    lift: float
    p_value: float


def best_customers(clv: Floats, top_share: float) -> Flags:
    """Return which customers are in the best share; customers equal to the last of them are too.

    Examples
    --------
    >>> best_customers(np.array([5.0, 1, 9, 9]), 0.25).tolist()
    [False, False, True, True]
    """
    count = max(1, int(np.ceil(top_share * clv.size - 1e-9)))
    return np.asarray(clv >= np.sort(clv)[-count])


def profile(
    attributes: list[tuple[str, Labels]], clv: ArrayLike, top_share: float
) -> list[Profile]:
    """Return how much more common each attribute's values are among the best customers.

    Parameters
    ----------
    attributes : list of (name, Labels), one label per customer
    clv : array_like (customers,), money
    top_share : float, share of customers that counts as the best

    Returns
    -------
    list of Profile
        Attributes in their order, values by falling lift. The p-value is that of Fisher's exact
        test, two-sided. An attribute of more than 20 values whose values number more than half of
        the customers, such as a telephone number, makes no groups and is left out.

    Raises
    ------
    NoAnswerError
        All customers are among the best, or no attribute makes groups.
    """
    best = best_customers(np.asarray(clv, float), top_share)
    top, count = int(best.sum()), best.size
    if top == count:
        raise NoAnswerError(
            f"All {count} customers are among the best, so nothing sets the best apart; "
            "give more customers or a smaller top_share",
            argument="top_share",
        )
    rows: list[Profile] = []
    for name, labels in attributes:
        if len(labels.names) > max(MOST_VALUES, count / 2):
            continue
        everywhere = np.bincount(labels.codes, minlength=len(labels.names))
        among_best = np.bincount(labels.codes[best], minlength=len(labels.names))
        found = [
            _profile(name, value, int(common), int(rest), top, count)
            for value, common, rest in zip(labels.names, among_best, everywhere, strict=True)
        ]
        rows += sorted(found, key=lambda row: -row.lift)
    if not rows:
        raise NoAnswerError(
            "Every attribute differs from customer to customer, so none makes groups; give one "
            "that customers share",
            argument="attributes",
        )
    return rows


def _profile(
    name: str, value: object, among_best: int, everywhere: int, top: int, count: int
) -> Profile:
    share, share_of_all = among_best / top, everywhere / count
    p_value = fisher_p_value(among_best, everywhere, top, count)
    return Profile(name, value, everywhere, share, share_of_all, share / share_of_all, p_value)


@lru_cache(maxsize=4096)  # of many values, most are as common as some other
def fisher_p_value(among_best: int, everywhere: int, top: int, count: int) -> float:
    """Return the p-value of Fisher's exact test, two-sided.

    Parameters
    ----------
    among_best, everywhere : int
        Customers with the property among the best, and among all.
    top, count : int
        The best customers, and all.

    Returns
    -------
    float
        Probability of a count at most as likely as this one if the best were drawn at random. (The
        same as that of scipy.stats, whose import would take longer than the whole report.)

    Examples
    --------
    >>> round(fisher_p_value(8, 10, 10, 20), 6)
    0.023014
    """
    from scipy.special import gammaln

    def log_combinations(whole: ArrayLike, part: ArrayLike) -> Floats:
        n, k = np.asarray(whole, float), np.asarray(part, float)
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    possible = np.arange(max(0, everywhere + top - count), min(everywhere, top) + 1)
    logs = log_combinations(everywhere, possible) + log_combinations(
        count - everywhere, top - possible
    )
    probabilities = np.exp(logs - log_combinations(count, top))
    # Counts that are equally likely differ in the last digits.
    limit = probabilities[among_best - possible[0]] * (1 + 1e-7)
    return min(1.0, float(probabilities[probabilities <= limit].sum()))
