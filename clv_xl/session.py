"""State of this process: the host program, and the latest faults."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from collections import OrderedDict
from typing import Final, NamedTuple

from clv_xl.errors import Caveat, ClvError, MissingArgumentError

log: Final = logging.getLogger("clv_xl")

host: str = "Python"
"""The program whose cells are computed; a host sets it when it starts."""


class Fault(NamedTuple):
    """A fault as CLV_ERRORS lists it: when, where, and the sentence."""

    when: dt.datetime
    function: str
    argument: str
    sentence: str
    is_caveat: bool = False
    """Whether there is a result all the same, to be treated with care."""
    is_unfinished: bool = False
    """Whether an argument is missing, as it is while a formula is typed."""


MOST: Final = 1000
_faults: Final[OrderedDict[tuple[str, str], Fault]] = OrderedDict()
"""The latest faults, the newest last, by function and sentence: a repeated one counts once."""


def record(function: str, *faults: ClvError | Caveat) -> tuple[Fault, ...]:
    """Keep the sentences of one call for CLV_ERRORS and the log, and return what is kept.

    The same sentence again replaces the earlier one. So does a missing argument after another one
    of the same function: a function wizard, which computes at each keystroke, leaves one entry.
    """
    now = dt.datetime.now()
    kept = tuple(
        Fault(
            now,
            function,
            fault.argument,
            fault.sentence,
            is_caveat=isinstance(fault, Caveat),
            is_unfinished=isinstance(fault, MissingArgumentError),
        )
        for fault in faults
    )
    for fault in kept:
        latest = next(reversed(_faults.values()), None)
        if fault.is_unfinished and latest and latest.is_unfinished and latest.function == function:
            _faults.popitem()
        _faults[function, fault.sentence] = fault
        _faults.move_to_end((function, fault.sentence))
        log.info("%s: %s", function, fault.sentence)
    while len(_faults) > MOST:
        _faults.popitem(last=False)
    return kept


def recent_faults(count: int = 10) -> list[Fault]:
    """Return the latest faults, newest first."""
    return list(itertools.islice(reversed(_faults.values()), count))


def forget_faults() -> None:
    """Empty the list of faults."""
    _faults.clear()
