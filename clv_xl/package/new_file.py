"""Temporary files beside a file: made for its new content, and swept up after runs that died."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from clv_xl.package.exclusive import WithoutLocksError, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

_STALE_AFTER = 3600.0
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class NewFile(NamedTuple):
    """A temporary file that is being written."""

    path: Path
    file: BinaryIO
    made: os.stat_result
    """What tells it from another file that has come to stand under its name."""

    def is_at(self, path: Path) -> bool:
        """Whether it stands under a name."""
        return os.path.samestat(self.made, path.lstat())


@contextmanager
def new_file(target: Path, permissions: int) -> Iterator[NewFile]:
    """Give an empty file beside the target, under a name that does not depend on its length.

    It is locked while this run lives, so that no other run sweeps it up. Afterwards it is removed,
    unless it has got another name by then; what else may stand under its name is not touched.
    """
    made = _locked_file(target, permissions)
    try:
        yield made
    finally:
        with suppress(OSError):  # it is on the disk by now, or has failed already
            made.file.close()
        with suppress(OSError):
            if made.is_at(made.path):
                made.path.unlink()


def sweep(target: Path) -> None:
    """Remove the temporary files of runs that died while they replaced the target.

    A file that its run still has locked stays, whoever runs it. One of another machine, or on a
    file system without locks, is only removed after an hour.
    """
    machine = _machine_key()
    pattern = re.compile(rf"\.clv_xl-(\w+)-{name_key(target)}-\w+\.tmp")
    with os.scandir(target.parent) as entries:
        found = [(match[1], Path(e.path)) for e in entries if (match := pattern.fullmatch(e.name))]
    for maker, path in found:
        with suppress(OSError):
            if _is_dead(path, own=maker == machine):
                path.unlink()


def name_key(target: Path) -> str:
    """Return eight digits that stand for a file's name."""
    name = os.path.normcase(target.name).encode("utf-8", "surrogateescape")
    return hashlib.sha256(name).hexdigest()[:8]


def _locked_file(target: Path, permissions: int) -> NewFile:
    beginning = f".clv_xl-{_machine_key()}-{name_key(target)}-"
    while True:
        path = target.with_name(f"{beginning}{secrets.token_hex(4)}.tmp")
        file = os.fdopen(os.open(path, _FLAGS, permissions), "wb")
        try:
            made = NewFile(path, file, os.fstat(file.fileno()))
            if _is_locked(made):
                return made
        except OSError:
            file.close()
            with suppress(OSError):
                path.unlink()
            raise
        file.close()


def _is_locked(made: NewFile) -> bool:
    """Lock a new file, unless another run has swept it up before, taking it for a leftover."""
    try:
        return try_lock(made.file.fileno()) and made.is_at(made.path)
    except WithoutLocksError:
        return True
    except FileNotFoundError:
        return False


def _is_dead(path: Path, *, own: bool) -> bool:
    """Whether no run has a temporary file locked, as far as this can be known."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags)
    try:
        if not try_lock(handle):
            return False
    except WithoutLocksError:
        own = False
    finally:
        age = time.time() - os.fstat(handle).st_mtime
        os.close(handle)
    return own or age > _STALE_AFTER


def _machine_key() -> str:
    """Return eight digits that distinguish this machine's temporary files from those of others."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
