"""Arguments of a table function: columns of one length, without titles and left-out rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clv_xl import cells, coercion, counted_rows, covariate_columns
from clv_xl.arguments import BodyArguments, InputColumn, coerce, fill_and_check
from clv_xl.cells import ArgumentCells, IncomingError
from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import BLANK_LABEL, Function, Kind, Parameter
from clv_xl.maths.arrays import Checked, Flags, Floats, Labels

REMEDY = "fill it in or remove the row"
_SEVERAL = frozenset({Kind.ATTRIBUTES, Kind.COVARIATES})  # several columns, with their headings


def align(function: Function, bound: Mapping[str, Any], *, date1904: bool) -> BodyArguments:
    """Return columns of equal length and single values; rows that do not count are left out.

    Raises
    ------
    ClvError
        The first thing that is wrong: an incoming error, unequal lengths, a cell that cannot be
        read or lies outside its domain.
    """
    ready = BodyArguments()
    groups: tuple[list[tuple[Parameter, ArgumentCells]], ...] = ([], [])
    for parameter in function.parameters:
        name = parameter.name
        if name not in bound:
            if not parameter.meaning.numbers_orders:
                ready.values[name] = parameter.default
            continue
        source = cells.argument_cells(bound[name])
        several = parameter.meaning.a_column_each and _is_block(source)
        if parameter.column and not several:
            groups[name in function.independent_columns].append((parameter, source))
        else:
            read = _block if several else _single_value
            ready.values[name] = read(parameter, source, date1904=date1904)
    for group in groups:  # the columns of each are equally long
        parts = _input_columns(group, date1904=date1904)
        if not parts:
            continue
        _make_equally_long(parts)
        if function.reports_faults:
            ready.values |= {part.parameter.name: _unchecked(part) for part in parts}
            continue
        with_data = _rows_with_data(parts)
        counted = counted_rows.count(parts, with_data)
        ready.kept_rows = counted.rows
        ready.caveats += counted.caveats
        if function.takes_rows_left_out:
            ready.values["rows_left_out"] = counted.left_out
        some_left_out = not np.array_equal(counted.rows, with_data)
        for part in parts:
            if some_left_out:
                _leave_out_others(part, counted.rows)
            if not part.parameter.meaning.numbers_orders:
                _add_values(ready.values, part, counted.rows)
    return ready


def _single_value(parameter: Parameter, source: ArgumentCells, *, date1904: bool) -> Any:
    """Return the value of an argument that is one cell."""
    name, meaning = parameter.name, parameter.meaning
    if source.size != 1:
        raise ArgumentError(f"{name} must be a single cell; got {source.size} cells", argument=name)
    column = coerce(parameter, source, date1904=date1904)
    for _, fault in fill_and_check(parameter, source, column):
        raise fault
    value = column.values[0]
    if meaning.kind is Kind.CHOICE:
        return value
    whole = meaning.kind is Kind.DATE or meaning.whole or meaning.choices
    return int(value) if whole else float(value)


def _is_block(source: ArgumentCells) -> bool:
    """Whether these are several rows and columns."""
    return len(source.shape) == 2 and min(source.shape) > 1


def _block(parameter: Parameter, source: ArgumentCells, *, date1904: bool) -> Floats:
    """Return the numbers of several columns without their titles, NaN where a cell is blank."""
    rows, width = source.shape
    if source.whole_column and coercion.has_title(source):
        source = ArgumentCells(
            source.cells[width:], (rows - 1, width), source.whole_column, source.first_row + 1
        )
    column = coerce(parameter, source, date1904=date1904)
    for _, fault in fill_and_check(parameter, source, column, rows=~column.blank):
        raise fault
    return np.where(column.blank, np.nan, column.values).reshape(source.shape)


def _input_columns(
    sources: Sequence[tuple[Parameter, ArgumentCells]], *, date1904: bool
) -> list[InputColumn]:
    """Coerce the columns, of which a table of attributes has several."""
    parts: list[InputColumn] = []
    for parameter, source in _without_titles(sources):
        if parameter.meaning.kind is Kind.ATTRIBUTES:
            titled = _attribute_columns(parameter, source)
        elif parameter.meaning.kind is Kind.COVARIATES:
            titled = covariate_columns.titled_columns(parameter, source)
        elif _is_block(source):
            raise ArgumentError(
                f"{parameter.name} must be one column; got {source.shape[0]} rows x "
                f"{source.shape[1]} columns",
                argument=parameter.name,
            )
        else:
            titled = [(parameter.name, source)]
        parts += [
            InputColumn(
                parameter,
                title,
                cells_,
                coerce(parameter, cells_, date1904=date1904, as_text=True),
            )
            for title, cells_ in titled
        ]
    return parts


def _without_titles(
    sources: Sequence[tuple[Parameter, ArgumentCells]],
) -> list[tuple[Parameter, ArgumentCells]]:
    """Cut a title row: of whole columns, beside titled attributes, or of a table of this package.

    A text above numbers is a title only there; elsewhere it is a text where a number belongs.
    """
    beside = any(parameter.meaning.kind in _SEVERAL for parameter, _ in sources)
    measured = [
        (parameter, source)
        for parameter, source in sources
        if parameter.meaning.kind in {Kind.NUMBER, Kind.DATE} and source.size > 1
    ]
    titled_by_us = bool(measured) and all(
        coercion.label_key(source.cells[0]) == parameter.name for parameter, source in measured
    )
    titled = any(
        (beside or source.whole_column) and coercion.has_title(source) for _, source in measured
    )
    if not titled_by_us and not titled:
        return list(sources)
    return [
        (parameter, source.below_title())
        if (titled_by_us or beside or source.whole_column)
        and parameter.meaning.kind not in _SEVERAL
        and source.size > 1
        else (parameter, source)
        for parameter, source in sources
    ]


def _attribute_columns(
    parameter: Parameter, source: ArgumentCells
) -> list[tuple[str, ArgumentCells]]:
    """Return the columns of a table of attributes, each with its title."""
    rows, width = source.shape if len(source.shape) == 2 else (source.size, 1)
    if rows < 2:
        raise ArgumentError(
            f"{parameter.name} needs a header row and a row per customer", argument=parameter.name
        )
    found = []
    for at in range(width):
        column = ArgumentCells(source.cells[at::width], (rows, 1), source.whole_column)
        title = "" if cells.is_blank(column.cells[0]) else str(column.cells[0]).strip()
        found.append((title or f"Column {at + 1}", column.below_title()))
    return found


def _make_equally_long(parts: Sequence[InputColumn]) -> None:
    """Repeat single numbers for every row, and fill whole columns up with blanks."""
    if any(part.source.whole_column for part in parts):
        size = max(part.source.size for part in parts)
    else:
        sizes = {part.parameter.name: part.source.size for part in parts if not part.repeats}
        if len(set(sizes.values())) > 1:
            raise _unequal_lengths(parts, sizes)
        size = max(sizes.values(), default=1)
    for part in parts:
        if part.source.size < size:
            part.column = part.column.repeated(size) if part.repeats else part.column.padded(size)


def _unequal_lengths(parts: Sequence[InputColumn], sizes: Mapping[str, int]) -> ArgumentError:
    """Return the fault of columns of unequal length; a text above covariates is their heading."""
    for part in parts:
        name, rows = part.parameter.name, part.source.size
        others = {size for other, size in sizes.items() if other != name}
        headed = part.parameter.meaning.kind is Kind.COVARIATES and part.source.first_row > 1
        if headed and others == {rows + 1}:
            return ArgumentError(
                f"{name} begins with a text, which counts as its heading, so only {rows} rows are "
                f"left for the {rows + 1} of the other columns; put a number in its place, or "
                "begin the other columns with their headings too",
                argument=name,
            )
    lengths = ", ".join(f"{name} has {size}" for name, size in sizes.items())
    return ArgumentError(f"The columns are of unequal length: {lengths}. Make them equally long")


def _unchecked(part: InputColumn) -> Checked:
    """Return the column with its faults, for a function that reports them."""
    column, kind = part.column, part.parameter.meaning.kind
    faulty, nowhere = part.faulty, np.zeros(column.blank.size, dtype=np.bool_)
    errors, altered = nowhere.copy(), nowhere.copy()
    errors[[at for at, fault in column.faults.items() if isinstance(fault, IncomingError)]] = True
    if kind in {Kind.LABEL, Kind.DATE, Kind.NUMBER}:
        for index, cell in enumerate(part.source.cells):
            if isinstance(cell, str) and not column.blank[index]:
                altered[index] = kind is not Kind.LABEL or (
                    not faulty[index] and cell != column.names[column.values[index]]
                )
    ambiguous = nowhere if column.question is None else faulty & ~errors
    swapped = nowhere.copy()
    swapped[list(column.swapped)] = True
    return Checked(column.values, column.blank, faulty, errors, ambiguous, altered, swapped)


def _rows_with_data(parts: Sequence[InputColumn]) -> Flags:
    """Return which rows are not empty; an error value anywhere is the result of the call."""
    for part in parts:
        for _, fault in sorted(part.column.faults.items()):
            if isinstance(fault, IncomingError):
                raise fault
    data = [part for part in parts if not part.parameter.meaning.numbers_orders]
    long = [part for part in data if not part.repeats] or data
    rows: Flags = ~np.logical_and.reduce([part.column.blank for part in long])
    if not rows.any() and not all(part.parameter.meaning.may_be_empty for part in parts):
        name = parts[0].parameter.name
        raise ArgumentError(
            f"{name} is empty: point at the cells that hold your data", argument=name
        )
    return rows


def _leave_out_others(part: InputColumn, rows: Flags) -> None:
    """Keep the faults of these rows only, and name labels as they are first written in them."""
    column = part.column
    column.faults = {index: fault for index, fault in column.faults.items() if rows[index]}
    if part.parameter.meaning.kind is Kind.LABEL:
        kept = list(itertools.compress(part.source.plain, rows))
        labels = coercion.labels(ArgumentCells(kept, (len(kept),)), part.parameter.name)
        column.values[rows] = labels.values
        column.names, column.keys = labels.names, labels.keys


def _add_values(values: dict[str, Any], part: InputColumn, rows: Flags) -> None:
    """Add these rows of a column to the body's arguments, or raise its first fault."""
    column, name, kind = part.column, part.parameter.name, part.parameter.meaning.kind
    if part.parameter.meaning.groups_blanks:
        column.name_blanks(BLANK_LABEL, rows)
    remedy = REMEDY + counted_rows.MERGED_CELLS if kind is Kind.LABEL else REMEDY
    checked = rows & ~column.blank if part.parameter.meaning.blank_is_unknown else rows
    for _, fault in fill_and_check(
        part.parameter, part.source, column, rows=checked, remedy=remedy
    ):
        raise fault
    kept = column.values if rows.all() else column.values[rows]
    if kind is Kind.LABEL:
        values[name] = Labels(kept, column.names, column.keys)
    elif kind is Kind.ATTRIBUTES:
        values.setdefault(name, []).append((part.title, Labels(kept, column.names)))
    elif kind is Kind.COVARIATES:
        values.setdefault(name, []).append((part.title, kept))
    else:
        values[name] = kept
