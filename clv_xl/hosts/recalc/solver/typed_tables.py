"""Calls of table functions that were entered without spilling, by hand or by another program."""

from __future__ import annotations

from collections.abc import Container

from clv_xl.hosts.recalc.formula.grammar import Call, GrammarError, parse, plain_name
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place


def let_spill(book: Book, table_functions: Container[str]) -> None:
    """Make formulas that are one call of a table function spill, as in Excel they would.

    Inside an Excel table nothing can spill. Formulas that were filled down a column keep showing
    one cell each: they are in each other's way.

    Parameters
    ----------
    book : Book
        Its formula cells are changed.
    table_functions : container of str
        The names of the functions, upper case.
    """
    called: dict[str, str] = {}
    calls: dict[Place, str] = {}
    for cell in book.formula_cells():
        if cell.kind in {"plain", "array"}:
            if cell.pattern not in called:
                called[cell.pattern] = _called(cell.pattern, table_functions)
            if called[cell.pattern]:
                calls[cell.place] = called[cell.pattern]
    for cell in book.formula_cells():
        name = calls.get(cell.place)
        if name and not cell.shared and not _in_table(book, cell):
            sheet, row, column = cell.place
            near = (calls.get(Place(sheet, row + step, column)) for step in (-1, 1))
            if cell.kind == "array" or name not in near:
                cell.filed_kind, cell.kind = cell.kind, "dynamic"


def _called(text: str, functions: Container[str]) -> str:
    """Return the name of the function that a formula calls and does no more; else nothing.

    IFERROR around the call only says what to show in place of an error.
    """
    start = plain_name(text.partition("(")[0].strip())
    if start != "IFERROR" and start not in functions:
        return ""
    try:
        call = parse(text)
    except GrammarError:
        return ""
    if start == "IFERROR" and isinstance(call, Call):
        call = call.arguments[0]
    name = plain_name(call.name) if isinstance(call, Call) else ""
    return name if name in functions else ""


def _in_table(book: Book, cell: FormulaCell) -> bool:
    sheet, (_, row, column) = book.sheets[cell.place.sheet], cell.place
    return any(
        block.sheet == sheet
        and block.top <= row <= block.bottom
        and block.left <= column <= block.right
        for _, block in book.tables
    )
