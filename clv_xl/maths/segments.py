"""Segments of customers: value, quadrants, RFM scores, concentration, profile of the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clv_xl.errors import ClvError, NoAnswerError, ZeroDenominatorError
from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers, Labels, Texts
from clv_xl.maths.groups import ALL, each_and_all, fault_where_zero
from clv_xl.maths.value import quotient


class Segments(NamedTuple):
    """Customers and their value; arrays of one element per segment."""

    customers: Integers
    total: Floats
    mean: Floats
    median: Floats
    mean_cost: Floats
    worth_less: Integers


def segment_values(
    codes: Integers, groups: int, clv: Floats, acquisition_cost: Floats | None
) -> Segments:
    """Return the customers of each segment and what they are worth.

    Parameters
    ----------
    codes : integer array (customers,), segment of each customer, 0 to groups - 1; every segment has
    customers
    groups : int
    clv : float array (customers,), money
    acquisition_cost : float array (customers,), money, optional

    Returns
    -------
    Segments
        `worth_less` counts customers whose value is below their cost, or below 0 where no cost is
        given.
    """
    cost = np.zeros_like(clv) if acquisition_cost is None else acquisition_cost
    customers = np.bincount(codes, minlength=groups)
    ordered = clv[np.lexsort((clv, codes))]
    starts = np.cumsum(customers) - customers
    total = np.add.reduceat(ordered, starts)
    lower, upper = ordered[starts + (customers - 1) // 2], ordered[starts + customers // 2]
    return Segments(
        customers,
        total,
        total / customers,
        lower + (upper - lower) / 2,
        np.bincount(codes, weights=cost, minlength=groups) / customers,
        np.bincount(codes, weights=clv < cost, minlength=groups).astype(np.int64),
    )


_NOTHING = ZeroDenominatorError(
    "All customers together are worth 0, so there are no shares of it", argument="clv"
)
_NO_COST = ZeroDenominatorError(
    "The customers of this segment cost nothing, so there is no ratio to their cost",
    argument="acquisition_cost",
)


class SegmentReport(NamedTuple):
    """What each segment is worth, the largest total first; the last element is of all."""

    segment: list[object]
    customers: Integers
    share_of_customers: Floats
    total_clv: Floats
    share_of_clv: list[float | ClvError]
    average_clv: Floats
    median_clv: Floats
    average_cac: Floats | list[None]
    clv_to_cac: Sequence[float | ClvError | None]
    worth_less_than_cost: Integers


def segment_report(
    segment: Labels, clv: ArrayLike, acquisition_cost: ArrayLike | None
) -> SegmentReport:
    """Return what each segment and all of them are worth.

    Parameters
    ----------
    segment : Labels (customers,)
    clv : array_like (customers,), money
    acquisition_cost : array_like (customers,), money, optional

    Returns
    -------
    SegmentReport
        Columns of cost hold None where no cost is given, and ratios to 0 the error that says so.

    Examples
    --------
    >>> report = segment_report(Labels(np.array([0, 1]), ["Basic", "Gold"]), [20, 80], None)
    >>> report.segment, report.share_of_clv
    (['Gold', 'Basic', 'All'], [0.8, 0.2, 1.0])
    """
    worth = np.asarray(clv, float)
    cost = None if acquisition_cost is None else np.asarray(acquisition_cost, float)
    found = each_and_all(segment, lambda codes, count: segment_values(codes, count, worth, cost))
    everyone = len(segment.names)
    order = [*np.argsort(-found.total[:everyone], kind="stable").tolist(), everyone]
    rows = Segments._make(part[order] for part in found)
    of_all = np.full_like(rows.total, rows.total[-1])
    ratio = quotient(rows.mean, rows.mean_cost)
    empty = [None] * len(order)
    return SegmentReport(
        segment=[[*segment.names, ALL][row] for row in order],
        customers=rows.customers,
        share_of_customers=rows.customers / worth.size,
        total_clv=rows.total,
        share_of_clv=fault_where_zero(quotient(rows.total, of_all), of_all, _NOTHING),
        average_clv=rows.mean,
        median_clv=rows.median,
        average_cac=empty if cost is None else rows.mean_cost,
        clv_to_cac=empty if cost is None else fault_where_zero(ratio, rows.mean_cost, _NO_COST),
        worth_less_than_cost=rows.worth_less,
    )


QUADRANTS = STAR, FREE_RIDER, WEAK, LOSS = ("Star", "Free rider", "Weak", "Loss")


def quadrant(
    value_to_customer: ArrayLike,
    value_to_company: ArrayLike,
    customer_cut: ArrayLike | None = None,
    company_cut: ArrayLike | None = None,
) -> Texts:
    """Return the quadrant of each customer; a value at the cut is high.

    Parameters
    ----------
    value_to_customer, value_to_company : array_like, any scale
    customer_cut, company_cut : array_like, optional
        Where high begins; the median of the values if left out.

    Returns
    -------
    text array of the broadcast shape: Star (both high), Free rider (gains much, gives little), Weak
    (gives much, gains little), Loss (both low).

    Raises
    ------
    NoAnswerError
        A cut is left out and there is but one value to take a median of.

    Examples
    --------
    >>> quadrant([9, 9, 1, 1], [9, 1, 9, 1], 5, 5).tolist()
    ['Star', 'Free rider', 'Weak', 'Loss']
    """
    gains, gives = np.asarray(value_to_customer, float), np.asarray(value_to_company, float)
    gains_much = gains >= _cut(gains, customer_cut, "customer_cut")
    gives_much = gives >= _cut(gives, company_cut, "company_cut")
    return np.where(
        gives_much, np.where(gains_much, STAR, WEAK), np.where(gains_much, FREE_RIDER, LOSS)
    ).astype(object)


def _cut(values: Floats, cut: ArrayLike | None, argument: str) -> ArrayLike:
    if cut is not None:
        return cut
    known = values[~np.isnan(values)]
    if known.size < 2:
        raise NoAnswerError(
            "One customer has no median to be compared with; "
            f"give {argument}, or all customers at once",
            argument=argument,
        )
    return float(np.median(known))


ACTIONS = {
    STAR: "Give them your best service and people, ask for referrals, and guard them from rivals.",
    FREE_RIDER: "They gain more than they give: raise prices, trim extras, or sell them more.",
    WEAK: "They give more than they gain and are easily lost: improve what they get soon.",
    LOSS: "Neither side gains: serve them at the lowest cost, or let them go.",
}
"""The recommended handling of each quadrant."""


def quadrant_action(quadrants: Texts) -> Texts:
    """Return how to handle the customers of each quadrant.

    Examples
    --------
    >>> quadrant_action(np.array(["Weak"], dtype=object)).item()[:14]
    'They give more'
    """
    return np.asarray(np.vectorize(ACTIONS.get, otypes=[object])(quadrants))


def quantile_score(goodness: Floats, bins: int) -> Floats:
    """Return scores 1 (worst) to bins (best); equal values score equal.

    Parameters
    ----------
    goodness : float array (customers,), larger is better
    bins : int

    Returns
    -------
    float array (customers,): 1 plus the number of inner quantiles that the value exceeds.

    Examples
    --------
    >>> quantile_score(np.array([10.0, 20, 30, 40, 50]), 5).tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    edges = np.quantile(goodness, np.arange(1, bins) / bins)
    return np.asarray(1.0 + np.searchsorted(edges, goodness, side="left"))


class RfmScores(NamedTuple):
    """Scores of each customer, 1 the worst; arrays of one element per customer."""

    recency_score: Floats
    frequency_score: Floats
    monetary_score: Floats


def rfm_scores(
    days_since_last: ArrayLike, purchases: ArrayLike, revenue: ArrayLike, bins: int
) -> RfmScores:
    """Return each customer's scores for recency, frequency and money.

    Parameters
    ----------
    days_since_last : array_like (customers,), days
    purchases : array_like (customers,), count
    revenue : array_like (customers,), money
    bins : int
        The best score.

    Examples
    --------
    >>> rfm_scores([5, 90], [9, 1], [900, 50], 2).recency_score.tolist()
    [2.0, 1.0]
    """
    return RfmScores(
        recency_score=quantile_score(-np.asarray(days_since_last, float), bins),
        frequency_score=quantile_score(np.asarray(purchases, float), bins),
        monetary_score=quantile_score(np.asarray(revenue, float), bins),
    )


RFM_SEGMENTS = (
    ("Lost", "Lost", "At risk", "Cannot lose them", "Cannot lose them"),
    ("Hibernating", "Hibernating", "At risk", "At risk", "At risk"),
    ("About to leave", "Needs attention", "Needs attention", "Loyal", "Loyal"),
    ("Promising", "Potential loyalists", "Loyal", "Loyal", "Champions"),
    ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
)
"""Segment by recency score (rows 1 to 5) and mean of the other two, halves up (columns)."""


def rfm_segment(
    recency_score: ArrayLike, frequency_score: ArrayLike, monetary_score: ArrayLike
) -> Texts:
    """Return the name of each customer's RFM segment.

    Parameters
    ----------
    recency_score, frequency_score, monetary_score : array_like, whole, 1 to 5

    Returns
    -------
    text array of the broadcast shape; see `RFM_SEGMENTS`.

    Examples
    --------
    >>> rfm_segment([5, 1, 1], [5, 5, 1], [5, 4, 1]).tolist()
    ['Champions', 'Cannot lose them', 'Lost']
    """
    r, f, m = np.broadcast_arrays(
        *(
            np.nan_to_num(np.asarray(score, float), nan=1.0)
            for score in (recency_score, frequency_score, monetary_score)
        )
    )
    depth = np.floor((f + m) / 2 + 0.5)
    table = np.array(RFM_SEGMENTS, dtype=object)
    return np.asarray(table[r.astype(int) - 1, depth.astype(int) - 1], dtype=object)


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
        test, two-sided.

    Raises
    ------
    NoAnswerError
        All customers are among the best, so there is no difference.
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
        everywhere = np.bincount(labels.codes, minlength=len(labels.names))
        among_best = np.bincount(labels.codes[best], minlength=len(labels.names))
        found = [
            _profile(name, value, int(common), int(rest), top, count)
            for value, common, rest in zip(labels.names, among_best, everywhere, strict=True)
        ]
        rows += sorted(found, key=lambda row: -row.lift)
    return rows


def _profile(
    name: str, value: object, among_best: int, everywhere: int, top: int, count: int
) -> Profile:
    share, share_of_all = among_best / top, everywhere / count
    p_value = fisher_p_value(among_best, everywhere, top, count)
    return Profile(name, value, everywhere, share, share_of_all, share / share_of_all, p_value)


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
