"""The workbook: sheets declared as data, laid out by a pure function, written with their values."""

from __future__ import annotations

from clv_xl.workbook.template import build, check

__all__ = ["build", "check"]
