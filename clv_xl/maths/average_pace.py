"""The average pace: a forecast from purchases and time alone, where no model can be fitted.

A customer's rate is all their purchases, over their time plus one average time between purchases:
(x + 1) / (T + 1 / rate of all). Customers seen once, a moment ago, go on at the rate of all; the
longer a customer is seen, the more their own purchases count. It is the NBD model with r = 1.

Whether a customer is still active is judged by their silence since the last purchase, in relation
to their own pace up to then. An active customer is silent for so long with the probability
((alpha + t_x) / (alpha + T)) ^ (x + 1). Down to one in twenty, the usual bound of a test, that is
no sign of leaving; below, the probability of being active falls in proportion. A monthly client
of a year counts as fully active through three silent months, and after ten hardly at all.

>>> found = fit([3, 1], [9.0, 4.0], [10.0, 10.0]).parameters
>>> found
Nbd(r=1.0, alpha=5.0)
>>> MODEL.expected_purchases(found, 15, [3, 1], [9.0, 4.0], 10.0).tolist()
[4.0, 2.0]
>>> MODEL.probability_alive(Nbd(1.0, 1.0), 11, 11.0, [12.0, 14.0, 21.0]).round(3).tolist()
[1.0, 1.0, 0.014]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths import nbd
from clv_xl.maths.fit_columns import counted_columns
from clv_xl.maths.fitted_models import Nbd
from clv_xl.maths.histories import Histories
from clv_xl.maths.likelihood import Fit

if TYPE_CHECKING:
    from clv_xl.maths.arrays import ArrayLike, Floats

_UNSEEN = 0.5  # purchases taken for none, so that none seen does not mean none ever
_BY_CHANCE = 0.05
"""A silence that this share of active customers would show is no sign of leaving."""


def _log_odds_dropped_out(
    parameters: tuple[Floats, ...], x: Floats, t_x: Floats, age: Floats
) -> Floats:
    """Return log-odds of having left, minus infinity where the silence is no sign of it."""
    r, alpha = parameters
    by_chance = (r + x) * (np.log(alpha + t_x) - np.log(alpha + age))
    active = np.minimum(by_chance - np.log(_BY_CHANCE), 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(-np.expm1(active)) - active)


MODEL = nbd.MODEL._replace(log_odds_dropped_out=_log_odds_dropped_out)


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    customers: ArrayLike | None = None,
) -> Fit[Nbd]:
    """Return the repeat purchases of all customers together per period, as a model.

    Parameters
    ----------
    frequency : array_like, count >= 0
    recency, age : array_like, periods, 0 <= recency <= age
    customers : array_like, count >= 0, optional
        How many customers each row stands for; one if left out.

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
    (x, t_x, ages), number, _ = counted_columns(
        customers, frequency=frequency, recency=recency, age=age
    )
    time, purchases = float(number @ ages), float(number @ x)
    if not time > 0:
        raise NoAnswerError(
            "All orders are from one day, so how often customers buy is not seen; give the orders "
            "of several weeks.",
            argument="date",
        )
    alpha = time / max(purchases, _UNSEEN)
    data = Histories(x, t_x, ages, number)
    value = MODEL.total_log_likelihood(data, np.array([1.0, alpha]))
    error = alpha / np.sqrt(max(purchases, _UNSEEN))  # that of a count of random purchases
    return Fit(Nbd(1.0, alpha), Nbd(0.0, float(error)), value, data.customers)
