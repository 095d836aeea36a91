"""Formulas of retention curves: renewals of cohorts, log-likelihoods, fits, value to come."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Helper

HELPERS: Final = {
    "CLV_RENEWALS": Helper(
        """
        LAMBDA(survivors, least,
            LET(
                rows, ROWS(survivors),
                next, IF(rows = 1, survivors, DROP(survivors, 1)),
                now, IF(rows = 1, survivors, DROP(survivors, -1)),
                there, CLV_NUMERIC(next),
                before, CLV_NUMERIC(now),
                due, BYROW(IF(there = 1, now, 0), LAMBDA(row, SUM(row))),
                made, BYROW(IF(there = 1, next, 0), LAMBDA(row, SUM(row))),
                filled, BYROW(CLV_NUMERIC(survivors), LAMBDA(row, MAX(row))),
                longest, MAX(filled * SEQUENCE(rows)),
                missed, IF(there * before = 1, now - next, 0),
                IF(
                    longest < least, #VALUE!,
                    IF(
                        OR(MAX(there - before) > 0, MIN(missed) < 0), #VALUE!,
                        IF(
                            OR(MAX(missed) = 0, INDEX(made, 1, 1) = 0), #N/A,
                            HSTACK(TAKE(due, longest - 1), TAKE(made, longest - 1))
                        )
                    )
                )
            )
        )
        """,
        "How many renewals were due and how many made in each period, of all cohorts.",
    ),
    "CLV_SBG": Helper(
        """
        LAMBDA(p, due, made,
            LET(
                a, INDEX(p, 1, 1),
                lost, SUM(due - made),
                stayed, INDEX(p, 1, 2) + SEQUENCE(ROWS(due), 1, 0),
                both, a + stayed,
                first, SUM(due / both),
                second, SUM(due / both ^ 2),
                CLV_BORDERED(
                    SUM(made * LN(stayed)) + lost * LN(a) - SUM(due * LN(both)),
                    HSTACK(lost / a - first, SUM(made / stayed) - first),
                    VSTACK(
                        HSTACK(second - lost / a ^ 2, second),
                        HSTACK(second, second - SUM(made / stayed ^ 2))
                    )
                )
            )
        )
        """,
        "The log-likelihood of the shifted beta-geometric model.",
    ),
    "CLV_BDW": Helper(
        """
        LAMBDA(p, due, made,
            LET(
                a, INDEX(p, 1, 1),
                b, INDEX(p, 1, 2),
                shape, INDEX(p, 1, 3),
                t, SEQUENCE(ROWS(due) + 1, 1, 0),
                u, t ^ shape,
                change, LAMBDA(column, DROP(column, 1) - DROP(column, -1)),
                logs, LN(IF(t = 0, 1, t)),
                in_u, CLV_DIGAMMA(b + u) - CLV_DIGAMMA(a + b + u),
                in_a, -CLV_DIGAMMA(a + b + u),
                in_a_a, -CLV_TRIGAMMA(a + b + u),
                in_u_u, CLV_TRIGAMMA(b + u) + in_a_a,
                u_c, u * logs,
                stayed, change(MAP(u, LAMBDA(one, -CLV_LNRISE(b + one, a)))),
                by, HSTACK(change(in_a), change(in_u), change(in_u * u_c)),
                odds, 1 / CLV_EXPM1(-stayed),
                missed, due - made,
                slope, made - missed * odds,
                total, LAMBDA(column, SUM(change(column) * slope)),
                aa, total(in_a_a),
                ac, total(in_a_a * u_c),
                bc, total(in_u_u * u_c),
                CLV_BORDERED(
                    SUM(made * stayed) + SUM(missed * LN(-CLV_EXPM1(stayed))),
                    MMULT(TRANSPOSE(slope), by),
                    VSTACK(
                        HSTACK(aa, aa, ac),
                        HSTACK(aa, total(in_u_u), bc),
                        HSTACK(ac, bc, total(in_u_u * u_c ^ 2 + in_u * u_c * logs))
                    ) - MMULT(TRANSPOSE(by * (missed * odds * (1 + odds))), by)
                )
            )
        )
        """,
        "The log-likelihood of the beta-discrete-Weibull model.",
    ),
    "CLV_RENEWALS_FIT": Helper(
        """
        LAMBDA(survivors, renewals, objective, starts, names,
            IF(
                ISERROR(SUM(renewals)), renewals,
                LET(
                    old_enough, CLV_NUMERIC(TAKE(DROP(survivors, 1), 1)),
                    due, TAKE(renewals, ROWS(renewals), 1),
                    made, DROP(renewals, , 1),
                    CLV_ESTIMATES(
                        CLV_MAXIMUM(
                            LAMBDA(p, objective(p, due, made)), LN(starts), LAMBDA(logs, #NUM!),
                            TRUE
                        ),
                        names, EXP(0 * TAKE(starts, 1)), 0,
                        ROUND(SUM(IF(old_enough = 1, TAKE(survivors, 1), 0)), 0)
                    )
                )
            )
        )
        """,
        "The fit of a retention curve to cohorts of customers.",
    ),
    "CLV_DIGAMMA_RISE": Helper(
        """
        LAMBDA(z, rise,
            LET(
                w, z + rise,
                IF(
                    z > 50,
                    CLV_LOG1P(rise / z) + rise / (2 * z * w) + (1 / z ^ 2 - 1 / w ^ 2) / 12
                        - (1 / z ^ 4 - 1 / w ^ 4) / 120,
                    SUM(CLV_DIGAMMA(VSTACK(w, z)) * {1; -1})
                )
            )
        )
        """,
        "The digamma function of z + rise less that of z.",
    ),
    "CLV_BDW_LATER": Helper(
        """
        LAMBDA(a, b, shape, rate, survived,
            LET(
                summed, 256,
                force, CLV_LOG1P(rate),
                start, CLV_LNRISE(b + survived ^ shape, a),
                at, LAMBDA(x,
                    LET(
                        log, shape * LN(survived + x),
                        start - force * x
                            - IF(log > 70, a * log, CLV_LNRISE(b + EXP(log), a))
                    )
                ),
                terms, EXP(MAP(SEQUENCE(summed), at)),
                last, survived + summed,
                slope, -CLV_DIGAMMA_RISE(b + last ^ shape, a) * shape * last ^ shape / last - force,
                power, a * shape - 1,
                far, IF(
                    rate > 0, LN(1 + 60 / (force * summed)),
                    MIN(600, MAX(LN(MAX(b ^ (1 / shape), survived) / summed), 0) + 40 / power)
                ),
                along, LAMBDA(y, summed * EXP(at(summed * EXP(y)) + y)),
                s, (SEQUENCE(131) - 66) / 20,
                e, EXP(-1.5707963267948966 * (EXP(s) - EXP(-s))),
                tail, MAP(far / (1 + e), along) * far * 1.5707963267948966
                    * (EXP(s) + EXP(-s)) * e / (1 + e) ^ 2 / 20,
                SUM(terms) + SUM(tail)
                    + INDEX(terms, summed, 1) * (-0.5 - slope / 12 + slope ^ 3 / 720)
                    + IF(rate > 0, 0, along(far) / power)
            )
        )
        """,
        "Expected discounted renewals by beta-discrete-Weibull: a sum and an integral.",
    ),
}
