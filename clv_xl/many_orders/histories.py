"""Customers' histories from orders, in an engine: the parts of customers.sql as its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from clv_xl.errors import NoAnswerError
from clv_xl.many_orders.engine import Engine
from clv_xl.many_orders.statements import Filling, as_date, expression, parts, with_values
from clv_xl.maths.transactions import DAYS_IN

_STORED: Final = frozenset({"named", "customers", "names", "histories"})
"""Parts that are computed once; with order numbers `counted_orders` is costly, and one of them."""
_FIRST: Final = ("spellings", "named", "customers", "names", "readable_orders", "counted_orders")
_NONE: Final = frozenset({"NaT", "None", "nan"})
STEPS: Final = ("Reading the customers", "Adding up the orders")


@dataclass(frozen=True)
class Prepared:
    """The tables `histories` and `names` of an engine, and what is known of the orders."""

    rows: int
    left_out: int
    first_day: dt.date
    last_day: dt.date
    """Of the orders up to the end date."""
    filling: Filling

    @property
    def end_date(self) -> dt.date:
        """The last day of observation."""
        return self.filling.end_date or self.last_day

    @property
    def held_out_periods(self) -> float:
        """How many periods there are from the split on."""
        if self.filling.split_date is None:
            return 0.0
        days = (self.end_date - self.filling.split_date).days + 1
        return days / DAYS_IN[self.filling.period]

    def sentence(self) -> str:
        """Return what was read."""
        read = f"{self.rows:,} rows of orders read"
        if not self.left_out:
            return f"{read}; every row has a customer, a date and an amount."
        return (
            f"{read}; {self.left_out:,} of them are left out, as they lack a customer, a date or "
            "an amount, or it cannot be read."
        )


def prepare(
    engine: Engine,
    source: Any,
    filling: Filling,
    *,
    with_test: bool,
    progress: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Make the tables `histories` and `names` from orders.

    Parameters
    ----------
    engine : Engine
    source : tree
        The query that gives customer, day, amount and order_number of each order.
    filling : Filling
        Its split date and the kinds of its columns are filled in here.
    with_test : bool
        Whether what models are tested by is wanted too.
    progress : callable
        Told each of `STEPS` as it begins.

    Raises
    ------
    NoAnswerError
        There are no orders that can be read by the end date, or all were returned.
    """
    progress(STEPS[0])
    kinds = engine.describe(source)
    numbered = kinds["order_number"] if filling.order_number is not None else None
    filling = replace(filling, customer=kinds["customer"], order_number=numbered)
    engine.define("source", source)
    stored = _STORED | ({"counted_orders"} if numbered else set())
    found = parts(filling)
    for name in _FIRST:
        engine.define(name, found[name], stored=name in stored)
    rows = int(_one(engine, "SELECT SUM(row_count) FROM named", 0))
    readable = int(_one(engine, "SELECT SUM(readable) FROM customers", 0))
    if not readable:
        raise NoAnswerError("No row has a customer, a date and an amount that can be read")
    first, last = _span(engine, filling)
    if with_test:
        filling = replace(filling, split_date=_split(first, last))
    if filling.end_date is None:
        filling = replace(filling, end_date=last)
    progress(STEPS[1])
    found = parts(filling)
    for name in ("purchase_days", "purchases", "histories"):
        engine.define(name, found[name], stored=name in stored)
    if not _one(engine, "SELECT COUNT(*) FROM histories", 0):
        raise _nobody()
    return Prepared(rows, rows - readable, first, last, filling)


def _one(engine: Engine, query: str, default: Any, **values: Any) -> Any:
    """Return the one value that a query gives, or the default where it gives none."""
    tree = with_values(expression(query), values)
    (column,) = engine.fetch(tree).values()
    return default if str(column[0]) in _NONE else column[0]


def _span(engine: Engine, filling: Filling) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the orders up to the end date."""
    values = {}
    if filling.end_date is None and filling.order_number is None:
        queries = "SELECT MIN(first_day) FROM customers", "SELECT MAX(last_day) FROM customers"
    elif filling.end_date is None:
        queries = "SELECT MIN(day) FROM counted_orders", "SELECT MAX(day) FROM counted_orders"
    else:
        queries = (
            "SELECT MIN(day) FROM counted_orders WHERE day <= :until",
            "SELECT MAX(day) FROM counted_orders WHERE day <= :until",
        )
        values["until"] = as_date(filling.end_date)
    first, last = (_one(engine, query, None, **values) for query in queries)
    if first is None:
        raise _nobody()
    return dt.date.fromisoformat(str(first)[:10]), dt.date.fromisoformat(str(last)[:10])


def _nobody() -> NoAnswerError:
    return NoAnswerError("Nobody bought anything by the end date", argument="end_date")


def _split(first: dt.date, last: dt.date) -> dt.date | None:
    """Return the day from which models are tested: the last third of the time."""
    split = first + dt.timedelta(((last - first).days * 2 + 1) // 3)
    return split if first < split <= last else None
