"""Formulas of the category Segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clv_xl.call import call
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas.formula import ColumnsFormula, Formula, Helper
from clv_xl.hosts.lambdas.syntax import quoted

_QUADRANTS: Final = CATALOGUE["QUADRANT_ACTION"].parameters[0].meaning.choices
_STAR, _FREE_RIDER, _WEAK, _LOSS = (quoted(str(quadrant)) for quadrant in _QUADRANTS)


def _action(quadrant: object) -> str:
    return quoted(str(call("QUADRANT_ACTION", [quadrant]).cells))


_SCORES: Final = range(1, 6)
_RFM: Final = "; ".join(
    ", ".join(quoted(str(call("RFM_SEGMENT", [recency, depth, depth]).cells)) for depth in _SCORES)
    for recency in _SCORES
)
_SCORED: Final = ("-days_since_last", "purchases", "revenue")

HELPERS: Final = {
    "CLV_SCORE": Helper(
        """
        LAMBDA(goodness, bins,
            REDUCE(
                1 + 0 * goodness,
                MAP(SEQUENCE(bins - 1) / bins, LAMBDA(share, PERCENTILE(goodness, share))),
                LAMBDA(score, edge, score + (goodness > edge))
            )
        )
        """,
        "Scores from 1 on: how many inner quantiles a number is above.",
    ),
}
FORMULAS: Final[Mapping[str, Formula | ColumnsFormula]] = {
    "CUSTOMER_QUADRANT": Formula(
        f"""
        IF(
            value_to_company >= company_cut,
            IF(value_to_customer >= customer_cut, {_STAR}, {_WEAK}),
            IF(value_to_customer >= customer_cut, {_FREE_RIDER}, {_LOSS})
        )
        """,
        left_out={
            "customer_cut": "CLV_MEDIAN(all_value_to_customer)",
            "company_cut": "CLV_MEDIAN(all_value_to_company)",
        },
    ),
    "QUADRANT_ACTION": Formula(f"""
        IF(
            quadrant = {_STAR}, {_action(_QUADRANTS[0])},
            IF(
                quadrant = {_FREE_RIDER}, {_action(_QUADRANTS[1])},
                IF(quadrant = {_WEAK}, {_action(_QUADRANTS[2])}, {_action(_QUADRANTS[3])})
            )
        )
    """),
    "RFM_SEGMENT": Formula(f"""
        INDEX(
            {{{_RFM}}}, recency_score, INT((frequency_score + monetary_score) / 2 + 0.5)
        )
    """),
    "RFM_SCORE": ColumnsFormula(f"""
        CLV_BESIDE(
            HSTACK({", ".join(f"CLV_SCORE({goodness}, bins)" for goodness in _SCORED)}), kept
        )
    """),
}
