"""State of this process: the host program, and the latest faults."""

from __future__ import annotations

import datetime as dt
import itertools
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


SAME_MOMENT: Final = dt.timedelta(seconds=2)
"""Faults of one function and argument that follow each other within it count as one."""

_faults: Final[deque[Fault]] = deque(maxlen=1000)


def record(function: str, *faults: ClvError | Caveat) -> tuple[Fault, ...]:
    """Keep the sentences of one call for CLV_ERRORS and the log, and return what is kept.

    A function wizard computes at each keystroke, so an earlier call's fault of the same function
    and argument, a moment ago, gives way to the new one.
    """
    now = dt.datetime.now()
    kept = tuple(
        Fault(now, function, fault.argument, fault.sentence, isinstance(fault, Caveat))
        for fault in faults
    )
    _drop_repeated(now, {_subject(fault) for fault in kept if not fault.is_caveat})
    _faults.extendleft(kept)
    for fault in kept:
        log.info("%s: %s", function, fault.sentence)
    return kept


def _drop_repeated(now: dt.datetime, subjects: set[tuple[str, str]]) -> None:
    recent = itertools.takewhile(lambda fault: now - fault.when <= SAME_MOMENT, _faults)
    repeated = [fault for fault in recent if not fault.is_caveat and _subject(fault) in subjects]
    for fault in repeated:
        _faults.remove(fault)


def _subject(fault: Fault) -> tuple[str, str]:
    return fault.function, fault.argument


def recent_faults(count: int = 10) -> list[Fault]:
    """Return the latest faults, newest first."""
    return list(_faults)[:count]


def forget_faults() -> None:
    """Empty the list of faults."""
    _faults.clear()
