"""A computation in a process of its own, which can be ended from without and may even crash.

The engine is native code: while it computes, nothing in its process can interrupt it, and a stack
or a memory that runs over ends that process without a word. So on Linux the command line computes
in a fork. It is ended when its time is over; its memory is bounded (RLIMIT_DATA); however it ends,
the process that waits holds the lock and the file, has written nothing yet, and says in a sentence
what happened and at which formula. Nothing of the fork remains: it writes no file of its own.

Not guaranteed: on Windows and macOS, where a fork is not safe or does not exist, and for programs
that use clv_xl as a library, there is no fork. The limits of evaluations and seconds are looked at
between two evaluations there, and memory is not bounded.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn, TypeVar

from clv_xl.errors import ClvError, FileError
from clv_xl.hosts.recalc.budget import (
    MEMORY_PER_MEGABYTE,
    SMALL_MEMORY,
    Budget,
    BudgetError,
    Limits,
    current,
    out_of_time,
    spending,
    stopped,
)
from clv_xl.hosts.recalc.process import is_exclusive

_T = TypeVar("_T")
_BOARD: Final = 1024
"""Bytes in which the fork writes where it stands."""
_MEGABYTE: Final = 1024 * 1024
_GRACE: Final = 1.0
"""Seconds that the fork has to say itself that its time is over."""
_OUT_OF_MEMORY: Final = 3
"""The status of a fork that had none left."""
_END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of Linux


def in_child(work: Callable[[], _T], size: int = 0) -> _T:
    """Return what a function returns, computed in a fork where that can be.

    Parameters
    ----------
    work : callable
        What it returns or raises must be picklable.
    size : int, bytes
        Of the file that is computed; the default limit of memory grows with it.

    Raises
    ------
    BudgetError
        It took more time or memory than it may.
    FileError
        The engine crashed.
    """
    budget = current()
    if sys.platform != "linux" or not is_exclusive():
        with spending(budget):
            return work()
    memory = budget.limits.memory or SMALL_MEMORY + MEMORY_PER_MEGABYTE * size // _MEGABYTE
    board = mmap.mmap(-1, _BOARD)
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: a spinner, no locks
        child = os.fork()
    if not child:
        _work(work, budget.limits, writer, board, memory)
    os.close(writer)
    status = None
    try:
        answer, in_time = _listen(reader, budget.limits.seconds + _GRACE)
        if not in_time:
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        os.close(reader)
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    place = board[:].rstrip(b"\0").decode("utf-8", "replace")
    if not in_time:
        raise BudgetError(out_of_time(place, budget.limits))
    if status:
        raise _crash(status, place, memory)
    good, value = pickle.loads(answer)  # noqa: S301 - from the fork of this very process
    if not good:
        raise value
    result: _T = value
    return result


def _listen(reader: int, seconds: float) -> tuple[bytes, bool]:
    """Return all that comes before the other end closes, and whether it did so in time."""
    pieces: list[bytes] = []
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b"", False
        piece = os.read(reader, _MEGABYTE)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)


def _work(
    work: Callable[[], Any], limits: Limits, writer: int, board: mmap.mmap, memory: int
) -> NoReturn:
    """Compute in the fork, hand over the answer, and end at once: nothing is cleaned up twice."""

    def tell(place: str) -> None:
        board[:] = place.encode()[:_BOARD].ljust(_BOARD, b"\0")

    status = 1
    try:
        _end_with_parent()
        os.closerange(3, writer)
        os.closerange(writer + 1, 1024)
        _bound_memory(memory)
        with spending(Budget(limits, tell)):
            answer = pickle.dumps((True, work()))
        status = 0
    except MemoryError:
        answer = b""
        status = _OUT_OF_MEMORY
    except BaseException as fault:  # noqa: BLE001 - all of them are the waiting process's to raise
        fault.add_note(traceback.format_exc())
        answer, status = _packed(fault), 0
    with suppress(BaseException):
        view = memoryview(answer)
        while view:
            view = view[os.write(writer, view) :]
    os._exit(status)


def _packed(fault: BaseException) -> bytes:
    """Return a fault as the waiting process raises it: a crash where it is no usual one."""
    known = isinstance(fault, (Exception, KeyboardInterrupt, SystemExit))
    with suppress(Exception):
        if known:
            packed = pickle.dumps((False, fault))
            pickle.loads(packed)  # noqa: S301 - what was packed in the line before
            return packed
    return pickle.dumps((False, _crash(0, "", 0)))


def _end_with_parent() -> None:
    """Have the system end the fork when the process that waits for it ends."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


def _bound_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has."""
    import resource

    with suppress(OSError, ValueError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a pseudo-file, read in a fork
        now = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
        limit = now * 1024 + megabytes * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _crash(status: int, place: str, memory: int) -> ClvError:
    """Return the error for a fork that ended by a signal, or without memory."""
    if status in {_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL}:
        return BudgetError(stopped(place, f"{memory:,} MB of memory", "memory"))
    at = f" at {place}" if place else ""
    return FileError(
        f"The built-in engine failed{at}; nothing was changed. Open and save the workbook in "
        "Excel, or use --engine libreoffice."
    )
