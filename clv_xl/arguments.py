"""The way in: cells, as a host hands them over, become what a function's body takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl import cells
from clv_xl.cells import MISSING, Block, Column, IncomingError
from clv_xl.errors import ArgumentError, ClvError, DomainError, ZeroDenominatorError
from clv_xl.functions.spec import Function, Kind, Meaning, Parameter
from clv_xl.maths.arrays import Checked, Flags, Labels

BLANK_LABEL = "(blank)"
"""The group of rows that name no segment, channel or attribute."""


@dataclass
class Prepared:
    """A call's arguments, ready for the body, and which elements are at fault."""

    values: dict[str, Any]
    shape: tuple[int, ...] = ()
    faults: list[tuple[NDArray[Any], ClvError]] = field(default_factory=list)
    """Masks that broadcast to the shape, each with its first fault; the first set mask decides."""
    kept: Flags | None = None
    """Of a table function: which rows of the input were not left out."""


def given(function: Function, arguments: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments by name, those left out being absent.

    Raises
    ------
    ArgumentError
        There are too many, or one that is needed is missing.
    """
    if len(arguments) > len(function.parameters):
        raise ArgumentError(
            f"{function.name} takes {_count(len(function.parameters))}; got {len(arguments)}: "
            f"{function.signature}"
        )
    found: dict[str, Any] = {}
    for parameter, argument in zip(function.parameters, arguments, strict=False):
        if argument is not MISSING and not _all_blank(argument):
            found[parameter.name] = argument
    for parameter in function.parameters:
        if parameter.required and parameter.name not in found:
            raise ArgumentError(
                f"{parameter.name} is missing or empty: {parameter.meaning.sentence}",
                argument=parameter.name,
            )
    return found


def _count(number: int) -> str:
    return "no arguments" if not number else f"at most {number} argument{'s' if number > 1 else ''}"


def _all_blank(argument: Any) -> bool:
    if isinstance(argument, (list, tuple)):
        return all(
            all(map(cells.is_blank, row)) if isinstance(row, (list, tuple)) else cells.is_blank(row)
            for row in argument
        )
    return cells.is_blank(argument)


# Elementwise: every element on its own.


def elementwise(function: Function, arguments: Mapping[str, Any]) -> Prepared:
    """Return arrays that broadcast, and where elements are at fault.

    Raises
    ------
    ArgumentError
        The ranges are of unequal length.
    """
    prepared = Prepared({})
    incoming: list[tuple[NDArray[Any], ClvError]] = []
    faults: list[tuple[NDArray[Any], ClvError]] = []
    shapes: dict[str, tuple[int, ...]] = {}
    for parameter in function.parameters:
        if parameter.name not in arguments:
            prepared.values[parameter.name] = parameter.default
            continue
        source = cells.block(arguments[parameter.name])
        if parameter.meaning.kind is Kind.PARAMETERS:
            prepared.values[parameter.name] = model_parameters(parameter, source)
            continue
        shapes[parameter.name] = source.shape
        values, found = _elements(parameter, source)
        for mask, fault in found:
            (incoming if isinstance(fault, IncomingError) else faults).append((mask, fault))
        if parameter.name in function.over:
            zero = values == 0
            if zero.any():
                faults.append((zero, _nothing(parameter, source, zero)))
        prepared.values[parameter.name] = values
    try:
        prepared.shape = np.broadcast_shapes(*shapes.values())
    except ValueError:
        sizes = ", ".join(f"{name} {_size(shape)}" for name, shape in shapes.items() if shape)
        raise ArgumentError(
            f"The ranges do not fit together: {sizes}. Make them equally long"
        ) from None
    prepared.faults = incoming + faults
    return prepared


def _size(shape: tuple[int, ...]) -> str:
    return (
        f"has {shape[0]} rows"
        if len(shape) == 1 or shape[1] == 1
        else f"is {shape[0]} x {shape[1]}"
    )


def _nothing(parameter: Parameter, source: Block, zero: Flags) -> ClvError:
    return ZeroDenominatorError(
        f"{parameter.name} is 0{source.place(_first(zero))}, and nothing can be divided by it",
        argument=parameter.name,
    )


def _first(mask: NDArray[Any]) -> int:
    return int(np.argmax(mask.ravel()))


def _elements(
    parameter: Parameter, source: Block
) -> tuple[NDArray[Any], list[tuple[NDArray[Any], ClvError]]]:
    """An argument's elements in the shape they had, and masks of those at fault."""
    name, meaning = parameter.name, parameter.meaning
    if meaning.kind is Kind.CHOICE:
        column = _choices(source, name, meaning)
    else:
        column = cells.numbers(source, name)
    found: list[tuple[NDArray[Any], ClvError]] = []
    size = len(column.blank)
    by_kind: dict[object, tuple[Flags, ClvError]] = {}
    for index, fault in sorted(column.faults.items()):
        kind = fault.value if isinstance(fault, IncomingError) else type(fault)
        mask, _ = by_kind.setdefault(kind, (np.zeros(size, dtype=np.bool_), fault))
        mask[index] = True
    found += by_kind.values()
    if column.blank.any():
        if parameter.required or parameter.default is None:
            place = source.place(_first(column.blank))
            found.append(
                (column.blank, ArgumentError(f"{name} is empty{place}; fill it in", argument=name))
            )
        else:
            column.values[column.blank] = parameter.default
    if meaning.kind is Kind.NUMBER:
        known = (
            ~column.blank
            if parameter.required or parameter.default is None
            else np.ones(size, dtype=np.bool_)
        )
        for index in column.faults:
            known[index] = False
        outside = _outside(column.values, meaning) & known
        if outside.any():
            index = _first(outside)
            found.append(
                (outside, _domain_fault(name, meaning, column.values[index], source.place(index)))
            )
            column.values[outside] = np.nan
    shape = source.shape
    return column.values.reshape(shape), [(mask.reshape(shape), fault) for mask, fault in found]


def _outside(values: NDArray[Any], meaning: Meaning) -> Flags:
    """Which numbers lie outside the domain; no number at all does too."""
    inside: Flags = np.isfinite(values)
    if np.isfinite(meaning.low):
        inside &= values > meaning.low if meaning.above_low else values >= meaning.low
    if np.isfinite(meaning.high):
        inside &= values < meaning.high if meaning.below_high else values <= meaning.high
    if meaning.whole:
        with np.errstate(invalid="ignore"):
            inside &= values == np.floor(values)
    if meaning.choices:
        inside &= np.isin(values, meaning.choices)
    return np.logical_not(inside)


def _domain_fault(name: str, meaning: Meaning, value: float, place: str) -> ClvError:
    kind = ArgumentError if meaning.choices else DomainError
    return kind(
        f"{name} must {meaning.domain or 'be a finite number'}; got {value:.15g}{place}",
        argument=name,
    )


def _choices(source: Block, name: str, meaning: Meaning) -> Column:
    """The cells as the option each names, without regard to case."""
    options = {cells.label_key(option): option for option in meaning.choices}
    column = Column(np.empty(source.size, dtype=object), np.zeros(source.size, dtype=np.bool_))
    for index, cell in enumerate(source.cells):
        if isinstance(cell, cells.CellError):
            column.faults[index] = IncomingError(
                cell, f"{name} holds the error {cell}{source.place(index)}", argument=name
            )
        elif cells.is_blank(cell):
            column.blank[index] = True
            column.values[index] = meaning.choices[0]
            continue
        option = options.get(cells.label_key(cell))
        column.values[index] = meaning.choices[0] if option is None else option
        if option is None and index not in column.faults:
            column.faults[index] = ArgumentError(
                f"{name} must {meaning.domain}; got something else{source.place(index)}",
                argument=name,
            )
    return column


def model_parameters(parameter: Parameter, source: Block) -> tuple[float, ...]:
    """Return a model's numbers from the range that its fit gave, or from the bare numbers.

    Raises
    ------
    ClvError
        The range holds an error, or something else than these numbers.
    """
    argument, meaning = parameter.name, parameter.meaning
    names = [str(name) for name in meaning.choices]
    for index, cell in enumerate(source.cells):
        if isinstance(cell, cells.CellError):
            place = source.place(index)
            raise IncomingError(
                cell, f"{argument} holds the error {cell}{place}", argument=argument
            )
    width = source.shape[1] if len(source.shape) == 2 else 1
    rows = [source.cells[at : at + width] for at in range(0, source.size, width)]
    by_name = {cells.label_key(row[0]): row[1] for row in rows if len(row) > 1}
    if set(names) <= set(by_name):
        found, left_over = [by_name[name] for name in names], 0
    else:
        # Bare numbers, or the column of estimates with its title and its two last rows.
        bare = [cell for cell in source.cells if not isinstance(cell, str)]
        found, left_over = bare[: len(names)], len(bare) - len(names)
    numbers = cells.numbers(Block(found, (len(found),)), argument)
    if left_over not in {0, 2} or numbers.faults or numbers.blank.any():
        raise ArgumentError(
            f"{argument} must be the range that the fit gives, or the {len(names)} numbers "
            f"{', '.join(names)}",
            argument=argument,
        )
    outside = _outside(numbers.values, replace(meaning, choices=()))
    if outside.any():
        index = _first(outside)
        raise DomainError(
            f"{argument} must be above 0; got {numbers.values[index]:g} for {names[index]}",
            argument=argument,
        )
    return tuple(numbers.values.tolist())


# Columns: a table function takes all rows at once.


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
    parts: list[_Part] = []
    for parameter in function.parameters:
        if parameter.name not in arguments:
            prepared.values[parameter.name] = parameter.default
        elif parameter.column:
            parts += _parts(parameter, cells.block(arguments[parameter.name]), date1904=date1904)
        else:
            prepared.values[parameter.name] = _single(
                parameter, cells.block(arguments[parameter.name]), date1904=date1904
            )
    if not parts:
        return prepared
    size = _common_length(parts)
    for part in parts:
        _stretch(part, size)
    if function.lenient:
        prepared.values |= {part.parameter.name: _as_it_came(part) for part in parts}
        return prepared
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
    return prepared


def _kept_rows(parts: Sequence[_Part]) -> Flags:
    """Which rows say something: not those that are empty, or lack what a row is about."""
    blank: Flags = np.logical_and.reduce([part.column.blank for part in parts if not part.spread])
    for part in parts:
        if part.parameter.meaning.drops_rows:
            blank = blank | part.column.blank
    return np.logical_not(blank)


def _enter(values: dict[str, Any], part: _Part, column: NDArray[Any]) -> None:
    """Add a column to the body's arguments, in the form that its kind has there."""
    name, kind = part.parameter.name, part.parameter.meaning.kind
    if kind is Kind.LABEL:
        values[name] = Labels(column, part.column.names)
    elif kind is Kind.ATTRIBUTES:
        values.setdefault(name, []).append((part.title, Labels(column, part.column.names)))
    else:
        values[name] = column


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
        column = cells.labels(source, name)
    elif kind is Kind.DATE:
        column = cells.dates(source, name, date1904=date1904)
    else:
        column = cells.numbers(source, name)
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
        below = Block([row[at] for row in table[1:]], (rows - 1, 1))
        parts.append(
            _Part(
                parameter,
                title or f"Column {at + 1}",
                below,
                cells.labels(below, parameter.name),
                spread=False,
            )
        )
    return parts


def _common_length(parts: Sequence[_Part]) -> int:
    """The number of rows that all columns share; a whole column has as many as the others need."""
    sizes = {
        part.title: part.source.size
        for part in parts
        if not part.spread and not part.source.whole_column
    }
    longest = max(sizes.values(), default=max(part.source.size for part in parts))
    if any(part.source.whole_column for part in parts):
        longest = max(part.source.size for part in parts)
    for part in parts:
        if (
            part.parameter.meaning.kind is Kind.NUMBER
            and part.source.size == longest + 1
            and _headed(part)
        ):
            part.source = Block(part.source.cells[1:], (longest, 1))
            column = part.column
            part.column = Column(
                column.values[1:],
                column.blank[1:],
                {i - 1: fault for i, fault in column.faults.items() if i},
            )
            sizes[part.title] = longest
    if len(set(sizes.values())) > 1:
        lengths = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ArgumentError(f"The columns are of unequal length: {lengths}. Make them equally long")
    return longest


def _headed(part: _Part) -> bool:
    return isinstance(part.source.cells[0], str) and 0 in part.column.faults


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
        if parameter.meaning.kind in {Kind.LABEL, Kind.ATTRIBUTES}:
            column.values = np.where(empty, len(column.names), column.values)
            column.names = [*column.names, BLANK_LABEL]
        elif parameter.required or parameter.default is None:
            index = _first(empty)
            raise ArgumentError(
                f"{parameter.name} is empty{source.place(index)}; fill it in or remove the row",
                argument=parameter.name,
            )
        else:
            column.values[empty] = parameter.default
    if parameter.meaning.kind is Kind.NUMBER:
        outside = _outside(column.values, parameter.meaning) & keep
        if outside.any():
            index = _first(outside)
            raise _domain_fault(
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
        column = _choices(source, name, meaning)
    elif meaning.kind is Kind.DATE:
        column = cells.dates(source, name, date1904=date1904)
    else:
        column = cells.numbers(source, name)
    if column.faults:
        raise column.faults[0]
    value = column.values[0]
    if meaning.kind is Kind.CHOICE:
        return value
    if meaning.kind is Kind.DATE:
        return int(value)
    if _outside(column.values, meaning)[0]:
        raise _domain_fault(name, meaning, value, "")
    return int(value) if meaning.whole or meaning.choices else float(value)
