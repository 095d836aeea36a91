"""The statements in print, for the database that holds the orders: nothing of it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from clv_xl.errors import ArgumentError
from clv_xl.many_orders.columns import WANTED, Kind
from clv_xl.many_orders.names import DIALECTS
from clv_xl.many_orders.statements import Filling, sqlglot, with_source, written

_STATEMENTS: Final = {"summarise": "customers", "counts": "counts", "score": "scores"}
_DAYS: Final = "Days are those of your database's time zone; amounts are all in one currency."


def statement(
    what: str,
    dialect: str,
    *,
    table: str,
    mapping: Mapping[str, str],
    period: str,
    end_date: dt.date | None,
) -> str:
    """Return a statement as text.

    Parameters
    ----------
    what : str, one of summarise, counts, score
    dialect : str, one of `DIALECTS`
    table : str
        The table of orders, as the database names it.
    mapping : mapping of customer, date, amount, order to the table's own columns
        Order numbers are compared only where their column is named.
    period : str
    end_date : date, optional

    Raises
    ------
    ArgumentError
        The mapping names another column, or the table's name cannot be read.
    """
    if unknown := sorted(set(mapping) - set(WANTED)):
        raise ArgumentError(
            f'A column cannot be mapped to "{unknown[0]}"; choose from {", ".join(WANTED)}',
            argument="mapping",
        )
    names = DIALECTS[dialect]
    filling = Filling(dialect, names, period, end_date, customer=Kind.OTHER)
    if "order" in mapping:
        filling = replace(filling, order_number=Kind.OTHER)
    tree = with_source(_STATEMENTS[what], filling, _source(table, mapping, dialect))
    text = written(tree, dialect, pretty=True)
    notes = [_DAYS, *([names.note] if names.note else [])]
    return "\n".join([*(f"-- {note}" for note in notes), text + ";"])


def _source(table: str, mapping: Mapping[str, str], dialect: str) -> Any:
    """Return the query that gives customer, day, amount and order_number of the table."""
    library = sqlglot()
    exp = library.exp

    def column(heading: str) -> Any:
        own = mapping.get(heading)
        return exp.column(exp.to_identifier(own, quoted=True) if own else heading)

    try:
        place = library.exp.to_table(table, dialect=dialect)
    except library.errors.SqlglotError:
        raise ArgumentError(
            "--table must be a name such as shop.orders", argument="table"
        ) from None
    text = exp.DataType.build("text")
    order = column("order") if "order" in mapping else exp.cast(exp.null(), text)
    return exp.select(
        column("customer").as_("customer"),
        exp.cast(column("date"), exp.DataType.build("date")).as_("day"),
        exp.cast(column("amount"), exp.DataType.build("double")).as_("amount"),
        order.as_("order_number"),
    ).from_(place)
