"""Fits of the models, computed once for the same data, and the models' mathematics on demand."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clv_xl.errors import ClvError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.maths.arrays import ArrayLike
    from clv_xl.maths.fitted_models import FittedModel, Parameters
    from clv_xl.maths.likelihood import Fit
    from clv_xl.maths.purchase_model import PurchaseModel

MOST: Final = 256
"""How many fits are remembered."""
_memory: Final[OrderedDict[bytes, Any]] = OrderedDict()


def purchase_model(model: FittedModel[Parameters]) -> PurchaseModel[Parameters]:
    """Return the mathematics of one of the `FORECAST_MODELS`, loaded when it is first needed."""
    found: PurchaseModel[Parameters] = _module(model).MODEL
    return found


def fit(model: FittedModel[Parameters], *columns: ArrayLike | None) -> Fit[Parameters]:
    """Return a model's fit to the data, from memory if the same data were fitted before.

    Parameters
    ----------
    model : FittedModel
    *columns : array_like or None
        What the `fit` of the model's module takes, in its order.

    Returns
    -------
    Fit

    Raises
    ------
    ClvError
        What the model's `fit` raises, from memory too.
    """
    known: Fit[Parameters] = _remembered(model, "fit", columns)
    return known


def fit_with_covariates(
    model: FittedModel[Any],
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    covariates: ArrayLike,
) -> Fit[tuple[float, ...]]:
    """Return a model's fit with covariates, from memory if the same data were fitted before.

    Parameters
    ----------
    model : FittedModel
        One with a `dropout_direction`.
    frequency, recency, age, covariates : array_like
        As `covariate_fit.fit` takes them.

    Returns
    -------
    Fit

    Raises
    ------
    ClvError
        What `covariate_fit.fit` raises, from memory too.
    """
    columns = frequency, recency, age, covariates
    known: Fit[tuple[float, ...]] = _remembered(model, "fit_with_covariates", columns)
    return known


def _remembered(model: FittedModel[Any], function: str, columns: Sequence[ArrayLike | None]) -> Any:
    """Return what a function of the model's module gives, or raise what it raised."""
    arrays = [None if column is None else np.asarray(column, dtype=float) for column in columns]
    while arrays and arrays[-1] is None:  # what is left out at the end is the same as not given
        arrays.pop()
    key = _key(f"{model.module}.{function}", arrays)
    if key not in _memory:
        try:
            _memory[key] = getattr(_module(model), function)(*arrays)
        except ClvError as fault:
            _memory[key] = fault.with_sentence(fault.sentence)
        if len(_memory) > MOST:
            _memory.popitem(last=False)
    _memory.move_to_end(key)
    found = _memory[key]
    if isinstance(found, ClvError):
        # A new one: what is raised holds the frames of its call, and they all its data.
        raise found.with_sentence(found.sentence)
    return found


def _module(model: FittedModel[Any]) -> Any:
    return import_module(f"clv_xl.maths.{model.module}")


def _key(function: str, arrays: list[Any]) -> bytes:
    """Return the content in 16 bytes: no data are kept."""
    digest = hashlib.blake2b(function.encode(), digest_size=16)
    for array in arrays:
        digest.update(b"-" if array is None else repr(array.shape).encode() + array.tobytes())
    return digest.digest()
