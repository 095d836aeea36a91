"""What a file has beside its content: owner, group, permissions, extended attributes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_OTHERS_TO_GROUP = 3
_GROUP = 0o070
_CANNOT = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENODATA, errno.EINVAL}
_RIGHTS_OF_PROGRAMS = "security.capability"


def copy_attributes(source: Path, handle: int) -> None:
    """Give a new, open file what the system lets us of the attributes of the one it will replace.

    Permissions are copied, and access lists and extended attributes where there are any (Linux).
    The owner is kept by root only, on every system; the group also by its members. Where the group
    is lost, the group that the file has instead may do no more than everybody. What makes programs
    run as somebody else (set-user-ID and the like) is never copied. Windows gives a new file the
    permissions of its folder.

    Everything is done to the open file, never to a name: who may write to the folder, and puts a
    link under the new file's name, does not get another file changed.

    Parameters
    ----------
    source : Path
    handle : int
        The new file.

    Raises
    ------
    OSError
        The system failed.
    """
    before, after = source.lstat(), os.fstat(handle)
    same = (before.st_uid, before.st_gid) == (after.st_uid, after.st_gid)
    owner_kept = same or _try_chown(handle, before.st_uid, before.st_gid)
    group_kept = owner_kept or _try_chown(handle, -1, before.st_gid)
    allowed = stat.S_IMODE(before.st_mode) & 0o777
    if not group_kept:
        allowed &= ~_GROUP | (allowed << _OTHERS_TO_GROUP & _GROUP)
    if hasattr(os, "listxattr"):
        _copy_extended(source, handle)
    set_permissions(handle, allowed)


def set_permissions(handle: int, mode: int) -> None:
    """Set the permission bits of an open file, where the system has them."""
    if hasattr(os, "fchmod"):
        os.fchmod(handle, mode)


def _copy_extended(source: Path, handle: int) -> None:
    try:
        names = os.listxattr(source, follow_symlinks=False)
    except OSError as fault:
        if fault.errno not in _CANNOT:
            raise
        names = []
    for name in names:
        try:
            if name != _RIGHTS_OF_PROGRAMS:
                os.setxattr(handle, name, os.getxattr(source, name, follow_symlinks=False))
        except OSError as fault:
            if fault.errno not in _CANNOT:
                raise


def _try_chown(handle: int, user: int, group: int) -> bool:
    try:
        os.fchown(handle, user, group)
    except PermissionError:
        return False
    return True
