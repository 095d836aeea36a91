"""Results on the command line: text, JSON, tables on a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from clv_xl import terminal
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
    """Print a table; a first row of texts alone is its header.

    Long texts fold where a terminal is narrow, between words; a number or word is never cut: a
    table that needs more room is wider than the terminal. In a pipe nothing folds.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    headed = all(isinstance(cell, str) for cell in table[0]) and len(table) > 1
    rows = table[1:] if headed else table
    console = terminal.console()
    texts = [
        [terminal.visible(shown, console.encoding) for shown in line]
        for line in (map(cell_text, table[0]), *(map(short_text, row) for row in rows))
    ]
    around = len(table[0]) * 3 + 1  # what the box takes
    room = console.width - around if console.is_terminal else None
    widths = _column_widths(texts, room)
    console.width = max(console.width, sum(widths) + around)
    drawn = Table(
        title=Text(terminal.visible(title)) if title else None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        show_header=headed,
    )
    for index, width in enumerate(widths):
        right = any(isinstance(row[index], (int, float)) for row in rows)
        drawn.add_column(Text(texts[0][index]), justify="right" if right else "left", width=width)
    for row in texts[1:]:
        drawn.add_row(*map(Text, row))
    terminal.print_rich(drawn, console)


def _column_widths(texts: Sequence[Sequence[str]], room: int | None) -> list[int]:
    """Return the width of each column: that of its text, or less, down to its longest word.

    Without room the columns are as wide as their longest words; where it is None, it is unlimited.
    """
    from rich.cells import cell_len

    columns = list(zip(*texts, strict=True))
    least = [
        max((cell_len(word) for text in column for word in text.split()), default=1)
        for column in columns
    ]
    widths = [
        max((cell_len(line) for text in column for line in text.splitlines()), default=1)
        for column in columns
    ]
    while room is not None and sum(widths) > room and widths != least:
        foldable = (at for at in range(len(widths)) if widths[at] > least[at])
        widths[max(foldable, key=widths.__getitem__)] -= 1
    return widths


def short_text(cell: Cell) -> str:
    """Return a cell as a table shows it: a number with two decimals, or four digits below 1."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if float(cell).is_integer():
            return f"{cell:,.0f}"
        return f"{cell:,.4g}" if abs(cell) < 1 else f"{cell:,.2f}"
    return cell_text(cell)


def print_sentence(sentence: str) -> None:
    """Print a sentence, wrapped to the terminal."""
    from rich.text import Text

    terminal.print_rich(Text(terminal.visible(sentence)), terminal.console())
