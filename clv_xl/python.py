"""The functions as Python callables, made from their declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from clv_xl.call import python_result
from clv_xl.cells import MISSING
from clv_xl.errors import ArgumentError
from clv_xl.functions import CATALOGUE


def function(name: str) -> Callable[..., Any] | None:
    """Return a spreadsheet function as a Python callable, or None if there is none of that name."""
    declared = CATALOGUE.get(name)
    if declared is None:
        return None
    signature = inspect.signature(declared.body)

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
    callable_.__doc__ = f"{declared.summary}\n\n{declared.notes}".strip()
    callable_.__signature__ = signature  # type: ignore[attr-defined]
    return callable_
