"""The dispatch of function calls from this host."""

from __future__ import annotations

from collections.abc import Sequence

from clv_xl import call, session
from clv_xl.call import Reply
from clv_xl.cells import Argument
from clv_xl.hosts.recalc.solver.custom_calls import Dispatch

HOST = "clv-xl"


def function_names() -> frozenset[str]:
    """Return the names of clv_xl's functions, upper case."""
    return call.names()


def dispatcher(*, date1904: bool = False) -> Dispatch:
    """Return the door for a book with that date system."""
    session.host = HOST

    def door(name: str, arguments: Sequence[Argument]) -> Reply:
        return call.call(name, arguments, date1904=date1904)

    return door
