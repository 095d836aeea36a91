"""The functions as Python callables, made from their declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clv_xl import help_page
from clv_xl.call import compute, record
from clv_xl.cells import MISSING
from clv_xl.errors import ArgumentError, ClvError
from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Number
from clv_xl.tables import Table


def function(name: str) -> Callable[..., Any] | None:
    """Return a spreadsheet function as a Python callable, or None if there is none of that name."""
    declared = CATALOGUE.get(name)
    if declared is None:
        return None
    signature = _signature(declared)

    def callable_(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentError(f"{name}: {error}; write {declared.signature}") from None
        return python_result(
            declared,
            [bound.arguments.get(parameter.name, MISSING) for parameter in declared.parameters],
        )

    callable_.__name__ = callable_.__qualname__ = name
    callable_.__module__ = "clv_xl"
    callable_.__doc__ = help_page.page(declared)
    callable_.__signature__ = signature  # type: ignore[attr-defined]
    return callable_


def _signature(function: Function) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.required else parameter.default,
                annotation=help_page.unit(parameter),
            )
            for parameter in function.parameters
        ]
    )


def python_result(function: Function, arguments: Sequence[Any]) -> Any:
    """Return what a Python caller gets: a float, an array of the arguments' shape, or a `Table`.

    Elements without an answer are NaN (None among texts); their sentences are kept for CLV_ERRORS.

    Raises
    ------
    ClvError
        What is wrong concerns the whole call, which a call with single values is.
    """
    result = compute(function, arguments)
    values = result.values
    array = isinstance(values, np.ndarray)
    if array and values.ndim == 0:
        values, array = values.item(), False
    if isinstance(values, ClvError):
        raise values
    if result.faults and (array or isinstance(values, list)):
        record(function, result.faults)
    if isinstance(values, list):
        if result.faults:
            values = [[_without_fault(cell, np.nan) for cell in row] for row in values]
        return Table(values, function.result)
    if not result.faults or not array:
        return values
    number = isinstance(function.result, Number)
    flat = [_without_fault(cell, np.nan if number else None) for cell in values.ravel().tolist()]
    return np.array(flat, dtype=np.float64 if number else object).reshape(values.shape)


def _without_fault(cell: Any, replacement: float | None) -> Any:
    return replacement if isinstance(cell, ClvError) else cell
