"""Data frames and columns by heading, read as rows of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clv_xl.errors import ArgumentError


def frame_rows(frame: Any) -> list[list[Any]]:
    """Return the headings and rows of a data frame, or of a mapping of heading to values.

    Parameters
    ----------
    frame : data frame (pandas, polars) or mapping

    Raises
    ------
    ArgumentError
        It is neither, or its columns are of unequal length.
    """
    if isinstance(frame, Mapping):
        columns = list(frame.values())
        names = list(frame)
    elif hasattr(frame, "columns"):
        names = list(frame.columns)
        by_place = getattr(frame, "iloc", None)
        columns = [
            by_place[:, at] if by_place is not None else frame[name]
            for at, name in enumerate(names)
        ]
    else:
        raise ArgumentError("The source must be a file, a data frame or columns by heading")
    values = list(map(_values, columns))
    if len(set(map(len, values))) > 1:
        raise ArgumentError("The columns of the data are of unequal length")
    return [[str(name) for name in names], *map(list, zip(*values, strict=True))]


def _values(column: Any) -> list[Any]:
    """Return the values of a column: Python's own types where it can give them."""
    if getattr(getattr(column, "dtype", None), "kind", "") == "M" and hasattr(column, "astype"):
        column = column.astype("datetime64[us]")  # as nanoseconds numpy gives bare numbers
    for method in ("to_list", "tolist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)
