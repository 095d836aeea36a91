"""The one door: every call goes through it, every fault comes out as a cell and a sentence."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clv_xl import arguments as arguments_
from clv_xl import cells, columns, session
from clv_xl.cells import Cell, CellError
from clv_xl.errors import ArgumentError, Caveat, ClvError, DomainError
from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Estimates, Matrix, Measures, Number, Text, Unit
from clv_xl.maths.arrays import Flags
from clv_xl.session import Fault

NOT_FINITE = DomainError("The data give no finite number here")
SHEET_ROWS = 1_048_576
TOO_LARGE = "The ranges are too large for this computer's memory"
UNEXPECTED = (
    "Something went wrong inside clv_xl that should not; please report the formula to its makers"
)


@dataclass
class Answer:
    """What a call gives, before a host or Python takes it in its own form.

    `values` is an array for an elementwise function (of any shape, () for one element), one cell,
    or a list of rows. Elements without a value hold the fault that says why.
    """

    values: Any
    faults: list[ClvError | Caveat] = field(default_factory=list)


class Reply(NamedTuple):
    """What a call gives a host: the cells to show, and the sentences behind them."""

    cells: Cell | list[list[Cell]]
    faults: tuple[Fault, ...] = ()
    """What is wrong, or to be treated with care, in the order in which it was found."""


def names() -> frozenset[str]:
    """Return the names of all functions, in upper case."""
    return frozenset(CATALOGUE)


def call(name: str, arguments: Sequence[Any], *, date1904: bool = False) -> Reply:
    """Return what a cell with this call shows: one cell, or the rows of a table, and why.

    Parameters
    ----------
    name : str
        The function, in any case.
    arguments : sequence
        Cells, ranges (lists of rows) or `MISSING`, in order.
    date1904 : bool, optional
        Whether the workbook counts days from 1904, for dates in and out.

    Returns
    -------
    Reply
        Never raises for a fault of the user's: an error value stands where there is no answer. The
        sentences are kept for CLV_ERRORS as well.
    """
    function = CATALOGUE.get(name.upper())
    if function is None:
        return Reply(CellError.NAME)
    try:
        answer = compute(function, arguments, date1904=date1904)
    except ClvError as fault:
        return _refusal(function, fault)
    except MemoryError:
        return _refusal(function, ArgumentError(TOO_LARGE))
    except Exception:  # noqa: BLE001 - a defect of ours must not show a traceback, a path or data in a cell
        session.log.debug("unexpected", exc_info=True)
        return _refusal(function, ArgumentError(UNEXPECTED))
    faults = _record(function, answer)
    if isinstance(answer.values, list) and len(answer.values) > SHEET_ROWS:
        sentence = f"The result has {len(answer.values):,} rows, and a sheet {SHEET_ROWS:,}"
        return _refusal(function, ArgumentError(sentence))
    return Reply(_as_cells(answer.values, date1904=date1904), faults)


def _refusal(function: Function, fault: ClvError) -> Reply:
    """Return the reply to a call that has no answer at all."""
    return Reply(cells.error_value(fault), (session.record(function.name, fault),))


def _record(function: Function, answer: Answer) -> tuple[Fault, ...]:
    return tuple(session.record(function.name, fault) for fault in answer.faults)


def compute(function: Function, arguments: Sequence[Any], *, date1904: bool = False) -> Answer:
    """Return a function's answer.

    Raises
    ------
    ClvError
        What is wrong concerns the whole call.
    """
    given = arguments_.given(function, arguments)
    if function.elementwise:
        return _elementwise(function, arguments_.elementwise(function, given))
    prepared = columns.columns(function, given, date1904=date1904)
    with np.errstate(all="ignore"):
        return _shaped(function, function.body(**prepared.values), prepared.kept)


def _elementwise(function: Function, prepared: arguments_.Prepared) -> Answer:
    with np.errstate(all="ignore"):
        values = np.asarray(function.body(**prepared.values))
    if values.shape != prepared.shape:
        values = np.broadcast_to(values, prepared.shape)
    problems = [(np.broadcast_to(mask, prepared.shape), fault) for mask, fault in prepared.faults]
    if values.dtype != object:
        values = np.asarray(values + 0.0)  # no negative zero in a cell
        with np.errstate(all="ignore"):
            all_finite = bool(np.isfinite(values.sum()))  # one pass; a false alarm costs another
        if not all_finite:
            known = ~np.logical_or.reduce([mask for mask, _ in problems]) if problems else True
            for lost, fault in (
                (np.isinf(values) & known, function.infinite),
                (np.isnan(values) & known, function.undefined),
            ):
                place = cells.Block([], prepared.shape).place(arguments_.first_set(lost))
                where = f"; see{place.removeprefix(' in')}" if place else ""
                problems.append((lost, _reworded(fault, f"{fault.sentence}{where}")))
    faults: list[ClvError | Caveat] = []
    settled = np.zeros(prepared.shape, dtype=np.bool_)
    for mask, fault in problems:
        here = mask & ~settled
        count = int(np.count_nonzero(here))
        if not count:
            continue
        if not faults:
            values = np.array(values, dtype=object)
        values[here] = fault
        settled = settled | here
        more = f" (and {count - 1} more like it)" if count > 1 else ""
        faults.append(_reworded(fault, f"{fault.sentence}{more}"))
    return Answer(values, faults)


def _reworded(fault: ClvError, sentence: str) -> ClvError:
    """The same fault with another sentence."""
    other = type(fault).__new__(type(fault), sentence)
    other.__dict__.update(fault.__dict__)
    other.sentence = sentence
    return other


def _shaped(function: Function, found: Any, kept: Flags | None) -> Answer:
    """A table function's result as rows; NaN and infinity are faults of their cell."""
    result = function.result
    faults: list[ClvError | Caveat] = []
    if isinstance(result, (Number, Text)):
        return Answer(_one(found, faults), faults)
    if isinstance(result, Matrix):
        return Answer([[_one(cell, faults) for cell in row] for row in found], faults)
    if isinstance(result, Measures):
        rows = [
            [name, _one(cell, faults)] for (name, _), cell in zip(result.rows, found, strict=True)
        ]
        return Answer([["measure", "value"], *rows], faults)
    if isinstance(result, Estimates):
        return Answer(
            [["parameter", "estimate", "std_error"], *_estimates(result, found, faults)], faults
        )
    columns = [
        _column(cells_, unit, faults)
        for cells_, (_, unit) in zip(found, result.columns, strict=True)
    ]
    rows = list(map(list, zip(*columns, strict=True)))
    if result.beside_input:
        return Answer(_beside_input(rows, kept), faults)
    return Answer([[title for title, _ in result.columns], *rows], faults)


def _beside_input(rows: list[list[Any]], kept: Flags | None) -> list[list[Any]]:
    """Rows that stand beside those of the input, empty where the input's were left out."""
    if kept is None or kept.all():
        return rows
    found = iter(rows)
    empty = [None] * len(rows[0])
    return [next(found) if keep else list(empty) for keep in kept.tolist()]


def _estimates(result: Estimates, fit: Any, faults: list[ClvError | Caveat]) -> list[list[Any]]:
    rows = [
        [name, _one(estimate, faults), _one(error, faults)]
        for name, estimate, error in zip(
            result.parameters, fit.parameters, fit.standard_errors, strict=True
        )
    ]
    faults += [Caveat(sentence) for sentence in fit.caveats]
    return [
        *rows,
        ["log_likelihood", float(fit.log_likelihood), None],
        ["customers", float(fit.customers), None],
    ]


def _column(found: Any, unit: Unit, faults: list[ClvError | Caveat]) -> list[Any]:
    if unit is Unit.DATE:
        epoch = dt.date(1970, 1, 1)
        return [epoch + dt.timedelta(days=int(day)) for day in found]
    if isinstance(found, np.ndarray) and found.dtype.kind in "fiu":
        found = found.astype(np.float64)
        if np.isfinite(found).all():
            return (found + 0.0).tolist()  # type: ignore[no-any-return]
        found = found.tolist()
    else:
        kinds = set(map(type, found))
        if kinds <= {str, type(None)} or (kinds == {float} and np.isfinite(found).all()):
            return list(found)
    return [_one(cell, faults) for cell in found]


def _one(cell: Any, faults: list[ClvError | Caveat]) -> Any:
    """One cell of a table in plain types; what is no number becomes its fault."""
    if isinstance(cell, (np.integer, np.floating, int, float)) and not isinstance(cell, bool):
        number = float(cell) + 0.0
        if np.isfinite(number):
            return number
        cell = NOT_FINITE
    if isinstance(cell, ClvError) and cell not in faults:
        faults.append(cell)
    return cell


def _as_cells(values: Any, *, date1904: bool) -> Cell | list[list[Cell]]:
    if isinstance(values, np.ndarray):
        if values.ndim == 1:
            values = values[:, np.newaxis]
        if values.dtype != object:
            return values.item() if values.size == 1 else values.tolist()  # type: ignore[no-any-return]
        if values.size == 1:
            return _cell(values.item(), date1904=date1904)
        values = values.tolist()
    if not isinstance(values, list):
        return _cell(values, date1904=date1904)
    kinds = set(map(type, itertools.chain.from_iterable(values)))
    if kinds <= {float, int, str, bool, type(None)}:
        return values
    return [[_cell(cell, date1904=date1904) for cell in row] for row in values]


def _cell(cell: Any, *, date1904: bool) -> Cell:
    if isinstance(cell, ClvError):
        return cells.error_value(cell)
    if isinstance(cell, dt.date):
        return cells.serial(cell, date1904=date1904)
    return cell  # type: ignore[no-any-return]


def python_result(function: Function, arguments: Sequence[Any]) -> Any:
    """Return what a Python caller gets: a float, an array of the arguments' shape, or rows.

    Elements without an answer are NaN (None among texts); their sentences are kept for CLV_ERRORS.

    Raises
    ------
    ClvError
        What is wrong concerns the whole call, which a call with single values is.
    """
    answer = compute(function, arguments)
    values: NDArray[Any] | Any = answer.values
    if isinstance(values, np.ndarray):
        if values.ndim == 0:
            value = values.item()
            if isinstance(value, ClvError):
                raise value
            return value
        if answer.faults:
            _record(function, answer)
            number = isinstance(function.result, Number)
            lost = np.nan if number else None
            flat = [
                lost if isinstance(cell, ClvError) else cell for cell in values.ravel().tolist()
            ]
            values = np.array(flat, dtype=np.float64 if number else object).reshape(values.shape)
        return values
    if isinstance(values, ClvError):
        raise values
    if isinstance(values, list) and answer.faults:
        _record(function, answer)
        return [[np.nan if isinstance(cell, ClvError) else cell for cell in row] for row in values]
    return values
