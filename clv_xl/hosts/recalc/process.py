"""What only a program with a process of its own may do to it: the command line, not a library."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

_OUTPUTS: Final = (1, 2)
_exclusive: ContextVar[bool] = ContextVar("_exclusive", default=False)


@contextmanager
def exclusive_process() -> Iterator[None]:
    """Let computations redirect the screen, and switch off the collection of cyclic garbage.

    Parsed formulas hold no cycles; Python would look for them in vain.
    """
    was_on = gc.isenabled()
    gc.disable()
    token = _exclusive.set(True)
    try:
        yield
    finally:
        _exclusive.reset(token)
        if was_on:
            gc.enable()


def is_exclusive() -> bool:
    """Whether this process is the command line's own."""
    return _exclusive.get()


@contextmanager
def engine_output_discarded() -> Iterator[None]:
    """Keep what IronCalc writes to the screen, remarks and panics, out of a program's output.

    It writes to the file descriptors, which all threads share: only in an exclusive process.
    """
    if not _exclusive.get():
        yield
        return
    kept: list[tuple[int, int]] = []
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for output in _OUTPUTS:
            with suppress(OSError):  # a program without a console has none
                kept.append((output, os.dup(output)))
                os.dup2(nowhere, output)
        yield
    finally:
        for output, copy in kept:
            os.dup2(copy, output)
            os.close(copy)
        os.close(nowhere)
