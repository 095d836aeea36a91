"""`clv-xl` in forked copies of this process: thousands of runs without thousands of starts.

A crash, a hang or too much memory ends the copy, never the supervisor. Seconds are those of the
processor, so that a busy machine accuses nobody; a run that waits for something for ever ends too.
"""

from __future__ import annotations

import gc
import io
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn, TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a copy has no threads but the one that forks

from attacks.outcome import Kind, Outcome, classify

T = TypeVar("T")
SECONDS = 10
MEGABYTES = 500
_ROOM = 2 * 1024**3
"""Address space that a copy may add: a run that wants all memory must not take the machine down."""
_UNFINISHED = 70
_PATIENCE = 12
"""Seconds of the clock for each of the processor."""


def load(content: bytes) -> None:
    """Do once what every command does at first, so that no copy has to.

    Parameters
    ----------
    content : bytes
        A workbook with functions of clv_xl.
    """
    import openpyxl
    import rich.progress
    from rich.console import Console

    from clv_xl import cli  # noqa: F401
    from clv_xl.errors import ClvError
    from clv_xl.hosts.recalc import Evaluator, recalculate
    from clv_xl.refresh.workbook import refresh
    from clv_xl.values_copy import share

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(content)
        openpyxl.load_workbook(path)
        recalculate(path)
        Evaluator(path).evaluate("=CLV(1000,6,5)")
        share(path, path.with_name("copy.xlsx"))
        with suppress(ClvError):
            refresh(path, orders={"customer": ["Ann"], "date": ["2025-01-15"], "amount": [1]})
    Console(stderr=True).status("")
    rich.progress.Progress(disable=True)
    gc.collect()
    gc.freeze()  # copies share what they never change


def run(*arguments: str | Path, seconds: int = SECONDS, megabytes: float = MEGABYTES) -> Outcome:
    """Run `clv-xl` with these arguments in a copy of this process, until it ends or passes a limit.

    Over memory is found at the end: what the peak of the copy is above this process.
    """

    def command() -> None:
        from clv_xl.cli import main

        sys.argv = ["clv-xl", *map(str, arguments)]
        main()

    return attempt(command, seconds=seconds, megabytes=megabytes)


def attempt(
    work: Callable[[], object], *, seconds: int = SECONDS, megabytes: float = MEGABYTES
) -> Outcome:
    """Do something in a copy of this process, as `run` does."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = _pages(1)
        child = os.fork()
        if not child:
            _become(work, out.fileno(), err.fileno(), seconds)
        _, status, used = os.wait4(child, 0)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    code = os.waitstatus_to_exitcode(status)
    took, peak = used.ru_utime + used.ru_stime, (used.ru_maxrss * 1024 - before) / 2**20
    if code in {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}:
        kind = Kind.HANG
    else:
        kind = classify(code, *texts)
        if kind in {Kind.OK, Kind.SENTENCE}:
            kind = Kind.MEMORY if peak > megabytes else Kind.HANG if took > seconds else kind
    return Outcome(kind, code, took, peak, *texts)


def _become(work: Callable[[], object], out: int, err: int, seconds: int) -> NoReturn:
    """Do the work, then end without what the supervisor would do at its end."""
    status = _UNFINISHED
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        for number, name in ((1, "stdout"), (2, "stderr")):
            stream = os.fdopen(number, "wb", closefd=False)
            setattr(sys, name, io.TextIOWrapper(stream, encoding="utf-8"))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))
        room = _pages(0) + _ROOM  # with less, its threads would never start
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds * _PATIENCE)
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if status == _UNFINISHED:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _pages(which: int) -> int:
    """Return the bytes that this process has: of address space (0), or of memory (1).

    Where the system does not say, it is 0.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[which])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def spread(work: Callable[[int], T], numbers: Iterable[int], jobs: int) -> Iterator[T]:
    """Yield what `work` gives of each number, by some processes side by side."""
    if jobs == 1:
        yield from map(work, numbers)
        return
    with get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(work, numbers)


def shown(fault: Outcome) -> str:
    """A run that went wrong, in one line."""
    words = " ".join((fault.err or fault.out).split())
    return json.dumps(
        {
            "kind": fault.kind,
            "status": fault.status,
            "seconds": round(fault.seconds, 1),
            "megabytes": round(fault.megabytes),
            "words": words[-300:],
        },
        ensure_ascii=True,
    )


def say(*words: object) -> None:
    """Write a line at once, since a long run is watched."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()
