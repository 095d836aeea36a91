"""How a command ends: its exit status, and one sentence for what went wrong."""

from __future__ import annotations

import contextlib
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any, Final

import click

from clv_xl import terminal
from clv_xl.errors import ClvError

STOPPED: Final = 130
"""The status of a program that Ctrl-C ends."""
UNREAD: Final = 141
"""The status of a program whose output nobody reads any more."""
NO_MEMORY: Final = (
    "There is not enough memory for this. Close other programs, or use fewer rows, and try again."
)
TOO_DEEP: Final = (
    "A formula is nested too deeply to be computed. Compute parts of it in cells of their own."
)
ENGINE_STOPPED: Final = (
    "The built-in engine cannot compute this. Open and save the workbook in Excel, or use "
    "--engine libreoffice; --debug shows where."
)


def run(command: Callable[[], object], *, debug: bool = False, last: bool = False) -> int:
    """Run a command and return its exit status; whatever it raises is said in one sentence.

    Guaranteed for everything that Python can catch, panics of the engine among it. What ends the
    process itself, such as a stack that overflows or the system that takes it, is beyond it.

    Parameters
    ----------
    command : callable
    debug : bool, optional
        Show the traceback as well.
    last : bool, optional
        Whether the process ends after it.
    """
    try:
        with warnings.catch_warnings():
            if not debug:
                warnings.simplefilter("ignore")  # they name paths and, openpyxl's, contents
            command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except terminal.ClosedOutputError:
        return UNREAD
    except BaseException as fault:  # noqa: BLE001 - a panic of the engine is no Exception
        if last:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C has nothing to add
        return _tell(fault, debug=debug)
    return 0


def _tell(fault: BaseException, *, debug: bool) -> int:
    sentence, status = next(
        (tell(fault), status) for kind, tell, status in _ENDS if isinstance(fault, kind)
    )
    with contextlib.suppress(terminal.ClosedOutputError, ClvError):
        if debug:
            terminal.write_lines("".join(traceback.format_exception(fault)), err=True)
        terminal.write_line(f"clv-xl: {sentence}", err=True)
    return status


def _inside(fault: Exception) -> str:
    return f"Something went wrong inside clv-xl ({type(fault).__name__}); --debug shows where."


def _of_system(fault: OSError) -> str:
    return f"{fault.filename or 'A file'}: {fault.strerror or 'cannot be used'}."


_ENDS: Final[tuple[tuple[type[BaseException], Callable[[Any], str], int], ...]] = (
    (ClvError, lambda fault: str(fault.sentence), 1),
    (click.UsageError, lambda fault: " ".join(fault.format_message().split()), 2),
    (click.ClickException, lambda fault: " ".join(fault.format_message().split()), 1),
    (click.Abort, lambda _: "Stopped.", STOPPED),
    (KeyboardInterrupt, lambda _: "Stopped.", STOPPED),
    (MemoryError, lambda _: NO_MEMORY, 1),
    (RecursionError, lambda _: TOO_DEEP, 1),
    (OSError, _of_system, 1),
    (Exception, _inside, 1),
    (BaseException, lambda _: ENGINE_STOPPED, 1),
)
"""Kinds of faults, the narrower first: what is said of each, and the exit status."""
