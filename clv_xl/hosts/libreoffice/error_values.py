"""Error values and the numbers that Calc has for them."""

from __future__ import annotations

from typing import Final

from clv_xl.cells import CellError

ERROR_NUMBERS: Final = {
    CellError.NULL: 521,
    CellError.DIV0: 532,
    CellError.VALUE: 519,
    CellError.REF: 524,
    CellError.NAME: 525,
    CellError.NUM: 503,
    CellError.NA: 32767,
    CellError.SPILL: 519,
    CellError.CALC: 519,
}
"""Calc has no numbers for #SPILL! and #CALC!; it gets that of #VALUE!."""

_VALUES: Final = {number: error for error, number in reversed(ERROR_NUMBERS.items())}
"""Reversed, so that 519 means #VALUE!, the first of three."""


def error_value(number: int) -> CellError:
    """Return the error value of a number; #VALUE! if other programs have none for it."""
    return _VALUES.get(number, CellError.VALUE)
