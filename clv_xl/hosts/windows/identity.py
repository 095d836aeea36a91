"""The names by which Excel finds the server; the VBA of every workbook contains the first."""

from __future__ import annotations

from typing import Final

PROG_ID: Final = "ClvXl.Server"
CLSID: Final = "{6D0B7C1F-2C5E-5A0B-9E57-9B6C4D1A7E42}"
TITLE: Final = "clv_xl: customer lifetime value functions for Excel"
