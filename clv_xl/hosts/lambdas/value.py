"""Formulas of the category Value."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Formula

FORMULAS: Final = {
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
}
