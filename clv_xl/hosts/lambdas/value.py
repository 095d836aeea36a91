"""Formulas of the category Value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clv_xl.hosts.lambdas.formula import ColumnsFormula, Formula, MeasuresFormula

FORMULAS: Final[Mapping[str, Formula | MeasuresFormula | ColumnsFormula]] = {
    "CLV": Formula("""
        (purchase_value * purchase_frequency * gross_margin - service_cost)
            * CLV_ANNUITY(lifespan, discount_rate)
            - acquisition_cost
    """),
    "CLV_NET": Formula("revenue - cost"),
    "CLV_RETENTION": Formula("""
        LET(
            margins, CLV_RETAINED(margin, retention_rate, discount_rate, horizon, timing),
            IF(ISERROR(margins), INFINITE, margins - acquisition_cost)
        )
    """),
    "CLV_CHURN": Formula("revenue * gross_margin / churn_rate - acquisition_cost"),
    "CLV_CASHFLOWS": ColumnsFormula(
        """
        LET(
            periods, SEQUENCE(ROWS(margins)) - timing,
            SUM(margins * survival * EXP(-periods * CLV_LOG1P(discount_rate))) - acquisition_cost
        )
        """,
        {"survival": "1"},
    ),
    "CLV_REFERRAL": Formula("""
        clv + referrals * (IF(referred_clv = "", clv, referred_clv) + acquisition_cost_saved)
    """),
    "CUSTOMER_LIFESPAN": Formula("1 / churn_rate"),
    "CHURN_RATE": Formula("""
        IF(customers_lost > customers_at_start, UNDEFINED, customers_lost / customers_at_start)
    """),
    "RETENTION_RATE": Formula("""
        LET(
            share, (customers_at_end - customers_won) / customers_at_start,
            IF(OR(share < 0, share > 1), UNDEFINED, share)
        )
    """),
    "DISCOUNT_PER_PERIOD": Formula("CLV_EXPM1(CLV_LOG1P(annual_rate) / periods_per_year)"),
    "CHURN_PER_PERIOD": Formula("""
        IF(
            periods_from = 0, 0,
            IF(
                churn_rate = 1, 1,
                -CLV_EXPM1(CLV_LOG1P(-churn_rate) * periods_from / periods_to)
            )
        )
    """),
    "RETENTION_GAIN": Formula("""
        LET(
            gain, CLV_RETAINED(margin, new_retention_rate, discount_rate, "", timing)
                - CLV_RETAINED(margin, retention_rate, discount_rate, "", timing),
            IF(ISERROR(gain), UNDEFINED, gain)
        )
    """),
    "CLV_CALCULATOR": MeasuresFormula(
        shared={
            "margin": "median_invoice * invoices_per_month * gross_margin",
            "total": "margin * lifespan_months",
            "per_customer": """
                IF(new_customers_per_month = 0, #DIV/0!, marketing_spend / new_customers_per_month)
            """,
        },
        measures={
            "clv_by_lifespan": "total",
            "clv_by_churn": "IF(churn_rate = 0, #DIV/0!, margin / churn_rate)",
            "lifespan_by_churn": "IF(churn_rate = 0, #DIV/0!, 1 / churn_rate)",
            "cac": "per_customer",
            "clv_to_cac": "total / per_customer",
            "payback": """
                IF(
                    ISERROR(per_customer), per_customer,
                    IF(per_customer = 0, 0, IF(margin = 0, #N/A, per_customer / margin))
                )
            """,
            "largest_cac": "total / 3",
            "net_value": "total - per_customer",
            "value_added": "new_customers_per_month * total - marketing_spend - overhead",
        },
    ),
}
