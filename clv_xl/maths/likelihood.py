"""Maximum likelihood for positive parameters, and the judgement whether a maximum is one.

The steps are Newton's, with exact gradient and Hessian in the logarithms of the parameters. An
optimiser's own word that it succeeded is no evidence, so a fit counts only when the slope has
vanished, the surface curves downwards in every direction, no parameter has run away, and different
starts have met at the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.arrays import Floats

Parameters = TypeVar("Parameters")


class Fit(NamedTuple, Generic[Parameters]):
    """A fitted model and how well the data determine it."""

    parameters: Parameters
    standard_errors: Parameters
    log_likelihood: float
    customers: int
    doubts: tuple[str, ...] = ()


class Surface(NamedTuple):
    """A log-likelihood with its gradient and Hessian in some parameters."""

    value: float
    gradient: Floats
    hessian: Floats

    def plus(self, other: Surface) -> Surface:
        """Return the sum of two log-likelihoods."""
        return Surface(
            self.value + other.value,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


class Maximum(NamedTuple):
    """Where a log-likelihood is largest, in the logarithms of the parameters."""

    logs: Floats
    value: float
    covariance: Floats

    @property
    def parameters(self) -> Floats:
        """The parameters themselves."""
        return np.asarray(np.exp(self.logs))

    @property
    def standard_errors(self) -> Floats:
        """The standard errors of the parameters themselves."""
        return np.asarray(self.parameters * np.sqrt(np.diag(self.covariance)))

    def as_fit(
        self,
        named: Callable[[Iterable[float]], Parameters],
        customers: int,
        doubts: tuple[str, ...],
    ) -> Fit[Parameters]:
        """Return it as a model's fit, the parameters by their names."""
        return Fit(
            named(map(float, self.parameters)),
            named(map(float, self.standard_errors)),
            float(self.value),
            customers,
            doubts,
        )


class _Climb(NamedTuple):
    """Where a sequence of Newton steps ended."""

    logs: Floats
    surface: Surface
    arrived: bool


Objective: TypeAlias = Callable[[Floats], Surface]
"""The parameters to the log-likelihood, its gradient and Hessian in the parameters themselves."""
Explanation: TypeAlias = Callable[[Floats], ClvError]
"""The logarithms at which a climb ran away, to the error that says why."""

_STEPS = 80
_LONGEST_STEP = 1.5
_LONGEST_LAST_STEP = 0.1
_FURTHEST = 13.0  # in logarithms, from a scale on which ordinary parameters are near 1
_GAIN_LEFT = 1e-8
_STEP_LEFT = 2e-6
_ROUGH_GAIN_LEFT = 1e-3
_FLATTEST = 1e-3  # curvature of a direction in which 30-fold changes cannot be told apart
_VAGUE = 1.0  # standard error of a logarithm: the parameter is uncertain by more than its own size


def in_logarithms(surface: Surface, parameters: Floats) -> Surface:
    """Return the surface with derivatives in the logarithms of the parameters.

    Parameters
    ----------
    surface : Surface
        Derivatives in the parameters.
    parameters : float array (k,)

    Returns
    -------
    Surface

    Examples
    --------
    >>> flat = Surface(0.0, np.array([2.0]), np.array([[0.0]]))
    >>> in_logarithms(flat, np.array([3.0])).hessian.item()
    6.0
    """
    gradient = surface.gradient * parameters
    hessian = surface.hessian * np.outer(parameters, parameters) + np.diag(gradient)
    return Surface(surface.value, gradient, hessian)


def maximise(
    objective: Objective,
    starts: Sequence[Sequence[float]],
    explanation: Explanation,
    *,
    sample: Objective | None = None,
) -> Maximum:
    """Return where a log-likelihood is largest, or say why the data have no such place.

    Parameters
    ----------
    objective : function
        Log-likelihood of all customers with its derivatives.
    starts : sequence of parameter sequences
        At least two; they have to meet.
    explanation : function
        The error to raise when the parameters run away.
    sample : function, optional
        The same of a fair share of the customers, to come near at little cost.

    Returns
    -------
    Maximum

    Raises
    ------
    DomainError
        The surface is flat in some direction: the data fit many parameters equally well.
    NoAnswerError
        Different starts end at different places.
    ClvError
        What `explanation` says.

    Examples
    --------
    >>> def bell(p):
    ...     return Surface(-((p[0] - 2) ** 2), -2 * (p - 2), np.array([[-2.0]]))
    >>> found = maximise(bell, [[1.0], [5.0]], lambda logs: DomainError("It ran away."))
    >>> found.parameters.round(9).tolist()
    [2.0]
    """
    origins = [np.log(np.asarray(start, dtype=np.float64)) for start in starts]
    near = None
    if sample is not None:
        near = _outlook([_climb(sample, origin, rough=True) for origin in origins])
    if near is not None:
        best = _climb(objective, near)
        if best.arrived:
            return _maximum(best, explanation)
        if _ran_away(best):
            raise explanation(best.logs)
    first = _climb(objective, origins[0])
    rest = [_climb(objective, origin, rough=True) for origin in origins[1:]]
    met = _meeting([first, *rest])
    if met is None:
        raise _failure([first, *rest], explanation)
    return _maximum(met if met is first else _climb(objective, met.logs), explanation)


def vague_parameters(maximum: Maximum, names: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence if some parameters are uncertain by more than their own size.

    Parameters
    ----------
    maximum : Maximum
    names : sequence of str

    Returns
    -------
    tuple of no or one str.

    Examples
    --------
    >>> vague_parameters(Maximum(np.zeros(2), 0.0, np.diag([0.1, 9.0])), ["a", "b"])[0][:28]
    'The data say little about b '
    """
    errors = np.sqrt(np.diag(maximum.covariance))
    vague = [name for name, error in zip(names, errors, strict=True) if error > _VAGUE]
    if not vague:
        return ()
    sentence = (
        f"The data say little about {' and '.join(vague)} (standard error larger than the "
        f"estimate); trust the predictions rather than the parameters."
    )
    return (sentence,)


def _climb(objective: Objective, logs: Floats, *, rough: bool = False) -> _Climb:
    """Take Newton steps upwards until hardly anything is to be gained."""
    gain_left = _ROUGH_GAIN_LEFT if rough else _GAIN_LEFT
    surface = _surface(objective, logs)
    for _ in range(_STEPS):
        if not np.isfinite(surface.hessian).all() or np.abs(logs).max() > _FURTHEST:
            break
        curvature, directions = np.linalg.eigh(-surface.hessian)
        stiffness = np.maximum(np.abs(curvature), 1e-12 * np.abs(curvature).max() + 1e-300)
        step = directions @ ((directions.T @ surface.gradient) / stiffness)
        gain = float(surface.gradient @ step)
        longest = np.abs(step).max()
        if (
            curvature[0] > 0
            and longest < _LONGEST_LAST_STEP
            and (gain < gain_left or longest < _STEP_LEFT)
        ):
            # The last step is taken on trust: what it leaves is of the order of its square.
            return _Climb(
                logs + step, surface._replace(value=surface.value + gain / 2), arrived=True
            )
        step *= min(1.0, _LONGEST_STEP / longest) if longest > 0 else 0.0
        moved = _line_search(objective, logs, surface, step)
        if moved is None:
            break
        logs, surface = moved
    return _Climb(logs, surface, arrived=False)


def _line_search(
    objective: Objective, logs: Floats, surface: Surface, step: Floats
) -> tuple[Floats, Surface] | None:
    """Shorten a step until it leads upwards."""
    noise = 1e-12 * abs(surface.value)
    for _ in range(25):
        there = _surface(objective, logs + step)
        if there.value >= surface.value + 1e-4 * float(surface.gradient @ step) - noise:
            return logs + step, there
        step = step / 3
    return None


def _surface(objective: Objective, logs: Floats) -> Surface:
    """Evaluate an objective at the logarithms of its parameters."""
    parameters = np.exp(logs)
    with np.errstate(all="ignore"):
        surface = in_logarithms(objective(parameters), parameters)
    return surface if np.isfinite(surface.value) else surface._replace(value=-np.inf)


def _meeting(climbs: Sequence[_Climb]) -> _Climb | None:
    """Return the highest climb if it arrived and another arrived at the same place."""
    best = max(climbs, key=lambda climb: climb.surface.value)
    near = [climb for climb in climbs if climb.arrived and _same_place(climb, best)]
    return near[0] if best.arrived and len(near) > 1 else None


def _outlook(climbs: Sequence[_Climb]) -> Floats | None:
    """Return where climbs met or, where all of them ran away, a place on the way of the highest."""
    met = _meeting(climbs)
    if met is not None:
        return met.logs
    if not all(map(_ran_away, climbs)):
        return None
    best = max(climbs, key=lambda climb: climb.surface.value)
    return np.clip(best.logs, -_FURTHEST / 2, _FURTHEST / 2)


def _ran_away(climb: _Climb) -> bool:
    return not climb.arrived and bool(np.abs(climb.logs).max() > _FURTHEST / 2)


def _same_place(one: _Climb, other: _Climb) -> bool:
    """Whether two climbs ended within a small part of the standard errors."""
    apart = one.logs - other.logs
    return bool(apart @ -other.surface.hessian @ apart < 0.02 and np.abs(apart).max() < 0.3)


def _failure(climbs: Sequence[_Climb], explanation: Explanation) -> ClvError:
    """Say why no place was agreed on."""
    best = max(climbs, key=lambda climb: climb.surface.value)
    if _ran_away(best):
        return explanation(best.logs)
    return NoAnswerError(
        "The estimate is not stable: different starting points lead to different results, so "
        "these data do not determine the model; use more customers or a longer time."
    )


def _maximum(climb: _Climb, explanation: Explanation) -> Maximum:
    """Return the place of a climb that arrived, unless the surface is flat there."""
    curvature, directions = np.linalg.eigh(-climb.surface.hessian)
    flat = not climb.arrived or curvature[0] < _FLATTEST
    if flat and np.abs(climb.logs).max() > _FURTHEST / 2:
        raise explanation(climb.logs)
    if flat:
        raise DomainError(
            "The data fit very different parameters equally well, so none can be named; "
            "use more customers or a longer time."
        )
    covariance = directions @ np.diag(1 / curvature) @ directions.T
    return Maximum(climb.logs, climb.surface.value, covariance)
