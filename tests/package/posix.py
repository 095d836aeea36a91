"""Marks of tests whose subject Windows does not have, each with its reason."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest


def _links_are_followed() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file, link = Path(folder, "file"), Path(folder, "link")
        file.touch()
        try:
            link.symlink_to(file)
        except OSError:  # Windows asks for a right
            return False
        return link.is_symlink() and link.is_file()


def _not_on_windows(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(sys.platform == "win32", reason=reason)


permissions = _not_on_windows("permissions of POSIX")
open_files = _not_on_windows("Windows renames and removes no open file")
locks = _not_on_windows("Windows has a file beside it in the place of a lock")
limits = _not_on_windows("limits of POSIX")
long_names = _not_on_windows("Windows allows 260 characters for a whole path")
folders = _not_on_windows("Windows opens no folder")
links = pytest.mark.skipif(not _links_are_followed(), reason="no symbolic links here")
