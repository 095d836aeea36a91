"""The probability that a customer who is active now still is at the end of a horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from clv_xl.maths.fitted_models import BgNbd, MbgCnbd, MbgNbd, ParetoNbd

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.future_purchases import FuturePurchases
    from clv_xl.maths.purchase_model import PosteriorParameters


def stays_active(
    model: tuple[float, ...],
    posterior: PosteriorParameters,
    ahead: FuturePurchases,
    horizon: float,
) -> Floats:
    """Return the probability that each customer who is active now is so after the horizon.

    With dropout after purchases it is E[(1 - p)^N], N the purchases of a customer who stays: a
    hypergeometric function, here by Pfaff's transformation, whose argument lies in [0, 1). Where
    customers buy at regular intervals it is 1 less the sum over k of P(at least k purchases) times
    the probability of leaving after the k-th, a / (a + b + k - 1).

    Parameters
    ----------
    model : tuple of the parameters of a model of purchases
    posterior : PosteriorParameters
        Of its customers, given that they are active.
    ahead : FuturePurchases
        Of its customers, over the horizon.
    horizon : float, periods >= 0

    Returns
    -------
    float array (n,), share in [0, 1]; 1 for the models without dropout.

    Examples
    --------
    >>> from clv_xl.maths.future_purchases import FuturePurchases
    >>> posterior = tuple(map(np.asarray, (2.0, 10.0, 1.0, 5.0)))
    >>> ahead = FuturePurchases(np.ones(1), lambda rows, count: np.zeros(rows.size))
    >>> stays_active(ParetoNbd(2.0, 10.0, 1.0, 5.0), posterior, ahead, 5.0).item()
    0.5
    """
    shape, rate, a, b = posterior
    if isinstance(model, ParetoNbd):
        return np.asarray((b / (b + horizon)) ** a)
    if isinstance(model, (BgNbd, MbgNbd)):
        share = horizon / (rate + horizon)
        return np.asarray((1 - share) ** a * special.hyp2f1(a, a + b - shape, a + b, share))
    if isinstance(model, MbgCnbd):
        a, b, _ = np.broadcast_arrays(a, b, ahead.active)
        return 1 - ahead.sum_over_counts(
            lambda rows, first, last: _leaving(a[rows], b[rows], first, last)
        )
    return np.ones(np.shape(shape))


def _leaving(a: Floats, b: Floats, first: int, last: int) -> Floats:
    """Return the sum over k of the probability of leaving after the k-th purchase."""
    return np.asarray((last - first + 1) * a / (a + b + (first + last) / 2 - 1))
