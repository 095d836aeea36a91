"""The steps from the arguments of a call to what a function's body takes.

1. `bind` counts the arguments and gives each its name (arity).
2. `cells.argument_cells` takes each apart into its cells and their shape.
3. `coerce` reads the cells as one type.
4. `fill_and_check` gives blank cells their default and compares numbers with their domain.
5. `broadcasting` (elementwise functions) or `alignment` (table functions) makes them fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clv_xl import cells, coercion
from clv_xl.cells import MISSING, ArgumentCells, IncomingError
from clv_xl.coercion import CoercedCells
from clv_xl.errors import ArgumentError, Caveat, ClvError, DomainError, MissingArgumentError
from clv_xl.functions.spec import Function, Kind, Meaning, Parameter
from clv_xl.maths.arrays import Flags
from clv_xl.maths.fitted_models import FittedModel, Parameters

FaultMask: TypeAlias = tuple[Flags, ClvError]
"""Which elements are at fault in the same way, and the first of these faults."""


@dataclass
class BodyArguments:
    """The arguments that a function's body takes, and which elements of them are at fault."""

    values: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] = ()
    faults: list[FaultMask] = field(default_factory=list)
    """Of an elementwise function: masks that broadcast to the shape; the first set one decides."""
    kept_rows: Flags | None = None
    """Of a table function: which rows of the input count."""
    caveats: list[Caveat] = field(default_factory=list)
    """What is to be said of rows that are left out."""


@dataclass
class InputColumn:
    """One column of a table function's input."""

    parameter: Parameter
    title: str
    source: ArgumentCells
    column: CoercedCells

    @property
    def repeats(self) -> bool:
        """Whether it is a single number, which counts for every row."""
        return self.parameter.meaning.kind is Kind.NUMBER and self.source.size == 1

    @property
    def faulty(self) -> Flags:
        """Which cells cannot be read, or lie outside the domain."""
        if self.parameter.meaning.kind is Kind.NUMBER:
            return outside_domain(self.column.values, self.parameter.meaning) & ~self.column.blank
        faulty: Flags = np.zeros(self.column.blank.size, dtype=np.bool_)
        faulty[list(self.column.faults)] = True
        return faulty


def bind(function: Function, arguments: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments by name, without those that are missing or blank.

    Raises
    ------
    ArgumentError
        There are too many, or a required one is missing.
    """
    if len(arguments) > len(function.parameters):
        raise ArgumentError(
            f"{function.name} takes {_count(len(function.parameters))}; got {len(arguments)}: "
            f"{function.signature}"
        )
    bound = {
        parameter.name: argument
        for parameter, argument in zip(function.parameters, arguments, strict=False)
        if argument is not MISSING and (parameter.meaning.may_be_empty or not _all_blank(argument))
    }
    for parameter in function.parameters:
        if parameter.required and parameter.name not in bound:
            raise MissingArgumentError(
                f"{parameter.name} is missing or empty: {parameter.meaning.sentence}",
                argument=parameter.name,
            )
    return bound


def _count(number: int) -> str:
    return "no arguments" if not number else f"at most {number} argument{'s' if number > 1 else ''}"


def _all_blank(argument: Any) -> bool:
    if isinstance(argument, (list, tuple)):
        return all(
            all(map(cells.is_blank, row)) if isinstance(row, (list, tuple)) else cells.is_blank(row)
            for row in argument
        )
    return cells.is_blank(argument)


def coerce(
    parameter: Parameter, source: ArgumentCells, *, date1904: bool, as_text: bool = False
) -> CoercedCells:
    """Read an argument's cells as the type that the parameter has.

    With `as_text`, a column of numbers may be written as text.
    """
    name, meaning = parameter.name, parameter.meaning
    match meaning.kind:
        case Kind.LABEL | Kind.ATTRIBUTES:
            return coercion.labels(source, name)
        case Kind.DATE:
            return coercion.dates(source, name, date1904=date1904)
        case Kind.CHOICE:
            return coercion.choices(source, name, meaning.choices, meaning.domain)
        case _:
            return coercion.numbers(source, name, as_text=as_text)


def fill_and_check(
    parameter: Parameter,
    source: ArgumentCells,
    column: CoercedCells,
    *,
    rows: Flags | None = None,
    remedy: str = "fill it in",
) -> list[FaultMask]:
    """Give blank cells the parameter's default, and return which cells are at fault.

    Parameters
    ----------
    parameter : Parameter
    source : ArgumentCells
        Says where a cell is.
    column : CoercedCells
        The same cells, read; its values are changed in place, to NaN outside the domain.
    rows : array of bool, optional
        Which cells count; by default all.
    remedy : str, optional
        What to do about a blank cell that has no default.

    Returns
    -------
    list of FaultMask
        First cells that could not be read, then blank ones, then numbers outside the domain.
    """
    name, meaning = parameter.name, parameter.meaning
    found = _coercion_faults(column)
    blank = column.blank if rows is None else column.blank & rows
    if blank.any():
        if parameter.default is not None:
            column.values[blank] = parameter.default
        else:
            sentence = f"{name} is empty{source.place(first_set(blank))}; {remedy}"
            found.append((blank, ArgumentError(sentence, argument=name)))
    if meaning.kind in {Kind.NUMBER, Kind.COVARIATES}:
        outside = outside_domain(column.values, meaning)
        if rows is not None:
            outside &= rows
        for mask, _ in found:
            outside &= ~mask
        if outside.any():
            index = first_set(outside)
            fault = domain_fault(name, meaning, column.values[index], source.place(index))
            found.append((outside, fault))
            column.values[outside] = np.nan
    return found


def _coercion_faults(column: CoercedCells) -> list[FaultMask]:
    """One mask for each error value among the cells, and one for cells of another type."""
    found: dict[object, FaultMask] = {}
    for index, fault in sorted(column.faults.items()):
        alike = fault.value if isinstance(fault, IncomingError) else type(fault)
        mask, _ = found.setdefault(alike, (np.zeros(column.blank.size, dtype=np.bool_), fault))
        mask[index] = True
    return list(found.values())


def first_set(mask: NDArray[Any]) -> int:
    """Return the flat index of the first element that is set."""
    return int(np.argmax(mask.ravel()))


def outside_domain(values: NDArray[Any], meaning: Meaning) -> Flags:
    """Return which numbers lie outside the domain; NaN and infinity do."""
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


def model_parameters(
    parameter: Parameter, model: FittedModel[Parameters], source: ArgumentCells
) -> Parameters:
    """Return a model's parameters from the range that its fit spills, or from bare numbers.

    Raises
    ------
    ClvError
        The range holds an error value, or something else than these parameters.
    """
    argument, names = parameter.name, model.names
    for index, cell in enumerate(source.plain):
        if isinstance(cell, cells.CellError):
            raise coercion.wrong_type(source, index, argument, "a number")
    width = source.shape[1] if len(source.shape) == 2 else 1
    rows = [source.plain[at : at + width] for at in range(0, source.size, width)]
    by_name = {coercion.label_key(row[0]): row[1] for row in rows if len(row) > 1}
    if set(names) <= set(by_name):
        found, left_over = [by_name[name] for name in names], 0
    else:
        # Bare numbers, or the column of estimates with its title and its two last rows.
        bare = [cell for cell in source.plain if not isinstance(cell, str)]
        found, left_over = bare[: len(names)], len(bare) - len(names)
    numbers = coercion.numbers(ArgumentCells(found, (len(found),)), argument)
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
    for name, most in model.whole:
        value = numbers.values[names.index(name)]
        if value != int(value) or value > most:
            raise DomainError(
                f"{argument} must have a whole number from 1 to {most} for {name}; got {value:g}",
                argument=argument,
            )
    return model.parameters._make(numbers.values.tolist())
