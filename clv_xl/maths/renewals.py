"""Renewals of cohorts of subscribers: how many were due in each period, and how many were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from clv_xl.errors import ArgumentError, NoAnswerError
from clv_xl.maths.fit_columns import column

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats


_IN_WORDS: Final = {3: "three", 4: "four"}


class Renewals(NamedTuple):
    """Renewals of all cohorts together, the first one first: all that a retention curve needs."""

    due: Floats
    made: Floats
    starts: Floats
    """The customers at the start of each cohort."""

    @property
    def missed(self) -> Floats:
        """How many customers left instead."""
        return self.due - self.made

    @property
    def customers(self) -> int:
        """The number of customers."""
        return round(float(self.starts.sum()))

    @property
    def caveats(self) -> tuple[str, ...]:
        """Reasons to treat standard errors with care, as sentences."""
        if (self.starts <= 1).all():
            return ("The survivors look like shares; standard errors need numbers of customers.",)
        if (self.starts == 100).all():
            return (
                "The standard errors hold if the 100 at the start are customers, not per cent.",
            )
        return ()


def renewals(survivors: ArrayLike, *, least: int = 3) -> Renewals:
    """Return the renewals of one or several cohorts, after checking that they can be fitted.

    Parameters
    ----------
    survivors : array_like, customers >= 0
        How many of a cohort remain after 0, 1, 2, ... periods, one column per cohort; a single row
        is one cohort. Empty cells at the end of a column are left out, and so are cohorts that are
        too young to have had a renewal.
    least : int
        How many numbers the oldest cohort must have: one more than parameters to estimate.

    Returns
    -------
    Renewals

    Raises
    ------
    ArgumentError
        No cohort has that many numbers, or a number is negative or larger than the one before,
        whose row is named.
    NoAnswerError
        No dropout, or dropout of all customers at once.

    Examples
    --------
    >>> found = renewals([[100, 80], [60, 50], [45, np.nan]])
    >>> found.due.tolist(), found.made.tolist(), found.customers
    ([180.0, 60.0], [110.0, 45.0], 180)
    """
    cohorts = [_check_cohort(values, where) for values, where in _columns(survivors)]
    if max((cohort.size for cohort in cohorts), default=0) < least:
        raise ArgumentError(
            f"survivors needs at least {_IN_WORDS[least]} numbers: the customers at the start, "
            "after one, after two periods and so on.",
            argument="survivors",
        )
    cohorts = [cohort for cohort in cohorts if cohort.size > 1]
    due, made = np.zeros((2, max(cohort.size for cohort in cohorts) - 1))
    for cohort in cohorts:
        due[: cohort.size - 1] += cohort[:-1]
        made[: cohort.size - 1] += cohort[1:]
    if (due == made).all():
        raise NoAnswerError(
            "Nobody is seen to leave, so retention cannot be estimated; use a longer time, or "
            "CLV_RETENTION with an assumed rate."
        )
    if made[0] == 0:
        raise NoAnswerError(
            "Everybody left at the first renewal, so how retention goes on cannot be "
            "estimated; use CLV with one period."
        )
    return Renewals(due, made, np.array([cohort[0] for cohort in cohorts]))


def _columns(survivors: ArrayLike) -> list[tuple[Floats, str]]:
    """Return the cohorts, each with where it is among several."""
    array = np.asarray(survivors, dtype=np.float64)
    if array.ndim != 2 or min(array.shape) < 2:
        return [(column(array, "survivors"), "")]
    return [(values, f" of column {number}") for number, values in enumerate(array.T, start=1)]


def _check_cohort(counts: Floats, where: str) -> Floats:
    """Return a cohort without the empty cells at its end."""
    filled = np.flatnonzero(~np.isnan(counts))
    counts = counts[: filled[-1] + 1] if filled.size else counts[:0]
    bad = np.flatnonzero(~np.isfinite(counts) | (counts < 0))
    if bad.size:
        raise ArgumentError(
            f"survivors must be numbers of customers, 0 or more; see row {bad[0] + 1}{where}.",
            argument="survivors",
        )
    rising = np.flatnonzero(np.diff(counts) > 0)
    if rising.size:
        raise ArgumentError(
            f"survivors must not rise, as nobody joins later; see row {rising[0] + 2}{where}.",
            argument="survivors",
        )
    return counts
