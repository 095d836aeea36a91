"""Customer lifetime value as spreadsheet functions, and as functions of Python.

Every spreadsheet function can be imported by its name: ``from clv_xl import CLV, RFM_SUMMARY``.
Arguments are scalars, lists or numpy arrays; the result is a float, an array, or for a table a list
of rows with the header first. ``refresh`` puts new data into a workbook.
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

__all__ = ["ArgumentError", "ClvError", "DomainError", "NoAnswerError", "ZeroDenominatorError"]


def __getattr__(name: str) -> Any:
    # The functions bring numpy with them, so they are loaded when the first of them is asked for.
    if name == "__version__":
        from importlib.metadata import version

        return version("clv_xl")
    if name == "refresh":
        from importlib import import_module

        return import_module("clv_xl.refresh")
    if name.isupper():
        from clv_xl.python import function

        found = function(name)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module 'clv_xl' has no attribute {name!r}")


def __dir__() -> list[str]:
    from clv_xl.call import names

    return sorted({*__all__, "__version__", "refresh", *names()})
