"""The last three versions of a file, kept beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from clv_xl.errors import FileError
from clv_xl.package.regular_file import holds

KEPT = 3


def copy_path(target: Path, number: int) -> Path:
    """Return where a copy of a file lies: 1 is the newest, `KEPT` the oldest."""
    return target.with_name(f"{target.stem}.backup-{number}{target.suffix}")


def make_room(target: Path, content: bytes) -> Path | None:
    """Make room for a copy of a file's content, and return where it belongs.

    Each copy gets the next number, and the oldest makes way for the one before, but only as far as
    room is needed: a run that is killed in between loses no copy but the oldest.

    Returns
    -------
    Path or None
        None if the newest copy is this content already, such as after a run that failed.
    """
    newest = copy_path(target, 1)
    with suppress(OSError, FileError):
        if holds(newest, content):
            return None
    copies = [copy_path(target, number) for number in range(1, KEPT + 1)]
    free = next((n for n, copy in enumerate(copies) if not os.path.lexists(copy)), KEPT - 1)
    for number in range(free, 0, -1):
        copies[number - 1].replace(copies[number])
    return newest
