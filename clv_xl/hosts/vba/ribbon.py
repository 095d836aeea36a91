"""The tab "Customer value" of Excel's ribbon, as a part of a workbook."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

PART: Final = "customUI/customUI.xml"
RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
"""The type of the relation from the package to the part; this older form survives openpyxl."""

REFRESH_MACRO: Final = "ClvRefresh"
"""The macro that a button on a sheet runs; a button names it as ``[0]!ClvRefresh``."""


def ribbon() -> bytes:
    """Return the part that describes the tab; its buttons call the VBA module ClvRibbon."""
    return (files(__package__) / "text" / "ribbon.xml").read_bytes()
