"""The recency x frequency map: where customers stand, and what they are worth there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.maths.arrays import Floats, Integers
from clv_xl.maths.groups import group_sums
from clv_xl.maths.rfm import quantile_score


class RecencyFrequencyMap(NamedTuple):
    """Recency (rows, from small to large) x frequency (columns), in groups of customers."""

    recency: list[str]
    frequency: list[str]
    cells: Floats
    """Mean values, NaN where nobody is; or numbers of customers."""


def recency_frequency_map(
    recency: Floats, frequency: Floats, value: Floats | None, bins: int
) -> RecencyFrequencyMap:
    """Return the mean value of the customers in each group of recency and frequency.

    Parameters
    ----------
    recency : float array (customers,), periods
    frequency : float array (customers,), count
    value : float array (customers,), money, optional
        Without it the customers are counted.
    bins : int
        At most so many groups each way, by quantiles; equal numbers are in one group, so there may
        be fewer.

    Examples
    --------
    >>> recency, frequency = np.array([0.0, 0, 4, 9]), np.array([0.0, 0, 1, 3])
    >>> found = recency_frequency_map(recency, frequency, None, 2)
    >>> found.frequency, found.cells.tolist()
    (['0', '1 to 3'], [[2.0, 0.0], [0.0, 2.0]])
    """
    row, rows = _groups(recency, bins)
    column, columns = _groups(frequency, bins)
    place, size = row * len(columns) + column, len(rows) * len(columns)
    cells = np.bincount(place, minlength=size).astype(np.float64)
    if value is not None:
        total = group_sums(place, value, size)
        cells = np.divide(total, cells, out=np.full(size, np.nan), where=cells > 0)
    return RecencyFrequencyMap(rows, columns, cells.reshape(len(rows), len(columns)))


def _groups(values: Floats, bins: int) -> tuple[Integers, list[str]]:
    """Return the group of each value, from 0, and what the values of each group are."""
    found, group = np.unique(quantile_score(values, bins), return_inverse=True)
    names = []
    for number in range(found.size):
        members = values[group == number]
        low, high = (_shown(float(limit)) for limit in (members.min(), members.max()))
        names.append(low if low == high else f"{low} to {high}")
    return group, names


def _shown(number: float) -> str:
    return f"{round(number, 1):g}"
