"""Constants as formulas write them, and as values."""

from __future__ import annotations

import re
from typing import Final

from clv_xl.cells import Cell, CellError

_ARRAY_ITEM: Final = re.compile(r'\s*("(?:[^"]|"")*"|[^,;]*?)\s*([,;]|$)')


def constant(text: str) -> Cell:
    """Return the value of a constant as formulas write it."""
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if text.startswith("#"):
        return next((error for error in CellError if error.value == text.upper()), CellError.NAME)
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE"
    try:
        return float(text.replace(" ", ""))
    except ValueError:
        return CellError.VALUE


def array(text: str) -> list[list[Cell]]:
    """Return the rows of an array constant such as {1,2;3,4}."""
    rows: list[list[Cell]] = [[]]
    for match in _ARRAY_ITEM.finditer(text[1:-1]):
        rows[-1].append(constant(match[1]))
        if match[2] == ";":
            rows.append([])
        elif not match[2]:
            break
    return rows


def literal(value: Cell) -> str:
    """Return a cell's value as a formula writes it."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, CellError):
        return value.value
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, (int, float)):
        return f"({float(value)!r})"
    raise TypeError(type(value).__name__)
