"""The customer base as a whole: how customers differ, and what changed between two spans of time.

The first two views of The Customer-Base Audit (Fader, Hardie & Ross 2022).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError, Caveat, ClvError, NoAnswerError, ZeroDenominatorError
from clv_xl.maths.arrays import Flags, Floats, Integers
from clv_xl.maths.calendar_periods import add_months
from clv_xl.maths.groups import fault_where_zero, group_sums
from clv_xl.maths.transactions import purchase_days
from clv_xl.maths.value import quotient

_NO_VALUE: Final = ZeroDenominatorError(
    "All customers together are worth 0 or less, so there are no shares of it", argument="amount"
)
_NO_ORDERS: Final = ZeroDenominatorError(
    "These customers made no orders, only returns, so there is no value per order",
    argument="amount",
)


class Deciles(NamedTuple):
    """Equal groups of customers, those of the largest value first."""

    group: Integers
    customers: Integers
    orders_per_customer: Floats
    value_per_order: list[float | ClvError]
    value_per_customer: Floats
    share_of_orders: list[float | ClvError]
    share_of_value: list[float | ClvError]


def deciles(codes: Integers, amounts: Floats, bins: int) -> Deciles:
    """Return what equal groups of customers make up, from the most valuable down.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    amounts : float array (orders,), money
        An amount below 0 (a return) lowers the customer's value and is no order.
    bins : int

    Returns
    -------
    Deciles
        Groups differ by one customer at most; customers of equal value stand in the order of their
        codes.

    Raises
    ------
    NoAnswerError
        There are fewer customers than groups.

    Examples
    --------
    >>> found = deciles(np.array([0, 1, 0]), np.array([10.0, 50.0, 20.0]), 2)
    >>> found.value_per_customer.tolist(), found.orders_per_customer.tolist()
    ([50.0, 30.0], [1.0, 2.0])
    """
    present = np.unique(codes)
    if present.size < bins:
        raise NoAnswerError(
            f"{present.size} customers cannot be divided into {bins} groups; ask for fewer bins",
            argument="bins",
        )
    value = group_sums(codes, amounts, 0)[present]
    orders = np.bincount(codes, amounts >= 0)[present]
    best = np.argsort(-value, kind="stable")
    ends = np.arange(1, bins + 1) * present.size // bins
    customers = np.diff(ends, prepend=0)
    starts = ends - customers
    of_group, orders_of = (np.add.reduceat(part[best], starts) for part in (value, orders))
    all_value, all_orders = (np.full(bins, part.sum()) for part in (value, orders))
    return Deciles(
        np.arange(1, bins + 1),
        customers,
        orders_of / customers,
        fault_where_zero(quotient(of_group, orders_of), orders_of, _NO_ORDERS),
        of_group / customers,
        fault_where_zero(quotient(orders_of, all_orders), all_orders, _NO_ORDERS),
        fault_where_zero(quotient(of_group, all_value), np.maximum(all_value, 0.0), _NO_VALUE),
    )


class Bridge(NamedTuple):
    """Two spans of time compared; one element each for only first, both, only second, All."""

    group: list[str]
    customers_first: Integers
    orders_per_customer_first: list[float | None]
    value_per_order_first: list[float | None]
    value_first: Floats
    customers_second: Integers
    orders_per_customer_second: list[float | None]
    value_per_order_second: list[float | None]
    value_second: Floats
    change_of_value: Floats
    due_to_customers: Floats
    due_to_frequency: Floats
    due_to_order_value: Floats


GROUPS: Final = ("Only first", "Both", "Only second", "All")


class _Span(NamedTuple):
    """What each customer did in one span of time; arrays of one element per code."""

    orders: Integers
    value: Floats


def bridge(
    codes: Integers, days: Integers, amounts: Floats, starts: tuple[int, int], months: int
) -> tuple[Bridge, tuple[Caveat, ...]]:
    """Return what changed between two spans of equal length, and why.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,), days since 1970-01-01
    amounts : float array (orders,), money
        A day whose amounts sum below 0 is no order, but lowers the value.
    starts : (int, int)
        The first day of each span.
    months : int
        The length of both.

    Returns
    -------
    Bridge, caveats
        Customers who came or went change the value by all that they bought. Of those in both spans,
        the change is split evenly: the change of orders per customer at the mean value per order,
        and the change of value per order at the mean number of orders. The three parts add up to
        the change, in every row and from row to row. A customer who only returned something in a
        span did not buy in it; the return lowers the value of that span in the row of the customer.

    Raises
    ------
    ArgumentError
        The second span begins before the first has ended.
    NoAnswerError
        Nobody bought anything in either span.

    Examples
    --------
    >>> codes, days = np.array([0, 1, 1]), np.array([3, 5, 33])
    >>> found, _ = bridge(codes, days, np.array([10.0, 20.0, 26.0]), (0, 31), 1)
    >>> found.change_of_value.tolist(), found.due_to_order_value.tolist()
    ([-10.0, 6.0, 0.0, -4.0], [0.0, 6.0, 0.0, 6.0])
    """
    ends = [add_months(start, months) for start in starts]
    if starts[1] < ends[0]:
        raise ArgumentError(
            f"second_start must not be earlier than {months} months after first_start, or orders "
            "would count in both spans",
            argument="second_start",
        )
    size = int(codes.max()) + 1 if codes.size else 0
    first, second = (
        _span(codes, days, amounts, start, end, size)
        for start, end in zip(starts, ends, strict=True)
    )
    in_first, in_second = first.orders > 0, second.orders > 0
    if not (in_first | in_second).any():
        raise NoAnswerError("Nobody bought anything in either span", argument="first_start")
    groups = (in_first & ~in_second, in_first & in_second, ~in_first & in_second)
    counted = in_first | in_second
    columns = [_columns(span, groups) for span in (first, second)]
    value_first, value_second = columns[0][3], columns[1][3]
    change = value_second - value_first
    frequency, order_value = _split(first, second, groups[1])
    due = [
        np.array([change[0], 0.0, change[2]]),
        np.array([0.0, frequency, 0.0]),
        np.array([0.0, order_value, 0.0]),
    ]
    found = Bridge(
        list(GROUPS),
        *columns[0],
        *columns[1],
        change,
        *(np.append(part, part.sum()) for part in due),
    )
    caveats = []
    if days.size and _is_cut_short(days, ends[1]):
        caveats.append(
            Caveat(
                "The second span ends after the last order, so it may not be complete; choose an "
                "earlier second_start",
                argument="second_start",
            )
        )
    returned = int(np.count_nonzero(~counted & ((first.value != 0) | (second.value != 0))))
    if returned:
        caveats.append(
            Caveat(
                f"{returned:,} customers only returned something in these spans and are in no row",
                argument="customer",
            )
        )
    return found, tuple(caveats)


def _span(
    codes: Integers, days: Integers, amounts: Floats, start: int, end: int, size: int
) -> _Span:
    inside = (days >= start) & (days < end)
    codes, days, amounts = codes[inside], days[inside], amounts[inside]
    bought = purchase_days(codes, days, amounts)
    return _Span(
        np.bincount(bought.codes, minlength=size),
        group_sums(codes, amounts, size),
    )


def _columns(
    span: _Span, groups: tuple[Flags, ...]
) -> tuple[Integers, list[float | None], list[float | None], Floats]:
    """Return customers, orders per customer, value per order and value, of each group and all."""
    customers = [int(np.count_nonzero(span.orders[group])) for group in groups]
    orders = [int(span.orders[group].sum()) for group in groups]
    value = [float(span.value[group].sum()) for group in groups]
    customers.append(sum(customers))
    orders.append(sum(orders))
    value.append(sum(value))
    return (
        np.array(customers),
        [made / by if by else None for made, by in zip(orders, customers, strict=True)],
        [worth / made if made else None for worth, made in zip(value, orders, strict=True)],
        np.array(value),
    )


def _split(first: _Span, second: _Span, both: Flags) -> tuple[float, float]:
    """Return the change of value of customers in both spans due to frequency and order value."""
    orders = [int(span.orders[both].sum()) for span in (first, second)]
    if not orders[0]:
        return 0.0, 0.0
    per_order = [
        float(span.value[both].sum()) / made
        for span, made in zip((first, second), orders, strict=True)
    ]
    return (
        (orders[1] - orders[0]) * (per_order[0] + per_order[1]) / 2,
        (per_order[1] - per_order[0]) * (orders[0] + orders[1]) / 2,
    )


def _is_cut_short(days: Integers, end: int) -> bool:
    """Whether the orders stop before a day by more than they ever paused."""
    ordered = np.unique(days)
    pauses = np.diff(ordered)
    return end - 1 - int(ordered[-1]) > (int(pauses.max()) if pauses.size else 0)
