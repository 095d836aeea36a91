"""The child process of the add-in: reads calls from standard input, writes answers to output.

It runs in the user's own Python, started and ended by `addin.py`, which describes the messages.
Here the cells of Calc are decoded for `call` and its results encoded for Calc: an error value is,
for Calc, a NaN whose lowest bits hold the error's number.
"""

from __future__ import annotations

import itertools
import marshal
import os
import struct
import sys
from typing import Any, BinaryIO, Final, TypeAlias

from clv_xl import call, session
from clv_xl.cells import MISSING, Argument, Cell, CellError
from clv_xl.errors import ArgumentError
from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Kind, Parameter, Text
from clv_xl.hosts.libreoffice.error_values import ERROR_NUMBERS

CalcCell: TypeAlias = float | str
CalcRows: TypeAlias = tuple[tuple[CalcCell, ...], ...]

ERROR_NANS: Final[dict[CellError, float]] = {
    error: struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | number))[0]
    for error, number in ERROR_NUMBERS.items()
}
DAYS_FROM_1904: Final = 1462
ERRORS: Final = "CLV_ERRORS"
"""Its first heading is the newest sentence here.

A formula entered with Enter shows only the first cell of its table, and Calc does not say for how
many cells it asks.
"""
NO_ERRORS: Final = "No errors since LibreOffice was started"
UNUSUAL_DAY_ZERO: Final = ArgumentError(
    "This document counts its days from 1 January 1900, so its dates would be read two days off; "
    "under Tools, Options, LibreOffice Calc, Calculate choose 30 December 1899"
)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer calls until the input ends."""
    while len(head := source.read(8)) == 8:
        message = source.read(*struct.unpack("<Q", head))
        name, shift, arguments = marshal.loads(message)  # noqa: S302 - from the parent, the add-in
        message = marshal.dumps(answer(name, shift, arguments), 2)
        target.write(struct.pack("<Q", len(message)))
        target.write(message)
        target.flush()


def answer(name: str, shift: int, arguments: tuple[Any, ...]) -> CalcRows | None:
    """Return the result of a call as rows of numbers and texts; None for a single #VALUE!.

    Parameters
    ----------
    name : str
    shift : int, days
        How far the document's day zero is from the usual one.
    arguments : tuple
        For each argument a number or text, None if left out, or height and rows of a range.
    """
    if shift not in (0, DAYS_FROM_1904):
        session.record(name, UNUSUAL_DAY_ZERO)
        return None
    cells = [
        MISSING if one == 0 and zero_is_blank(parameter) else decode(one)
        for one, parameter in zip(arguments, CATALOGUE[name].parameters, strict=False)
    ]
    result = call.call(name, cells, date1904=shift == DAYS_FROM_1904).cells
    if name == ERRORS and isinstance(result, list):
        result[0][0] = result[1][3] if len(result) > 1 else NO_ERRORS
    if isinstance(CATALOGUE[name].result, Text):
        return _text_rows(result)
    if result is CellError.VALUE:
        return None
    if not isinstance(result, list):
        return ((encode(result),),)
    kinds = set(map(type, itertools.chain.from_iterable(result)))
    if kinds <= {float, str}:
        return tuple(map(tuple, result))  # type: ignore[arg-type]
    return tuple(tuple(map(encode, row)) for row in result)


def _text_rows(result: Any) -> CalcRows | None:
    """Return the rows of a function whose results are words; None for a single error."""
    if isinstance(result, list):
        return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in result)
    return None if isinstance(result, CellError) else ((result or "",),)


def zero_is_blank(parameter: Parameter) -> bool:
    """Return whether 0 means a blank cell, since Calc passes a reference to a single one as 0.

    It does for dates and words. Where 0 is a valid number, a blank cell stays 0.
    """
    meaning = parameter.meaning
    return meaning.kind is Kind.DATE or (meaning.kind is Kind.CHOICE and 0 not in meaning.choices)


def decode(argument: Any) -> Argument:
    """Return an argument of Calc as `call` takes it."""
    if argument is None:
        return MISSING
    if not isinstance(argument, tuple):
        return None if argument == "" else argument
    height, rows = argument
    if str in set(map(type, itertools.chain.from_iterable(rows))):
        rows = [[None if cell == "" else cell for cell in row] for row in rows]
    blank = [None] * len(rows[0])
    return [*rows, *itertools.repeat(blank, height - len(rows))]


def encode(cell: Cell) -> CalcCell:
    """Return a cell as Calc takes it: a number, a text, or the NaN that means an error."""
    if isinstance(cell, CellError):
        return ERROR_NANS[cell]
    if isinstance(cell, str):
        return cell
    return "" if cell is None else float(cell)  # type: ignore[arg-type]


def main() -> None:
    """Serve on standard input and output, to which nothing else may write."""
    session.host = sys.argv[1] if len(sys.argv) > 1 else "LibreOffice"
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, target)


if __name__ == "__main__":
    main()
