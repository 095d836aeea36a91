"""Workbooks that Excel or LibreOffice has open, by the files that both put beside them."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from clv_xl.errors import FileError
from clv_xl.package.regular_file import open_regular, refuse_irregular


def refuse_if_open(target: Path) -> None:
    """Raise FileError while Excel or LibreOffice has a file open, or if it may not be written.

    Raises
    ------
    FileError
        Also if it is no regular file.
    OSError
        The system failed.
    """
    refuse_irregular(target)
    owner = target.with_name(f"~${target.name}")
    if _exists(owner):
        raise FileError(f"Close '{target.name}' in Excel{_excel_user(owner)} and retry.")
    left = target.with_name(f".~lock.{target.name}#")
    if _exists(left):  # also after LibreOffice was killed
        raise FileError(
            f"Close '{target.name}' in LibreOffice and retry; if it is not open there, delete "
            f"'{left.name}' beside it."
        )
    if _exists(target) and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise FileError(
            f"'{target.name}' is read-only. Allow writing to it, or name another output file."
        )


def _exists(path: Path) -> bool:
    """Whether there is such a file; not if its name is too long for one."""
    try:
        return path.exists()
    except OSError as fault:
        if fault.errno != errno.ENAMETOOLONG:
            raise
        return False


def _excel_user(owner: Path) -> str:
    """Return the user that Excel's owner file names, in words for the message, or nothing."""
    with suppress(OSError, FileError):
        with open_regular(owner) as file:
            record = file.read(55)
        name = record[1 : 1 + record[0]].decode("latin-1").strip() if record else ""
        if name and name.isprintable():
            return f" (user {name})"
    return ""
