"""The purchase histories that the models take: frequency, recency and age of customers.

For a prediction they are element-wise arrays in which an invalid element becomes NaN. For a fit
they are the distinct histories, each with the number of customers who have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError, NoAnswerError
from clv_xl.maths.elementwise import broadcast
from clv_xl.maths.fit_columns import count_distinct_rows, counted_columns, refuse

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Flags, Floats, Integers

ENOUGH_REPEATERS = 30
"""With fewer customers than this with repeat purchases a fit is too rough to rely on."""


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
        """The number of customers with repeat purchases."""
        return round(float(self.number[self.frequency > 0].sum()))


def valid_histories(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return element-wise histories, NaN where one is impossible.

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
    >>> valid_histories([1, 1], [2, 5], 4)[0].tolist()
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


def _possible(x: Floats, t_x: Floats, age: Floats) -> Flags:
    """Return where a history is possible."""
    result: Flags = (x >= 0) & (t_x >= 0) & (t_x <= age) & ((x > 0) | (t_x == 0))
    return result & np.isfinite(x) & np.isfinite(age)


def histories(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    customers: ArrayLike | None = None,
) -> Histories:
    """Return the customers of a fit as distinct histories, after checking them.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age
        Single columns of equal length; rows empty in all of them are left out.
    customers : array_like, count >= 0, optional
        How many customers each row stands for; one if left out.

    Returns
    -------
    Histories

    Raises
    ------
    ArgumentError
        No customers, no time observed, or an impossible row, which is named.
    NoAnswerError
        Fewer than two customers, no repeat purchases, or all customers alike.

    Examples
    --------
    >>> histories([0, 1, 1], [0, 2, 2], [4, 4, 4]).number.sum().item()
    3.0
    """
    (x, t_x, ages), number, rows = counted_columns(
        customers, frequency=frequency, recency=recency, age=age
    )
    with np.errstate(invalid="ignore"):
        if not _possible(x, t_x, ages).all() or (x != np.floor(x)).any():
            _refuse_impossible(x, t_x, ages, rows)
    _refuse_insufficient_data(x, ages, float(number.sum()))
    (x, t_x, ages), count = count_distinct_rows(
        x, t_x, ages, number=None if customers is None else number
    )
    if count.size == 1:
        raise NoAnswerError(
            "All customers have the same history, so how they differ cannot be estimated; "
            "use CLV or CLV_RETENTION with the averages."
        )
    return Histories(x, t_x, ages, count)


def _refuse_impossible(x: Floats, t_x: Floats, age: Floats, rows: Integers) -> None:
    """Raise an error that names the first impossible row."""
    whole = (x >= 0) & (x == np.floor(x)) & np.isfinite(x)
    refuse(~whole, rows, "frequency must be a whole number, 0 or more", "frequency")
    refuse(~np.isfinite(age) | (age < 0), rows, "age must be 0 or more", "age")
    refuse(~(t_x >= 0), rows, "recency must be 0 or more", "recency")
    refuse(t_x > age, rows, "recency must not be larger than age", "recency")
    refuse((x == 0) & (t_x > 0), rows, "recency must be 0 where frequency is 0", "recency")


def _refuse_insufficient_data(x: Floats, age: Floats, customers: float) -> None:
    """Raise an error if the data lack what every model of repeat purchases needs."""
    if not (age > 0).any():
        raise ArgumentError(
            "No time has passed since any customer's first purchase (every age is 0), "
            "so nothing was observed; choose a later end of the data.",
            argument="age",
        )
    if customers <= 1:
        raise NoAnswerError(
            "One customer is not enough to see how customers differ; give all customers "
            f"(at least {ENOUGH_REPEATERS} who bought again), or use CLV with that customer."
        )
    if not (x > 0).any():
        raise NoAnswerError(
            "No customer has bought twice by the end of the data, so a lifetime cannot be "
            "estimated; use CLV_RETENTION with an assumed rate."
        )
