"""Copies the classes that installing wrote for one user to those of all users.

Wine 10 looks classes up among those of all users only, Windows in both.
"""

import sys
import winreg
from typing import Any

from clv_xl.hosts.windows.registration import CLASS_KEYS, NAME_KEY

REGISTRY: Any = winreg


def copy(key: str) -> None:
    """Copy a key with all below it."""
    with (
        REGISTRY.OpenKey(REGISTRY.HKEY_CURRENT_USER, key) as source,
        REGISTRY.CreateKey(REGISTRY.HKEY_LOCAL_MACHINE, key) as target,
    ):
        below, values, _ = REGISTRY.QueryInfoKey(source)
        for place in range(values):
            name, value, kind = REGISTRY.EnumValue(source, place)
            REGISTRY.SetValueEx(target, name, 0, kind, value)
        names = [REGISTRY.EnumKey(source, place) for place in range(below)]
    for name in names:
        copy(f"{key}\\{name}")


if __name__ == "__main__":
    for top in (NAME_KEY, CLASS_KEYS[0]):
        copy(top)
    sys.stdout.write("copied\n")
