"""Formulas of the fits."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import ColumnsFormula


def _dropout_fit(dropouts: int) -> ColumnsFormula:
    """Return the fit of BG/NBD (0) or MBG/NBD (1)."""
    return ColumnsFormula(
        f"""
        LET(
            counted, customers > 0,
            IF(
                MAX(customers) = 0, #VALUE!,
                CLV_DROPOUT_FIT(
                    FILTER(frequency, counted), FILTER(recency, counted), FILTER(age, counted),
                    FILTER(customers, counted), {dropouts}
                )
            )
        )
        """,
        {"customers": "1"},
    )


FORMULAS: Final = {
    "BGNBD_FIT": _dropout_fit(0),
    "MBGNBD_FIT": _dropout_fit(1),
    "GG_FIT": ColumnsFormula(
        """
        LET(
            counted, customers > 0,
            paid, counted * (frequency > 0) * (monetary_value > 0),
            IF(
                MAX(customers) = 0, #VALUE!,
                IF(
                    SUM(paid * customers) < 2, #N/A,
                    CLV_SPEND_FIT(
                        FILTER(frequency, paid), FILTER(monetary_value, paid),
                        FILTER(customers, paid)
                    )
                )
            )
        )
        """,
        {"customers": "1"},
    ),
    "SBG_FIT": ColumnsFormula("""
        CLV_RENEWALS_FIT(
            survivors, CLV_RENEWALS(survivors, 3), CLV_SBG, {1, 1; 0.5, 3; 3, 10},
            {"alpha", "beta"}
        )
    """),
    "BDW_FIT": ColumnsFormula("""
        CLV_RENEWALS_FIT(
            survivors, CLV_RENEWALS(survivors, 4), CLV_BDW,
            {1, 1, 1; 0.3, 2, 1.5; 3, 9, 0.8}, {"a", "b", "c"}
        )
    """),
}
