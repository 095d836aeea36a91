"""Replace a file in one step: even after a crash it is the whole old file or the whole new one."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_SHARING_VIOLATION = {32, 33}  # what Windows answers while another program has the file open
_STALE_AFTER = 3600.0


def replace_file(
    path: str | os.PathLike[str],
    chunks: Iterable[bytes | memoryview],
    *,
    size: int,
    mode: int | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Write a file beside the target, flush it to the disk, and rename it over the target.

    A symbolic link stays a link: the file that it points to is replaced. Temporary files that an
    earlier, interrupted run left beside this target are removed.

    Parameters
    ----------
    path : path
        The file to replace or to make.
    chunks : iterable of bytes
        The whole new content.
    size : int, bytes
        Its length, for the message when the disk is full and to check that all was written.
    mode : int, optional
        Permission bits; by default those of the file replaced, or what the system gives a new file.
    before : callable, optional
        Called when the new file is complete, before it replaces the old one; raise to refuse.

    Raises
    ------
    FileError
        The file is open elsewhere, read-only, or the disk is full. The target is unchanged.
    """
    target = Path(os.path.realpath(path))
    refuse_if_open(target)
    mode = _mode(target) if mode is None else mode
    temporary = target.with_name(
        f".{target.name}.{_machine_key()}-{secrets.token_hex(4)}.clv_xl.tmp"
    )
    try:
        _remove_leftovers(target)
        _write(temporary, chunks, size, mode)
        if before is not None:
            before()
        refuse_if_open(target)
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as fault:
        raise FileError(_failure_sentence(fault, target, size)) from fault
    finally:
        with suppress(OSError):
            temporary.unlink()


def refuse_if_open(target: Path) -> None:
    """Raise FileError while Excel or LibreOffice has the file open, or when it is read-only."""
    owner = target.with_name(f"~${target.name}")
    if owner.exists():
        raise FileError(f"Close '{target.name}' in Excel{_excel_user(owner)} and retry.")
    if target.with_name(f".~lock.{target.name}#").exists():
        raise FileError(f"Close '{target.name}' in LibreOffice and retry.")
    if target.exists() and not target.stat().st_mode & 0o222:
        raise FileError(
            f"'{target.name}' is read-only. Allow writing to it, or name another output file."
        )


def _excel_user(owner: Path) -> str:
    """Return the user that Excel's owner file names, in words for the message, or nothing."""
    with suppress(OSError):
        record = owner.read_bytes()[:55]
        name = record[1 : 1 + record[0]].decode("latin-1").strip() if record else ""
        if name and name.isprintable():
            return f" (user {name})"
    return ""


def _mode(target: Path) -> int | None:
    return stat.S_IMODE(target.stat().st_mode) if target.exists() else None


def _machine_key() -> str:
    """Return eight digits that distinguish this machine's temporary files from those of others."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of interrupted runs; another machine's only when old."""
    beginning, own = f".{target.name}.", f".{target.name}.{_machine_key()}-"
    with os.scandir(target.parent) as entries:
        leftovers = [
            e for e in entries if e.name.startswith(beginning) and e.name.endswith(".clv_xl.tmp")
        ]
    if not leftovers:
        return
    import time

    for entry in leftovers:
        with suppress(OSError):
            if entry.name.startswith(own) or time.time() - entry.stat().st_mtime > _STALE_AFTER:
                os.unlink(entry.path)  # noqa: PTH108 - the entry is a string


def _write(
    temporary: Path, chunks: Iterable[bytes | memoryview], size: int, mode: int | None
) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o666 if mode is None else 0o600), "wb") as file:
        file.writelines(chunks)
        written = file.tell()
        file.flush()
        if mode is not None:
            temporary.chmod(mode)
        os.fsync(file.fileno())
    if written != size:
        raise OSError(errno.EIO, "the new file is incomplete")


def _sync_folder(folder: Path) -> None:
    """Flush the folder, so that the new name is on the disk too; not every system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failure_sentence(fault: OSError, target: Path, size: int) -> str:
    if fault.errno in _NO_ROOM:
        return (
            f"There is not enough room on the disk to save '{target.name}': "
            f"{size / 1e6:.1f} MB are needed. The file is as it was."
        )
    if getattr(fault, "winerror", None) in _SHARING_VIOLATION:
        return f"Close '{target.name}' in Excel and retry."
    if isinstance(fault, PermissionError):
        return (
            f"'{target.name}' cannot be written: close it in Excel, or allow writing to its folder."
        )
    if isinstance(fault, FileNotFoundError):
        return f"The folder for '{target.name}' does not exist."
    return f"'{target.name}' could not be saved; the file is as it was."
