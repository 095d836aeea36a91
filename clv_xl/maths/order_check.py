"""The check of a list of orders: rows that are refused, merged or ignored, and suspicious ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.maths.arrays import Checked, Flags
from clv_xl.maths.transactions import purchase_days
from clv_xl.maths.verdicts import Verdict

ORDERS_READ = "Orders read"
"""The first finding of every check."""
OUTLIER = 50.0
"""An amount this many times the median is reported."""


class Finding(NamedTuple):
    """A kind of finding, the number of rows concerned, and the first of them."""

    finding: str
    rows: int
    first: int | None


def findings(customer: Checked, date: Checked, amount: Checked | None) -> list[Finding]:
    """Return the findings on a list of orders, the numbers of orders and customers first.

    Parameters
    ----------
    customer, date, amount : Checked (orders,)
        Codes, days and money, with flags for cells that cannot be read.

    Returns
    -------
    list of Finding
        Rows are counted from 1. Findings without rows are omitted, except the first two.

    Examples
    --------
    >>> none = np.array([False, False])
    >>> customer, date = (Checked(np.array(v), none, none, none) for v in ([0, 0], [9, 9]))
    >>> [(found.finding[:9], found.rows) for found in findings(customer, date, None)]
    [('Orders re', 2), ('Customers', 1), ('Merged: f', 1)]
    """
    size = customer.values.size
    nothing = np.zeros(size, dtype=bool)
    no_amount = nothing if amount is None else amount.blank
    bad_amount = nothing if amount is None else amount.faulty
    money = np.zeros(size) if amount is None else amount.values
    empty = customer.blank & date.blank & (no_amount if amount is not None else ~nothing)
    lacking = (customer.blank | date.blank | no_amount) & ~empty
    refused = customer.faulty | date.faulty | bad_amount | lacking
    good = ~empty & ~refused
    found: list[Finding] = [
        Finding(ORDERS_READ, int(good.sum()), _first_row(good)),
        Finding("Customers", int(np.unique(customer.values[good]).size), None),
    ]

    def note(verdict: Verdict, text: str, where: Flags) -> None:
        if where.any():
            found.append(Finding(f"{verdict}: {text}", int(where.sum()), _first_row(where)))

    note(
        Verdict.REFUSED,
        "customer cannot be read (an error, or a number of more than 15 digits)",
        customer.faulty,
    )
    note(
        Verdict.REFUSED,
        "customer is missing (of merged cells only the first holds it)",
        customer.blank & ~empty,
    )
    note(Verdict.REFUSED, "date is missing", date.blank & ~empty)
    note(Verdict.REFUSED, "date cannot be read", date.faulty)
    note(Verdict.REFUSED, "amount is missing", no_amount & ~empty)
    note(Verdict.REFUSED, "amount is not a number", bad_amount)
    note(Verdict.IGNORED, "empty rows", empty & (np.arange(size) < _last_row(~empty)))
    note(
        Verdict.MERGED,
        "names spelled differently (capitals, blanks) taken for one customer",
        customer.altered & good,
    )
    note(Verdict.READ, "dates written as text", date.altered & good)
    if amount is not None:
        note(Verdict.READ, "amounts written as text", amount.altered & good)

    rows = np.flatnonzero(good)
    key = np.stack([customer.values[rows], date.values[rows]])
    note(
        Verdict.MERGED,
        "further orders of a customer on the same day, one purchase",
        _find_repeats(key, rows, size),
    )
    if amount is not None:
        note(
            Verdict.CHECK,
            "the same customer, date and amount again (kept)",
            _find_repeats(np.vstack([key, money[rows]]), rows, size),
        )
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


def _find_repeats(
    key: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    size: int,
) -> Flags:
    """Return the rows whose key occurred in an earlier row."""
    order = np.lexsort(key[::-1])
    ordered = key[:, order]
    again = np.zeros(rows.size, dtype=bool)
    if rows.size:
        again[order[1:]] = (ordered[:, 1:] == ordered[:, :-1]).all(axis=0)
    where = np.zeros(size, dtype=bool)
    where[rows] = again
    return where
