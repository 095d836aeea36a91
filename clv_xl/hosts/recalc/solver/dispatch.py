"""The dispatch of function calls from this host to `call`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np

from clv_xl import call, session
from clv_xl.call import Reply
from clv_xl.cells import MISSING, Argument, Cell, is_blank
from clv_xl.errors import ClvError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.recalc.solver.custom_calls import Dispatch

HOST = "clv-xl"


def function_names() -> frozenset[str]:
    """Return the names of clv_xl's functions, upper case."""
    return call.names()


def elementwise_names() -> frozenset[str]:
    """Return the names of those that take columns as well as single values."""
    return frozenset(name for name, function in CATALOGUE.items() if function.elementwise)


def dispatcher(*, date1904: bool = False) -> Dispatch:
    """Return what makes the calls of a book with that date system."""
    session.host = HOST

    def dispatch(name: str, arguments: Sequence[Argument]) -> Reply:
        return call.call(name, arguments, date1904=date1904)

    return dispatch


def takes_a_range(name: str, index: int) -> bool:
    """Whether an argument of an element-wise function is a range for all elements: a model's."""
    parameters = CATALOGUE[name].parameters
    return index < len(parameters) and parameters[index].meaning.model is not None


def call_of_columns(name: str, columns: Sequence[Argument], count: int) -> Sequence[Cell]:
    """Return so many values of an element-wise function, None where an element has a fault.

    Nothing is kept for CLV_ERRORS: the elements with faults are called one by one. Nothing is
    returned where each element has to be: none has a value, or what is left out is computed from
    all of them.
    """
    function = CATALOGUE[name]
    given = chain(columns, repeat(MISSING))
    for parameter, argument in zip(function.parameters, given, strict=False):
        if parameter.meaning.median_by_default and _is_blank(argument):
            return []
    try:
        answer = call.compute(function, columns).values
    except (ClvError, MemoryError):
        return []
    values = np.broadcast_to(answer, (count, 1)).ravel().tolist()
    return [None if isinstance(one, ClvError) else one for one in values]


def _is_blank(argument: Argument) -> bool:
    """Whether an argument of columns counts as left out."""
    if isinstance(argument, list):
        return all(is_blank(cell) for row in argument for cell in row)
    return argument is MISSING or is_blank(argument)
