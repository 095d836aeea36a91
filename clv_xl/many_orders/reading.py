"""Columns of orders, read as days and amounts in the engine: typed ones, and text that agrees.

A column of text is read in one way, which a sample of it decides as `text_values` does for cells;
what cannot be read so is NULL, and its row is left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clv_xl.errors import ArgumentError
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.engine import Engine
from clv_xl.many_orders.statements import expression, sqlglot
from clv_xl.text_values import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, AmountColumn, DateColumn

SAMPLE: Final = 20_000
_FINITE: Final = "CASE WHEN ABS(x) < 1e300 THEN CAST(x AS DOUBLE) END"
_CALENDAR: Final = (
    "CASE WHEN d BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE) THEN d END"
)
_DASHED: Final = "REPLACE(REPLACE(SPLIT_PART(TRIM(x), ' ', 1), '.', '-'), '/', '-')"
_ISO: Final = "TRY_CAST(SUBSTRING(TRIM(x), 1, 10) AS DATE)"
_TEXT_DATES: Final = {
    YEAR_FIRST: _ISO.replace("TRIM(x)", _DASHED),
    **{
        order: f"CASE WHEN LENGTH(SPLIT_PART({_DASHED}, '-', 3)) = 4 THEN TRY_CAST(CONCAT("
        f"SPLIT_PART({_DASHED}, '-', 3), '-', SPLIT_PART({_DASHED}, '-', {month}), '-', "
        f"SPLIT_PART({_DASHED}, '-', {day})) AS DATE) ELSE {_ISO} END"
        for order, day, month in ((DAY_FIRST, 1, 2), (MONTH_FIRST, 2, 1))
    },
}
_INSTANTS: Final = {
    "duckdb": "CAST(x AT TIME ZONE '{zone}' AS DATE)",
    "spark": "CAST(CONVERT_TIMEZONE('{zone}', CAST(x AS TIMESTAMP_NTZ)) AS DATE)",
}
_AMOUNTS: Final = {
    mark: f"CASE WHEN REGEXP_MATCHES(TRIM(x), '^[-+]?([1-9][0-9]{{0,2}}([{other}][0-9]{{3}})+|"
    f"[0-9]*)([{mark}][0-9]+)?$') THEN TRY_CAST(REPLACE(REPLACE(TRIM(x), '{other}', ''), "
    f"'{mark}', '.') AS DOUBLE) END"
    for mark, other in ((".", ","), (",", "."))
}


@dataclass(frozen=True)
class Reading:
    """How columns are read where they do not say it themselves."""

    decimal: str = ""
    date_order: str = ""
    time_zone: str = "UTC"
    """Where days begin, for times with a zone."""


def source(
    engine: Engine, table: Any, kinds: Mapping[str, Kind], columns: Mapping[str, str], how: Reading
) -> Any:
    """Return the query that gives customer, day, amount and order_number of a table.

    Raises
    ------
    ArgumentError
        A column of text can be read in two ways, or a column is of the wrong type.
    """
    exp = sqlglot().exp

    def column(heading: str) -> Any:
        return exp.column(exp.to_identifier(columns[heading], quoted=True))

    texts = [name for name in ("date", "amount") if kinds[columns[name]] is Kind.TEXT]
    sample: Mapping[str, Any] = {}
    if texts:
        chosen = [column(name).as_(name) for name in texts]
        sample = engine.fetch(exp.select(*chosen).from_(table).limit(SAMPLE))
    day = _day(kinds[columns["date"]], _texts(sample.get("date", ())), how, engine.dialect)
    amount = _amount(kinds[columns["amount"]], _texts(sample.get("amount", ())), how)
    for heading in columns.keys() & {"customer", "order"}:
        if kinds[columns[heading]] is Kind.OTHER:
            raise _wrong(heading, "text or numbers")
    number = column("order") if "order" in columns else exp.null()
    return exp.select(
        column("customer").as_("customer"),
        _of(day, column("date"), engine.dialect).as_("day"),
        _of(amount, column("amount")).as_("amount"),
        number.as_("order_number"),
    ).from_(table)


def _texts(column: Iterable[Any]) -> list[str]:
    return [cell for cell in column if isinstance(cell, str) and cell.strip()]


def _of(text: str, column: Any, dialect: str = "duckdb") -> Any:
    """Return an expression of x, with the column in its place."""
    exp = sqlglot().exp
    own = text.startswith("native:")
    tree = expression(text.removeprefix("native:"), dialect if own else "duckdb")

    def put_in(node: Any) -> Any:
        return column.copy() if isinstance(node, exp.Column) and node.name == "x" else node

    return tree.transform(put_in)


def _day(kind: Kind, texts: list[str], how: Reading, dialect: str) -> str:
    """Return the expression of the day, from x."""
    match kind:
        case Kind.DATE | Kind.MOMENT:
            return _CALENDAR.replace("d ", "CAST(x AS DATE) ")
        case Kind.INSTANT:
            return "native:" + _INSTANTS[dialect].format(zone=how.time_zone)
        case Kind.TEXT:
            written = DateColumn(texts, how.date_order)
            if written.by_number and not written.order:
                raise ArgumentError(
                    "Dates can be read as day/month or as month/day; say which with --dates DMY or "
                    "--dates MDY",
                    argument="date",
                )
            return _TEXT_DATES[written.order or YEAR_FIRST]
    raise _wrong("date", "dates")


def _amount(kind: Kind, texts: list[str], how: Reading) -> str:
    """Return the expression of the amount, from x."""
    if kind in {Kind.WHOLE, Kind.NUMBER}:
        return _FINITE
    if kind is not Kind.TEXT:
        raise _wrong("amount", "numbers")
    either = [AmountColumn(texts, mark) for mark in ".,"]
    if texts and not any(isinstance(one.read(text), float) for one in either for text in texts):
        raise _wrong("amount", "numbers")
    written = AmountColumn(texts, how.decimal)
    marks = written.marks or "."
    if len(marks) > 1:
        if not all(isinstance(written.read(text), float) for text in texts):
            raise ArgumentError(
                "Amounts can be read with a decimal comma or point; say which with --decimal",
                argument="amount",
            )
        marks = "."
    return _AMOUNTS[marks]


def _wrong(heading: str, wanted: str) -> ArgumentError:
    return ArgumentError(
        f"The column read as {heading} does not hold {wanted}; map another, as in "
        f"{heading}=its heading, or change its type",
        argument=heading,
    )
