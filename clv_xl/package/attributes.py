"""What a file has beside its content: owner, group, permissions, extended attributes."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

_OTHERS_TO_GROUP = 3
_GROUP = 0o070


def copy_attributes(source: Path, copy: Path) -> None:
    """Give a new file what the system lets us of the attributes of the one it will replace.

    Permissions, ACLs and extended attributes are copied where the file system has them. The owner
    is kept by root only, on every system; the group also by its members. Where the group is lost,
    the group that the file has instead may do no more than everybody.

    Raises
    ------
    OSError
        The system failed.
    """
    before, after = source.stat(), copy.stat()
    same = (before.st_uid, before.st_gid) == (after.st_uid, after.st_gid)
    owner_kept = same or _try_chown(copy, before.st_uid, before.st_gid)
    group_kept = owner_kept or _try_chown(copy, -1, before.st_gid)
    shutil.copystat(source, copy)
    allowed = stat.S_IMODE(before.st_mode)
    if not owner_kept:
        allowed &= 0o777  # nobody else's set-user-ID
    if not group_kept:
        allowed &= ~_GROUP | (allowed << _OTHERS_TO_GROUP & _GROUP)
    copy.chmod(allowed)
    os.utime(copy)


def _try_chown(path: Path, user: int, group: int) -> bool:
    try:
        os.chown(path, user, group)
    except PermissionError:
        return False
    return True
