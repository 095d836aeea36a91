"""The current user's part of the Windows registry, in the operations an installation needs."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Any, Protocol


class Registry(Protocol):
    """Keys by their path below the current user; the value of name "" is a key's default."""

    def read(self, key: str) -> Mapping[str, str | int] | None:
        """Return a key's values, or None if there is no such key."""

    def write(self, key: str, values: Mapping[str, str]) -> None:
        """Make a key, and those above it, and set its values."""

    def remove(self, key: str) -> None:
        """Remove a key with all below it; nothing happens if it does not exist."""

    def is_empty(self, key: str) -> bool:
        """Return whether a key exists and holds neither keys nor values."""

    def version(self, program: str) -> str | None:
        """Return the version of an installed program, for all users or this one, if there is one.

        `program` is its ProgID, such as Excel.Application.
        """


class UserRegistry:
    """The real registry, as 64-bit programs see it, for 32-bit and 64-bit Python alike."""

    def __init__(self) -> None:
        import winreg

        self._winreg: Any = winreg

    def read(self, key: str) -> Mapping[str, str | int] | None:
        """Return a key's values, or None if there is no such key."""
        try:
            with self._open(key, self._winreg.KEY_READ) as opened:
                count = self._winreg.QueryInfoKey(opened)[1]
                listed = [self._winreg.EnumValue(opened, place) for place in range(count)]
        except OSError:
            return None
        return {name: value for name, value, _ in listed}

    def write(self, key: str, values: Mapping[str, str]) -> None:
        """Make a key, and those above it, and set its values."""
        access = self._winreg.KEY_WRITE | self._winreg.KEY_WOW64_64KEY
        root = self._winreg.HKEY_CURRENT_USER
        with self._winreg.CreateKeyEx(root, key, 0, access) as opened:
            for name, value in values.items():
                self._winreg.SetValueEx(opened, name, 0, self._winreg.REG_SZ, value)

    def remove(self, key: str) -> None:
        """Remove a key with all below it; nothing happens if it does not exist."""
        try:
            with self._open(key, self._winreg.KEY_READ) as opened:
                count = self._winreg.QueryInfoKey(opened)[0]
                below = [self._winreg.EnumKey(opened, place) for place in range(count)]
        except FileNotFoundError:
            return
        for name in below:
            self.remove(f"{key}\\{name}")
        with contextlib.suppress(FileNotFoundError):
            self._winreg.DeleteKeyEx(
                self._winreg.HKEY_CURRENT_USER, key, self._winreg.KEY_WOW64_64KEY
            )

    def is_empty(self, key: str) -> bool:
        """Return whether a key exists and holds neither keys nor values."""
        try:
            with self._open(key, self._winreg.KEY_READ) as opened:
                keys, values, _ = self._winreg.QueryInfoKey(opened)
        except OSError:
            return False
        return not keys and not values

    def version(self, program: str) -> str | None:
        """Return the version of an installed program, if there is one."""
        try:
            current = self._winreg.QueryValue(self._winreg.HKEY_CLASSES_ROOT, f"{program}\\CurVer")
        except OSError:
            return None
        return str(current).removeprefix(f"{program}.")

    def _open(self, key: str, access: int) -> Any:
        access |= self._winreg.KEY_WOW64_64KEY
        return self._winreg.OpenKey(self._winreg.HKEY_CURRENT_USER, key, 0, access)


def user_registry() -> Registry | None:
    """Return the current user's registry, or None on other systems."""
    return UserRegistry() if sys.platform == "win32" else None
