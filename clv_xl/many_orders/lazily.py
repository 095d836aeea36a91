"""RFM_SUMMARY of DuckDB relations, Spark data frames and other frames, computed when it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from clv_xl.errors import ArgumentError
from clv_xl.many_orders import columns, reading
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.duck import add_functions, duckdb, kind_of
from clv_xl.many_orders.engine import Columns
from clv_xl.many_orders.names import ENGINES
from clv_xl.many_orders.statements import Filling, sqlglot, with_source, written
from clv_xl.maths.transactions import DAYS_IN

_NAME: Final = "clv_xl_orders"
"""What statements call the data."""


class RelationEngine:
    """A relation of DuckDB: what reads it runs on its own connection."""

    dialect = "duckdb"
    names = ENGINES["duckdb"]

    def __init__(self, relation: Any, connection: Any) -> None:
        self._relation = relation
        add_functions(connection or duckdb().default_connection())

    def describe(self, _table: Any) -> dict[str, Kind]:
        """Return its columns, and what each holds."""
        return dict(zip(self._relation.columns, map(kind_of, self._relation.types), strict=True))

    def fetch(self, tree: Any) -> Columns:
        """Return the result of a query of it as columns."""
        found: Columns = self.query(_NAME, written(tree, self.dialect)).fetchnumpy()
        return found

    def query(self, name: str, text: str) -> Any:
        """Return a query of it, in which it has a name."""
        return self._relation.query(name, text)


def summarise(
    orders: Any,
    *,
    period: str = "week",
    end_date: dt.date | None = None,
    mapping: Mapping[str, str] | None = None,
    decimal: str = "",
    date_order: str = "",
    time_zone: str = "UTC",
    connection: Any = None,
) -> Any:
    """Return one row per customer, as RFM_SUMMARY does, from any number of orders.

    Parameters
    ----------
    orders : DuckDB relation, Spark data frame, other data frame, or columns by heading
        Its columns are found by their headings, as `refresh` finds them.
    period : str, optional
        day, week, month, quarter or year.
    end_date : date, optional
        The last day of observation; that of the last order if left out.
    mapping : mapping of order, date, customer or amount to the data's own headings, optional
    decimal : "," or ".", optional
        Of amounts that are text.
    date_order : "dmy", "mdy" or "ymd", optional
        Of dates that are text.
    time_zone : str, optional
        Where days begin, for times with a zone.
    connection : DuckDB connection, optional
        The one that the relation belongs to, if it is not DuckDB's default.

    Returns
    -------
    DuckDB relation or Spark data frame
        customer, frequency, recency, age, monetary_value, log_gaps, in no particular order;
        nothing is computed before it is read. Rows that lack a customer, date or amount are left
        out.

    Raises
    ------
    ArgumentError
        A column is missing, or can be read in two ways.
    HostError
        DuckDB or sqlglot is not installed.
    """
    if period not in DAYS_IN:
        raise ArgumentError(f"period must be one of {', '.join(DAYS_IN)}", argument="period")
    engine: Any
    if type(orders).__module__.startswith("pyspark."):
        from clv_xl.many_orders.spark import FrameEngine

        engine = FrameEngine(orders)
    else:
        engine = RelationEngine(_relation(orders, connection), connection)
    table = sqlglot().exp.to_table(_NAME)
    kinds = engine.describe(table)
    found = columns.find(list(kinds), mapping or {})
    how = reading.Reading(decimal, date_order, time_zone)
    source = reading.source(engine, table, kinds, found, how)
    customer = kinds[found["customer"]]
    filling = Filling(engine.dialect, engine.names, period, end_date, customer=customer)
    if "order" in found:
        filling = replace(filling, order_number=kinds[found["order"]])
    return engine.query(_NAME, written(with_source("customers", filling, source), engine.dialect))


def _relation(clv_xl_data: Any, connection: Any) -> Any:
    """Return data as a relation of DuckDB."""
    library = duckdb()
    if isinstance(clv_xl_data, library.DuckDBPyRelation):
        return clv_xl_data
    if not isinstance(clv_xl_data, Mapping) and not hasattr(clv_xl_data, "columns"):
        raise ArgumentError("The orders must be a relation, a data frame or columns by heading")
    # DuckDB finds it by the name of the variable.
    return (connection or library.default_connection()).sql("SELECT * FROM clv_xl_data")
