"""Results of functions as arrays and tables of plain values, with faults in their places.

A body returns what its declaration promises (`spec.Result`); here NaN and infinity become the fault
that says why, and columns, measures, fits and matrices become rows.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clv_xl import cells
from clv_xl.arguments import BodyArguments, FaultMask, first_set
from clv_xl.cells import ArgumentCells, Cell, CellOrTable
from clv_xl.errors import Caveat, ClvError, DomainError
from clv_xl.functions.spec import (
    Estimates,
    FitInWords,
    Function,
    Matrix,
    Measures,
    Number,
    Text,
    Unit,
    WithCaveats,
)
from clv_xl.maths.arrays import Flags

EPOCH = dt.date(1970, 1, 1)
"""The day from which the mathematics counts."""
NOT_FINITE = DomainError("The data give no finite number here")


@dataclass
class RawResult:
    """What a function gives, before a host or Python takes it in its own form.

    `values` is an array for an elementwise function (of any shape, () for one element), one cell,
    or a list of rows. Elements without a value hold the fault that says why.
    """

    values: Any
    faults: list[ClvError | Caveat] = field(default_factory=list)


def result_of(function: Function, found: Any, arguments: BodyArguments) -> RawResult:
    """Return what a function's body found, with faults in their places."""
    if function.elementwise:
        return _elements(function, np.asarray(found), arguments)
    faults: list[ClvError | Caveat] = [*arguments.caveats]
    return RawResult(_table(function, found, arguments.kept_rows, faults), faults)


# Elementwise functions.


def _elements(function: Function, values: Any, arguments: BodyArguments) -> RawResult:
    """Return the array, with the first fault of each element in its place."""
    shape = arguments.shape
    if values.shape != shape:
        values = np.broadcast_to(values, shape)
    masks = [(np.broadcast_to(mask, shape), fault) for mask, fault in arguments.faults]
    if values.dtype != object:
        values = np.asarray(values + 0.0)  # no negative zero in a cell
        if not np.isfinite(values.sum()):  # one pass; a false alarm costs another
            masks += _not_finite(function, values, masks)
    faults: list[ClvError | Caveat] = []
    settled = np.zeros(shape, dtype=np.bool_)
    for mask, fault in masks:
        here = mask & ~settled
        count = int(np.count_nonzero(here))
        if not count:
            continue
        if not faults:
            values = np.array(values, dtype=object)
        values[here] = fault
        settled = settled | here
        more = f" (and {count - 1} more like it)" if count > 1 else ""
        faults.append(fault.with_sentence(f"{fault.sentence}{more}"))
    return RawResult(values, faults)


def _not_finite(function: Function, values: Any, masks: Sequence[FaultMask]) -> list[FaultMask]:
    """Return which elements are infinite or NaN though their arguments are sound."""
    sound = ~np.logical_or.reduce([mask for mask, _ in masks]) if masks else True
    found = []
    for lost, fault in (
        (np.isinf(values) & sound, function.infinite),
        (np.isnan(values) & sound, function.undefined),
    ):
        place = ArgumentCells([], values.shape).place(first_set(lost))
        where = f"; see{place.removeprefix(' in')}" if place else ""
        found.append((lost, fault.with_sentence(f"{fault.sentence}{where}")))
    return found


# Table functions.


def _table(
    function: Function, found: Any, kept_rows: Flags | None, faults: list[ClvError | Caveat]
) -> Any:
    """Return the cell or rows of a table function; a fault is also added to the list."""
    result = function.result
    if isinstance(found, WithCaveats):
        faults += found.caveats
        found = found.result
    match result:
        case Number() | Text():
            return _table_cell(found, faults)
        case Matrix():
            return [
                [_name(label), *(_table_cell(cell, faults) for cell in cells_)]
                for label, *cells_ in found
            ]
        case Measures():
            rows = [
                [name, _measure(cell, unit, faults)]
                for (name, unit), cell in zip(result.rows, found, strict=True)
            ]
            return [["measure", "value"], *rows]
        case Estimates():
            return _estimates(result.parameters, found, faults)
    columns = [
        _table_column(column, unit, faults)
        for column, (_, unit) in zip(found, result.columns, strict=True)
    ]
    rows = list(map(list, zip(*columns, strict=True)))
    if result.beside_input:
        return _beside_input(rows, len(result.columns), kept_rows)
    return [[title for title, _ in result.columns], *rows]


def _beside_input(rows: list[list[Any]], width: int, kept_rows: Flags | None) -> list[list[Any]]:
    """Give every row of the input its row of the result, blank where the input's is empty."""
    if kept_rows is None or kept_rows.all():
        return rows
    found = iter(rows)
    blank = [None] * width
    return [next(found) if kept else list(blank) for kept in kept_rows.tolist()]


def _estimates(
    names: Sequence[str], found: Any, faults: list[ClvError | Caveat]
) -> list[list[Any]]:
    if isinstance(found, FitInWords):
        rows = _estimates(found.names, found.fit, faults)
        words = itertools.chain(["in words"], found.words, itertools.repeat(None))
        return [[*row, word] for row, word in zip(rows, words, strict=False)]
    rows = [
        # What is chosen rather than estimated has no standard error.
        [
            name,
            _table_cell(estimate, faults),
            None if np.isnan(error) else _table_cell(error, faults),
        ]
        for name, estimate, error in zip(
            names, found.parameters, found.standard_errors, strict=True
        )
    ]
    faults += [Caveat(sentence) for sentence in found.caveats]
    return [
        ["parameter", "estimate", "std_error"],
        *rows,
        ["log_likelihood", float(found.log_likelihood), None],
        ["customers", float(found.customers), None],
    ]


def _measure(found: Any, unit: Unit, faults: list[ClvError | Caveat]) -> Any:
    """Return one cell of a table of measures: a day as its date, a number, or its fault."""
    dated = unit is Unit.DATE and not isinstance(found, ClvError)
    return _date(found) if dated else _table_cell(found, faults)


def _table_column(found: Any, unit: Unit, faults: list[ClvError | Caveat]) -> list[Any]:
    """Return a column in plain types; without a fault no cell is looked at singly."""
    if unit is Unit.DATE:
        return [None if day is None else _date(day) for day in found]
    if isinstance(found, np.ndarray) and found.dtype.kind in "fiu":
        found = found.astype(np.float64)
        if np.isfinite(found).all():
            return (found + 0.0).tolist()  # type: ignore[no-any-return]
        found = found.tolist()
    else:
        types = set(map(type, found))
        if unit is Unit.TEXT and types <= {str, int, type(None)}:
            return list(found)  # numbers of customers stay whole
        if types <= {str, type(None)} or (types == {float} and np.isfinite(found).all()):
            return list(found)
    return [_table_cell(cell, faults) for cell in found]


def _date(day: Any) -> dt.date:
    return EPOCH + dt.timedelta(days=int(day))


def _name(cell: Any) -> Any:
    """Return a name of the data: a whole number stays whole."""
    return cell if isinstance(cell, (str, int)) else _table_cell(cell, [])


def _table_cell(cell: Any, faults: list[ClvError | Caveat]) -> Any:
    """Return one cell of a table in plain types; NaN and infinity become a fault."""
    if isinstance(cell, (np.integer, np.floating, int, float)) and not isinstance(cell, bool):
        number = float(cell) + 0.0
        if np.isfinite(number):
            return number
        cell = NOT_FINITE
    if isinstance(cell, ClvError) and cell not in faults:
        faults.append(cell)
    return cell


# Cells.


def as_cells(values: Any, *, date1904: bool) -> CellOrTable:
    """Return the values of a result as cells: dates as serial numbers, faults as error values."""
    if isinstance(values, np.ndarray):
        if values.ndim == 1:
            values = values[:, np.newaxis]
        if values.dtype != object:
            return values.item() if values.size == 1 else values.tolist()  # type: ignore[no-any-return]
        values = values.item() if values.size == 1 else values.tolist()
    if not isinstance(values, list):
        return _as_cell(values, date1904=date1904)
    types = set(map(type, itertools.chain.from_iterable(values)))
    if types <= {float, str, bool, type(None)}:
        return values
    return [[_as_cell(cell, date1904=date1904) for cell in row] for row in values]


def _as_cell(cell: Any, *, date1904: bool) -> Cell:
    if isinstance(cell, ClvError):
        return cells.error_value(cell)
    if isinstance(cell, dt.date):
        return cells.serial(cell, date1904=date1904)
    if type(cell) is int:
        return float(cell)  # what a number in a cell is
    return cell  # type: ignore[no-any-return]
