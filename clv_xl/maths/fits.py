"""The models by their public names, and a memory of fits: the same data are fitted once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from importlib import import_module
from typing import Any, Final

import numpy as np

from clv_xl.errors import ClvError
from clv_xl.maths.arrays import ArrayLike

PURCHASE_MODELS: Final = {
    "BG/NBD": "bg_nbd",
    "MBG/NBD": "mbg_nbd",
    "Pareto/NBD": "pareto_nbd",
}
"""The models of when customers buy and leave, and the module of each."""

MOST: Final = 256
_memory: Final[OrderedDict[bytes, Any]] = OrderedDict()


def module(name: str) -> Any:
    """Return a model's module, loaded when it is first needed."""
    return import_module(f"clv_xl.maths.{name}")


def fitted(model: str, *columns: ArrayLike | None) -> Any:
    """Return a model's fit to the data, from memory if the same data were fitted before.

    Parameters
    ----------
    model : str
        The model's module, such as bg_nbd.
    *columns : array_like or None
        What the model's `fit` takes, in its order.

    Returns
    -------
    Fit

    Raises
    ------
    ClvError
        What the model's `fit` raises, from memory too.
    """
    arrays = [None if column is None else np.asarray(column, dtype=float) for column in columns]
    key = _key(model, arrays)
    if key not in _memory:
        try:
            _memory[key] = module(model).fit(*arrays)
        except ClvError as fault:
            _memory[key] = fault
        if len(_memory) > MOST:
            _memory.popitem(last=False)
    _memory.move_to_end(key)
    found = _memory[key]
    if isinstance(found, ClvError):
        raise found
    return found


def _key(model: str, arrays: list[Any]) -> bytes:
    """The content in 16 bytes: no data are kept."""
    digest = hashlib.blake2b(model.encode(), digest_size=16)
    for array in arrays:
        digest.update(b"-" if array is None else repr(array.shape).encode() + array.tobytes())
    return digest.digest()
