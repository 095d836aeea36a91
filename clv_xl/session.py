"""State of this process: the host program, and the latest faults."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from typing import Final, NamedTuple

from clv_xl.errors import Caveat, ClvError

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


_faults: Final[deque[Fault]] = deque(maxlen=1000)


def record(function: str, fault: ClvError | Caveat) -> Fault:
    """Keep a fault's sentence for CLV_ERRORS and the log, and return what is kept."""
    now = dt.datetime.now()
    kept = Fault(now, function, fault.argument, fault.sentence, isinstance(fault, Caveat))
    _faults.appendleft(kept)
    log.info("%s: %s", function, fault.sentence)
    return kept


def recent_faults(count: int = 10) -> list[Fault]:
    """Return the latest faults, newest first."""
    return list(_faults)[:count]


def forget_faults() -> None:
    """Empty the list of faults."""
    _faults.clear()
