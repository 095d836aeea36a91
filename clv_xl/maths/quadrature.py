"""Integrals of log-concave functions, one for every element of an array.

Every integral of the purchase models, in the logarithm of its variable, has a single peak and
decays at least exponentially on both sides. So the interval that matters can be found by Newton
steps that never overshoot, and Gauss-Legendre points in it converge geometrically, wherever the
peak lies and however small the result is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np

from clv_xl.maths.arrays import Floats

LogIntegrand: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""Maps points (elements, points) to the logarithm of the integrand and its derivative."""

_BISECTIONS = 32
_COARSE_BISECTIONS = 20
_NEWTON_STEPS = 3


@cache
def legendre(points: int) -> tuple[Floats, Floats]:
    """Return the Gauss-Legendre points and weights of the interval -1 to 1.

    Parameters
    ----------
    points : int, count >= 1

    Returns
    -------
    two float arrays of length `points`, not to be written to.

    Examples
    --------
    >>> legendre(2)[1].tolist()
    [1.0, 1.0]
    """
    nodes, weights = np.polynomial.legendre.leggauss(points)
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights


@np.errstate(all="ignore")
def support(
    log_integrand: LogIntegrand, low: Floats, high: Floats, depth: float
) -> tuple[Floats, Floats, Floats]:
    """Return the interval in which each integrand is within `depth` of its peak, and the peak.

    Parameters
    ----------
    log_integrand : function of an array (elements, 1)
        The logarithm of a log-concave integrand and its derivative, element by element.
    low, high : float array (elements, 1)
        The ends of integration.
    depth : float, natural-log units
        Where the integrand is lower than the peak by more than this it is left out.

    Returns
    -------
    low, high, logarithm of the peak : float arrays (elements, 1).

    Examples
    --------
    >>> ends = np.array([[-50.0]]), np.array([[50.0]])
    >>> a, b, top = support(lambda y: (-(y**2) / 2, -y), *ends, depth=32)
    >>> round(a.item(), 3), round(b.item(), 3), abs(round(top.item(), 3))
    (-8.0, 8.0, 0.0)
    """
    left, right = low, high
    for _ in range(_BISECTIONS):
        middle = (left + right) / 2
        rising = log_integrand(middle)[1] > 0
        left, right = np.where(rising, middle, left), np.where(rising, right, middle)
    peak = (left + right) / 2
    top = log_integrand(peak)[0]
    floor = top - depth
    return (
        _end(log_integrand, low, peak, floor),
        _end(log_integrand, high, peak, floor),
        top,
    )


def _end(log_integrand: LogIntegrand, end: Floats, peak: Floats, floor: Floats) -> Floats:
    """Return an end of integration, moved to where the integrand meets the floor if below it."""
    inner = np.where(log_integrand(end)[0] < floor, peak, end)
    for _ in range(_COARSE_BISECTIONS):
        middle = (end + inner) / 2
        below = log_integrand(middle)[0] < floor
        end, inner = np.where(below, middle, end), np.where(below, inner, middle)
    for _ in range(_NEWTON_STEPS):
        # From outside, a tangent of a concave function meets the floor before the function does.
        height, slope = log_integrand(end)
        end = np.where(height < floor, end + (floor - height) / slope, end)
    return end


@np.errstate(all="ignore")
def log_integral(
    log_integrand: LogIntegrand, low: Floats, high: Floats, *, points: int, depth: float = 38.0
) -> Floats:
    """Return the logarithm of the integral of each log-concave function.

    Parameters
    ----------
    log_integrand : function of an array (elements, points)
        The logarithm of the integrand and its derivative.
    low, high : float array (elements,)
        The ends of integration; equal ends give minus infinity.
    points : int, count
        Number of points; a long interval with narrow features needs more.
    depth : float, natural-log units
        Where the integrand is lower than the peak by more than this it is left out.

    Returns
    -------
    float array (elements,).

    Examples
    --------
    >>> ends = np.array([-50.0]), np.array([50.0])
    >>> value = log_integral(lambda y: (-(y**2) / 2, -y), *ends, points=64)
    >>> round(np.exp(2 * value).item() / np.pi, 12)
    2.0
    """
    nodes, weights = legendre(points)
    first, last, top = support(log_integrand, low[:, None], high[:, None], depth)
    half = (last - first) / 2
    height = log_integrand((first + last) / 2 + half * nodes)[0]
    area: Floats = np.exp(height - top) @ weights
    result: Floats = np.log(half[:, 0] * area) + top[:, 0]
    return result
