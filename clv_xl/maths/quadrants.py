"""Quadrants of customers, by their value to the company and its value to them."""

from __future__ import annotations

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.maths.arrays import ArrayLike, Floats, Texts

QUADRANTS = STAR, FREE_RIDER, WEAK, LOSS = ("Star", "Free rider", "Weak", "Loss")


def quadrant(
    value_to_customer: ArrayLike,
    value_to_company: ArrayLike,
    customer_cut: ArrayLike | None = None,
    company_cut: ArrayLike | None = None,
) -> Texts:
    """Return the quadrant of each customer; a value at the cut is high.

    Parameters
    ----------
    value_to_customer, value_to_company : array_like, any scale
    customer_cut, company_cut : array_like, optional
        Where high begins; the median of the values if left out.

    Returns
    -------
    text array of the broadcast shape: Star (both high), Free rider (gains much, gives little), Weak
    (gives much, gains little), Loss (both low).

    Raises
    ------
    NoAnswerError
        A cut is left out and there is but one value to take a median of.

    Examples
    --------
    >>> quadrant([9, 9, 1, 1], [9, 1, 9, 1], 5, 5).tolist()
    ['Star', 'Free rider', 'Weak', 'Loss']
    """
    gains, gives = np.asarray(value_to_customer, float), np.asarray(value_to_company, float)
    gains_much = gains >= _cut(gains, customer_cut, "customer_cut")
    gives_much = gives >= _cut(gives, company_cut, "company_cut")
    return np.where(
        gives_much, np.where(gains_much, STAR, WEAK), np.where(gains_much, FREE_RIDER, LOSS)
    ).astype(object)


def _cut(values: Floats, cut: ArrayLike | None, argument: str) -> ArrayLike:
    if cut is not None:
        return cut
    known = values[~np.isnan(values)]
    if known.size < 2:
        raise NoAnswerError(
            "One customer has no median to be compared with; "
            f"give {argument}, or all customers at once",
            argument=argument,
        )
    return float(np.median(known))


ACTIONS = {
    STAR: "Give them your best service and people, ask for referrals, and guard them from rivals.",
    FREE_RIDER: "They gain more than they give: raise prices, trim extras, or sell them more.",
    WEAK: "They give more than they gain and are easily lost: improve what they get soon.",
    LOSS: "Neither side gains: serve them at the lowest cost, or let them go.",
}
"""The recommended handling of each quadrant."""


def quadrant_action(quadrants: Texts) -> Texts:
    """Return how to handle the customers of each quadrant.

    Examples
    --------
    >>> quadrant_action(np.array(["Weak"], dtype=object)).item()[:14]
    'They give more'
    """
    return np.asarray(np.vectorize(ACTIONS.get, otypes=[object])(quadrants))
