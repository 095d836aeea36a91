"""The log-likelihood of the BG/NBD model where each customer has parameters of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Floats
    from clv_xl.maths.histories import Histories


def log_likelihood_by_customer(
    data: Histories, parameters: tuple[Floats, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return each customer's log-likelihood with its derivatives.

    Parameters
    ----------
    data : Histories
        Their numbers of customers do not matter.
    parameters : tuple of float arrays (n,)
        r, alpha, a, b.

    Returns
    -------
    float arrays (n,), (4, n) and (4, 4, n): the value, its gradient and its Hessian.

    References
    ----------
    Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 6

    Examples
    --------
    >>> from clv_xl.maths.histories import Histories
    >>> history, one = Histories(*np.array([[0.0], [0.0], [1.0], [1.0]])), np.ones(1)
    >>> log_likelihood_by_customer(history, (one, one, one, one))[0].round(9).tolist()
    [-0.693147181]
    """
    r, alpha, a, b = parameters
    x, t_x, age, _ = data
    shape, repeat = r + x, x > 0
    at_recency, at_age = 1 / (alpha + t_x), 1 / (alpha + age)
    log_ratio = np.log1p((age - t_x) * at_recency)
    survivals = np.where(repeat, b + x - 1, 1.0)
    # q: the log-odds of dropout after the last purchase; a first purchase is none.
    q = np.where(repeat, np.log(a / survivals) + shape * log_ratio, -np.inf)
    dropout = special.expit(q)
    value = r * np.log(alpha) - shape * np.log(alpha + age) + np.logaddexp(0, q)
    gradient = np.stack(
        [np.log(alpha) - np.log(alpha + age), r / alpha - shape * at_age, 0 * x, 0 * x]
    )
    hessian = np.zeros((4, 4, x.size))
    hessian[0, 1] = hessian[1, 0] = 1 / alpha - at_age
    hessian[1, 1] = shape * at_age**2 - r / alpha**2

    d_log_ratio = at_age - at_recency
    d_q = np.stack([log_ratio, shape * d_log_ratio, 1 / a, -1 / survivals])
    gradient += dropout * d_q
    hessian += d_q[:, None] * d_q[None, :] * (dropout * (1 - dropout))
    hessian[0, 1] += dropout * d_log_ratio
    hessian[1, 0] += dropout * d_log_ratio
    hessian[1, 1] += dropout * shape * (at_recency**2 - at_age**2)
    hessian[2, 2] -= dropout / a**2
    hessian[3, 3] += dropout / survivals**2

    for base, sign, places in ((r, 1, [0]), (b, 1, [3]), (a + b, -1, [2, 3])):
        value += sign * (special.gammaln(base + x) - special.gammaln(base))
        gradient[places] += sign * (special.psi(base + x) - special.psi(base))
        trigamma = special.zeta(2.0, base + x) - special.zeta(2.0, base)
        hessian[np.ix_(places, places)] += sign * trigamma
    return value, gradient, hessian
