"""The array types that the mathematics speaks."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = Floats | float
"""One number, or an array of them."""
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[Any]


class Labels(NamedTuple):
    """A column of names, such as customers: a code per row, and each code's name."""

    codes: Integers
    names: list[Any]
    keys: tuple[str, ...] = ()
    """What names are matched by across columns, one per code."""


class Checked(NamedTuple):
    """A column as it came, for a function that reports what is wrong instead of refusing it."""

    values: NDArray[Any]
    """Codes, days or numbers; a neutral value where there is none."""
    blank: Flags
    faulty: Flags
    """Cells that cannot be read as what the column should hold."""
    altered: Flags
    """Cells read as something else than they literally say: another spelling, text for a date."""


__all__ = ["ArrayLike", "Checked", "Flags", "Floats", "Integers", "Labels", "Numbers", "Texts"]
