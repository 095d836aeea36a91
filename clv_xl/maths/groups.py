"""Figures of each group of customers, with those of all customers in a last row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

import numpy as np

from clv_xl.errors import ClvError
from clv_xl.maths.arrays import Floats, Integers, Labels

ALL = "All"
"""The name of the last row."""

Figures = TypeVar("Figures", bound=NamedTuple)


def each_and_all(groups: Labels, figures: Callable[[Integers, int], Figures]) -> Figures:
    """Return the figures of each group, and as the last element those of all rows together.

    Parameters
    ----------
    groups : Labels (rows,)
    figures : function
        The codes of the rows' groups and the number of groups, to a NamedTuple of arrays of one
        element per group.

    Returns
    -------
    the same NamedTuple, its arrays one element longer.

    Examples
    --------
    >>> class Sizes(NamedTuple):
    ...     rows: Integers
    >>> labels = Labels(np.array([0, 1, 1]), ["Ads", "Mail"])
    >>> each_and_all(labels, lambda codes, count: Sizes(np.bincount(codes))).rows.tolist()
    [1, 2, 3]
    """
    each = figures(groups.codes, len(groups.names))
    every = figures(np.zeros_like(groups.codes), 1)
    return each._make(np.append(part, whole) for part, whole in zip(each, every, strict=True))


def ordered_names(groups: Labels, order: Iterable[int]) -> list[object]:
    """Return the names of the groups in an order; the number of groups stands for all of them.

    Examples
    --------
    >>> ordered_names(Labels(np.array([0, 1]), ["Ads", "Mail"]), [1, 0, 2])
    ['Mail', 'Ads', 'All']
    """
    names = [*groups.names, ALL]
    return [names[place] for place in order]


def fault_where_zero(
    ratios: Floats, denominators: Floats, fault: ClvError
) -> list[float | ClvError]:
    """Return the ratios, and the fault in the place of those over 0.

    Examples
    --------
    >>> fault_where_zero(np.array([0.5, np.inf]), np.array([2.0, 0.0]), ClvError("none"))[0]
    0.5
    """
    return [
        ratio if denominator else fault
        for ratio, denominator in zip(ratios.tolist(), denominators.tolist(), strict=True)
    ]


def none_where_nan(figures: Floats) -> list[float | None]:
    """Return the figures, and None in the place of those that are not known.

    Examples
    --------
    >>> none_where_nan(np.array([0.5, np.nan]))
    [0.5, None]
    """
    return [None if math.isnan(figure) else figure for figure in figures.tolist()]


def group_sums(codes: Integers, amounts: Floats, groups: int) -> Floats:
    """Return the sum of the amounts of each group.

    Parameters
    ----------
    codes : integer array (rows,), group of each row, 0 to groups - 1
    amounts : float array (rows,)
    groups : int

    Examples
    --------
    >>> group_sums(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [4.0, 0.0, 2.0]
    """
    return np.bincount(codes, weights=amounts, minlength=groups).astype(np.float64)
