"""Segments of customers, and what each is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from clv_xl.errors import Caveat, ClvError, ZeroDenominatorError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers, Labels
from clv_xl.maths.groups import each_and_all, fault_where_zero, none_where_nan, ordered_names
from clv_xl.maths.value import quotient


class Segments(NamedTuple):
    """Customers and their value; arrays of one element per segment."""

    customers: Integers
    total: Floats
    mean: Floats
    median: Floats
    mean_cost: Floats
    value_to_cost: Floats
    worth_less: Floats


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
    acquisition_cost : float array (customers,), money, NaN where it is not known, optional

    Returns
    -------
    Segments
        `worth_less` counts customers whose value is below their cost, or below 0 where no cost is
        given. Customers without a known cost are left out of it, of `mean_cost` and of
        `value_to_cost`, which are NaN where no customer has one; `value_to_cost` is infinite or NaN
        where the cost is 0.
    """
    cost = np.zeros_like(clv) if acquisition_cost is None else acquisition_cost
    known = ~np.isnan(cost)
    with_cost = np.bincount(codes[known], minlength=groups)

    def mean_where_known(amounts: Floats) -> Floats:
        total_known = np.bincount(codes[known], weights=amounts[known], minlength=groups)
        return np.where(with_cost > 0, quotient(total_known, with_cost), np.nan)

    mean_cost = mean_where_known(cost)
    worth_less = np.bincount(codes, weights=clv < cost, minlength=groups)
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
        mean_cost,
        quotient(mean_where_known(clv), mean_cost),
        np.where(with_cost > 0, worth_less, np.nan),
    )


_NOTHING = ZeroDenominatorError(
    "All customers together are worth 0, so there are no shares of it", argument="clv"
)
_MANY: Final = 100
"""From so many customers on, no business has a segment for each of them."""
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
    average_cac: list[float | None]
    clv_to_cac: Sequence[float | ClvError | None]
    worth_less_than_cost: list[float | None]


def segment_report(
    segment: Labels, clv: ArrayLike, acquisition_cost: ArrayLike | None
) -> SegmentReport:
    """Return what each segment and all of them are worth.

    Parameters
    ----------
    segment : Labels (customers,)
    clv : array_like (customers,), money
    acquisition_cost : array_like (customers,), money, NaN where it is not known, optional

    Returns
    -------
    SegmentReport
        Columns of cost leave out the customers whose cost is not known, and hold None where no cost
        is; ratios to 0 are the error that says so. If no cost is given at all,
        `worth_less_than_cost` counts the customers worth less than 0.

    Examples
    --------
    >>> report = segment_report(Labels(np.array([0, 1]), ["Basic", "Gold"]), [20, 80], None)
    >>> report.segment, report.share_of_clv
    (['Gold', 'Basic', 'All'], [0.8, 0.2, 1.0])
    """
    worth = np.asarray(clv, float)
    cost = _costs(acquisition_cost)
    found = each_and_all(segment, lambda codes, count: segment_values(codes, count, worth, cost))
    everyone = len(segment.names)
    order = [*np.argsort(-found.total[:everyone], kind="stable").tolist(), everyone]
    rows = Segments._make(part[order] for part in found)
    of_all = np.full_like(rows.total, rows.total[-1])
    empty: list[None] = [None] * len(order)
    ratios = fault_where_zero(rows.value_to_cost, rows.mean_cost, _NO_COST)
    average_cac = none_where_nan(rows.mean_cost)
    return SegmentReport(
        segment=ordered_names(segment, order),
        customers=rows.customers,
        share_of_customers=rows.customers / worth.size,
        total_clv=rows.total,
        share_of_clv=fault_where_zero(quotient(rows.total, of_all), of_all, _NOTHING),
        average_clv=rows.mean,
        median_clv=rows.median,
        average_cac=[*empty] if cost is None else average_cac,
        clv_to_cac=empty
        if cost is None
        else [
            None if mean is None else ratio for mean, ratio in zip(average_cac, ratios, strict=True)
        ],
        worth_less_than_cost=none_where_nan(rows.worth_less),
    )


def cost_caveats(acquisition_cost: ArrayLike | None) -> tuple[Caveat, ...]:
    """Return the caveat that says how many customers have no known cost, if some have one.

    Parameters
    ----------
    acquisition_cost : array_like (customers,), money, NaN where it is not known, optional

    Examples
    --------
    >>> cost_caveats([100.0, 90.0])
    ()
    """
    cost = _costs(acquisition_cost)
    unknown = 0 if cost is None else int(np.count_nonzero(np.isnan(cost)))
    if cost is None or not unknown:
        return ()
    return (
        Caveat(
            f"acquisition_cost is empty for {unknown:,} of {cost.size:,} customers; average CAC, "
            "CLV to CAC and customers worth less than they cost leave them out, so fill in the "
            "costs to include them",
            argument="acquisition_cost",
        ),
    )


def single_customer_caveats(segment: Labels) -> tuple[Caveat, ...]:
    """Return the caveat that says that segments look like customers: each is of one row.

    Parameters
    ----------
    segment : Labels (customers,)

    Examples
    --------
    >>> single_customer_caveats(Labels(np.array([0, 1]), ["Basic", "Gold"]))
    ()
    """
    count = segment.codes.size
    if count < _MANY or len(segment.names) < count:
        return ()
    return (
        Caveat(
            f"segment has a value of its own for each of the {count:,} customers, as a column of "
            "customers has; give the column that says to which group each customer belongs",
            argument="segment",
        ),
    )


def _costs(acquisition_cost: ArrayLike | None) -> Floats | None:
    """Return the costs, or None if not one is known."""
    cost = None if acquisition_cost is None else np.asarray(acquisition_cost, float)
    return None if cost is None or np.isnan(cost).all() else cost
