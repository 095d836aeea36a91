"""Starting the server where it may not be registered: by xlwings' DLL, through an add-in of ours.

The add-in reads a small text file in the user's settings, which names a Python and the DLL.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError
from clv_xl.hosts.vba.addin import start_addin
from clv_xl.hosts.windows import places

# VBA reads a file, and calls a DLL, in the alphabet that Windows is set to.
ALPHABET: Final = "mbcs" if sys.platform == "win32" else "cp1252"
BITS: Final = (64, 32)
NO_LIBRARY: Final = (
    "xlwings' DLL is not with this Python; run: python -m pip install --force-reinstall xlwings"
)
STRANGE_PATH: Final = (
    "Excel cannot name the folder of this Python, or of your settings, to a DLL: it has letters "
    "that Windows is not set to, or $(. Install Python in another folder and try again"
)


def addin() -> bytes:
    """Return the start add-in for the xlwings that is installed here."""
    return start_addin(version("xlwings"))


def settings() -> Mapping[str, str]:
    """Return what the start add-in is told: this Python, and the DLL for each kind of Excel.

    Raises
    ------
    HostError
        There is no DLL.
    """
    found = {f"dll{bits}": path for bits in BITS if (path := _library(bits)) is not None}
    if not found:
        raise HostError(NO_LIBRARY)
    return {"python": str(places.interpreter()), **{word: str(at) for word, at in found.items()}}


def written(told: Mapping[str, str]) -> bytes:
    """Return the file of the settings.

    Raises
    ------
    HostError
        A path cannot be written so that VBA and the DLL read it.
    """
    text = "".join(f"{word}={value}\r\n" for word, value in told.items())
    try:
        str(places.start_settings()).encode(ALPHABET)
        content = text.encode(ALPHABET)
    except UnicodeEncodeError:
        raise HostError(STRANGE_PATH) from None
    if "$(" in text:
        raise HostError(STRANGE_PATH)
    return content


def read(content: bytes) -> Mapping[str, str]:
    """Return what a file of settings says, as the add-in reads it."""
    lines = content.decode(ALPHABET, errors="replace").splitlines()
    return {word: value for word, sign, value in (line.partition("=") for line in lines) if sign}


def _library(bits: int) -> Path | None:
    name = f"xlwings{bits}-{version('xlwings')}.dll"
    paths = (folder / name for folder in places.libraries())
    return next((path for path in paths if path.is_file()), None)
