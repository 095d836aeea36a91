"""A book computed, and loaded once more where what it shows changes how it is to be loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.solver.calculation import Calculation
from clv_xl.hosts.recalc.solver.dispatch import dispatcher, function_names
from clv_xl.hosts.recalc.xlsx.book import Book, Known

_MOST_TIMES: Final = 2


def solved(load: Callable[[Known | None], tuple[Engine, Book]]) -> Calculation:
    """Return a book computed, loaded by what its cells show then.

    Its defined names mean the columns that their numbers say, and whole columns are cut to the rows
    in use.

    Parameters
    ----------
    load : callable
        Loads the book, by what its cells show where that is known.
    """
    calculation = _calculation(*load(None))
    if None in calculation.book.numbers.values():
        calculation.rewrite_natives()
        rows = calculation.book.last_rows  # nothing is computed yet
        calculation = _calculation(*load(_known(calculation)._replace(last_rows=rows)))
    calculation.solve()
    for _ in range(_MOST_TIMES):
        known = _known(calculation)
        if known == (calculation.book.numbers, calculation.book.last_rows):
            break
        calculation = _calculation(*load(known))
        calculation.solve()
    return calculation


def _calculation(engine: Engine, book: Book) -> Calculation:
    return Calculation(engine, book, dispatcher(date1904=book.date1904), function_names())


def _known(calculation: Calculation) -> Known:
    """Return what cells show now by which the book is to be loaded."""
    engine, book = calculation.engine, calculation.book
    if book.numbers:
        engine.evaluate()
    return Known(
        {place: engine.cell(*place) for place in book.numbers},
        {
            block: last if block.is_whole else max(last, kept)
            for block, kept in book.last_rows.items()
            for last in [engine.last_row(block)]
        },
    )
