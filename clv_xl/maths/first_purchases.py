"""When each customer bought first: what cohorts, and new against returning customers, rest on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths.arrays import Flags, Floats, Integers
from clv_xl.maths.transactions import PurchaseDays, purchase_days


class FirstPurchases(NamedTuple):
    """The purchases of a list of orders, and each customer's first."""

    bought: PurchaseDays[Floats] | PurchaseDays[Floats | None]
    starts: Integers
    """Where in `bought` each buying customer begins, in the order of their codes."""
    days: Integers
    """The day of each customer's first purchase, one element per code; see `buys`."""
    buys: Flags
    """Whether a customer bought at all: returns alone are no purchase."""

    @property
    def customers(self) -> Integers:
        """The codes of the customers who bought."""
        return np.flatnonzero(self.buys)


def first_purchases(codes: Integers, days: Integers, amounts: Floats | None) -> FirstPurchases:
    """Return the purchase days of some orders and the first of each customer.

    Parameters
    ----------
    codes : integer array (orders,), customer of each order, >= 0
    days : integer array (orders,)
    amounts : float array (orders,), money, optional
        A day whose amounts sum below 0 (returns) is no purchase.

    Raises
    ------
    NoAnswerError
        There are no purchases.

    Examples
    --------
    >>> found = first_purchases(np.array([1, 0, 1]), np.array([7, 9, 3]), None)
    >>> found.days.tolist()
    [9, 3]
    """
    bought = purchase_days(codes, days, amounts)
    if bought.codes.size == 0:
        raise NoAnswerError("Nobody bought anything, so there is nothing to show", argument="date")
    starts = np.flatnonzero(np.diff(bought.codes, prepend=-1))
    first = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    buys = np.zeros(first.size, dtype=np.bool_)
    first[bought.codes[starts]] = bought.days[starts]
    buys[bought.codes[starts]] = True
    return FirstPurchases(bought, starts, first, buys)
