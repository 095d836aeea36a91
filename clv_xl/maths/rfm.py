"""RFM scores: recency, frequency and monetary value of each customer, and RFM segments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.maths.arrays import ArrayLike, Floats, Texts


def quantile_score(goodness: Floats, bins: int) -> Floats:
    """Return scores 1 (worst) to bins (best); equal values score equal.

    Parameters
    ----------
    goodness : float array (customers,), larger is better
    bins : int

    Returns
    -------
    float array (customers,): 1 plus the number of inner quantiles that the value exceeds.

    Examples
    --------
    >>> quantile_score(np.array([10.0, 20, 30, 40, 50]), 5).tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    edges = np.quantile(goodness, np.arange(1, bins) / bins)
    return np.asarray(1.0 + np.searchsorted(edges, goodness, side="left"))


class RfmScores(NamedTuple):
    """Scores of each customer, 1 the worst; arrays of one element per customer."""

    recency_score: Floats
    frequency_score: Floats
    monetary_score: Floats


def rfm_scores(
    days_since_last: ArrayLike, purchases: ArrayLike, revenue: ArrayLike, bins: int
) -> RfmScores:
    """Return each customer's scores for recency, frequency and money.

    Parameters
    ----------
    days_since_last : array_like (customers,), days
    purchases : array_like (customers,), count
    revenue : array_like (customers,), money
    bins : int
        The best score.

    Examples
    --------
    >>> rfm_scores([5, 90], [9, 1], [900, 50], 2).recency_score.tolist()
    [2.0, 1.0]
    """
    return RfmScores(
        recency_score=quantile_score(-np.asarray(days_since_last, float), bins),
        frequency_score=quantile_score(np.asarray(purchases, float), bins),
        monetary_score=quantile_score(np.asarray(revenue, float), bins),
    )


RFM_SEGMENTS = (
    ("Lost", "Lost", "At risk", "Cannot lose them", "Cannot lose them"),
    ("Hibernating", "Hibernating", "At risk", "At risk", "At risk"),
    ("About to leave", "Needs attention", "Needs attention", "Loyal", "Loyal"),
    ("Promising", "Potential loyalists", "Loyal", "Loyal", "Champions"),
    ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
)
"""Segment by recency score (rows 1 to 5) and mean of the other two, halves up (columns)."""


def rfm_segment(
    recency_score: ArrayLike, frequency_score: ArrayLike, monetary_score: ArrayLike
) -> Texts:
    """Return the name of each customer's RFM segment.

    Parameters
    ----------
    recency_score, frequency_score, monetary_score : array_like, whole, 1 to 5

    Returns
    -------
    text array of the broadcast shape; see `RFM_SEGMENTS`.

    Examples
    --------
    >>> rfm_segment([5, 1, 1], [5, 5, 1], [5, 4, 1]).tolist()
    ['Champions', 'Cannot lose them', 'Lost']
    """
    r, f, m = np.broadcast_arrays(
        *(
            np.nan_to_num(np.asarray(score, float), nan=1.0)
            for score in (recency_score, frequency_score, monetary_score)
        )
    )
    depth = np.floor((f + m) / 2 + 0.5)
    table = np.array(RFM_SEGMENTS, dtype=object)
    return np.asarray(table[r.astype(int) - 1, depth.astype(int) - 1], dtype=object)
