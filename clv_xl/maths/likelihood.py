"""Maximum likelihood for positive parameters, and the checks that a maximum is one.

Newton's method with exact gradient and Hessian in the logarithms of the parameters. A fit is
accepted only if the gradient has vanished, the Hessian is negative definite, no parameter has
diverged, and runs from different starting points agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.arrays import Floats

Parameters = TypeVar("Parameters")


class Fit(NamedTuple, Generic[Parameters]):
    """A fitted model, and how precisely the data determine it."""

    parameters: Parameters
    standard_errors: Parameters
    log_likelihood: float
    customers: int
    caveats: tuple[str, ...] = ()
    """Sentences: reasons to treat the estimates with care."""


class LogLikelihood(NamedTuple):
    """A log-likelihood with its gradient and Hessian in some parameters."""

    value: float
    gradient: Floats
    hessian: Floats

    def plus(self, other: LogLikelihood) -> LogLikelihood:
        """Return the sum of two log-likelihoods of the same parameters.

        Parameters
        ----------
        other : LogLikelihood

        Returns
        -------
        LogLikelihood

        Examples
        --------
        >>> one = LogLikelihood(-1.0, np.array([2.0]), np.array([[-3.0]]))
        >>> one.plus(one).value
        -2.0
        """
        return LogLikelihood(
            self.value + other.value,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


class Maximum(NamedTuple):
    """The maximum of a log-likelihood, in the logarithms of the parameters."""

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
        make: Callable[[Iterable[float]], Parameters],
        customers: int,
        caveats: tuple[str, ...],
    ) -> Fit[Parameters]:
        """Return the maximum as the fit of a model.

        Parameters
        ----------
        make : function
            Builds the model's NamedTuple from numbers.
        customers : int, count
        caveats : tuple of str
            Reasons to treat the estimates with care.

        Returns
        -------
        Fit

        Examples
        --------
        >>> Maximum(np.zeros(1), -3.0, np.eye(1)).as_fit(tuple, 9, ()).standard_errors
        (1.0,)
        """
        return Fit(
            make(map(float, self.parameters)),
            make(map(float, self.standard_errors)),
            float(self.value),
            customers,
            caveats,
        )


class _NewtonRun(NamedTuple):
    """The point at which Newton's method stopped, and whether it converged."""

    logs: Floats
    log_likelihood: LogLikelihood
    converged: bool


Objective: TypeAlias = Callable[[Floats], LogLikelihood]
"""Maps parameters to the log-likelihood with derivatives in the same parameters."""
Explanation: TypeAlias = Callable[[Floats], ClvError]
"""Maps the logarithms at which the parameters diverged to the error that says why."""

_MAX_STEPS = 80
_MAX_STEP = 1.5
_MAX_LAST_STEP = 0.1
_MAX_LOG = 13.0  # from a scale on which ordinary parameters are near 1
_GAIN_TOLERANCE = 1e-8
_STEP_TOLERANCE = 2e-6
_ROUGH_GAIN_TOLERANCE = 1e-3
_MIN_CURVATURE = 1e-3  # below it a 30-fold change of the parameters makes no visible difference
_MAX_LOG_ERROR = 1.0  # standard error of a logarithm: uncertain by more than the parameter's size


def in_logarithms(log_likelihood: LogLikelihood, parameters: Floats) -> LogLikelihood:
    """Return the log-likelihood with derivatives in the logarithms of the parameters.

    Parameters
    ----------
    log_likelihood : LogLikelihood
        Derivatives in the parameters.
    parameters : float array (k,)

    Returns
    -------
    LogLikelihood

    Examples
    --------
    >>> flat = LogLikelihood(0.0, np.array([2.0]), np.array([[0.0]]))
    >>> in_logarithms(flat, np.array([3.0])).hessian.item()
    6.0
    """
    gradient = log_likelihood.gradient * parameters
    hessian = log_likelihood.hessian * np.outer(parameters, parameters) + np.diag(gradient)
    return LogLikelihood(log_likelihood.value, gradient, hessian)


def maximise(
    objective: Objective,
    starts: Sequence[Sequence[float]],
    explain: Explanation,
    *,
    sample: Objective | None = None,
) -> Maximum:
    """Return the maximum of a log-likelihood, or raise the error that says why it has none.

    Parameters
    ----------
    objective : function
        Log-likelihood of all customers with its derivatives.
    starts : sequence of parameter sequences
        At least two starting points; the runs from them have to agree.
    explain : function
        Maps the logarithms of parameters that diverged to the error to raise.
    sample : function, optional
        The log-likelihood of a sample of the customers, to find a candidate at little cost.

    Returns
    -------
    Maximum

    Raises
    ------
    DomainError
        The log-likelihood is flat in some direction: many parameters fit equally well.
    NoAnswerError
        Runs from different starting points disagree.
    ClvError
        What `explain` returns.

    Examples
    --------
    >>> def bell(p):
    ...     return LogLikelihood(-((p[0] - 2) ** 2), -2 * (p - 2), np.array([[-2.0]]))
    >>> found = maximise(bell, [[1.0], [5.0]], lambda logs: DomainError("It diverged."))
    >>> found.parameters.round(9).tolist()
    [2.0]
    """

    def in_logs(of: Objective) -> Objective:
        return lambda logs: _evaluate(of, logs)

    return maximise_in_logarithms(
        in_logs(objective),
        [np.log(np.asarray(start, dtype=np.float64)) for start in starts],
        explain,
        sample=None if sample is None else in_logs(sample),
    )


def maximise_in_logarithms(
    objective: Objective,
    starting_points: Sequence[Floats],
    explain: Explanation,
    *,
    sample: Objective | None = None,
    explain_flat: Explanation | None = None,
) -> Maximum:
    """Return the maximum of a log-likelihood of logarithms, or of effects of any sign.

    Parameters
    ----------
    objective : function
        Log-likelihood of all customers with its derivatives in the logarithms.
    starting_points : sequence of float arrays
        At least two; the runs from them have to agree.
    explain : function
        As for `maximise`.
    sample : function, optional
        As for `maximise`.
    explain_flat : function, optional
        Maps the logarithms at which the log-likelihood is flat, or the best at which runs ended
        that disagree, to the error to raise.

    Returns
    -------
    Maximum

    Raises
    ------
    DomainError, NoAnswerError, ClvError
        As `maximise`.

    Examples
    --------
    >>> def bell(y):
    ...     return LogLikelihood(-((y[0] + 2) ** 2), -2 * (y + 2), np.array([[-2.0]]))
    >>> starts = [np.array([1.0]), np.array([-5.0])]
    >>> found = maximise_in_logarithms(bell, starts, lambda logs: DomainError("It diverged."))
    >>> found.logs.round(9).tolist()
    [-2.0]
    """
    candidate = None
    if sample is not None:
        candidate = _best_candidate(
            [_newton_run(sample, point, rough=True) for point in starting_points]
        )
    if candidate is not None:
        best = _newton_run(objective, candidate)
        if best.converged:
            return _maximum(best, explain, explain_flat)
        if _diverged(best):
            raise explain(best.logs)
    first = _newton_run(objective, starting_points[0])
    rest = [_newton_run(objective, point, rough=True) for point in starting_points[1:]]
    agreed = _agreement([first, *rest])
    if agreed is None:
        raise _failure([first, *rest], explain, explain_flat)
    best = agreed if agreed is first else _newton_run(objective, agreed.logs)
    return _maximum(best, explain, explain_flat)


def uncertain_parameters(maximum: Maximum, names: Sequence[str]) -> tuple[str, ...]:
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
    >>> uncertain_parameters(Maximum(np.zeros(2), 0.0, np.diag([0.1, 9.0])), ["a", "b"])[0][:28]
    'The data say little about b '
    """
    errors = np.sqrt(np.diag(maximum.covariance))
    uncertain = [name for name, error in zip(names, errors, strict=True) if error > _MAX_LOG_ERROR]
    if not uncertain:
        return ()
    sentence = (
        f"The data say little about {' and '.join(uncertain)} (standard error larger than the "
        f"estimate); trust the predictions rather than the parameters."
    )
    return (sentence,)


def flat_error(_: Floats) -> ClvError:
    """Return the error for a log-likelihood that is flat in some direction.

    Examples
    --------
    >>> type(flat_error(np.zeros(1))).__name__
    'DomainError'
    """
    return DomainError(
        "The data fit very different parameters equally well, so none can be named; "
        "use more customers or a longer time."
    )


def _newton_run(objective: Objective, logs: Floats, *, rough: bool = False) -> _NewtonRun:
    """Return the result of Newton's method, stopped when a further step gains almost nothing."""
    gain_tolerance = _ROUGH_GAIN_TOLERANCE if rough else _GAIN_TOLERANCE
    here = objective(logs)
    for _ in range(_MAX_STEPS):
        if not np.isfinite(here.hessian).all() or np.abs(logs).max() > _MAX_LOG:
            break
        curvature, directions = np.linalg.eigh(-here.hessian)
        scale = np.maximum(np.abs(curvature), 1e-12 * np.abs(curvature).max() + 1e-300)
        step = directions @ ((directions.T @ here.gradient) / scale)
        gain = float(here.gradient @ step)
        longest = np.abs(step).max()
        if (
            curvature[0] > 0
            and longest < _MAX_LAST_STEP
            and (gain < gain_tolerance or longest < _STEP_TOLERANCE)
        ):
            # The last step is not evaluated: its error is of the order of its square.
            return _NewtonRun(
                logs + step, here._replace(value=here.value + gain / 2), converged=True
            )
        step *= min(1.0, _MAX_STEP / longest) if longest > 0 else 0.0
        moved = _line_search(objective, logs, here, step)
        if moved is None:
            break
        logs, here = moved
    return _NewtonRun(logs, here, converged=False)


def _line_search(
    objective: Objective, logs: Floats, here: LogLikelihood, step: Floats
) -> tuple[Floats, LogLikelihood] | None:
    """Return the first shortened step that increases the log-likelihood, None if none does."""
    noise = 1e-12 * abs(here.value)
    for _ in range(25):
        there = objective(logs + step)
        if there.value >= here.value + 1e-4 * float(here.gradient @ step) - noise:
            return logs + step, there
        step = step / 3
    return None


def _evaluate(objective: Objective, logs: Floats) -> LogLikelihood:
    """Return the log-likelihood with derivatives in the logarithms of the parameters."""
    parameters = np.exp(logs)
    with np.errstate(all="ignore"):
        here = in_logarithms(objective(parameters), parameters)
    return here if np.isfinite(here.value) else here._replace(value=-np.inf)


def _agreement(runs: Sequence[_NewtonRun]) -> _NewtonRun | None:
    """Return the best run if it converged and another run converged to the same point."""
    best = max(runs, key=lambda run: run.log_likelihood.value)
    agreed = [run for run in runs if run.converged and _agree(run, best)]
    return agreed[0] if best.converged and len(agreed) > 1 else None


def _best_candidate(runs: Sequence[_NewtonRun]) -> Floats | None:
    """Return the point that runs agree on or, if all diverged, a point on the way of the best."""
    agreed = _agreement(runs)
    if agreed is not None:
        return agreed.logs
    if not all(map(_diverged, runs)):
        return None
    best = max(runs, key=lambda run: run.log_likelihood.value)
    return np.clip(best.logs, -_MAX_LOG / 2, _MAX_LOG / 2)


def _diverged(run: _NewtonRun) -> bool:
    """Whether a run stopped far away without convergence."""
    return not run.converged and bool(np.abs(run.logs).max() > _MAX_LOG / 2)


def _agree(one: _NewtonRun, other: _NewtonRun) -> bool:
    """Whether two runs ended within a small fraction of the standard errors."""
    difference = one.logs - other.logs
    return bool(
        difference @ -other.log_likelihood.hessian @ difference < 0.02
        and np.abs(difference).max() < 0.3
    )


def _failure(
    runs: Sequence[_NewtonRun], explain: Explanation, explain_flat: Explanation | None
) -> ClvError:
    """Return the error that says why the runs did not agree."""
    best = max(runs, key=lambda run: run.log_likelihood.value)
    if _diverged(best):
        return explain(best.logs)
    if explain_flat is not None:
        return explain_flat(best.logs)
    return NoAnswerError(
        "The estimate is not stable: different starting points lead to different results, so "
        "these data do not determine the model; use more customers or a longer time."
    )


def _maximum(run: _NewtonRun, explain: Explanation, explain_flat: Explanation | None) -> Maximum:
    """Return the maximum that a run converged to, unless the log-likelihood is flat there."""
    curvature, directions = np.linalg.eigh(-run.log_likelihood.hessian)
    flat = not run.converged or curvature[0] < _MIN_CURVATURE
    if flat and np.abs(run.logs).max() > _MAX_LOG / 2:
        raise explain(run.logs)
    if flat:
        raise (explain_flat or flat_error)(run.logs)
    covariance = directions @ np.diag(1 / curvature) @ directions.T
    return Maximum(run.logs, run.log_likelihood.value, covariance)
