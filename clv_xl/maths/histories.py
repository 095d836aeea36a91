"""The purchase histories that the models take: frequency, recency and age of customers.

For a prediction they are elementwise arrays in which a bad element becomes NaN. For a fit they are
a list of customers: checked row by row, freed of empty rows, and counted where several have the
same history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError, NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers

ENOUGH_REPEATERS = 30
"""Fewer customers than this who bought again give a fit that is too rough to rely on."""


class Histories(NamedTuple):
    """Distinct purchase histories with the number of customers who have each."""

    frequency: Floats
    recency: Floats
    age: Floats
    number: Floats

    @property
    def customers(self) -> int:
        """The number of customers."""
        return round(float(self.number.sum()))

    @property
    def repeaters(self) -> int:
        """The number of customers who bought again."""
        return round(float(self.number[self.frequency > 0].sum()))


def parameters_of(model: tuple[ArrayLike, ...]) -> tuple[Floats, ...]:
    """Return a model's parameters as float arrays, NaN where one is not a positive number.

    Parameters
    ----------
    model : NamedTuple of numbers or arrays

    Returns
    -------
    one float array per parameter.

    Examples
    --------
    >>> [float(value) for value in parameters_of((0.5, -1.0))]
    [0.5, nan]
    """
    arrays = (np.asarray(value, dtype=np.float64) for value in model)
    return tuple(np.where((value > 0) & np.isfinite(value), value, np.nan) for value in arrays)


def broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    """Return the values as float arrays of one shape.

    Parameters
    ----------
    *values : array_like

    Returns
    -------
    one float array per value, all of the broadcast shape, not to be written to.

    Raises
    ------
    ArgumentError
        The values do not broadcast, or one is not made of numbers.

    Examples
    --------
    >>> [value.shape for value in broadcast(1.0, [[1.0], [2.0]], [1.0, 2.0, 3.0])]
    [(2, 3), (2, 3), (2, 3)]
    """
    try:
        arrays = [np.asarray(value, dtype=np.float64) for value in values]
        return tuple(np.broadcast_arrays(*arrays))
    except (TypeError, ValueError):
        raise ArgumentError(
            "The arguments do not fit together: give single numbers, or ranges of one shape."
        ) from None


def observed(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return elementwise histories, NaN where one is impossible.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age
        Recency is 0 where frequency is 0.

    Returns
    -------
    frequency, recency, age : float arrays of the broadcast shape; NaN where out of range.

    Raises
    ------
    ArgumentError
        The arguments do not broadcast.

    Examples
    --------
    >>> observed([1, 1], [2, 5], 4)[0].tolist()
    [1.0, nan]
    """
    x, t_x, age_ = broadcast(frequency, recency, age)
    with np.errstate(invalid="ignore"):
        possible = _possible(x, t_x, age_)
    return (
        np.where(possible, x, np.nan),
        np.where(possible, t_x, np.nan),
        np.where(possible, age_, np.nan),
    )


def by_element(function: Callable[..., Floats], *values: Floats, block: int = 2048) -> Floats:
    """Apply a costly function to the elements without NaN, a block at a time; NaN elsewhere.

    Parameters
    ----------
    function : of float arrays (n,), giving a float array (n,)
    *values : float arrays that broadcast
    block : int, elements
        As many at once as their points take little memory.

    Returns
    -------
    float array of the broadcast shape.

    Examples
    --------
    >>> by_element(np.add, np.array([1.0, np.nan]), np.array(2.0)).tolist()
    [3.0, nan]
    """
    arrays = np.broadcast_arrays(*values)
    shape = arrays[0].shape
    flat = [np.ravel(array) for array in arrays]
    whole = ~np.isnan(np.sum(flat, axis=0))
    rows = np.flatnonzero(whole)
    result = np.full(flat[0].shape, np.nan)
    for start in range(0, rows.size, block):
        chosen = rows[start : start + block]
        result[chosen] = function(*(array[chosen] for array in flat))
    return result.reshape(shape)


def _possible(x: Floats, t_x: Floats, age: Floats) -> Flags:
    """Where a history is one that a customer can have."""
    result: Flags = (x >= 0) & (t_x >= 0) & (t_x <= age) & ((x > 0) | (t_x == 0))
    return result & np.isfinite(x) & np.isfinite(age)


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
    the columns, and the number of each row kept, from 1 as a user counts.

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


def refuse(bad: Flags, rows: Integers, sentence: str, argument: str) -> None:
    """Raise an ArgumentError that names the first bad row, if there is one.

    Parameters
    ----------
    bad : flag array (n,)
    rows : integer array (n,)
        The user's number of each row.
    sentence : str
        What is wrong, without its final full stop.
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


def grouped(*values: Floats) -> tuple[list[Floats], Floats]:
    """Return the distinct rows of some columns, and how often each occurs.

    The result does not depend on the order of the rows. Two equal rows may in principle stay apart
    (if two others share their hash), which changes no sum.

    Parameters
    ----------
    *values : float arrays (n,)

    Returns
    -------
    the distinct rows as columns (m,), and their counts (m,).

    Examples
    --------
    >>> grouped(np.array([2.0, 1.0, 2.0]), np.array([5.0, 5.0, 5.0]))[1].sum().item()
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
    count = np.diff(np.append(starts, key.size)).astype(np.float64)
    return [value[starts] for value in ordered], count


def histories(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Histories:
    """Return the customers of a fit as distinct histories, having refused what no model can fit.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age
        Single columns of equal length; rows empty in all three are left out.

    Returns
    -------
    Histories

    Raises
    ------
    ArgumentError
        No customers, no time observed, or an impossible row, which is named.
    NoAnswerError
        Fewer than two customers, nobody who bought again, or all customers alike.

    Examples
    --------
    >>> histories([0, 1, 1], [0, 2, 2], [4, 4, 4]).number.sum().item()
    3.0
    """
    (x, t_x, ages), rows = columns(frequency=frequency, recency=recency, age=age)
    with np.errstate(invalid="ignore"):
        if not _possible(x, t_x, ages).all() or (x != np.floor(x)).any():
            _refuse_impossible(x, t_x, ages, rows)
    _refuse_answerless(x, ages)
    (x, t_x, ages), count = grouped(x, t_x, ages)
    if count.size == 1:
        raise NoAnswerError(
            "All customers have the same history, so how they differ cannot be estimated; "
            "use CLV or CLV_RETENTION with the averages."
        )
    return Histories(x, t_x, ages, count)


def _refuse_impossible(x: Floats, t_x: Floats, age: Floats, rows: Integers) -> None:
    """Name the first row that no customer can have."""
    whole = (x >= 0) & (x == np.floor(x)) & np.isfinite(x)
    refuse(~whole, rows, "frequency must be a whole number, 0 or more", "frequency")
    refuse(~np.isfinite(age) | (age < 0), rows, "age must be 0 or more", "age")
    refuse(~(t_x >= 0), rows, "recency must be 0 or more", "recency")
    refuse(t_x > age, rows, "recency must not be larger than age", "recency")
    refuse((x == 0) & (t_x > 0), rows, "recency must be 0 where frequency is 0", "recency")


def _refuse_answerless(x: Floats, age: Floats) -> None:
    """Say what the data lack for any model of repeat purchases."""
    if not (age > 0).any():
        raise ArgumentError(
            "No time has passed since any customer's first purchase (every age is 0), "
            "so nothing was observed; choose a later end of the data.",
            argument="age",
        )
    if x.size == 1:
        raise NoAnswerError(
            "One customer is not enough to see how customers differ; give all customers "
            f"(at least {ENOUGH_REPEATERS} who bought again), or use CLV with that customer."
        )
    if not (x > 0).any():
        raise NoAnswerError(
            "No customer has bought twice by the end of the data, so a lifetime cannot be "
            "estimated; use CLV_RETENTION with an assumed rate."
        )
