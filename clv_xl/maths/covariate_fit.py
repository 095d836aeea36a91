"""Fits of the purchase models with covariates.

The logarithms of a customer's parameters are linear in what is estimated, so that the gradients and
Hessians of the customers, in these logarithms, add up by the chain rule without a further term.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths import fit_columns, purchase_model_fit
from clv_xl.maths.covariate_columns import scale_covariates
from clv_xl.maths.covariates import PURCHASES_DIRECTION
from clv_xl.maths.fit_diagnostics import fit_caveats
from clv_xl.maths.histories import Histories, histories
from clv_xl.maths.likelihood import (
    Fit,
    LogLikelihood,
    Maximum,
    flat_error,
    maximise_in_logarithms,
)

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats
    from clv_xl.maths.fitted_models import FittedModel

ByCustomer: TypeAlias = Callable[
    [Histories, tuple["Floats", ...]], tuple["Floats", "Floats", "Floats"]
]
"""Maps histories and parameters of each customer to log-likelihoods, gradients and Hessians."""

ENOUGH_REPEATERS_PER_COLUMN = 10
"""Fewer customers who bought again for each covariate make its effects rough."""
_BLOCK = 1024
_FAR = 3.0  # an effect of one standard deviation beyond which no maximum is expected
_MOST_LOG = 20.0  # of a parameter where the covariates are 0; the unit of time is the mean age


class Observed(NamedTuple):
    """Distinct histories and the covariates that belong to them."""

    histories: Histories
    covariates: Floats  # (k, n)


def log_likelihood(
    data: Observed, logs: Floats, by_customer: ByCustomer, directions: Floats
) -> LogLikelihood:
    """Return the log-likelihood of all customers, with its derivatives.

    Parameters
    ----------
    data : Observed
    logs : float array (4 + 2 k,)
        The logarithms of the parameters where the covariates are 0, the effects of the covariates
        on dropout, then those on purchases.
    by_customer : function
        The model's log-likelihood of each customer.
    directions : float array (2, 4)
        What an effect of 1 on dropout, or on purchases, adds to the logarithm of each parameter.

    Returns
    -------
    LogLikelihood

    Examples
    --------
    >>> from clv_xl.maths.bg_nbd_customers import log_likelihood_by_customer
    >>> data = Observed(Histories(*np.array([[0.0], [0.0], [1.0], [3.0]])), np.ones((1, 1)))
    >>> signs = np.array([[0, 0, 1, -1], [0, -1, 0, 0]])
    >>> found = log_likelihood(data, np.zeros(6), log_likelihood_by_customer, signs)
    >>> found.gradient.round(3).tolist()
    [-2.079, 1.5, 0.0, 0.0, 0.0, -1.5]
    """
    total = LogLikelihood(0.0, np.zeros(logs.size), np.zeros((logs.size, logs.size)))
    for start in range(0, data.covariates.shape[1], _BLOCK):
        part = slice(start, start + _BLOCK)
        block = Observed(
            Histories(*(column[part] for column in data.histories)), data.covariates[:, part]
        )
        total = total.plus(_log_likelihood_of_block(block, logs, by_customer, directions))
    return total


def _log_likelihood_of_block(
    data: Observed, logs: Floats, by_customer: ByCustomer, directions: Floats
) -> LogLikelihood:
    """Return the log-likelihood of some customers, few enough for their Hessians to fit."""
    z, n = data.covariates, data.histories.number
    effects = logs[4:].reshape(2, -1)
    parameters = np.exp(logs[:4, None] + directions.T @ effects @ z)
    with np.errstate(all="ignore"):
        value, gradient, hessian = by_customer(data.histories, tuple(parameters))
        gradient *= parameters
        hessian *= parameters[:, None] * parameters[None, :]
        hessian[range(4), range(4)] += gradient
        gradient *= n
        hessian *= n
        # Six directions: the four logarithms, and those in which the effects act.
        along = np.vstack([np.eye(4), directions])
        steps = [np.ones_like(n)[None, :]] * 4 + [z, z]
        slopes = along @ gradient
        curves = np.einsum("di,ijn,ej->den", along, hessian, along, optimize=True)
        return LogLikelihood(
            float(value @ n),
            np.concatenate([step @ slope for step, slope in zip(steps, slopes, strict=True)]),
            np.block(
                [[(steps[d] * curves[d, e]) @ steps[e].T for e in range(6)] for d in range(6)]
            ),
        )


def fit(
    model: FittedModel[Any],
    plain_fit: Callable[[Histories], tuple[Maximum, tuple[str, ...]]],
    by_customer: ByCustomer,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    covariates: ArrayLike,
) -> Fit[tuple[float, ...]]:
    """Return the maximum-likelihood parameters and effects with their standard errors.

    Parameters
    ----------
    model : FittedModel
    plain_fit : function
        Fits the model without covariates, for a start.
    by_customer : function
        The model's log-likelihood of each customer.
    frequency : array_like (n,), count >= 0
    recency, age : array_like (n,), periods, 0 <= recency <= age
    covariates : array_like (n, k)
        Numbers, one column for each covariate.

    Returns
    -------
    Fit
        The model's parameters where all covariates are 0, then for each covariate its effects on
        dropout and on purchases.

    Raises
    ------
    ArgumentError
        As the fit without covariates, or a covariate has no number in a row.
    NoAnswerError, DomainError
        The data determine no such parameters or effects; the sentence says why.

    Examples
    --------
    >>> from clv_xl.maths import bg_nbd, bg_nbd_customers
    >>> from clv_xl.maths.fitted_models import BG_NBD
    >>> x, t_x = [0] * 60 + [1, 1, 2, 9] * 10, [0] * 60 + [4, 9, 7, 38, 30, 21, 35, 33] * 5
    >>> by_customer = bg_nbd_customers.log_likelihood_by_customer
    >>> z = np.tile([[0.0], [1.0], [1.0]], (34, 1))[:100]
    >>> plain = bg_nbd.MODEL.fit_histories
    >>> len(fit(BG_NBD, plain, by_customer, x, t_x, [39] * 100, z).parameters)
    6
    """
    plain = histories(frequency, recency, age)
    columns = np.atleast_2d(np.asarray(covariates, dtype=np.float64).T)
    named = {f"column {place + 1} of covariates": one for place, one in enumerate(columns)}
    rows, _ = fit_columns.columns(frequency=frequency, recency=recency, age=age, **named)
    _refuse_many(plain.repeaters, len(named))
    (x, t_x, ages, *distinct), number = fit_columns.count_distinct_rows(*rows)
    data, scale, _ = purchase_model_fit.in_mean_ages(Histories(x, t_x, ages, number))
    scaled = scale_covariates(distinct, number)
    start = plain_fit(plain)[0].logs.copy()
    start[model.duration_indexes] -= np.log(scale)
    directions = np.array([model.dropout_direction, PURCHASES_DIRECTION])
    observed = Observed(data, scaled.columns)
    aside = np.tile([0.3, -0.3], 2 + len(named))
    some = _sample(observed)

    def objective(of: Observed) -> Callable[[Floats], LogLikelihood]:
        return lambda logs: log_likelihood(of, logs, by_customer, directions)

    found = maximise_in_logarithms(
        objective(observed),
        [np.concatenate([start, np.zeros(2 * len(named))]) + step for step in (0.0, aside)],
        lambda logs: _explain(logs, purchase_model_fit.explain_divergence),
        sample=None if some is None else objective(some),
        explain_flat=lambda logs: _explain(logs, lambda _: flat_error(logs)),
    )
    found = _in_given_units(found, scaled.means, scaled.deviations, directions)
    _refuse_far_from_0(found.logs[:4], scaled.means / scaled.deviations)
    found.logs[model.duration_indexes] += np.log(scale)
    at_zero = Maximum(found.logs[:4], found.value, found.covariance[:4, :4])
    value = found.value - float(x @ number) * np.log(scale)
    caveats = fit_caveats(plain.repeaters, at_zero, model.names)
    # The covariates one by one, each with its two effects.
    order = np.arange(4, found.logs.size).reshape(2, -1).T.ravel()
    errors = np.sqrt(np.diag(found.covariance))
    return Fit(
        (*map(float, at_zero.parameters), *map(float, found.logs[order])),
        (*map(float, at_zero.standard_errors), *map(float, errors[order])),
        float(value),
        plain.customers,
        caveats + _rough_effects(plain.repeaters, len(named)),
    )


def _sample(data: Observed) -> Observed | None:
    """Return a sample of many customers, None if they are too few."""
    found = purchase_model_fit.sample_rows(data.histories.number)
    if found is None:
        return None
    rows, number = found
    x, t_x, age, _ = data.histories
    return Observed(Histories(x[rows], t_x[rows], age[rows], number), data.covariates[:, rows])


def _in_given_units(
    found: Maximum, means: Floats, deviations: Floats, directions: Floats
) -> Maximum:
    """Return the maximum for the covariates as they were given; the map is linear."""
    size = means.size
    there = np.diag(np.concatenate([np.ones(4), 1 / deviations, 1 / deviations]))
    there[:4, 4:] = -np.repeat(directions.T, size, axis=1) * np.tile(means / deviations, 2)
    return Maximum(there @ found.logs, found.value, there @ found.covariance @ there.T)


def _refuse_many(repeaters: int, columns: int) -> None:
    """Raise an error if there are more estimates than customers who bought again."""
    if repeaters < 4 + 2 * columns:
        raise NoAnswerError(
            f"Only {repeaters} customers have bought again, too few for the effects of {columns} "
            f"column{'s' if columns > 1 else ''} of covariates; use fewer columns or more "
            "customers.",
            argument="covariates",
        )


def _rough_effects(repeaters: int, columns: int) -> tuple[str, ...]:
    """Return a sentence if the customers are few for so many covariates."""
    if repeaters >= ENOUGH_REPEATERS_PER_COLUMN * columns:
        return ()
    sentence = (
        f"{repeaters} customers who bought again are few for the effects of so many covariates; "
        f"below {ENOUGH_REPEATERS_PER_COLUMN} for each column the effects are rough."
    )
    return (sentence,)


def _explain(logs: Floats, otherwise: Callable[[Floats], ClvError]) -> ClvError:
    """Return the error that says which effect has no best value, or why parameters have none."""
    effects = logs[4:].reshape(2, -1)
    on, column = np.unravel_index(np.argmax(np.abs(effects)), effects.shape)
    if abs(effects[on, column]) <= _FAR:
        return otherwise(logs[:4])
    what, why = (
        ("dropout", "nobody is seen to leave, or everybody leaves at once")
        if on == 0
        else ("purchases", "hardly anybody bought again, or everybody did")
    )
    return DomainError(
        f"The effect of column {column + 1} of covariates on {what} has no best value: for "
        f"customers with some of its values, {why}; merge it with another column or leave it out.",
        argument="covariates",
    )


def _refuse_far_from_0(logs: Floats, distances: Floats) -> None:
    """Raise an error if the parameters at covariates of 0 are beyond what numbers hold."""
    if np.abs(logs).max() > _MOST_LOG:
        raise DomainError(
            f"The numbers in column {int(np.argmax(np.abs(distances))) + 1} of covariates are so "
            "far from 0 that the model's parameters there cannot be given; subtract the average "
            "from the column first.",
            argument="covariates",
        )
