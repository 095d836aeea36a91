"""Paths of the installed files on a Windows computer, all in the user's own folders."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError

FOLDER: Final = "clv_xl"
ADDIN: Final = "clv_xl.xlam"
TEMPLATE: Final = "clv_xl_template.xlsm"
START_ADDIN: Final = "clv_xl_start.xlam"
START_SETTINGS: Final = "start.txt"


def roaming() -> Path:
    """Return the folder of the user's settings.

    Raises
    ------
    HostError
        The variable APPDATA is not set.
    """
    folder = os.environ.get("APPDATA")
    if not folder:
        raise HostError("Windows does not say where your settings are (APPDATA is not set)")
    return Path(folder)


def addin() -> Path:
    """Return the path of the add-in, in a folder whose files Excel opens at start and trusts."""
    return roaming() / "Microsoft" / "Excel" / "XLSTART" / ADDIN


def start_addin() -> Path:
    """Return the path of the add-in that starts the server where it may not be registered."""
    return addin().with_name(START_ADDIN)


def start_settings() -> Path:
    """Return the path of the settings of that add-in: what to start."""
    return roaming() / FOLDER / START_SETTINGS


def template() -> Path:
    """Return the path of the template for new workbooks."""
    return roaming() / FOLDER / TEMPLATE


def interpreter() -> Path:
    """Return the Python to serve with: this one, as pythonw.exe (without a window) if it exists."""
    running = Path(sys.executable)
    windowless = running.with_name("pythonw.exe")
    return windowless if windowless.exists() else running


def libraries() -> Sequence[Path]:
    """Return the folders that may hold xlwings' DLLs: of this Python, and of user installations."""
    return [Path(sys.prefix), Path(sysconfig.get_path("data", "nt_user"))]


def is_store_python() -> bool:
    """Return whether this is the Microsoft Store's Python; Excel does not see its registry."""
    return (
        "WindowsApps" in Path(sys.base_prefix).parts or "WindowsApps" in Path(sys.executable).parts
    )
