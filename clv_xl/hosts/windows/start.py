"""The start add-in, which starts the server through xlwings' DLL where it may not be registered.

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
from clv_xl.hosts.windows import paths

# VBA reads files and calls DLLs in the code page of Windows.
CODE_PAGE: Final = "mbcs" if sys.platform == "win32" else "cp1252"
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
    """Return the settings of the start add-in: this Python, and the DLL for 64 and 32 bits.

    Raises
    ------
    HostError
        There is no DLL.
    """
    found = {f"dll{bits}": path for bits in BITS if (path := _library(bits)) is not None}
    if not found:
        raise HostError(NO_LIBRARY)
    return {"python": str(paths.interpreter()), **{word: str(at) for word, at in found.items()}}


def settings_file(values: Mapping[str, str]) -> bytes:
    """Return the content of the settings file.

    Raises
    ------
    HostError
        A path cannot be written in a way that VBA and the DLL can read.
    """
    text = "".join(f"{word}={value}\r\n" for word, value in values.items())
    try:
        str(paths.start_settings()).encode(CODE_PAGE)
        content = text.encode(CODE_PAGE)
    except UnicodeEncodeError:
        raise HostError(STRANGE_PATH) from None
    if "$(" in text:
        raise HostError(STRANGE_PATH)
    return content


def parse_settings(content: bytes) -> Mapping[str, str]:
    """Return the settings in a file, parsed as the add-in does."""
    lines = content.decode(CODE_PAGE, errors="replace").splitlines()
    return {word: value for word, sign, value in (line.partition("=") for line in lines) if sign}


def _library(bits: int) -> Path | None:
    name = f"xlwings{bits}-{version('xlwings')}.dll"
    found = (folder / name for folder in paths.libraries())
    return next((path for path in found if path.is_file()), None)
