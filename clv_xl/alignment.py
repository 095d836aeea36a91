"""The way in for table functions: whole columns, of which empty rows are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl import cells, coercion
from clv_xl.arguments import Prepared, choices_of, domain_fault, first_set, outside_domain
from clv_xl.cells import Block, IncomingError
from clv_xl.coercion import Column
from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import Function, Kind, Parameter
from clv_xl.maths.arrays import Checked, Flags, Labels

MERGED = " (of merged cells only the first holds the name)"
BLANK_LABEL = "(blank)"
"""The group of rows that name no segment, channel or attribute."""


@dataclass
class _Part:
    """One column of a table function's input."""

    parameter: Parameter
    title: str
    source: Block
    column: Column
    spread: bool


def columns(function: Function, arguments: Mapping[str, Any], *, date1904: bool) -> Prepared:
    """Return whole columns of equal length and single values; empty rows are left out.

    Raises
    ------
    ClvError
        The first thing that is wrong: an incoming error, unequal lengths, a cell that cannot be
        read or lies outside its domain.
    """
    prepared = Prepared({})
    sources: list[tuple[Parameter, Block]] = []
    for parameter in function.parameters:
        if parameter.name not in arguments:
            prepared.values[parameter.name] = parameter.default
            continue
        source = cells.block(arguments[parameter.name])
        if parameter.column:
            sources.append((parameter, source))
        else:
            prepared.values[parameter.name] = _single(parameter, source, date1904=date1904)
    for names in _groups(function):
        group = [(parameter, source) for parameter, source in sources if parameter.name in names]
        _read_group(function, group, prepared, date1904=date1904)
    return prepared


def _groups(function: Function) -> list[set[str]]:
    """Which columns are equally long; a table beside its input stands beside the first group."""
    every = {parameter.name for parameter in function.parameters if parameter.column}
    return [every - set(function.independent_columns), set(function.independent_columns)]


def _read_group(
    function: Function,
    sources: list[tuple[Parameter, Block]],
    prepared: Prepared,
    *,
    date1904: bool,
) -> None:
    """Add the columns of one group to the body's arguments."""
    parts: list[_Part] = []
    for parameter, source in _without_titles(sources):
        parts += _parts(parameter, source, date1904=date1904)
    if not parts:
        return
    size = _common_length(parts)
    for part in parts:
        _stretch(part, size)
    if function.reports_faults:
        prepared.values |= {part.parameter.name: _as_it_came(part) for part in parts}
        return
    _refuse_errors(parts)
    keep = prepared.kept = _kept_rows(parts)
    if not keep.any():
        name = parts[0].parameter.name
        raise ArgumentError(
            f"{name} is empty: point at the cells that hold your data", argument=name
        )
    for part in parts:
        values = _checked_column(part, keep)
        _enter(prepared.values, part, values if keep.all() else values[keep])


def _kept_rows(parts: Sequence[_Part]) -> Flags:
    """Which rows are not empty."""
    whole = [part for part in parts if not part.spread] or parts
    blank: Flags = np.logical_and.reduce([part.column.blank for part in whole])
    return np.logical_not(blank)


def _enter(values: dict[str, Any], part: _Part, column: NDArray[Any]) -> None:
    """Add a column to the body's arguments, in the form that its kind has there."""
    name, kind = part.parameter.name, part.parameter.meaning.kind
    if kind is Kind.LABEL:
        values[name] = Labels(column, part.column.names, part.column.keys)
    elif kind is Kind.ATTRIBUTES:
        values.setdefault(name, []).append((part.title, Labels(column, part.column.names)))
    else:
        values[name] = column


def _without_titles(sources: list[tuple[Parameter, Block]]) -> list[tuple[Parameter, Block]]:
    """Cut a title row: of whole columns, beside titled attributes, or of a table of ours.

    A text above numbers is a title only there; elsewhere it is a text where a number belongs.
    """
    beside = any(parameter.meaning.kind is Kind.ATTRIBUTES for parameter, _ in sources)
    measured = [
        (parameter, source)
        for parameter, source in sources
        if parameter.meaning.kind in {Kind.NUMBER, Kind.DATE} and source.size > 1
    ]
    ours = bool(measured) and all(
        coercion.label_key(source.cells[0]) == parameter.name for parameter, source in measured
    )
    titled = any(
        (beside or source.whole_column) and coercion.is_title(source.cells[0])
        for _, source in measured
    )
    if not ours and not titled:
        return sources
    return [
        (parameter, source.below_title())
        if (ours or beside or source.whole_column)
        and parameter.meaning.kind is not Kind.ATTRIBUTES
        and source.size > 1
        else (parameter, source)
        for parameter, source in sources
    ]


def _parts(parameter: Parameter, source: Block, *, date1904: bool) -> list[_Part]:
    name, kind = parameter.name, parameter.meaning.kind
    if kind is Kind.ATTRIBUTES:
        return _attributes(parameter, source)
    if len(source.shape) == 2 and min(source.shape) > 1:
        raise ArgumentError(
            f"{name} must be one column; got {source.shape[0]} rows x {source.shape[1]} columns",
            argument=name,
        )
    if kind is Kind.LABEL:
        column = coercion.labels(source, name)
    elif kind is Kind.DATE:
        column = coercion.dates(source, name, date1904=date1904)
    else:
        column = coercion.numbers(source, name)
    return [_Part(parameter, name, source, column, kind is Kind.NUMBER and source.size == 1)]


def _attributes(parameter: Parameter, source: Block) -> list[_Part]:
    rows, width = source.shape if len(source.shape) == 2 else (source.size, 1)
    if rows < 2:
        raise ArgumentError(
            f"{parameter.name} needs a header row and a row per customer", argument=parameter.name
        )
    table = [source.cells[i * width : (i + 1) * width] for i in range(rows)]
    parts = []
    for at in range(width):
        title = "" if cells.is_blank(table[0][at]) else str(table[0][at]).strip()
        below = Block([row[at] for row in table], (rows, 1), source.whole_column).below_title()
        parts.append(
            _Part(
                parameter,
                title or f"Column {at + 1}",
                below,
                coercion.labels(below, parameter.name),
                spread=False,
            )
        )
    return parts


def _common_length(parts: Sequence[_Part]) -> int:
    """The number of rows that all columns share; whole columns fill up with blanks."""
    if any(part.source.whole_column for part in parts):
        return max(part.source.size for part in parts)
    sizes = {part.title: part.source.size for part in parts if not part.spread}
    if len(set(sizes.values())) > 1:
        lengths = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ArgumentError(f"The columns are of unequal length: {lengths}. Make them equally long")
    return max(sizes.values(), default=1)


def _stretch(part: _Part, size: int) -> None:
    """Repeat a single number for every row; fill a whole column with blanks."""
    column, short = part.column, size - part.source.size
    if short <= 0:
        return
    if part.spread:
        blank = np.full(size, bool(column.blank[0]))
        faults = dict.fromkeys(range(size), column.faults[0]) if column.faults else {}
        part.column = Column(np.repeat(column.values, size), blank, faults)
    else:
        filler = np.zeros(short, dtype=column.values.dtype)
        part.column = Column(
            np.concatenate([column.values, filler]),
            np.concatenate([column.blank, np.ones(short, dtype=np.bool_)]),
            column.faults,
            column.names,
        )


def _refuse_errors(parts: Sequence[_Part]) -> None:
    for part in parts:
        for _, fault in sorted(part.column.faults.items()):
            if isinstance(fault, IncomingError):
                raise fault


def _checked_column(part: _Part, keep: Flags) -> NDArray[Any]:
    """A column whose kept rows are all usable, or the first fault of it."""
    column, parameter, source = part.column, part.parameter, part.source
    for index, fault in sorted(column.faults.items()):
        if keep[index]:
            raise fault
    empty = column.blank & keep
    if empty.any():
        if parameter.meaning.groups_blanks:
            column.values = np.where(empty, len(column.names), column.values)
            column.names = [*column.names, BLANK_LABEL]
        elif parameter.required or parameter.default is None:
            index = first_set(empty)
            merged = MERGED if parameter.meaning.kind is Kind.LABEL else ""
            raise ArgumentError(
                f"{parameter.name} is empty{source.place(index)}; "
                f"fill it in or remove the row{merged}",
                argument=parameter.name,
            )
        else:
            column.values[empty] = parameter.default
    if parameter.meaning.kind is Kind.NUMBER:
        outside = outside_domain(column.values, parameter.meaning) & keep
        if outside.any():
            index = first_set(outside)
            raise domain_fault(
                parameter.name, parameter.meaning, column.values[index], source.place(index)
            )
    return column.values


def _as_it_came(part: _Part) -> Checked:
    column, source = part.column, part.source
    size = column.blank.size
    faulty = np.zeros(size, dtype=np.bool_)
    faulty[list(column.faults)] = True
    altered = np.zeros(size, dtype=np.bool_)
    if part.parameter.meaning.kind is Kind.LABEL:
        for index, cell in enumerate(source.cells):
            if isinstance(cell, str) and not column.blank[index] and not faulty[index]:
                altered[index] = cell != column.names[column.values[index]]
    elif part.parameter.meaning.kind is Kind.DATE:
        altered[
            [
                i
                for i, cell in enumerate(source.cells)
                if isinstance(cell, str) and not column.blank[i]
            ]
        ] = True
    return Checked(column.values, column.blank, faulty, altered)


def _single(parameter: Parameter, source: Block, *, date1904: bool) -> Any:
    """The one value of an argument that is a single cell."""
    name, meaning = parameter.name, parameter.meaning
    if source.size != 1:
        raise ArgumentError(f"{name} must be a single cell; got {source.size} cells", argument=name)
    if meaning.kind is Kind.CHOICE:
        column = choices_of(source, name, meaning)
    elif meaning.kind is Kind.DATE:
        column = coercion.dates(source, name, date1904=date1904)
    else:
        column = coercion.numbers(source, name)
    if column.faults:
        raise column.faults[0]
    value = column.values[0]
    if meaning.kind is Kind.CHOICE:
        return value
    if meaning.kind is Kind.DATE:
        return int(value)
    if outside_domain(column.values, meaning)[0]:
        raise domain_fault(name, meaning, value, "")
    return int(value) if meaning.whole or meaning.choices else float(value)
