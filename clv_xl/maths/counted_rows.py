"""Which rows of a list of orders count: those that can be read, and each order once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clv_xl.maths.arrays import Checked, Flags


class ReadColumn(NamedTuple):
    """A column as it was read, with flags for the cells that have no value."""

    values: NDArray[Any]
    blank: Flags
    faulty: Flags


AnyColumn: TypeAlias = ReadColumn | Checked


class CountedRows(NamedTuple):
    """Which rows count, and why the others do not; one flag per row."""

    counted: Flags
    missing: list[Flags]
    """For each column, the rows that lack it though they are not empty."""
    unreadable: list[Flags]
    """For each column, the rows in which it cannot be read."""
    repeated: Flags
    """Rows that repeat an earlier one: its order number, and what all compared columns hold."""


class RowsLeftOut(NamedTuple):
    """How many rows of a list of orders do not count."""

    unreadable: int
    """Rows that lack something, or in which something cannot be read."""
    repeated: int
    """Rows that repeat an order."""


def count_rows(
    columns: Sequence[AnyColumn],
    empty: Flags,
    number: AnyColumn | None = None,
    compared: Sequence[AnyColumn] = (),
) -> CountedRows:
    """Return which rows of a list of orders count.

    Parameters
    ----------
    columns : sequence of columns (orders,)
        A row in which one of them has no value does not count.
    empty : bool array (orders,)
        Rows without any value.
    number : column (orders,), optional
        Codes of the order numbers. A row counts once: a further one with the same number and the
        same in every compared column does not. Rows without a number are not compared.
    compared : sequence of columns (orders,), optional

    Returns
    -------
    CountedRows

    Examples
    --------
    >>> values, none = np.array([7, 7, 7]), np.zeros(3, dtype=bool)
    >>> number = ReadColumn(values, np.array([True, False, False]), none)
    >>> count_rows([], none, number).counted.tolist()
    [True, True, False]
    """
    missing = [column.blank & ~empty for column in columns]
    unreadable = [column.faulty for column in columns]
    counted: Flags = ~np.logical_or.reduce([empty, *missing, *unreadable])
    repeated: Flags = np.zeros(empty.size, dtype=np.bool_)
    if number is not None:
        rows = np.flatnonzero(counted & ~number.blank & ~number.faulty)
        codes = number.values[rows]
        rows = rows[np.bincount(codes)[codes] > 1]  # most occur once: the sort below is costly
        key = [column.values[rows] for column in (number, *compared)]
        repeated[rows] = find_repeats(key)
        counted &= ~repeated
    return CountedRows(counted, missing, unreadable, repeated)


def find_repeats(key: Sequence[NDArray[Any]]) -> Flags:
    """Return the rows whose values in all columns of the key occurred in an earlier row.

    Examples
    --------
    >>> find_repeats([np.array([1, 1, 2, 1]), np.array([5.0, 6.0, 5.0, 5.0])]).tolist()
    [False, False, False, True]
    """
    order = np.lexsort(key[::-1])
    again: Flags = np.zeros(order.size, dtype=np.bool_)
    if order.size:
        alike = [np.diff(column[order]) == 0 for column in key]
        again[order[1:]] = np.logical_and.reduce(alike)
    return again
