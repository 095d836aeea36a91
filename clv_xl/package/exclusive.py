"""A lock on an open file, which the system releases when the process ends, however it ends."""

from __future__ import annotations

import errno
import sys

_BUSY = {errno.EACCES, errno.EAGAIN}
_WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


class WithoutLocksError(Exception):
    """The file system of a file has no locks."""


def try_lock(handle: int) -> bool:
    """Lock a file that is open for writing, and return whether nobody else holds it.

    Linux locks one byte far beyond the end of the file, as SQLite does, so that other programs read
    and write it as ever, even where a network share enforces locks; closing another handle of the
    file does not release it. macOS locks the whole file, and only against clv_xl.

    Raises
    ------
    WithoutLocksError
        The file system knows no locks.
    OSError
        The system failed.
    """
    try:
        _lock(handle)
    except OSError as fault:
        if fault.errno in _BUSY:
            return False
        if fault.errno in _WITHOUT_LOCKS:
            raise WithoutLocksError from None
        raise
    return True


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        """Do nothing: Windows does not remove a file that is open."""

elif sys.platform != "linux":
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

else:
    import fcntl
    import os
    import struct

    _LAST_BYTE = 2**63 - 2

    def _lock(handle: int) -> None:
        request = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _LAST_BYTE, 1, 0)
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, request)
