"""Covariates of the purchase models: what is known of customers changes how they buy and leave.

A covariate z has two effects. That on purchases divides alpha by exp(effect z), so that a customer
buys exp(effect z) times as often. That on dropout acts in the Pareto/NBD on beta in the same way,
so that a lifetime is exp(effect z) times shorter. In the BG/NBD it multiplies a by exp(effect z)
and divides b by it, so that the odds of dropout a/b change by exp(2 effect z).

For the Pareto/NBD this is the model of Fader & Hardie (2007), note 019, as CLVTools has it. For the
BG/NBD CLVTools (src/bgnbd.cpp) multiplies both a and b by exp(effect z), which leaves the average
probability of dropout as it is; here a covariate can raise it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.maths.arrays import ArrayLike
    from clv_xl.maths.fitted_models import FittedModel

EFFECTS = ("dropout", "purchases")
"""What a covariate acts on; the names of its effects begin so, in this order."""
PURCHASES_DIRECTION = (0.0, -1.0, 0.0, 0.0)
"""What a purchases effect of 1 adds to the logarithm of each parameter: alpha is the second."""


class WithCovariates(NamedTuple):
    """The parameters of a model where all covariates are 0, and the effects of each covariate."""

    parameters: Any
    effects: tuple[tuple[float, float], ...]
    """For each covariate: on dropout, and on purchases."""


def effect_names(covariates: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the effects of some covariates, in the order of the fit.

    Examples
    --------
    >>> effect_names(["referral"])
    ('dropout_referral', 'purchases_referral')
    """
    return tuple(f"{effect}_{name}" for name in covariates for effect in EFFECTS)


def customer_parameters(
    model: FittedModel[Any], parameters: Any, covariates: ArrayLike | None
) -> Any:
    """Return the parameters of customers, given the covariates of each.

    Parameters
    ----------
    model : FittedModel
    parameters : WithCovariates, or the parameters of a fit without covariates
        These are returned as they are.
    covariates : array_like (k, ...)
        The covariates of each customer; they are not needed where the fit has none.

    Returns
    -------
    the model's NamedTuple, of arrays (...) with an element for each customer.

    Examples
    --------
    >>> from clv_xl.maths.fitted_models import PARETO_NBD, ParetoNbd
    >>> fitted = WithCovariates(ParetoNbd(1, 8, 1, 8), ((0, np.log(2)),))
    >>> customer_parameters(PARETO_NBD, fitted, [[0.0, 1.0]]).alpha.tolist()
    [8.0, 4.0]
    """
    if not isinstance(parameters, WithCovariates):
        return parameters
    values = np.asarray(covariates, dtype=np.float64)
    dropout, purchases = np.tensordot(np.transpose(parameters.effects), values, axes=1)
    return model.parameters._make(
        value * np.exp(along * dropout + against * purchases)
        for value, along, against in zip(
            parameters.parameters, model.dropout_direction, PURCHASES_DIRECTION, strict=True
        )
    )
