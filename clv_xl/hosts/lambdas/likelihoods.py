"""Log-likelihoods of purchases and spend with gradient and Hessian, and the fits by them."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Helper

HELPERS: Final = {
    # Derivatives of the logarithm of the gamma function
    "CLV_NEAR": Helper(
        "LAMBDA(z, power, BYROW(1 / (z + SEQUENCE(1, 10, 0)) ^ power, LAMBDA(row, SUM(row))))",
        "What ten steps upwards add to the digamma or trigamma function of a column.",
    ),
    "CLV_DIGAMMA": Helper(
        """
        LAMBDA(z,
            LET(
                w, z + 10,
                v, 1 / w ^ 2,
                LN(w) - 0.5 / w - v * (1 / 12 - v * (1 / 120 - v * (1 / 252 - v * (
                    1 / 240 - v * (1 / 132 - v * (691 / 32760 - v / 12))
                )))) - CLV_NEAR(z, 1)
            )
        )
        """,
        "The derivative of the logarithm of the gamma function, of a column.",
    ),
    "CLV_TRIGAMMA": Helper(
        """
        LAMBDA(z,
            LET(
                w, z + 10,
                v, 1 / w ^ 2,
                (1 + 0.5 / w + v * (1 / 6 - v * (1 / 30 - v * (1 / 42 - v * (
                    1 / 30 - v * (5 / 66 - v * (691 / 2730 - v * 7 / 6))
                ))))) / w + CLV_NEAR(z, 2)
            )
        )
        """,
        "The second derivative of the logarithm of the gamma function, of a column.",
    ),
    "CLV_RISES": Helper(
        """
        LAMBDA(base, steps, count,
            LET(
                all, VSTACK(base, base + steps),
                first, CLV_DIGAMMA(all),
                second, CLV_TRIGAMMA(all),
                HSTACK(
                    SUM(count * MAP(steps, LAMBDA(step, CLV_LNRISE(base, step)))),
                    SUM(count * (DROP(first, 1) - INDEX(first, 1, 1))),
                    SUM(count * (DROP(second, 1) - INDEX(second, 1, 1)))
                )
            )
        )
        """,
        "The sum of the logarithms of gamma(base + step) / gamma(base), with two derivatives.",
    ),
    # BG/NBD and MBG/NBD
    "CLV_DROPOUT_TIMES": Helper(
        """
        LAMBDA(p, x, last, observed, n, dropouts,
            LET(
                scale, INDEX(p, 1, 2),
                a, INDEX(p, 1, 3),
                shape, INDEX(p, 1, 1) + x,
                at_last, 1 / (scale + last),
                at_end, 1 / (scale + observed),
                log_end, LN(scale + observed),
                log_ratio, log_end - LN(scale + last),
                sure, x + dropouts = 0,
                survivals, IF(sure, 1, INDEX(p, 1, 4) + x + dropouts - 1),
                odds, IF(sure, -700, LN(a / survivals) + shape * log_ratio),
                small, EXP(-ABS(odds)),
                lost, n * IF(odds > 0, 1, small) / (1 + small),
                slope, at_end - at_last,
                mixed, lost * slope - n * at_end,
                all_lost, SUM(lost),
                by, HSTACK(log_ratio, shape * slope, 1 / a + 0 * x, -1 / survivals),
                squared, MMULT(
                    TRANSPOSE(by * (lost * IF(odds > 0, small, 1) / (1 + small))), by
                ),
                mixed_sum, SUM(mixed),
                CLV_BORDERED(
                    SUM(n * (IF(odds > 0, odds, 0) + LN(1 + small) - shape * log_end)),
                    HSTACK(
                        SUM(lost * log_ratio) - SUM(n * log_end), SUM(shape * mixed),
                        all_lost / a, -SUM(lost / survivals)
                    ),
                    squared + VSTACK(
                        HSTACK(0, mixed_sum, 0, 0),
                        HSTACK(
                            mixed_sum,
                            SUM(shape * (lost * (at_last ^ 2 - at_end ^ 2) + n * at_end ^ 2)),
                            0, 0
                        ),
                        HSTACK(0, 0, -all_lost / a ^ 2, 0),
                        HSTACK(0, 0, 0, SUM(lost / survivals ^ 2))
                    )
                )
            )
        )
        """,
        "The part of the log-likelihood of BG/NBD or MBG/NBD that depends on times.",
    ),
    "CLV_DROPOUT_COUNTS": Helper(
        """
        LAMBDA(p, distinct, n, dropouts,
            LET(
                shape, INDEX(p, 1, 1),
                scale, INDEX(p, 1, 2),
                both, INDEX(p, 1, 3) + INDEX(p, 1, 4),
                customers, SUM(n),
                bought, CLV_RISES(shape, distinct, n),
                stayed, CLV_RISES(INDEX(p, 1, 4), distinct + dropouts, n),
                could, CLV_RISES(both, distinct + dropouts, n),
                change, -INDEX(could, 1, 3),
                CLV_BORDERED(
                    INDEX(bought, 1, 1) + INDEX(stayed, 1, 1) - INDEX(could, 1, 1)
                        + customers * shape * LN(scale),
                    HSTACK(
                        INDEX(bought, 1, 2) + customers * LN(scale), customers * shape / scale,
                        -INDEX(could, 1, 2), INDEX(stayed, 1, 2) - INDEX(could, 1, 2)
                    ),
                    VSTACK(
                        HSTACK(INDEX(bought, 1, 3), customers / scale, 0, 0),
                        HSTACK(customers / scale, -customers * shape / scale ^ 2, 0, 0),
                        HSTACK(0, 0, change, change),
                        HSTACK(0, 0, change, change + INDEX(stayed, 1, 3))
                    )
                )
            )
        )
        """,
        "The part of the log-likelihood of BG/NBD or MBG/NBD that depends on counts alone.",
    ),
    "CLV_DROPOUT_FIT": Helper(
        """
        LAMBDA(frequency, recency, age, customers, dropouts,
            LET(
                n, customers,
                all, SUM(n),
                exposed, IF(dropouts = 1, age > 0, frequency > 0),
                unit, SUM(age * n) / all,
                distinct, UNIQUE(frequency),
                count, MAP(distinct, LAMBDA(one, SUM(n * (frequency = one)))),
                pace, SUM(frequency * n) / all,
                starts, LN({0.5, 0.8, 2; 0.2, 0.3, 1; 2, 2, 3}),
                last, recency / unit,
                observed, age / unit,
                objective, LAMBDA(p,
                    CLV_DROPOUT_COUNTS(p, distinct, count, dropouts)
                        + CLV_DROPOUT_TIMES(p, frequency, last, observed, n, dropouts)
                ),
                explain, LAMBDA(logs,
                    LET(
                        lost, INDEX(logs, 1, 3),
                        stayed, INDEX(logs, 1, 4),
                        IF(
                            OR(lost - stayed < -8, lost < -6, lost - stayed > 8, stayed < -6), #N/A,
                            IF(AND(MIN(lost, stayed) <= 6, INDEX(logs, 1, 1) < -4), #N/A, #NUM!)
                        )
                    )
                ),
                IF(
                    OR(
                        SUM((recency > age) + (frequency = 0) * (recency > 0)) > 0,
                        MAX(age) = 0
                    ), #VALUE!,
                    IF(
                        OR(
                            all <= 1, MAX(frequency) = 0, SUM(exposed * (recency < age)) = 0,
                            ROWS(UNIQUE(HSTACK(frequency, recency, age))) = 1
                        ), #N/A,
                        CLV_ESTIMATES(
                            CLV_MAXIMUM(
                                objective,
                                HSTACK(TAKE(starts, 3, 1), TAKE(starts, 3, 1) - LN(pace),
                                    DROP(starts, , 1)),
                                explain, all < 2000
                            ),
                            {"r", "alpha", "a", "b"},
                            HSTACK(1, unit, 1, 1),
                            -SUM(frequency * n) * LN(unit),
                            ROUND(all, 0)
                        )
                    )
                )
            )
        )
        """,
        "The fit of BG/NBD or MBG/NBD.",
    ),
    # Gamma-Gamma
    "CLV_SPEND": Helper(
        """
        LAMBDA(parameters, x, total, n, distinct, count, x_logs, value_logs,
            LET(
                p, INDEX(parameters, 1, 1),
                q, INDEX(parameters, 1, 2),
                v, INDEX(parameters, 1, 3),
                customers, SUM(n),
                whole, total + v,
                logs, SUM(n * LN(whole)),
                logs_by_x, SUM(n * x * LN(whole)),
                shares, SUM(n / whole),
                shares_by_x, SUM(n * x / whole),
                own, p * distinct,
                all, VSTACK(q, own, own + q),
                first, CLV_DIGAMMA(all),
                second, CLV_TRIGAMMA(all),
                size, ROWS(distinct),
                top, DROP(first, size + 1),
                second_top, DROP(second, size + 1),
                mixed, SUM(count * distinct * second_top),
                CLV_BORDERED(
                    SUM(count * MAP(own, LAMBDA(z, CLV_LNRISE(z, q)))) - customers * GAMMALN(q)
                        + q * customers * LN(v) + p * x_logs - value_logs - p * logs_by_x
                        - q * logs,
                    HSTACK(
                        SUM(count * distinct * (top - TAKE(DROP(first, 1), size))) + x_logs
                            - logs_by_x,
                        SUM(count * top) - customers * INDEX(first, 1, 1) + customers * LN(v)
                            - logs,
                        customers * q / v - p * shares_by_x - q * shares
                    ),
                    VSTACK(
                        HSTACK(
                            SUM(count * distinct ^ 2 * (second_top - TAKE(DROP(second, 1), size))),
                            mixed, -shares_by_x
                        ),
                        HSTACK(
                            mixed, SUM(count * second_top) - customers * INDEX(second, 1, 1),
                            customers / v - shares
                        ),
                        HSTACK(
                            -shares_by_x, customers / v - shares,
                            -customers * q / v ^ 2 + p * SUM(n * x / whole ^ 2)
                                + q * SUM(n / whole ^ 2)
                        )
                    )
                )
            )
        )
        """,
        "The log-likelihood of the Gamma-Gamma model.",
    ),
    "CLV_SPEND_FIT": Helper(
        """
        LAMBDA(x, mean, n,
            LET(
                unit, SUM(n * mean) / SUM(n),
                total, x * mean / unit,
                distinct, UNIQUE(x),
                count, MAP(distinct, LAMBDA(one, SUM(n * (x = one)))),
                x_logs, SUM(n * x * LN(total)),
                value_logs, SUM(n * LN(mean / unit)),
                found, CLV_MAXIMUM(
                    LAMBDA(p, CLV_SPEND(p, x, total, n, distinct, count, x_logs, value_logs)),
                    LN({6, 4, 0.5; 2, 2, 0.5; 1, 8, 7}),
                    LAMBDA(logs,
                        IF(AND(INDEX(logs, 1, 1) > 6, INDEX(logs, 1, 2) > 4), #N/A, #NUM!)
                    ),
                    ROWS(x) < 16000
                ),
                IF(
                    IFERROR(INDEX(found, 1, 3) <= 0, FALSE), #NUM!,
                    CLV_ESTIMATES(
                        found, {"p", "q", "v"}, HSTACK(1, 1, unit), -SUM(n) * LN(unit),
                        ROUND(SUM(n), 0)
                    )
                )
            )
        )
        """,
        "The fit of the Gamma-Gamma model to customers with repeat purchases of some value.",
    ),
}
