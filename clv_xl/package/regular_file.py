"""Only regular files are read and replaced: not folders, pipes, sockets and devices."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def refuse_irregular(path: Path, shown: str = "") -> None:
    """Raise FileError if there is something at a path that is no regular file.

    Parameters
    ----------
    path : Path
        Links are followed.
    shown : str, optional
        What the user calls it, by default its name.

    Raises
    ------
    FileError
        It is a folder, a pipe, a socket or a device.
    OSError
        The system failed.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    _refuse(mode, shown or path.name)


@contextmanager
def open_regular(path: Path, shown: str = "") -> Iterator[BinaryIO]:
    """Open a regular file for reading, without ever waiting for another program.

    What it is is looked at before it is opened, because opening a device may do something, and
    again once it is open, when it can no longer be replaced by something else.

    Raises
    ------
    FileError
        It is no regular file.
    OSError
        There is none, or the system failed.
    """
    refuse_irregular(path, shown)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        _refuse(os.fstat(file.fileno()).st_mode, shown or path.name)
        yield file


def read_regular(path: Path, shown: str = "", *, most: int) -> bytes:
    """Return the content of a regular file.

    Parameters
    ----------
    path : Path
    shown : str, optional
        What the user calls it, by default its name.
    most : int, bytes
        A larger file is refused before any of it is read.

    Raises
    ------
    FileError
        It is no regular file, or larger.
    OSError
        There is none, or the system failed.
    """
    with open_regular(path, shown) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise FileError(
                f"File refused: '{shown or path.name}' is larger than {most / 2**20:,.0f} MB."
            )
        return file.read()


def holds(path: Path, content: bytes) -> bool:
    """Return whether a regular file is there and holds this content.

    Raises
    ------
    FileError
        It is no regular file.
    OSError
        The system failed.
    """
    try:
        with open_regular(path) as file:
            return os.fstat(file.fileno()).st_size == len(content) and file.read() == content
    except FileNotFoundError:
        return False


def _refuse(mode: int, shown: str) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise FileError(f"'{shown}' is {kind}, not a file. Name a file.")
