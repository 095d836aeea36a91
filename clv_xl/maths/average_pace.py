"""The average pace: a forecast from purchases and time alone, where no model can be fitted.

Nobody leaves. A customer's rate is all their purchases, over their time plus one average time
between purchases: (x + 1) / (T + 1 / rate of all). Who was seen once, a moment ago, goes on at the
rate of all; the longer a customer is seen, the more their own purchases count. It is the NBD model
with r = 1.

>>> found = fit([3, 1], [9.0, 4.0], [10.0, 10.0]).parameters
>>> found
Nbd(r=1.0, alpha=5.0)
>>> MODEL.expected_purchases(found, 15, [3, 1], [9.0, 4.0], 10.0).tolist()
[4.0, 2.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths import nbd
from clv_xl.maths.fit_columns import columns
from clv_xl.maths.fitted_models import Nbd
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import Fit

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike

MODEL = nbd.MODEL
_UNSEEN = 0.5  # purchases taken for none, so that none seen does not mean none ever


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Fit[Nbd]:
    """Return the repeat purchases of all customers together per period, as a model.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age

    Returns
    -------
    Fit
        alpha is the average time between purchases, in the period of `age`; r is 1. Without a
        repeat purchase half a purchase counts.

    Raises
    ------
    NoAnswerError
        No time has passed since the first purchases.

    Examples
    --------
    >>> fit([0, 0], [0, 0], [3.0, 2.0]).parameters
    Nbd(r=1.0, alpha=10.0)
    """
    (x, t_x, ages), _ = columns(frequency=frequency, recency=recency, age=age)
    if not ages.sum() > 0:
        raise NoAnswerError(
            "All orders are from one day, so how often customers buy is not seen; give the orders "
            "of several weeks.",
            argument="date",
        )
    alpha = float(ages.sum() / max(x.sum(), _UNSEEN))
    data = Histories(x, t_x, ages, np.ones_like(x))
    value = MODEL.total_log_likelihood(data, np.array([1.0, alpha]))
    error = alpha / np.sqrt(max(float(x.sum()), _UNSEEN))  # that of a count of random purchases
    return Fit(Nbd(1.0, alpha), Nbd(0.0, float(error)), value, x.size)
