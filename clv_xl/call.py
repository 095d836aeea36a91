"""Function calls: every host's call is dispatched here to the function that it names.

Whatever is wrong comes back as an error value with a sentence, never as an exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from clv_xl import alignment, arguments, broadcasting, results, session
from clv_xl.cells import CellError, CellOrTable, error_value
from clv_xl.errors import ArgumentError, Caveat, ClvError
from clv_xl.functions import CATALOGUE, Function
from clv_xl.results import RawResult
from clv_xl.session import Fault

SHEET_ROWS = 1_048_576
TOO_LARGE = "The ranges are too large for this computer's memory"
UNEXPECTED = (
    "Something went wrong inside clv_xl that should not; please report the formula to its makers"
)


class Reply(NamedTuple):
    """What a call gives a host: the cells to show, and the sentences behind them."""

    cells: CellOrTable
    faults: tuple[Fault, ...] = ()
    """What is wrong, or to be treated with care, in the order in which it was found."""


def names() -> frozenset[str]:
    """Return the names of all functions, in upper case."""
    return frozenset(CATALOGUE)


def call(name: str, given: Sequence[Any], *, date1904: bool = False) -> Reply:
    """Return what a cell with this call shows: one cell, or the rows of a table, and why.

    Parameters
    ----------
    name : str
        The function, in any case.
    given : sequence
        The arguments: cells, ranges (lists of rows) or `MISSING`, in order.
    date1904 : bool, optional
        Whether the workbook counts days from 1904, for dates in and out.

    Returns
    -------
    Reply
        Never raises for a user's mistake: an error value takes the place of the result. The
        sentences are kept for CLV_ERRORS as well.
    """
    function = CATALOGUE.get(name.upper())
    if function is None:
        return Reply(CellError.NAME)
    try:
        result = compute(function, given, date1904=date1904)
    except ClvError as fault:
        return _refusal(function, fault)
    except MemoryError:
        return _refusal(function, ArgumentError(TOO_LARGE))
    except Exception:  # noqa: BLE001 - a defect must not show a traceback, a path or data in a cell
        session.log.debug("unexpected", exc_info=True)
        return _refusal(function, ArgumentError(UNEXPECTED))
    faults = record(function, result.faults)
    if isinstance(result.values, list) and len(result.values) > SHEET_ROWS:
        sentence = f"The result has {len(result.values):,} rows, and a sheet {SHEET_ROWS:,}"
        return _refusal(function, ArgumentError(sentence))
    return Reply(results.as_cells(result.values, date1904=date1904), faults)


def _refusal(function: Function, fault: ClvError) -> Reply:
    """Return the reply to a call that has no result at all."""
    return Reply(error_value(fault), record(function, [*fault.caveats, fault]))


def record(function: Function, faults: Iterable[ClvError | Caveat]) -> tuple[Fault, ...]:
    """Keep the faults of a call for CLV_ERRORS, and return what is kept."""
    return session.record(function.name, *faults)


def compute(function: Function, given: Sequence[Any], *, date1904: bool = False) -> RawResult:
    """Return a function's result; `arguments` lists the steps.

    Raises
    ------
    ClvError
        What is wrong concerns the whole call.
    """
    bound = arguments.bind(function, given)
    fit_together = broadcasting.broadcast if function.elementwise else alignment.align
    ready = fit_together(function, bound, date1904=date1904)
    with np.errstate(all="ignore"):
        try:
            found = function.body(**ready.values)
        except ClvError as fault:
            fault.caveats = tuple(ready.caveats)  # which rows are left out may be the cause
            raise
        return results.result_of(function, found, ready)
