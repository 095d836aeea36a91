"""The columns that a fit takes: checked row by row, without empty rows, equal rows counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import ArgumentError

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers


def column(values: ArrayLike, argument: str) -> Floats:
    """Return values as one column of floats.

    Parameters
    ----------
    values : array_like
        A single row or column, NaN for an empty cell.
    argument : str
        Its public name, for the message.

    Returns
    -------
    float array (n,).

    Raises
    ------
    ArgumentError
        The values are not numbers, or have several rows and columns.

    Examples
    --------
    >>> column([[1.0], [2.0]], "frequency").tolist()
    [1.0, 2.0]
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(f"{argument} must be numbers.", argument=argument) from None
    if array.size != max(array.shape, default=1):
        raise ArgumentError(f"{argument} must be a single column.", argument=argument)
    return array.reshape(-1)


def columns(**values: ArrayLike) -> tuple[list[Floats], Integers]:
    """Return columns of equal length without the rows that are empty in all of them.

    Parameters
    ----------
    **values : array_like
        The columns by the names of their arguments, NaN for an empty cell.

    Returns
    -------
    the columns, and the number of each row kept, counted from 1.

    Raises
    ------
    ArgumentError
        The columns differ in length, hold no rows, or a row is filled in part.

    Examples
    --------
    >>> columns(frequency=[1, np.nan, 2], age=[3, np.nan, 4])[1].tolist()
    [1, 3]
    """
    arrays = [column(value, name) for name, value in values.items()]
    names = ", ".join(values)
    if len({array.size for array in arrays}) != 1:
        raise ArgumentError(f"{names} must have the same number of rows.")
    missing = np.isnan(np.stack(arrays))
    kept = ~missing.all(axis=0)
    if not kept.any():
        raise ArgumentError(f"There are no customers in {names}.", argument=next(iter(values)))
    partly = np.flatnonzero(missing.any(axis=0) & kept)
    if partly.size:
        name = list(values)[int(np.argmax(missing[:, partly[0]]))]
        raise ArgumentError(f"{name} has no number in row {partly[0] + 1}.", argument=name)
    if kept.all():
        return arrays, np.arange(1, kept.size + 1)
    return [array[kept] for array in arrays], np.flatnonzero(kept) + 1


def counted_columns(
    customers: ArrayLike | None, **values: ArrayLike
) -> tuple[list[Floats], Floats, Integers]:
    """Return columns of equal length, and how many customers each row stands for.

    Parameters
    ----------
    customers : array_like, count >= 0, or None
        None for one customer a row.
    **values : array_like
        The other columns by the names of their arguments, NaN for an empty cell.

    Returns
    -------
    the columns, the numbers of customers, and the number of each row kept, counted from 1. Rows
    that are empty or stand for no customer are left out.

    Raises
    ------
    ArgumentError
        As `columns`, or a number of customers is negative or infinite.

    Examples
    --------
    >>> counted_columns([2, 0, 5], frequency=[1, 3, 0])
    ([array([1., 0.])], array([2., 5.]), array([1, 3]))
    """
    if customers is None:
        arrays, rows = columns(**values)
        return arrays, np.broadcast_to(1.0, rows.shape), rows  # ones that take no memory
    (*arrays, number), rows = columns(**values, customers=customers)
    refuse(~(number >= 0) | np.isinf(number), rows, "customers must be 0 or more", "customers")
    kept = number > 0
    if not kept.any():
        raise ArgumentError("customers is 0 in every row.", argument="customers")
    if kept.all():
        return arrays, number, rows
    return [array[kept] for array in arrays], number[kept], rows[kept]


def refuse(bad: Flags, rows: Integers, sentence: str, argument: str) -> None:
    """Raise an ArgumentError that names the first bad row, if there is one.

    Parameters
    ----------
    bad : flag array (n,)
    rows : integer array (n,)
        The number of each row, counted from 1.
    sentence : str
        What is wrong, without the final period.
    argument : str

    Raises
    ------
    ArgumentError
        A flag is set.

    Examples
    --------
    >>> refuse(np.array([False]), np.array([1]), "frequency must not be negative", "frequency")
    """
    if bad.any():
        first = rows[int(np.argmax(bad))]
        others = int(bad.sum()) - 1
        more = f" and {others} more" if others else ""
        raise ArgumentError(f"{sentence}; see row {first}{more}.", argument=argument)


def count_distinct_rows(
    *values: Floats, number: Floats | None = None
) -> tuple[list[Floats], Floats]:
    """Return the distinct rows of some columns, and how often each occurs.

    The result does not depend on the order of the rows. In principle equal rows may not be merged
    (if another row has the same hash), which changes no sum.

    Parameters
    ----------
    *values : float arrays (n,)
    number : float array (n,), optional
        How often each row counts; once if left out.

    Returns
    -------
    the distinct rows as columns (m,), and their counts (m,).

    Examples
    --------
    >>> count_distinct_rows(np.array([2.0, 1.0, 2.0]), np.array([5.0, 5.0, 5.0]))[1].sum().item()
    3.0
    """
    key = np.zeros(values[0].size, dtype=np.uint64)
    for value in values:
        bits = (value + 0.0).view(np.uint64)  # adding 0 makes -0 the same as 0
        key = (key ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    order = np.argsort(key)
    ordered = [value[order] for value in values]
    first = np.ones(key.size, dtype=bool)
    first[1:] = np.any([np.diff(value) != 0 for value in ordered], axis=0)
    starts = np.flatnonzero(first)
    if number is None:
        count = np.diff(np.append(starts, key.size)).astype(np.float64)
    else:
        count = np.add.reduceat(number[order], starts)
    return [value[starts] for value in ordered], count
