"""The check of a list of orders: rows that are left out, merged or ignored, and suspicious ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.maths.arrays import Checked, Flags
from clv_xl.maths.counted_rows import count_rows, find_repeats
from clv_xl.maths.transactions import purchase_days
from clv_xl.maths.verdicts import Verdict

ORDERS_READ = "Orders read"
"""The first finding of every check."""
SWAPPED = "day and month of the date may be swapped: others are text; compare with the source"
"""The finding on real dates beside dates as text."""
UNREADABLE = {
    "customer": "cannot be read (a number of more than 15 digits)",
    "date": "cannot be read",
    "amount": "is not a number",
}
MISSING = {
    "customer": "is missing (of merged cells only the first holds it)",
    "date": "is missing",
    "amount": "is missing",
}
OUTLIER = 50.0
"""An amount this many times the median is reported."""


class Finding(NamedTuple):
    """A kind of finding, the number of rows concerned, and the first of them."""

    finding: str
    rows: int
    first: int | None


def findings(
    customer: Checked, date: Checked, amount: Checked | None, order: Checked | None = None
) -> list[Finding]:
    """Return the findings on a list of orders, the numbers of orders and customers first.

    Parameters
    ----------
    customer, date, amount, order : Checked (orders,)
        Codes, days, money and codes of the order numbers, with flags for cells that cannot be read.

    Returns
    -------
    list of Finding
        Rows are counted from 1. Findings without rows are omitted, except the first two.

    Examples
    --------
    >>> none = np.array([False, False])
    >>> customer, date = (Checked(np.array(v), *[none] * 6) for v in ([0, 0], [9, 9]))
    >>> [(found.finding[:9], found.rows) for found in findings(customer, date, None)]
    [('Orders re', 2), ('Customers', 1), ('Merged: f', 1)]
    """
    size = customer.values.size
    columns = [part for part in (customer, date, amount) if part is not None]
    empty = np.logical_and.reduce([part.blank for part in columns])
    rows_found = count_rows(
        columns, empty, order, [customer] if amount is None else [customer, amount]
    )
    good = rows_found.counted
    found: list[Finding] = [
        Finding(ORDERS_READ, int(good.sum()), _first_row(good)),
        Finding("Customers", int(np.unique(customer.values[good]).size), None),
    ]

    def note(verdict: Verdict, text: str, where: Flags) -> None:
        if where.any():
            found.append(Finding(f"{verdict}: {text}", int(where.sum()), _first_row(where)))

    parts = [("customer", customer), ("date", date), ("amount", amount), ("order", order)]
    for name, part in parts:
        if part is not None:
            note(Verdict.FIX, f"{name} is an error value, which every report shows", part.errors)
            remedy = f"enter {'dates' if part is date else 'numbers'}"
            note(
                Verdict.FIX,
                f"{name} can be read in two ways, so every report asks; {remedy}",
                part.ambiguous,
            )
    for (name, part), missing in zip(parts, rows_found.missing, strict=False):
        if part is not None:
            unreadable = part.faulty & ~part.errors & ~part.ambiguous
            note(Verdict.REFUSED, f"{name} {UNREADABLE[name]}", unreadable)
            note(Verdict.REFUSED, f"{name} {MISSING[name]}", missing)
    note(Verdict.IGNORED, "empty rows", empty & (np.arange(size) < _last_row(~empty)))
    same = "order number and customer" if amount is None else "order number, customer and amount"
    note(Verdict.MERGED, f"the same {same} again, counted once", rows_found.repeated)
    note(
        Verdict.MERGED,
        "names spelled differently (capitals, blanks) taken for one customer",
        customer.altered & good,
    )
    if order is not None:
        note(
            Verdict.CHECK,
            "order number of over 15 digits, not compared (store it as text)",
            order.faulty & ~order.errors & good,
        )
    note(Verdict.CHECK, SWAPPED, date.swapped & good)
    note(Verdict.READ, "dates written as text", date.altered & good)
    if amount is not None:
        note(Verdict.READ, "amounts written as text", amount.altered & good)

    rows = np.flatnonzero(good)

    def repeats(*key: Checked) -> Flags:
        where = np.zeros(size, dtype=np.bool_)
        where[rows] = find_repeats([part.values[rows] for part in key])
        return where

    note(
        Verdict.MERGED,
        "further orders of a customer on the same day, one purchase",
        repeats(customer, date),
    )
    if amount is not None:
        note(
            Verdict.CHECK,
            "the same customer, date and amount again (kept)",
            repeats(customer, date, amount),
        )
        money = amount.values
        note(Verdict.CHECK, "returns (amounts below 0)", good & (money < 0))
        note(Verdict.CHECK, "amounts of 0 (kept as purchases)", good & (money == 0))
        positive = money[good & (money > 0)]
        if positive.size:
            note(
                Verdict.CHECK,
                f"amounts over {OUTLIER:g} times the median",
                good & (money > OUTLIER * np.median(positive)),
            )
        bought = purchase_days(customer.values[rows], date.values[rows], money[rows])
        if bought.left_out:
            found.append(
                Finding(
                    f"{Verdict.IGNORED}: days whose amounts sum below 0, no purchase",
                    bought.left_out,
                    None,
                )
            )
        never = good & ~np.isin(customer.values, bought.codes)
        note(Verdict.IGNORED, "customers with returns only", never)
    today = np.datetime64("today", "D").astype(np.int64)
    note(Verdict.CHECK, "dates after today", good & (date.values > today))
    return found


def _first_row(where: Flags) -> int | None:
    """Return the number of the first flagged row, from 1."""
    return int(np.argmax(where)) + 1 if where.any() else None


def _last_row(where: Flags) -> int:
    """Return the number of the last flagged row, from 1; 0 if none is."""
    return int(np.flatnonzero(where)[-1]) if where.any() else 0
