"""What is said of a part of a workbook that is damaged."""

from __future__ import annotations

from typing import Final

DAMAGED: Final = "The workbook is damaged: a part of it is not well-formed. Fetch or save it again."
