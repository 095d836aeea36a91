"""The way from this host to our functions."""

from __future__ import annotations

from collections.abc import Sequence

from clv_xl import call, session
from clv_xl.call import Reply
from clv_xl.cells import Argument
from clv_xl.hosts.recalc.solver.custom_calls import Door

HOST = "clv-xl"


def our_names() -> frozenset[str]:
    """Return the names of our functions, upper case."""
    return call.names()


def through(*, date1904: bool = False) -> Door:
    """Return the door for a book with that date system."""
    session.host = HOST

    def door(name: str, arguments: Sequence[Argument]) -> Reply:
        return call.call(name, arguments, date1904=date1904)

    return door
