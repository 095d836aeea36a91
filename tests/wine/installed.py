"""Says what the set-up program has left: `installed.py`, with the Python of the user."""

import os
import sys
from pathlib import Path

from clv_xl.hosts.windows.registration import CLASS_KEYS, NAME_KEY
from clv_xl.hosts.windows.registry import UserRegistry

ENTRY = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\clv_xl"

if __name__ == "__main__":
    registry = UserRegistry()
    keys = [key for key in (ENTRY, NAME_KEY, *CLASS_KEYS) if registry.read(key) is not None]
    places = {
        "program": Path(os.environ["LOCALAPPDATA"], "Programs", "clv_xl"),
        "command": Path(os.environ["LOCALAPPDATA"], "Microsoft", "WindowsApps", "clv-xl.cmd"),
        "settings": Path(os.environ["APPDATA"], "clv_xl"),
        "add-in": Path(os.environ["APPDATA"], "Microsoft", "Excel", "XLSTART", "clv_xl.xlam"),
    }
    found = [name for name, place in places.items() if place.exists()]
    sys.stdout.write(f"{len(keys)} keys, {', '.join(found) or 'no file'}\n")
