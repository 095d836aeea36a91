"""Arguments of an elementwise function: every argument may have any shape, and shapes broadcast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clv_xl import cells, covariate_columns
from clv_xl.arguments import BodyArguments, coerce, fill_and_check, first_set
from clv_xl.cells import IncomingError
from clv_xl.errors import ArgumentError, ZeroDenominatorError
from clv_xl.functions.spec import Function, Kind


def broadcast(function: Function, bound: Mapping[str, Any], *, date1904: bool) -> BodyArguments:
    """Return arrays that broadcast, and which of their elements are at fault.

    Raises
    ------
    ClvError
        The ranges are of unequal length, or a model's parameters cannot be read.
    """
    ready = BodyArguments()
    shapes: dict[str, tuple[int, ...]] = {}
    headed: set[str] = set()
    fitted: Any = None
    for parameter in function.parameters:
        name = parameter.name
        if name not in bound:
            ready.values[name] = parameter.default
            continue
        source = cells.argument_cells(bound[name])
        if parameter.meaning.model is not None:
            given = bound.get(covariate_columns.NAME)
            beside = None if given is None else cells.argument_cells(given)
            fitted = covariate_columns.fitted_parameters(
                parameter, parameter.meaning.model, source, beside
            )
            ready.values[name] = fitted
            continue
        if parameter.meaning.kind is Kind.COVARIATES:
            flat = any(len(shape) == 1 for shape in shapes.values())
            found = covariate_columns.customer_covariates(parameter, source, fitted, flat=flat)
            ready.values[name], shapes[name] = found.values, found.shape
            ready.faults += found.faults
            headed |= {name} if found.headed else set()
            continue
        column = coerce(parameter, source, date1904=date1904)
        faults = fill_and_check(parameter, source, column)
        if name in function.denominators and (zero := column.values == 0).any():
            place = source.place(first_set(zero))
            sentence = f"{name} is 0{place}, and nothing can be divided by it"
            faults.append((zero, ZeroDenominatorError(sentence, argument=name)))
        shapes[name] = source.shape
        ready.values[name] = column.values.reshape(source.shape)
        ready.faults += [(mask.reshape(source.shape), fault) for mask, fault in faults]
    # An error value that comes in is the result, whatever else is wrong with the element.
    ready.faults.sort(key=lambda item: not isinstance(item[1], IncomingError))
    try:
        ready.shape = np.broadcast_shapes(*shapes.values())
    except ValueError:
        sizes = ", ".join(
            f"{name} {_size(shape)}{' below its heading' if name in headed else ''}"
            for name, shape in shapes.items()
            if shape
        )
        raise ArgumentError(
            f"The ranges do not fit together: {sizes}. Make them equally long"
        ) from None
    return ready


def _size(shape: tuple[int, ...]) -> str:
    if len(shape) == 1 or shape[1] == 1:
        return f"has {shape[0]} rows"
    return f"is {shape[0]} x {shape[1]}"
