"""Cells to and from Excel: over COM on Windows, over Office.js on Mac and the web.

Over COM a number in a cell is always a float, and an error value is an integer, so an integer that
is an error's code is that error. Text that reads like an error, such as #N/A typed after an
apostrophe, arrives as text and stays text. On the way back pywin32 cannot send an error value, so
an error travels as its text and the workbook's VBA makes it a real error again; there a customer
named #N/A would become one too.
"""

from __future__ import annotations

import datetime as dt
import decimal
import itertools
from types import NoneType
from typing import Any, Final

from clv_xl.cells import MISSING, Argument, Cell, CellError

MISSING_CODE: Final = -2147352572
"""What COM sends for an argument that the formula leaves out (DISP_E_PARAMNOTFOUND)."""

FACILITY: Final = -2146828288
"""0x800A0000: what is added to the number of an error value (xlErrNA is 2042) to make its code."""

ERROR_CODES: Final = {
    FACILITY + number: value
    for number, value in {
        2000: CellError.NULL,
        2007: CellError.DIV0,
        2015: CellError.VALUE,
        2023: CellError.REF,
        2029: CellError.NAME,
        2036: CellError.NUM,
        2042: CellError.NA,
        2045: CellError.SPILL,
        2050: CellError.CALC,
    }.items()
}
OTHER_ERRORS: Final = range(FACILITY + 2000, FACILITY + 2300)
"""Codes of values that are not available: getting data, blocked, busy."""

_UNCONVERTED: Final = frozenset({float, str, bool, NoneType})


def decode(argument: Any) -> Argument:
    """Return an argument of a call as `call` takes it: one cell, or rows."""
    if not isinstance(argument, (tuple, list)):
        return MISSING if _is_missing(argument) else _cell(argument)
    if not argument:
        return None
    # A flat sequence is a row: of an array constant over COM, of a range over Office.js.
    rows = argument if isinstance(argument[0], (tuple, list)) else [argument]
    if set(map(type, itertools.chain.from_iterable(rows))) <= _UNCONVERTED:
        return rows
    return [[_cell(cell) for cell in row] for row in rows]


def _is_missing(argument: Any) -> bool:
    return type(argument) is int and argument == MISSING_CODE


def _cell(sent: Any) -> Cell:
    if isinstance(sent, (float, str, bool, NoneType)):
        return sent
    if isinstance(sent, int):
        return _number_or_error(sent)
    if isinstance(sent, dict):
        return _office_js(sent)
    if isinstance(sent, decimal.Decimal):
        return float(sent)
    if isinstance(sent, dt.datetime):
        # pywin32 labels the time in the cell as UTC, whatever it is.
        return dt.datetime(*sent.timetuple()[:6])
    return None if type(sent).__name__ == "JsNull" else CellError.VALUE


def _number_or_error(sent: int) -> Cell:
    if sent == MISSING_CODE:
        return None
    return ERROR_CODES.get(sent) or (CellError.NA if sent in OTHER_ERRORS else sent)


def _office_js(sent: dict[str, Any]) -> Cell:
    """A cell with more than its value: an error, or a number with its format."""
    value = sent.get("basicValue")
    if sent.get("type") == "Error":
        return next((error for error in CellError if error.value == value), CellError.NA)
    return value if isinstance(value, (float, int, str, bool, NoneType)) else CellError.VALUE


def encode(result: Cell | list[list[Cell]]) -> list[list[float | str | bool]]:
    """Return a result as rows of what Excel accepts; an error is its text, a blank ""."""
    if not isinstance(result, list):
        return [[_excel_value(result)]]
    if set(map(type, itertools.chain.from_iterable(result))) <= {float, str, bool}:
        return result  # type: ignore[return-value]
    return [[_excel_value(cell) for cell in row] for row in result]


def _excel_value(cell: Cell) -> float | str | bool:
    if isinstance(cell, (bool, str, float)):
        return cell
    if cell is None:
        return ""  # pywin32 would make it Null, which no cell can show
    return float(cell) if isinstance(cell, int) else str(cell)
