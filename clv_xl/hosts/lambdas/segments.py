"""Formulas of the category Segments."""

from __future__ import annotations

from typing import Final

from clv_xl.call import call
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas.formula import Formula
from clv_xl.hosts.lambdas.syntax import quoted

_QUADRANTS: Final = CATALOGUE["QUADRANT_ACTION"].parameters[0].meaning.choices
_STAR, _FREE_RIDER, _WEAK, _LOSS = (quoted(str(quadrant)) for quadrant in _QUADRANTS)


def _action(quadrant: object) -> str:
    return quoted(str(call("QUADRANT_ACTION", [quadrant]).cells))


FORMULAS: Final = {
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
}
