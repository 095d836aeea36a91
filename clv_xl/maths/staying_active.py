"""The probability that a customer who is active now still is at the end of a horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.fitted_models import BgNbd, MbgNbd, ParetoNbd

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.purchase_model import PosteriorParameters


def stays_active(
    model: tuple[float, ...], posterior: PosteriorParameters, horizon: float
) -> Floats:
    """Return the probability that each customer who is active now is so after the horizon.

    With dropout after purchases it is E[(1 - p)^N], N the purchases of a customer who stays: a
    hypergeometric function, here by Pfaff's transformation, whose argument lies in [0, 1).

    Parameters
    ----------
    model : tuple of the parameters of a model of purchases
    posterior : PosteriorParameters
        Of its customers, given that they are active.
    horizon : float, periods >= 0

    Returns
    -------
    float array (n,), share in [0, 1]; 1 for the models without dropout.

    Examples
    --------
    >>> posterior = tuple(map(np.asarray, (2.0, 10.0, 1.0, 5.0)))
    >>> stays_active(ParetoNbd(2.0, 10.0, 1.0, 5.0), posterior, 5.0).item()
    0.5
    """
    shape, rate, a, b = posterior
    if isinstance(model, ParetoNbd):
        return np.asarray((b / (b + horizon)) ** a)
    if isinstance(model, (BgNbd, MbgNbd)):
        share = horizon / (rate + horizon)
        return np.asarray((1 - share) ** a * special.hyp2f1(a, a + b - shape, a + b, share))
    return np.ones(np.shape(shape))
