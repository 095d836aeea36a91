"""The dispatch of function calls from this host to `call`."""

from __future__ import annotations

from collections.abc import Sequence

from clv_xl import call, session
from clv_xl.call import Reply
from clv_xl.cells import Argument, Cell
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


def call_of_columns(name: str, columns: Sequence[Argument]) -> Sequence[Cell]:
    """Return the values of an element-wise function, None where an element has a fault.

    Nothing is kept for CLV_ERRORS: the elements with faults are called one by one. Without a value
    at all, nothing is returned.
    """
    try:
        answer = call.compute(CATALOGUE[name], columns)
    except (ClvError, MemoryError):
        return []
    return [None if isinstance(one, ClvError) else one for one in answer.values.ravel().tolist()]
