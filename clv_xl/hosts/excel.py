"""The functions as xlwings offers them to Excel, made from the declarations.

On Windows the workbook's VBA, or xlwings' own Import Functions, calls them over COM. With xlwings
Lite (Mac, web) the whole of main.py is ``from clv_xl.hosts.excel import *``. Every function takes
its arguments raw and returns rows, so that cells are converted and checked by `call` only, as on
every other host. Errors are returned as their text: the VBA of clv_xl and xlwings Lite turn them
into errors, while with wrappers that xlwings itself generated they stay text.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import xlwings

from clv_xl import session
from clv_xl.call import call
from clv_xl.functions import CATALOGUE, Function
from clv_xl.hosts.excel_cells import decode, encode
from clv_xl.hosts.excel_help import category, cut, description

OFFICE_JS: Final = bool(getattr(xlwings, "on_server", False)) or sys.platform == "emscripten"
"""Whether Excel is reached over Office.js, where xlwings turns the texts of errors into errors."""


def xlwings_function(
    function: Function, *, date1904: bool = False
) -> Callable[..., list[list[Any]]]:
    """Return a function as xlwings registers it, with its description, category and arguments.

    Parameters
    ----------
    function : Function
        The declaration.
    date1904 : bool, optional
        Whether serial numbers of dates count from 1904.
    """

    def answer(*arguments: Any) -> list[list[Any]]:
        session.host = "Excel (xlwings Lite)" if OFFICE_JS else "Excel"
        return encode(call(function.name, list(map(decode, arguments)), date1904=date1904).cells)

    answer.__name__ = answer.__qualname__ = function.name
    answer.__module__ = __name__
    answer.__doc__ = description(function)
    # No annotations: xlwings would read them as conversions. None means the default, which
    # `call` fills in.
    answer.__annotations__ = {}
    answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.required else None,
            )
            for parameter in function.parameters
        ]
    )
    shown: Callable[..., Any] = answer if OFFICE_JS else xlwings.ret("raw")(answer)
    for parameter in function.parameters:
        shown = xlwings.arg(parameter.name, "raw", doc=cut(parameter.meaning.sentence))(shown)
    # Last, because each of the others resets the category.
    return xlwings.func(category=category(function), call_in_wizard=function.elementwise)(shown)


def xlwings_functions(*, date1904: bool = False) -> Mapping[str, Callable[..., list[list[Any]]]]:
    """Return every declared function by name, as xlwings registers it."""
    return {
        name: xlwings_function(function, date1904=date1904)
        for name, function in sorted(CATALOGUE.items())
    }


globals().update(xlwings_functions())
__all__ = sorted(CATALOGUE)  # noqa: PLE0605
