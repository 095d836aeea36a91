"""One run at a time for one file."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
_PAUSE = 0.05


@contextmanager
def lock(path: str | os.PathLike[str], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the right to change a file, waiting for another run that holds it.

    The lock lies in the user's temporary folder, so nothing appears beside the workbook, and the
    operating system gives it up when the process ends, however it ends.

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
    handle = os.open(
        _lock_file(target), os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600
    )
    try:
        deadline = time.monotonic() + patience
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise FileError(
                    f"Another run of clv-xl is working on '{target.name}'. "
                    "Wait until it has finished and retry."
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def _lock_file(target: Path) -> Path:
    """Return the lock's place: the same for every name of one file, different for every user."""
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
