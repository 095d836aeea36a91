"""The array types of the mathematics."""

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
    """Keys by which names are matched across columns, one per code."""


class Checked(NamedTuple):
    """A column with flags, for a function that reports faulty cells instead of refusing them."""

    values: NDArray[Any]
    """Codes, days or numbers; a neutral value in blank or faulty cells."""
    blank: Flags
    faulty: Flags
    """Cells that cannot be read as what the column should hold."""
    errors: Flags
    """Of these, cells that hold an error value."""
    ambiguous: Flags
    """Of these, cells of a column that can be read in two ways."""
    altered: Flags
    """Cells not read literally: a name in another spelling, a date or amount as text."""
    swapped: Flags
    """Dates whose day and month may have been swapped before."""


__all__ = ["ArrayLike", "Checked", "Flags", "Floats", "Integers", "Labels", "Numbers", "Texts"]
