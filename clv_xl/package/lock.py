"""A lock per file: one run of clv-xl at a time may change it."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
_PAUSE = 0.05


@contextmanager
def lock(path: str | os.PathLike[str], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file, waiting for another run that holds it.

    The lock is a file in the user's temporary folder, so nothing appears beside the workbook. The
    operating system releases it when the process ends, even after a crash.

    Parameters
    ----------
    path : path
        The file that will be replaced; it need not exist yet.
    patience : float, seconds
        How long to wait for another run.

    Raises
    ------
    FileError
        Another run still holds the file after that time.
    """
    target = Path(os.path.realpath(path))
    lock_file = _lock_file(target)
    deadline = time.monotonic() + patience
    while (handle := _try_open(lock_file)) is None:
        if time.monotonic() >= deadline:
            raise FileError(
                f"Another run of clv-xl is working on '{target.name}'. "
                "Wait until it has finished and retry."
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        # Removed while it is locked, so that no other run locks a file that is about to be removed.
        # Windows cannot remove an open file, so there it is removed after closing, unless another
        # run has it open by then.
        with suppress(OSError):
            lock_file.unlink()
        os.close(handle)
        if sys.platform == "win32":
            with suppress(OSError):
                lock_file.unlink()


def _try_open(lock_file: Path) -> int | None:
    """Return the locked file's handle, or None if another run holds it."""
    try:
        handle = os.open(lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except PermissionError:  # on Windows, while the run that held it removes it
        return None
    if _try_lock(handle) and _is_at(handle, lock_file):
        return handle
    os.close(handle)
    return None


def _is_at(handle: int, lock_file: Path) -> bool:
    """Whether the locked file still has its name: the run that held it may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), lock_file.stat())
    except OSError:
        return False


def _lock_file(target: Path) -> Path:
    """Return the lock's path: the same for every name of one file, different for every user."""
    key = hashlib.sha256(os.path.normcase(target).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"clv_xl-{user}-{key}.lock"


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
