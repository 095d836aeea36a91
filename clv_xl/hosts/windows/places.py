"""Where on a Windows computer our files lie, all of them in the user's own folders."""

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
        Windows does not say where it is.
    """
    folder = os.environ.get("APPDATA")
    if not folder:
        raise HostError("Windows does not say where your settings are (APPDATA is not set)")
    return Path(folder)


def addin() -> Path:
    """Return where the add-in lies: a folder whose files Excel opens at its start, and trusts."""
    return roaming() / "Microsoft" / "Excel" / "XLSTART" / ADDIN


def start_addin() -> Path:
    """Return where the add-in lies that starts the server, for those who need it."""
    return addin().with_name(START_ADDIN)


def start_settings() -> Path:
    """Return where that add-in reads what to start."""
    return roaming() / FOLDER / START_SETTINGS


def template() -> Path:
    """Return where the template for new workbooks lies."""
    return roaming() / FOLDER / TEMPLATE


def interpreter() -> Path:
    """Return the Python to serve with: this one, in its form without a window if there is one."""
    running = Path(sys.executable)
    windowless = running.with_name("pythonw.exe")
    return windowless if windowless.exists() else running


def libraries() -> Sequence[Path]:
    """Return the folders where xlwings' DLLs may lie: with this Python, or among the user's own."""
    return [Path(sys.prefix), Path(sysconfig.get_path("data", "nt_user"))]


def is_store_python() -> bool:
    """Return whether this is the Microsoft Store's Python, whose registry Excel does not see."""
    return (
        "WindowsApps" in Path(sys.base_prefix).parts or "WindowsApps" in Path(sys.executable).parts
    )
