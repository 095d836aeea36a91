"""Replace a file in one step: even after a crash it is the whole old file or the whole new one."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import FileError
from clv_xl.package.attributes import copy_attributes, set_permissions
from clv_xl.package.copies import make_room
from clv_xl.package.exchange import exchange
from clv_xl.package.new_file import NewFile, new_file, sweep
from clv_xl.package.open_elsewhere import refuse_if_open
from clv_xl.package.regular_file import holds
from clv_xl.package.renaming import rename_over

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_SHARING_VIOLATION = {32, 33}  # what Windows answers while another program has the file open


def replace_file(
    path: str | os.PathLike[str],
    chunks: Iterable[bytes | memoryview],
    *,
    size: int,
    mode: int | None = None,
    expected: bytes | None = None,
    backup: bool = False,
) -> None:
    """Write a file beside the target, flush it to the disk, and put it in the target's place.

    What holds: whenever the process is killed or the disk is full, the target is the whole old file
    or the whole new one. A symbolic link stays a link: the file that it points to is replaced.
    Owner, group, permissions and extended attributes stay as far as the system lets us
    (`attributes`). Temporary files of runs that died beside this target are removed, those of runs
    that live are not (`new_file`).

    With `expected`, the target is only replaced while it holds this content. On Linux, where old
    and new file change places in one step, the old one is looked at afterwards too: a version that
    another program put there at the last moment comes out, and is put back. What remains: on other
    systems, and on file systems that cannot do so (NFS), such a version is lost if it comes within
    the milliseconds between the last look and the replacement; a program that writes into the file
    in place, and has opened it before, may still write into the old file after the last look; a
    run that is killed between replacing and putting back leaves the other version in its temporary
    file.

    What does not hold: a file with several names (hard links) is replaced under one of them, and
    the others keep the old content. Only root keeps another user's ownership. On Windows the new
    file has the permissions of its folder. On network shares the server decides what survives its
    own crash.

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
    expected : bytes, optional
        What the target must hold to be replaced.
    backup : bool, optional
        Keep `expected` beside the target, as the newest of three copies (`copies`).

    Raises
    ------
    FileError
        The target is open elsewhere, read-only, no regular file, was changed by another program, or
        the disk is full. It is unchanged.
    """
    target = Path(os.path.realpath(path))
    try:
        refuse_if_open(target)
        sweep(target)
        if backup and expected is not None:
            _keep_copy(target, expected)
        _replace(target, chunks, size, mode, expected)
    except OSError as fault:
        raise FileError(_failure_sentence(fault, target, size)) from fault


def _keep_copy(target: Path, content: bytes) -> None:
    """Write a copy of a file, with its attributes, as the newest of those that are kept."""
    if not holds(target, content):
        raise _changed(target)
    copy = make_room(target, content)
    if copy is not None:
        with new_file(target, 0o600) as new:
            _write(new, [content], len(content))
            copy_attributes(target, new.file.fileno())
            _flush(new)
            rename_over(new.path, copy)


def _replace(
    target: Path,
    chunks: Iterable[bytes | memoryview],
    size: int,
    mode: int | None,
    expected: bytes | None,
) -> None:
    old = target.exists()
    with new_file(target, 0o600 if old or mode is not None else 0o666) as new:
        _write(new, chunks, size)
        if old:
            copy_attributes(target, new.file.fileno())
        if mode is not None:
            set_permissions(new.file.fileno(), mode)
        _flush(new)
        refuse_if_open(target)
        _put(new, target, expected)
        _flush_folder(target.parent)


def _put(new: NewFile, target: Path, expected: bytes | None) -> None:
    """Put a new file in the target's place, unless the target holds something unexpected."""
    if expected is not None and not holds(target, expected):
        raise _changed(target)
    if expected is None or not exchange(new.path, target):
        rename_over(new.path, target)
        return
    with ExitStack() as undo:
        undo.callback(_put_back, new, target)
        if not holds(new.path, expected):
            raise _changed(target)
        undo.pop_all()
    with suppress(OSError):
        new.path.unlink()


def _put_back(new: NewFile, target: Path) -> None:
    """Put what came out of an exchange back in its place, or what has replaced the new file since.

    It is done when what comes out is what was put in last.
    """
    last = new.made
    try:
        while True:
            other = new.path.lstat()
            if not exchange(new.path, target):
                rename_over(new.path, target)
                return
            if os.path.samestat(new.path.lstat(), last):
                return
            last = other
    except OSError as fault:
        raise FileError(
            f"'{target.name}' was replaced, and the version before could not be put back "
            f"({fault.strerror}); it is '{new.path.name}' beside it: copy it before the next run."
        ) from fault


def _changed(target: Path) -> FileError:
    return FileError(
        f"'{target.name}' was changed by another program in the meantime. Nothing was saved; retry."
    )


def _write(new: NewFile, chunks: Iterable[bytes | memoryview], size: int) -> None:
    new.file.writelines(chunks)
    new.file.flush()
    if new.file.tell() != size:
        raise OSError(errno.EIO, "the new file is incomplete")


def _flush(new: NewFile) -> None:
    """Let the disk have all of a file before it gets its name."""
    os.fsync(new.file.fileno())
    if sys.platform == "win32":
        new.file.close()  # which Windows asks for before a file is renamed


def _flush_folder(folder: Path) -> None:
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
            f"{_amount(size)} are needed. The file is as it was."
        )
    if getattr(fault, "winerror", None) in _SHARING_VIOLATION:
        return f"Close '{target.name}' in Excel and retry."
    if isinstance(fault, PermissionError):
        return (
            f"'{target.name}' cannot be written: close it in Excel, or allow writing to its folder."
        )
    if isinstance(fault, FileNotFoundError) and not target.parent.is_dir():
        return f"The folder for '{target.name}' does not exist."
    return f"'{target.name}' could not be saved ({fault.strerror}); the file is as it was."


def _amount(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(size / 1e3, 0.1):.1f} kB"
