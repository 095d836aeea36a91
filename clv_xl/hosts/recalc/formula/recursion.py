"""Room for the deepest formulas: Python by itself would stop at about a hundred levels.

The limit is the whole interpreter's. It is raised while formulas are computed, by whichever thread,
and is what it was afterwards.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from clv_xl.hosts.recalc.formula.limits import MOST_LEVELS

_CALLS_A_LEVEL: Final = 25
"""As many calls of Python functions inside each other as one level of a formula takes, and more."""
_lock: Final = threading.Lock()
_inside: list[int] = []
"""The limits that were in force when those computations began that still run."""


@contextmanager
def room_for_levels() -> Iterator[None]:
    """Let functions call themselves as often as the deepest formula asks for."""
    with _lock:
        _inside.append(sys.getrecursionlimit())
        sys.setrecursionlimit(max(_inside[0], 1_000 + _CALLS_A_LEVEL * MOST_LEVELS))
    try:
        yield
    finally:
        with _lock:
            before = _inside.pop()
            if not _inside:
                sys.setrecursionlimit(before)
