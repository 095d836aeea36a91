"""Formulas of the category Acquisition."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Formula

FORMULAS: Final = {
    "CAC": Formula("spend / new_customers"),
    "CAC_RATIO": Formula("clv / cac"),
    "CAC_PAYBACK": Formula("""
        LET(
            share, retention_rate / (1 + discount_rate),
            lost, (1 + discount_rate - retention_rate) / (1 + discount_rate),
            first, margin * share,
            IF(
                cac = 0, 0,
                IF(
                    OR(first <= 0, cac * lost >= first * (1 - 1E-12)), INFINITE,
                    IF(
                        lost = 0, cac / first,
                        LET(
                            per_period, CLV_LOG1P(-lost),
                            whole, INT(CLV_LOG1P(-cac * lost / first) / per_period),
                            earned, -first * CLV_EXPM1(whole * per_period) / lost,
                            whole + (cac - earned) / (first * EXP(whole * per_period))
                        )
                    )
                )
            )
        )
    """),
    "CAC_BUDGET": Formula("clv / target_ratio"),
    "MARKETING_ROI": Formula("(value - spend) / spend"),
}
