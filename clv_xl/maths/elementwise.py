"""Element-wise arrays: parameters, broadcasting, and costly functions computed in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clv_xl.maths.arrays import ArrayLike, Floats


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


def apply_in_blocks(function: Callable[..., Floats], *values: Floats, block: int = 2048) -> Floats:
    """Return a costly function of the elements without NaN, block by block; NaN elsewhere.

    Parameters
    ----------
    function : function
        Maps float arrays (n,) to a float array (n,).
    *values : float arrays that broadcast
    block : int, elements
        How many at once; the integration points of a block have to fit in memory.

    Returns
    -------
    float array of the broadcast shape.

    Examples
    --------
    >>> apply_in_blocks(np.add, np.array([1.0, np.nan]), np.array(2.0)).tolist()
    [3.0, nan]
    """
    arrays = np.broadcast_arrays(*values)
    shape = arrays[0].shape
    flat = [np.ravel(array) for array in arrays]
    rows = np.flatnonzero(~np.isnan(np.sum(flat, axis=0)))
    result = np.full(flat[0].shape, np.nan)
    for start in range(0, rows.size, block):
        chosen = rows[start : start + block]
        result[chosen] = function(*(array[chosen] for array in flat))
    return result.reshape(shape)


def apply_to_distinct(function: Callable[..., Floats], *columns: Floats) -> Floats:
    """Return a costly function of the rows of some columns, computed once for equal rows.

    Parameters
    ----------
    function : function
        Maps float arrays (m,) to a float array (m,), row by row.
    *columns : float arrays (n,)

    Returns
    -------
    float array (n,).

    Examples
    --------
    >>> apply_to_distinct(lambda x, y: x + y, np.array([1.0, 2.0, 1.0]), np.zeros(3)).tolist()
    [1.0, 2.0, 1.0]
    """
    order = np.lexsort(columns)
    ordered = [column[order] for column in columns]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    result = np.empty(order.size)
    result[order] = function(*(column[first] for column in ordered))[np.cumsum(first) - 1]
    return result
