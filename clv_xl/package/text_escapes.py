"""Characters that XML cannot hold, as Excel writes them into files: ``_x000D_`` is a return.

A text that looks like such an escape is escaped itself, its underscore as ``_x005F_``.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
_IN_HEADINGS: Final = re.compile("[\t\n\r]")


def decoded(text: str) -> str:
    """Return the text that a file means."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def encoded(text: str) -> str:
    """Return a text as a file writes it."""
    return _UNWRITABLE.sub(_escape, text)


def encoded_heading(text: str) -> str:
    """Return a heading as the part of a table writes it: line breaks are escaped too."""
    return _IN_HEADINGS.sub(lambda found: _escape(found).lower(), encoded(text))


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
