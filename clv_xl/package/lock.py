"""A lock per file: one run of clv-xl at a time may change it."""

from __future__ import annotations

import os
import sys
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.errors import FileError
from clv_xl.package.exclusive import WithoutLocksError, try_lock
from clv_xl.package.new_file import name_key, sweep
from clv_xl.package.open_elsewhere import refuse_if_open

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
_PAUSE = 0.05


@contextmanager
def lock(path: str | os.PathLike[str], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file that is to be changed, waiting for another run that holds it.

    What runs that died have left beside the file is removed then, even if nothing is to be saved.

    The lock lies on the file itself. So there is no file of its own to be left behind, and no name
    for somebody else to take first; it holds between users, whatever their temporary folders, and
    for every name of the file; the system releases it when the process ends, even after a crash.
    (Windows, which does not replace an open file, gets a file beside it that vanishes with the
    process.)

    What it does not do: a file that does not exist yet is not locked, as there is nothing in it to
    lose; nor is one on a file system without locks. A person who may read the file can hold it up
    until this run gives up. None of that loses anybody's changes, since a file is only replaced
    while it holds what was read (`replace_file`); the lock spares people the second try.

    Parameters
    ----------
    path : path
        The file that will be replaced; it need not exist yet.
    patience : float, seconds
        How long to wait for another run.

    Raises
    ------
    FileError
        Another run still holds the file after that time, it is open in Excel or LibreOffice, may
        not be written, or is no regular file.
    """
    target = Path(os.path.realpath(path))
    deadline = time.monotonic() + patience
    try:
        while (held := _try_hold(target)) is None:
            if time.monotonic() >= deadline:
                raise FileError(
                    f"Another run of clv-xl, or another program, is working on '{target.name}'. "
                    "Wait until it has finished and retry."
                )
            time.sleep(_PAUSE)
    except OSError as fault:
        raise FileError(
            f"'{target.name}' could not be locked ({fault.strerror}); it is as it was."
        ) from fault
    with held:
        with suppress(OSError):  # a folder that cannot be read or is not there
            sweep(target)
        yield


def _try_hold(target: Path) -> AbstractContextManager[Any] | None:
    """Return what holds the lock of a file until it is left; None while somebody else holds it."""
    refuse_if_open(target)
    return _try_open(target)


if sys.platform == "win32":

    def _try_open(target: Path) -> AbstractContextManager[Any] | None:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_TEMPORARY | os.O_NOINHERIT
        name = target.with_name(f".clv_xl-{name_key(target)}.lock")
        try:
            return os.fdopen(os.open(name, flags), "wb")
        except FileNotFoundError:
            return nullcontext()  # no such folder: there is nothing to lose
        except (FileExistsError, PermissionError):  # the latter while it is being removed
            return None

else:

    def _try_open(target: Path) -> AbstractContextManager[Any] | None:
        try:
            file = target.open("r+b", buffering=0)
        except FileNotFoundError:
            return nullcontext()
        try:
            if try_lock(file.fileno()) and _is_at(file.fileno(), target):
                return file
        except WithoutLocksError:
            return file
        except OSError:
            file.close()
            raise
        file.close()
        return None


def _is_at(handle: int, target: Path) -> bool:
    """Whether the locked file still has its name: the run that held it may have replaced it."""
    try:
        return os.path.samestat(os.fstat(handle), target.stat())
    except FileNotFoundError:
        return False
