"""Keeps the tests off what belongs to the user of a Windows computer: registry and start folder.

`protect` is called once, before the first test. A test that would change the registry fails, on
every system; the user's settings, and Excel's start folder in them, are a temporary folder.
"""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path
from typing import Final

_CHANGES: Final = frozenset({"winreg.CreateKey", "winreg.SetValue", "winreg.DeleteKey"})


class RegistryChanged(BaseException):
    """Something wrote to the user's registry; no `except Exception` may hide it."""


def protect(settings: Path, *, windows: bool = sys.platform == "win32") -> None:
    """Refuse changes of the registry; let this process and its children have other settings."""
    sys.addaudithook(_refuse)
    if windows:
        os.environ.setdefault("PYTHONUSERBASE", site.getuserbase())  # by default in the settings
        os.environ["APPDATA"] = str(settings)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _CHANGES:
        raise RegistryChanged(event)
