"""Formulas of the category Models."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Formula

_LARGEST_LOGARITHM: Final = 709.78
"""Of a number that a cell can hold."""


def _purchase_model(prefix: str, dropouts: str) -> dict[str, Formula]:
    """Return the formulas of BG/NBD or MBG/NBD.

    Parameters
    ----------
    prefix : str
        What the names of the model's functions begin with.
    dropouts : str
        How often a new customer can have dropped out: 0 or 1, after the first purchase.
    """
    alive = f"CLV_ALIVE(r_, alpha_, a_, b_, {dropouts}, x, recency, age)"
    possible = "CLV_POSSIBLE(frequency, recency, age)"
    return {
        f"{prefix}_ALIVE": Formula(f"""
            IF({possible}, LET(x, frequency, {alive}), UNDEFINED)
        """),
        f"{prefix}_BUYS": Formula(f"""
            IF(
                {possible},
                LET(
                    x, frequency,
                    {alive} * -CLV_EXPM1(-(r_ + x) * CLV_LOG1P(horizon / (alpha_ + age)))
                ),
                UNDEFINED
            )
        """),
        f"{prefix}_RESIDUAL": Formula(f"""
            IF(
                {possible},
                LET(
                    x, frequency,
                    {alive} * CLV_RESIDUAL(
                        r_ + x, alpha_ + age, a_, b_ + x + {dropouts}, discount_rate
                    )
                ),
                UNDEFINED
            )
        """),
        f"{prefix}_NEXT": Formula(f"""
            IF(
                {possible},
                LET(
                    growth, LN(2) / (r_ + frequency),
                    IF(
                        growth + LN(alpha_ + age) > {_LARGEST_LOGARITHM}, INFINITE,
                        (alpha_ + age) * CLV_EXPM1(growth)
                    )
                ),
                UNDEFINED
            )
        """),
        f"{prefix}_PMF": Formula(f"""
            IF(
                horizon = 0, IF(purchases = 0, 1, 0),
                LET(
                    chances, purchases + {dropouts},
                    share, horizon / (alpha_ + horizon),
                    active, EXP(
                        CLV_LNRISE(b_, a_) - CLV_LNRISE(b_ + chances, a_)
                            + GAMMALN(r_ + purchases) - GAMMALN(r_) - GAMMALN(purchases + 1)
                            - r_ * CLV_LOG1P(horizon / alpha_)
                            - purchases * CLV_LOG1P(alpha_ / horizon)
                    ),
                    dropped_out, IF(
                        chances = 0, 0,
                        EXP(
                            LN(a_) + CLV_LNRISE(b_, a_)
                                - LN(a_ + b_ + chances - 1)
                                - CLV_LNRISE(b_ + chances - 1, a_)
                        ) * IF(purchases = 0, 1, BETA.DIST(share, purchases, r_, TRUE))
                    ),
                    MIN(active + dropped_out, 1)
                )
            )
        """),
        f"{prefix}_PURCHASES": Formula(
            f"""
            LET(
                x, IF(frequency = "", 0, frequency),
                last, IF(frequency = "", 0, recency),
                observed, IF(frequency = "", 0, age),
                IF(
                    CLV_POSSIBLE(x, last, observed),
                    CLV_ALIVE(r_, alpha_, a_, b_, {dropouts}, x, last, observed)
                        * CLV_WHILE_ALIVE(
                            r_ + x, horizon / (alpha_ + observed), a_, b_ + x + {dropouts}
                        ),
                    UNDEFINED
                )
            )
            """,
            refused="OR(no_frequency <> no_recency, no_recency <> no_age)",
        ),
    }


FORMULAS: Final = {
    **_purchase_model("BGNBD", "0"),
    **_purchase_model("MBGNBD", "1"),
    "GG_SPEND": Formula(
        """
        LET(
            x, IF(frequency = "", 0, frequency),
            spent, IF(x = 0, 0, x * monetary_value),
            above, p_ * x + q_ - 1,
            IF(above > 0, p_ * (v_ + spent) / above, UNDEFINED)
        )
        """,
        refused="no_frequency <> no_monetary_value",
    ),
    "SBG_SURVIVAL": Formula("EXP(CLV_LNRISE(beta_, alpha_) - CLV_LNRISE(beta_ + period, alpha_))"),
    "SBG_RETENTION": Formula("""
        IF(period < 1, UNDEFINED, (beta_ + period - 1) / (alpha_ + beta_ + period - 1))
    """),
    "SBG_CLV": Formula("""
        LET(
            stayed, beta_ + periods_survived,
            renewals, IF(
                discount_rate = 0,
                IF(alpha_ > 1, stayed / (alpha_ - 1), INFINITE),
                CLV_BETA_MEAN(
                    alpha_, stayed, 1 / discount_rate,
                    LAMBDA(p, rest, rest / (discount_rate + p))
                )
            ),
            margin * (timing + renewals)
        )
    """),
    "BDW_SURVIVAL": Formula("EXP(CLV_LNRISE(b_, a_) - CLV_LNRISE(b_ + period ^ c_, a_))"),
    "BDW_RETENTION": Formula("""
        IF(
            period < 1, UNDEFINED,
            EXP(CLV_LNRISE(b_ + (period - 1) ^ c_, a_) - CLV_LNRISE(b_ + period ^ c_, a_))
        )
    """),
    "BDW_CLV": Formula("""
        IF(
            AND(discount_rate = 0, a_ * c_ <= 1), INFINITE,
            margin * (timing + CLV_BDW_LATER(a_, b_, c_, discount_rate, periods_survived))
        )
    """),
}
