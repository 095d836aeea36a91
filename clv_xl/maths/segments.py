"""Segments of customers, and what each is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clv_xl.errors import ClvError, ZeroDenominatorError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers, Labels
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
