"""Customer lifetime value as spreadsheet functions, and as functions of Python.

Every spreadsheet function can be imported by its name: ``from clv_xl import CLV, RFM_SUMMARY``.
``from clv_xl import *`` gives all of them. Arguments are scalars, lists or numpy arrays; the result
is a float, an array, or for a table a list of rows with the header first, whose ``.frame()`` is a
data frame. ``help(CLV)`` is the page of a function. ``refresh`` puts new data into a workbook,
``summarise`` adds up any number of orders in DuckDB or Spark.
"""

from __future__ import annotations

from typing import Any

from clv_xl.errors import (
    ArgumentError,
    ClvError,
    DomainError,
    NoAnswerError,
    ZeroDenominatorError,
)

_ERRORS = (ArgumentError, ClvError, DomainError, NoAnswerError, ZeroDenominatorError)


def __getattr__(name: str) -> Any:
    # The functions bring numpy with them, so they are loaded when the first of them is asked for.
    if name == "__version__":
        from importlib.metadata import version

        return version("clv_xl")
    if name == "__all__":  # what `from clv_xl import *` gives: the functions
        from clv_xl.call import names

        return sorted(names())
    if name == "refresh":
        from importlib import import_module

        return import_module("clv_xl.refresh")
    if name == "summarise":
        from clv_xl.many_orders.lazily import summarise

        return summarise
    if name.isupper():
        from clv_xl.python import function

        found = function(name)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module 'clv_xl' has no attribute {name!r}")


def __dir__() -> list[str]:
    from clv_xl.call import names

    errors = (error.__name__ for error in _ERRORS)
    return sorted({*errors, "__version__", "refresh", "summarise", *names()})
