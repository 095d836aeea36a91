"""The covariates of a fit: columns of numbers, checked, on a scale common to all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clv_xl.errors import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.maths.arrays import Floats

_CONSTANT = 1e-9  # standard deviation beside the largest number: less is rounding
_FEWEST = 5  # customers who must differ from the others in a column
_DEPENDENT = 1e-6  # what the columns before it leave of a column


class ScaledCovariates(NamedTuple):
    """Covariates with mean 0 and standard deviation 1, and what they had."""

    columns: Floats  # (k, n)
    means: Floats  # (k,)
    deviations: Floats  # (k,)


def scale_covariates(columns: Sequence[Floats], number: Floats) -> ScaledCovariates:
    """Return covariates with mean 0 and standard deviation 1.

    Parameters
    ----------
    columns : sequence of float arrays (n,)
    number : float array (n,)
        How many customers each row stands for.

    Returns
    -------
    ScaledCovariates

    Raises
    ------
    NoAnswerError
        A column is the same for all customers, or for almost all, or follows from the columns
        before it.

    Examples
    --------
    >>> scale_covariates([np.array([0.0, 2.0])], np.full(2, 50.0)).columns.tolist()
    [[-1.0, 1.0]]
    """
    values = np.stack(columns)
    share = number / number.sum()
    means = values @ share
    centred = values - means[:, None]
    deviations = np.sqrt(centred**2 @ share)
    constant = deviations <= _CONSTANT * np.abs(values).max(axis=1)
    if constant.any():
        raise NoAnswerError(
            f"Column {int(np.argmax(constant)) + 1} of covariates is the same for all customers, "
            "so its effect cannot be seen; leave it out.",
            argument="covariates",
        )
    few = np.array([_without_most_common(one, number) < _FEWEST for one in values])
    if few.any():
        raise NoAnswerError(
            f"In column {int(np.argmax(few)) + 1} of covariates fewer than {_FEWEST} customers "
            "differ from the others, too few to see an effect; leave it out.",
            argument="covariates",
        )
    scaled = centred / deviations[:, None]
    left = np.abs(np.diag(np.linalg.qr((scaled * np.sqrt(share)).T, mode="r")))
    dependent = left < _DEPENDENT
    if len(columns) > number.size or dependent.any():
        place = int(np.argmax(dependent)) if dependent.any() else left.size
        raise NoAnswerError(
            f"Column {place + 1} of covariates follows from the columns before it, as the last of "
            "a set of 0/1 columns that add up to 1 does; leave it out.",
            argument="covariates",
        )
    return ScaledCovariates(scaled, means, deviations)


def _without_most_common(values: Floats, number: Floats) -> float:
    """Return how many customers do not have the most common value."""
    _, where = np.unique(values, return_inverse=True)
    return float(number.sum() - np.bincount(where, weights=number).max())
