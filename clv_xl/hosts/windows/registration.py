"""The registry entries with which Windows starts the server when Excel asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from clv_xl.hosts.windows.identity import CLSID, PROG_ID, TITLE
from clv_xl.hosts.windows.registry import Registry

CLASSES: Final = "Software\\Classes"
# A separate class for 32-bit programs, so that Excel of 32 and of 64 bits finds the server.
CLASS_KEYS: Final = (f"{CLASSES}\\CLSID\\{CLSID}", f"{CLASSES}\\WOW6432Node\\CLSID\\{CLSID}")
NAME_KEY: Final = f"{CLASSES}\\{PROG_ID}"


def command(interpreter: PurePath) -> str:
    """Return the command that starts the server.

    Neither environment variables (-E) nor the current folder (-P) decide what Python loads.
    """
    return f'"{interpreter}" -E -P -m clv_xl.hosts.windows'


def entries(start: str) -> Mapping[str, Mapping[str, str]]:
    """Return every key and its values, for a server started by this command."""
    found: dict[str, Mapping[str, str]] = {
        NAME_KEY: {"": TITLE},
        f"{NAME_KEY}\\CLSID": {"": CLSID},
    }
    for key in CLASS_KEYS:
        found[key] = {"": TITLE}
        found[f"{key}\\ProgID"] = {"": PROG_ID}
        found[f"{key}\\LocalServer32"] = {"": start}
    return found


def register(registry: Registry, start: str) -> None:
    """Register the server with Windows, for this user."""
    unregister(registry)
    for key, values in entries(start).items():
        registry.write(key, values)


def unregister(registry: Registry) -> None:
    """Remove what `register` wrote, and keys above that hold nothing else."""
    for key in (NAME_KEY, *CLASS_KEYS):
        registry.remove(key)
        above = key.rpartition("\\")[0]
        while above != CLASSES and registry.is_empty(above):
            registry.remove(above)
            above = above.rpartition("\\")[0]


def registered_command(registry: Registry) -> str | None:
    """Return the command with which Windows starts the server, or None if there is none.

    An incomplete registration counts as none.
    """
    start = (registry.read(f"{CLASS_KEYS[0]}\\LocalServer32") or {}).get("")
    if not isinstance(start, str):
        return None
    complete = all(registry.read(key) == values for key, values in entries(start).items())
    return start if complete else None
