"""Covariates as arguments: columns of numbers, perhaps with a heading, and the fit that takes them.

A function of one customer takes as many columns as the fit has covariates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from clv_xl import cells, coercion
from clv_xl.arguments import FaultMask, coerce, fill_and_check, model_parameters
from clv_xl.cells import ArgumentCells
from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import Parameter
from clv_xl.maths.arrays import Floats
from clv_xl.maths.covariates import EFFECTS, WithCovariates
from clv_xl.maths.fitted_models import FittedModel

_PREFIXES = tuple(f"{effect}_" for effect in EFFECTS)
NAME = "covariates"


class CustomerCovariates(NamedTuple):
    """The covariates of customers, for a function that takes element by element."""

    values: Floats  # (k, *shape)
    shape: tuple[int, ...]
    faults: list[FaultMask]
    headed: bool
    """Whether the range began with headings, which are no customer's."""


def titled_columns(parameter: Parameter, source: ArgumentCells) -> list[tuple[str, ArgumentCells]]:
    """Return the columns of a fit's covariates, each with its heading or covariate_1, ...

    Raises
    ------
    ArgumentError
        Two columns have the same heading.
    """
    headings, body = _without_headings(source)
    rows, width = _rows_and_width(body)
    titles = [heading or f"covariate_{at}" for at, heading in enumerate(headings, 1)]
    if len({coercion.label_key(title) for title in titles}) < width:
        raise ArgumentError(
            f"Two columns of {parameter.name} have the same heading; rename one of them",
            argument=parameter.name,
        )
    return [
        (
            title,
            ArgumentCells(
                body.cells[at::width],
                (rows, 1),
                body.whole_column,
                body.first_row,
                column=at + 1 if width > 1 else 0,
            ),
        )
        for at, title in enumerate(titles)
    ]


def _rows_and_width(source: ArgumentCells) -> tuple[int, int]:
    """Return the shape of a range; a list is one column."""
    return (source.shape[0], source.shape[1]) if len(source.shape) == 2 else (source.size, 1)


def _without_headings(source: ArgumentCells) -> tuple[list[str], ArgumentCells]:
    """Return the headings of a range, "" where a column has none, and the rows below them."""
    rows, width = _rows_and_width(source)
    first = source.cells[:width]
    headed = (
        rows > 1
        and all(isinstance(cell, str) or cells.is_blank(cell) for cell in first)
        and any(
            coercion.has_title(ArgumentCells(source.cells[at::width], (rows, 1)))
            for at in range(width)
        )
    )
    if not headed:
        return [""] * width, source
    headings = ["" if cells.is_blank(cell) else cell.strip() for cell in first]
    shape = (rows - 1, width)
    below = ArgumentCells(source.cells[width:], shape, source.whole_column, source.first_row + 1)
    return headings, below


def fitted_parameters(
    parameter: Parameter,
    model: FittedModel[Any],
    source: ArgumentCells,
    covariates: ArgumentCells | None,
) -> Any:
    """Return a model's parameters, with the effects of covariates where the fit has them.

    Parameters
    ----------
    parameter : Parameter
    model : FittedModel
    source : ArgumentCells
        The range of the fit, or its numbers.
    covariates : ArgumentCells or None
        What is given as covariates. Where `source` is numbers, it says how many effects they have.

    Raises
    ------
    ClvError
        The range is none of a fit, or it has covariates and none are given, or the reverse.
    """
    name = parameter.name
    named = [
        row[1]
        for row in _rows(source)
        if len(row) > 1 and coercion.label_key(row[0]).startswith(_PREFIXES)
    ]
    if covariates is None:
        if not named:
            return model_parameters(parameter, model, source)
        raise ArgumentError(
            f"{name} is from a fit with covariates: give those of each customer as {NAME}, in as "
            "many columns"
            if parameter.meaning.with_covariates
            else f"{name} is from a fit with covariates, which this function does not take; give "
            f"the range of {model.prefix}_FIT",
            argument=NAME if parameter.meaning.with_covariates else name,
        )
    numbers = [cell for cell in source.plain if not isinstance(cell, str)]
    if named:
        effects = named
    else:
        size, effects = len(model.names), []
        for count in (len(numbers) - size, len(numbers) - size - 2):  # without the two last rows
            if count > 0 and count % 2 == 0 and _customers(covariates, count // 2) is not None:
                effects = numbers[size : size + count]
                source = ArgumentCells(numbers[:size], (size,))
                break
    found = model_parameters(parameter, model, source)
    if not effects:
        raise ArgumentError(
            f"{name} is from a fit without covariates: leave {NAME} out, or take the range of "
            f"{model.prefix}_FIT_COVARIATES",
            argument=NAME,
        )
    read = coercion.numbers(ArgumentCells(effects, (len(effects),)), name)
    for fault in read.faults.values():
        raise fault
    if read.blank.any() or read.values.size % 2:
        raise ArgumentError(
            f"{name} must be the range that {model.prefix}_FIT_COVARIATES gives", argument=name
        )
    pairs = [(float(one), float(other)) for one, other in read.values.reshape(-1, 2)]
    return WithCovariates(found, tuple(pairs))


def _rows(source: ArgumentCells) -> Sequence[Sequence[Any]]:
    width = source.shape[1] if len(source.shape) == 2 else 1
    plain = source.plain
    return [plain[at : at + width] for at in range(0, source.size, width)]


def customer_covariates(
    parameter: Parameter, source: ArgumentCells, fitted: WithCovariates, *, flat: bool
) -> CustomerCovariates:
    """Return the covariates of customers, to go with their histories.

    Parameters
    ----------
    parameter : Parameter
    source : ArgumentCells
        One row per customer, one column for each covariate of the fit.
    fitted : WithCovariates
    flat : bool
        Whether the histories are flat lists; else columns.

    Raises
    ------
    ArgumentError
        The number of columns is another than that of the fit.
    """
    whole = source.size
    if len(source.shape) == 2:
        source = _without_headings(source)[1]
    number = len(fitted.effects)
    shape = _customers(source, number)
    if shape is None:
        width = _rows_and_width(source)[1]
        raise ArgumentError(
            f"{parameter.name} must have {number} column{'s' if number > 1 else ''}, one for each "
            f"covariate of the fit; got {width}",
            argument=parameter.name,
        )
    if flat and len(shape) == 2:
        shape = shape[:1]
    column = coerce(parameter, source, date1904=False)
    faults = fill_and_check(parameter, source, column)
    return CustomerCovariates(
        np.moveaxis(column.values.reshape(*shape, number), -1, 0),
        shape,
        [(np.any(mask.reshape(*shape, number), axis=-1), fault) for mask, fault in faults],
        source.size < whole,
    )


def _customers(source: ArgumentCells, number: int) -> tuple[int, ...] | None:
    """Return the shape of the customers that have so many covariates; None if they do not fit."""
    if number == 1:
        return source.shape
    if source.shape == (number,):
        return ()
    rows, width = _rows_and_width(source)
    if width != number:
        return None
    return () if rows == 1 else (rows, 1)
