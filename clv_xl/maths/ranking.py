"""How well a score ranks customers by what they did later; equal scores count half either way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import ClvError, NoAnswerError

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Flags, Floats

TOP_SHARE = 0.2


def top_found(actual: Floats, predicted: Floats) -> float:
    """Return the share of the true best fifth that is among the predicted best fifth.

    Parameters
    ----------
    actual, predicted : float arrays (n,)

    Returns
    -------
    float, share in [0, 1].

    Examples
    --------
    >>> values = np.arange(10.0)
    >>> top_found(values, values), top_found(values, -values)
    (1.0, 0.0)
    """
    count = max(1, round(TOP_SHARE * actual.size))
    best = np.argsort(-actual, kind="stable")[:count]
    chosen = np.argsort(-predicted, kind="stable")[:count]
    return float(np.isin(best, chosen).mean())


def auc(score: Floats, positive: Flags) -> float | ClvError:
    """Return how often a customer who did something has a higher score than one who did not.

    Parameters
    ----------
    score : float array (n,)
    positive : flag array (n,)
        Who did it.

    Returns
    -------
    float, share in [0, 1], the area under the ROC curve: 0.5 by chance, 1 if the score tells them
    apart. The error that says so where everybody or nobody did it.

    Examples
    --------
    >>> auc(np.array([3.0, 1.0, 1.0]), np.array([True, True, False]))
    0.75
    """
    if positive.all() or not positive.any():
        who = "Every customer" if positive.all() else "No customer"
        return NoAnswerError(
            f"{who} bought again after split_date, so there is nobody to tell apart; choose "
            f"{'a later' if positive.all() else 'an earlier'} split_date",
            argument="split_date",
        )
    _, group = np.unique(score, return_inverse=True)
    did = np.bincount(group, weights=positive)
    did_not = np.bincount(group) - did
    below = np.cumsum(did_not) - did_not
    return float(did @ (below + did_not / 2) / (did.sum() * did_not.sum()))


def normalised_gini(actual: Floats, predicted: Floats) -> float | ClvError:
    """Return how much of the inequality of the actual values a prediction ranks correctly.

    Parameters
    ----------
    actual : float array (n,), >= 0
    predicted : float array (n,)

    Returns
    -------
    float, at most 1 (the same ranking); 0 by chance. The error that says so where all customers are
    alike.

    Examples
    --------
    >>> values = np.array([0.0, 1.0, 5.0])
    >>> normalised_gini(values, values), normalised_gini(values, np.ones(3))
    (1.0, 0.0)
    """
    best = _gini(actual, actual)
    if not best > 0:
        return NoAnswerError(
            "All customers spent the same after split_date, so there is no ranking to find; choose "
            "an earlier split_date",
            argument="split_date",
        )
    return _gini(actual, predicted) / best


def _gini(actual: Floats, predicted: Floats) -> float:
    """Return twice the area between the curve of the values, best predicted first, and a line."""
    total = actual.sum()
    if not total > 0:
        return 0.0
    _, group = np.unique(-predicted, return_inverse=True)
    share = np.bincount(group, weights=actual) / total
    width = np.bincount(group) / actual.size
    until = np.cumsum(share)
    return float(2 * (width @ (until - share / 2)) - 1)
