"""Calls of table functions that were entered without spilling, by hand or by another program."""

from __future__ import annotations

from collections.abc import Container

from clv_xl.hosts.recalc.formula.grammar import Call, GrammarError, parse, plain_name
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell


def let_spill(book: Book, table_functions: Container[str]) -> None:
    """Make formulas that are one call of a table function spill, as in Excel they would.

    Inside an Excel table nothing can spill; a formula that was filled down shows one cell of each.

    Parameters
    ----------
    book : Book
        Its formula cells are changed.
    table_functions : container of str
        The names of the functions, upper case.
    """
    for cell in book.formula_cells():
        entered = cell.kind in {"plain", "array"} and not cell.shared
        if entered and _is_call(cell.text, table_functions) and not _in_table(book, cell):
            cell.filed_kind, cell.kind = cell.kind, "dynamic"


def _is_call(text: str, table_functions: Container[str]) -> bool:
    if "(" not in text or plain_name(text[: text.index("(")].strip()) not in table_functions:
        return False
    try:
        return isinstance(parse(text), Call)
    except GrammarError:
        return False


def _in_table(book: Book, cell: FormulaCell) -> bool:
    sheet, (_, row, column) = book.sheets[cell.place.sheet], cell.place
    return any(
        block.sheet == sheet
        and block.top <= row <= block.bottom
        and block.left <= column <= block.right
        for _, block in book.tables
    )
