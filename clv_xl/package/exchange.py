"""Two files that change places in one step, where the system can do that: Linux."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
from collections.abc import Callable
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchange(one: Path, other: Path) -> bool:
    """Let two files of one folder change places, in one step.

    Returns
    -------
    bool
        False if system or file system cannot do that; nothing was changed then. Linux can since
        3.15 with glibc 2.28, on ext4, XFS, Btrfs, tmpfs, overlays of these and more, not on NFS.

    Raises
    ------
    OSError
        It failed, and nothing was changed.
    """
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _CANNOT:
        return False
    raise OSError(fault, os.strerror(fault), str(one), None, str(other))


@functools.cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Return the C library's function of this name; None if it has none."""
    number, name = ctypes.c_int, ctypes.c_char_p
    signature = ctypes.CFUNCTYPE(number, number, name, number, name, ctypes.c_uint, use_errno=True)
    try:
        return signature(("renameat2", ctypes.CDLL(None)))
    except (AttributeError, OSError, TypeError):  # an older library, none at all, Windows
        return None
