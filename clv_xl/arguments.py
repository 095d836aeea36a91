"""The way in, element by element: cells become the arrays that a function's body takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl import cells, reading
from clv_xl.cells import MISSING, Block, IncomingError
from clv_xl.errors import ArgumentError, ClvError, DomainError, ZeroDenominatorError
from clv_xl.functions.spec import Function, Kind, Meaning, Parameter
from clv_xl.maths.arrays import Flags
from clv_xl.maths.fitted_models import FittedModel, Parameters
from clv_xl.reading import Column


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
        if parameter.meaning.model is not None:
            prepared.values[parameter.name] = model_parameters(
                parameter, parameter.meaning.model, source
            )
            continue
        shapes[parameter.name] = source.shape
        values, found = _elements(parameter, source)
        for mask, fault in found:
            (incoming if isinstance(fault, IncomingError) else faults).append((mask, fault))
        if parameter.name in function.denominators:
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
        f"{parameter.name} is 0{source.place(first_set(zero))}, and nothing can be divided by it",
        argument=parameter.name,
    )


def first_set(mask: NDArray[Any]) -> int:
    """Return the flat index of the first element that is set."""
    return int(np.argmax(mask.ravel()))


def _elements(
    parameter: Parameter, source: Block
) -> tuple[NDArray[Any], list[tuple[NDArray[Any], ClvError]]]:
    """An argument's elements in the shape they had, and masks of those at fault."""
    name, meaning = parameter.name, parameter.meaning
    if meaning.kind is Kind.CHOICE:
        column = choices_of(source, name, meaning)
    else:
        column = reading.numbers(source, name)
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
            place = source.place(first_set(column.blank))
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
        outside = outside_domain(column.values, meaning) & known
        if outside.any():
            index = first_set(outside)
            found.append(
                (outside, domain_fault(name, meaning, column.values[index], source.place(index)))
            )
            column.values[outside] = np.nan
    shape = source.shape
    return column.values.reshape(shape), [(mask.reshape(shape), fault) for mask, fault in found]


def outside_domain(values: NDArray[Any], meaning: Meaning) -> Flags:
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


def domain_fault(name: str, meaning: Meaning, value: float, place: str) -> ClvError:
    """Return the fault of a number outside its domain, with the domain in words."""
    kind = ArgumentError if meaning.choices else DomainError
    return kind(
        f"{name} must {meaning.domain or 'be a finite number'}; got {value:.15g}{place}",
        argument=name,
    )


def choices_of(source: Block, name: str, meaning: Meaning) -> Column:
    """The cells as the option each names, without regard to case."""
    options = {reading.label_key(option): option for option in meaning.choices}
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
        option = options.get(reading.label_key(cell))
        column.values[index] = meaning.choices[0] if option is None else option
        if option is None and index not in column.faults:
            column.faults[index] = ArgumentError(
                f"{name} must {meaning.domain}; got something else{source.place(index)}",
                argument=name,
            )
    return column


def model_parameters(
    parameter: Parameter, model: FittedModel[Parameters], source: Block
) -> Parameters:
    """Return a model's numbers from the range that its fit gave, or from the bare numbers.

    Raises
    ------
    ClvError
        The range holds an error, or something else than these numbers.
    """
    argument, names = parameter.name, model.names
    for index, cell in enumerate(source.cells):
        if isinstance(cell, cells.CellError):
            place = source.place(index)
            raise IncomingError(
                cell, f"{argument} holds the error {cell}{place}", argument=argument
            )
    width = source.shape[1] if len(source.shape) == 2 else 1
    rows = [source.cells[at : at + width] for at in range(0, source.size, width)]
    by_name = {reading.label_key(row[0]): row[1] for row in rows if len(row) > 1}
    if set(names) <= set(by_name):
        found, left_over = [by_name[name] for name in names], 0
    else:
        # Bare numbers, or the column of estimates with its title and its two last rows.
        bare = [cell for cell in source.cells if not isinstance(cell, str)]
        found, left_over = bare[: len(names)], len(bare) - len(names)
    numbers = reading.numbers(Block(found, (len(found),)), argument)
    if left_over not in {0, 2} or numbers.faults or numbers.blank.any():
        raise ArgumentError(
            f"{argument} must be the range that the fit gives, or the {len(names)} numbers "
            f"{', '.join(names)}",
            argument=argument,
        )
    outside = outside_domain(numbers.values, parameter.meaning)
    if outside.any():
        index = first_set(outside)
        raise DomainError(
            f"{argument} must be above 0; got {numbers.values[index]:g} for {names[index]}",
            argument=argument,
        )
    return model.parameters._make(numbers.values.tolist())
