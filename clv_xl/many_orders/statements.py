"""The statements: read from `sql/`, filled in, for one engine or dialect.

Each text exists once, in DuckDB's dialect; sqlglot writes it in others.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from clv_xl.errors import HostError
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.names import Names
from clv_xl.maths.transactions import DAYS_IN

WRITTEN_IN: Final = "duckdb"
NEEDED: Final = (
    'Orders beyond a sheet need more than is installed; type: pip install "clv_xl[data]"'
)
_EARLY: Final = "early_"
"""What the names of columns begin with that are only there to test models."""


@dataclass(frozen=True)
class Filling:
    """What the statements are filled in with."""

    dialect: str
    names: Names
    period: str = "week"
    end_date: dt.date | None = None
    """The last day of observation; that of the last order if None."""
    split_date: dt.date | None = None
    """The day from which models are tested; without it nothing is prepared for that."""
    customer: Kind = Kind.TEXT
    order_number: Kind | None = None
    """What the order numbers are; None if there are none."""


def sqlglot() -> Any:
    """Return the library that reads and writes SQL.

    Raises
    ------
    HostError
        It is not installed.
    """
    try:
        return importlib.import_module("sqlglot")
    except ImportError:
        raise HostError(NEEDED) from None


def statement(name: str, filling: Filling) -> Any:
    """Return a statement of `sql/`, filled in, as sqlglot's tree."""
    tree = _parsed(name).copy()
    if name == "customers":
        _leave_out_unused(tree, filling)
    end = "(SELECT MAX(day) FROM counted_orders)"
    values = {
        "days_in_period": DAYS_IN[filling.period],
        "end_date": as_date(filling.end_date) if filling.end_date else expression(end),
        "split_date": as_date(filling.split_date) if filling.split_date else expression("NULL"),
    }
    tree = with_values(tree, values)
    return tree.transform(lambda node: _fill_in_names(node, filling), copy=False)


def whole(name: str, filling: Filling) -> Any:
    """Return a statement together with all the parts that it reads from orders."""
    parts = statement("customers", filling)
    if name == "customers":
        return parts
    last = statement(name, filling)
    last.set("with_", parts.args["with_"])
    return last


def summary(filling: Filling) -> Any:
    """Return the query of RFM_SUMMARY from the tables `histories` and `names`."""
    tree = statement("customers", filling)
    tree.set("with_", None)
    return tree


def with_source(name: str, filling: Filling, source: Any) -> Any:
    """Return a statement that reads the orders themselves, from the query that gives them."""
    tree = whole(name, filling)
    first = tree.ctes[0]
    own = sqlglot().exp.CTE(this=source, alias=expression("source").this)
    first.replace([own, first.copy()])
    return tree


def parts(filling: Filling) -> dict[str, Any]:
    """Return the parts of customers.sql by name, in their order."""
    return {part.alias: part.this for part in statement("customers", filling).ctes}


def with_values(tree: Any, values: Mapping[str, Any]) -> Any:
    """Return a tree with values in place of what stands for them as `:name`.

    Numbers are written as doubles: in some dialects those with a point alone are decimals.
    """

    def as_tree(value: Any) -> Any:
        if not isinstance(value, (int, float)):
            return value.copy()
        text = repr(float(value))
        return sqlglot().exp.Literal.number(text if "e" in text else f"{text}e0")

    return sqlglot().exp.replace_placeholders(
        tree, **{name: as_tree(value) for name, value in values.items()}
    )


def expression(text: str, dialect: str = WRITTEN_IN) -> Any:
    """Return an expression as sqlglot's tree."""
    return sqlglot().parse_one(text, read=dialect)


def written(tree: Any, dialect: str, *, pretty: bool = False) -> str:
    """Return a tree as text."""
    return str(tree.sql(dialect=dialect, pretty=pretty, unsupported_level=None))


def quoted(text: object) -> str:
    """Return a text to stand between quotation marks of SQL."""
    return str(text).replace("'", "''")


@cache
def _parsed(name: str) -> Any:
    text = (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return sqlglot().parse_one(text, read=WRITTEN_IN)


def as_date(day: dt.date) -> Any:
    """Return a day as sqlglot's tree."""
    return expression(f"CAST('{day.isoformat()}' AS DATE)")


def _leave_out_unused(tree: Any, filling: Filling) -> None:
    """Remove the columns for tests of models, and the comparison of order numbers."""
    found = {part.alias: part for part in tree.ctes}
    if filling.split_date is None:
        histories = found["histories"].this
        kept = [one for one in histories.expressions if not one.alias.startswith(_EARLY)]
        histories.set("expressions", kept)
    if filling.order_number is None:
        orders = expression("SELECT customer, day, amount FROM readable_orders")
        found["counted_orders"].set("this", orders)


def _fill_in_names(node: Any, filling: Filling) -> Any:
    """Replace what stands for the comparison of names."""
    exp = sqlglot().exp
    if not isinstance(node, exp.Anonymous):
        return node
    within = node.expressions[0]
    kind = filling.order_number if within.name == "order_number" else filling.customer
    match node.name:
        case "NAME_KEY":
            return _of_name(filling.names.key, _as_text(within, kind), filling.dialect)
        case "AS_WRITTEN":
            return _of_name(filling.names.written, _as_text(within, kind), filling.dialect)
        case "CUSTOMER_NUMBER":
            return _of_name(filling.names.number, within, filling.dialect)
    return node


def _of_name(text: str, name: Any, dialect: str) -> Any:
    """Return an expression of a name."""
    exp = sqlglot().exp

    def put_in(node: Any) -> Any:
        is_name = isinstance(node, exp.Column) and node.name == "name"
        return name.copy() if is_name else node

    return expression(text, dialect).transform(put_in, copy=False)


def _as_text(column: Any, kind: Kind | None) -> Any:
    """Return a column as text: whole numbers without decimals, as RFM_SUMMARY matches them."""
    if kind is Kind.TEXT:
        return column
    if kind is Kind.NUMBER:
        text = (
            "CASE WHEN ABS(x) < 1e15 THEN CASE WHEN x = FLOOR(x) "
            "THEN CAST(CAST(x AS BIGINT) AS VARCHAR) ELSE CAST(x AS VARCHAR) END END"
        )
    else:
        text = "CAST(x AS VARCHAR)"
    exp = sqlglot().exp
    return expression(text).transform(
        lambda node: column.copy() if isinstance(node, exp.Column) and node.name == "x" else node
    )
