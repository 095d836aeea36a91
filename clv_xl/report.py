"""Results on the command line: text, JSON, tables on a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clv_xl.cells import Cell, CellError, CellOrTable
from clv_xl.errors import ClvError

if TYPE_CHECKING:
    from clv_xl.hosts.recalc import Evaluator

NATIVE_ERRORS: Final = {
    CellError.DIV0: "something is divided by 0 or by an empty cell",
    CellError.NAME: "a function or name in it is unknown; clv-xl functions lists those of clv_xl",
    CellError.NA: "a value is not available",
    CellError.NUM: "a number is out of range",
    CellError.REF: "it refers to cells that do not exist",
    CellError.VALUE: "a value is of the wrong type",
    CellError.NULL: "two ranges have no cell in common",
    CellError.SPILL: "there is no room for its result",
    CellError.CALC: "it cannot be computed",
}
"""What an error value means where no function of clv_xl gave it."""


def evaluate(evaluator: Evaluator, formula: str) -> tuple[CellOrTable, list[str], bool]:
    """Return a formula's value, the sentences behind it, and whether it is one error value."""
    try:
        value = evaluator.evaluate(formula)
    except ClvError as fault:
        return CellError.NAME, [fault.sentence], True
    if not isinstance(value, list):
        errors = [value] if isinstance(value, CellError) else []
    else:
        errors = [cell for row in value for cell in row if isinstance(cell, CellError)]
    sentences = [
        f"{fault.function}: {fault.sentence}"
        for fault in evaluator.faults
        if errors or fault.is_caveat
    ]
    if errors and not sentences:
        sentences = [evaluator.sentence or f"gives {errors[0]}, as {NATIVE_ERRORS[errors[0]]}"]
    return value, list(dict.fromkeys(sentences)), isinstance(value, CellError)


def json_value(value: CellOrTable) -> Any:
    """Return a value in the types of JSON: whole numbers without a point, errors as text."""
    if isinstance(value, list):
        return [[json_value(cell) for cell in row] for row in value]
    if isinstance(value, CellError):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def cell_text(cell: Cell) -> str:
    """Return a cell as a person reads it on the command line."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        return f"{cell:.15g}"
    return str(cell)


def print_table(table: Sequence[Sequence[Cell]], title: str = "") -> None:
    """Print a table; a first row of texts alone is its header."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    headed = all(isinstance(cell, str) for cell in table[0]) and len(table) > 1
    rows = table[1:] if headed else table
    drawn = Table(
        title=title or None, box=box.SIMPLE_HEAD, title_justify="left", show_header=headed
    )
    for index, name in enumerate(table[0]):
        right = any(isinstance(row[index], (int, float)) for row in rows)
        drawn.add_column(Text(cell_text(name)), justify="right" if right else "left")
    for row in rows:
        drawn.add_row(*(Text(_short(cell)) for cell in row))
    Console().print(drawn)


def _short(cell: Cell) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if float(cell).is_integer():
            return f"{cell:,.0f}"
        return f"{cell:,.4g}" if abs(cell) < 1 else f"{cell:,.2f}"
    return cell_text(cell)


def print_sentence(sentence: str) -> None:
    """Print a sentence, wrapped to the terminal."""
    from rich.console import Console

    Console(highlight=False).print(sentence, markup=False)


class KeyTable(NamedTuple):
    """A report to show first: a formula over the template's tables, and the columns to show."""

    title: str
    formula: str
    columns: tuple[str, ...]
    largest: str = ""
    """The column whose largest values are shown; all rows where it is empty."""


LARGEST: Final = 8
KEY_TABLES: Final = (
    KeyTable(
        "What the orders hold",
        "=ORDERS_CHECK(Orders[customer], Orders[date], Orders[amount])",
        ("finding", "rows"),
    ),
    KeyTable(
        "What each segment is worth",
        "=CLV_SEGMENT(Customers[segment], Customers[clv], Customers[acquisition_cost])",
        ("segment", "customers", "total CLV", "average CLV", "CLV to CAC"),
    ),
    KeyTable(
        "Which channels to spend on",
        "=CLV_CHANNEL(Channels[channel], Channels[spend], Channels[new_customers], Channels[clv])",
        ("channel", "CAC", "CLV", "CLV to CAC", "verdict"),
    ),
    KeyTable(
        "Who will be worth most in the next 52 weeks",
        "=CLV_PREDICT(Orders[customer], Orders[date], Orders[amount])",
        ("customer", "purchases", "p_alive", "expected_purchases", "clv"),
        "clv",
    ),
)


def key_tables(path: Path) -> list[tuple[str, list[list[Cell]]]]:
    """Return the most important tables of a workbook made from the template, with their titles."""
    from clv_xl.hosts.recalc import Evaluator

    evaluator = Evaluator(path)
    found = []
    for table in KEY_TABLES:
        value = evaluator.evaluate(table.formula)
        if isinstance(value, list):
            found.append((table.title, _shown_part(value, table)))
    return found


def _shown_part(value: list[list[Cell]], table: KeyTable) -> list[list[Cell]]:
    header, *rows = value
    if table.largest:
        at = header.index(table.largest)
        rows = sorted(rows, key=lambda row: -_number(row[at]))[:LARGEST]
    chosen = [header.index(name) for name in table.columns]
    return [[row[at] for at in chosen] for row in [header, *rows]]


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else float("-inf")
