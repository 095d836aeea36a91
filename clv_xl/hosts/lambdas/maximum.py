"""Formulas of maximum likelihood: Newton's method, its checks, and the table of a fit.

The steps are those of `maths.likelihood`. An objective takes a row of k parameters and gives a
square of k + 1 rows: the log-likelihood in its corner, the gradient beside and below it, then the
Hessian. A run is the same square in the logarithms of the parameters, below one more row: how the
run stands (0 on its way, 1 converged, 2 stopped) and the logarithms.
"""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Helper

HELPERS: Final = {
    "CLV_SQUARE": Helper(
        "LAMBDA(size, MAKEARRAY(size, size, LAMBDA(row, column, IF(row = column, 1, 0))))",
        "The unit matrix.",
    ),
    "CLV_BORDERED": Helper(
        "LAMBDA(value, gradient, hessian, "
        "VSTACK(HSTACK(value, gradient), HSTACK(TRANSPOSE(gradient), hessian)))",
        "A log-likelihood, its gradient and its Hessian in one square.",
    ),
    "CLV_IS_POSITIVE": Helper(
        """
        LAMBDA(matrix,
            REDUCE(
                TRUE, SEQUENCE(ROWS(matrix)),
                LAMBDA(so_far, size,
                    IF(so_far, IFERROR(MDETERM(TAKE(matrix, size, size)) > 0, FALSE), FALSE)
                )
            )
        )
        """,
        "Whether a symmetric matrix is positive definite.",
    ),
    "CLV_ASCENT": Helper(
        """
        LAMBDA(curvature, gradient,
            LET(
                size, ROWS(curvature),
                sign, IF(
                    CLV_IS_POSITIVE(curvature), CLV_SQUARE(size),
                    REDUCE(
                        curvature, SEQUENCE(14),
                        LAMBDA(found, turn,
                            LET(
                                scale, ABS(MDETERM(found)) ^ (-1 / size),
                                (found * scale + MINVERSE(found) / scale) / 2
                            )
                        )
                    )
                ),
                MMULT(gradient, MMULT(sign, MINVERSE(curvature)))
            )
        )
        """,
        "Newton's step uphill; where the curvature has the wrong sign, by its size.",
    ),
    "CLV_AT_LOGS": Helper(
        """
        LAMBDA(objective, logs,
            LET(
                scale, HSTACK(1, EXP(logs)),
                found, objective(EXP(logs)) * scale * TRANSPOSE(scale),
                first, TAKE(found, 1) * HSTACK(0, EXP(0 * logs)),
                VSTACK(HSTACK(0, logs), found + CLV_SQUARE(COLUMNS(scale)) * first)
            )
        )
        """,
        "A run that begins at these logarithms of the parameters.",
    ),
    "CLV_LOGS": Helper("LAMBDA(run, DROP(TAKE(run, 1), , 1))", "The logarithms of a run."),
    "CLV_HESSIAN": Helper("LAMBDA(run, DROP(run, 2, 1))", "The Hessian of a run."),
    "CLV_CLIMB": Helper(
        """
        LAMBDA(objective, run, step, gain, turns,
            LET(
                there, CLV_AT_LOGS(objective, CLV_LOGS(run) + step),
                here, INDEX(run, 2, 1),
                enough, here + 0.0001 * gain - 1E-12 * ABS(here),
                IF(
                    IFERROR(INDEX(there, 2, 1) >= enough, FALSE), there,
                    IF(
                        turns = 1, CLV_STOPPED(run, 2, 0),
                        CLV_CLIMB(objective, run, step / 3, gain / 3, turns - 1)
                    )
                )
            )
        )
        """,
        "The first shortened step of a run that increases the log-likelihood.",
    ),
    "CLV_STOPPED": Helper(
        "LAMBDA(run, status, step, VSTACK(HSTACK(status, CLV_LOGS(run) + step), DROP(run, 1)))",
        "A run at its end, a last step further.",
    ),
    "CLV_NEWTON": Helper(
        """
        LAMBDA(objective, run, tolerance,
            IF(
                OR(ISERROR(SUM(run)), IFERROR(MAX(ABS(CLV_LOGS(run))) > 13, TRUE)),
                CLV_STOPPED(run, 2, 0),
                LET(
                    curvature, -CLV_HESSIAN(run),
                    gradient, DROP(TAKE(DROP(run, 1), 1), , 1),
                    step, CLV_ASCENT(curvature, gradient),
                    gain, SUM(gradient * step),
                    longest, MAX(ABS(step)),
                    IF(
                        ISERROR(gain), CLV_STOPPED(run, 2, 0),
                        IF(
                            AND(
                                longest < 0.1,
                                OR(gain < tolerance, longest < 2E-6),
                                CLV_IS_POSITIVE(curvature)
                            ),
                            LET(
                                last, CLV_STOPPED(run, 1, step),
                                corner, MAKEARRAY(
                                    ROWS(run), COLUMNS(run),
                                    LAMBDA(row, column, IF(AND(row = 2, column = 1), gain / 2, 0))
                                ),
                                last + corner
                            ),
                            LET(
                                shorter, IF(longest > 1.5, 1.5 / longest, 1),
                                CLV_CLIMB(objective, run, step * shorter, gain * shorter, 25)
                            )
                        )
                    )
                )
            )
        )
        """,
        "One step of Newton's method, or the end of the run.",
    ),
    "CLV_RUN": Helper(
        """
        LAMBDA(objective, logs, tolerance,
            REDUCE(
                CLV_AT_LOGS(objective, logs), SEQUENCE(80),
                LAMBDA(run, turn,
                    IF(INDEX(run, 1, 1) > 0, run, CLV_NEWTON(objective, run, tolerance))
                )
            )
        )
        """,
        "Newton's method from a point to its end.",
    ),
    "CLV_AGREES": Helper(
        """
        LAMBDA(run, best,
            LET(
                apart, CLV_LOGS(run) - CLV_LOGS(best),
                IF(
                    INDEX(run, 1, 1) = 1,
                    IFERROR(
                        AND(
                            SUM(MMULT(apart, -CLV_HESSIAN(best)) * apart) < 0.02,
                            MAX(ABS(apart)) < 0.3
                        ),
                        FALSE
                    ),
                    FALSE
                )
            )
        )
        """,
        "Whether a run converged to the same point as another.",
    ),
    "CLV_ACCEPTED": Helper(
        """
        LAMBDA(run, explain,
            LET(
                curvature, -CLV_HESSIAN(run),
                flat, OR(
                    INDEX(run, 1, 1) <> 1,
                    CLV_IS_POSITIVE(curvature - 0.001 * CLV_SQUARE(ROWS(curvature))) = FALSE
                ),
                logs, CLV_LOGS(run),
                IF(flat, IF(MAX(ABS(logs)) > 6.5, explain(logs), #NUM!), run)
            )
        )
        """,
        "A run at a maximum, or the error value that says why there is none.",
    ),
    "CLV_MAXIMUM": Helper(
        """
        LAMBDA(objective, starts, explain, all_starts,
            LET(
                one, CLV_RUN(objective, TAKE(starts, 1), 1E-8),
                IF(
                    AND(all_starts = FALSE, INDEX(one, 1, 1) = 1), CLV_ACCEPTED(one, explain),
                    IF(
                        AND(all_starts = FALSE, MAX(ABS(CLV_LOGS(one))) > 6.5),
                        explain(CLV_LOGS(one)),
                        CLV_AGREED(
                            objective, one,
                            CLV_RUN(objective, TAKE(DROP(starts, 1), 1), 0.001),
                            CLV_RUN(objective, DROP(starts, 2), 0.001),
                            explain
                        )
                    )
                )
            )
        )
        """,
        "The run to the maximum of a log-likelihood, or the error value that says why none.",
    ),
    "CLV_AGREED": Helper(
        """
        LAMBDA(objective, one, two, three, explain,
            LET(
                height, LAMBDA(run, IFERROR(INDEX(run, 2, 1), -1E+300)),
                best, IF(
                    height(one) >= MAX(height(two), height(three)), one,
                    IF(height(two) >= height(three), two, three)
                ),
                first, CLV_AGREES(one, best),
                second, CLV_AGREES(two, best),
                third, CLV_AGREES(three, best),
                several, IF(first, 1, 0) + IF(second, 1, 0) + IF(third, 1, 0) > 1,
                IF(
                    AND(INDEX(best, 1, 1) = 1, several),
                    CLV_ACCEPTED(
                        IF(first, one, CLV_RUN(objective, CLV_LOGS(IF(second, two, three)), 1E-8)),
                        explain
                    ),
                    IF(
                        AND(INDEX(best, 1, 1) <> 1, MAX(ABS(CLV_LOGS(best))) > 6.5),
                        explain(CLV_LOGS(best)), #N/A
                    )
                )
            )
        )
        """,
        "The maximum on which at least two of three runs agree.",
    ),
    "CLV_ESTIMATES": Helper(
        """
        LAMBDA(run, names, units, value, customers,
            IF(
                ISERROR(SUM(run)), run,
                LET(
                    estimates, EXP(CLV_LOGS(run)) * units,
                    covariance, MINVERSE(-CLV_HESSIAN(run)),
                    place, SEQUENCE(COLUMNS(names)),
                    variances, MAP(place, LAMBDA(number, INDEX(covariance, number, number))),
                    VSTACK(
                        {"parameter", "estimate", "std_error"},
                        HSTACK(
                            TRANSPOSE(names), TRANSPOSE(estimates),
                            TRANSPOSE(estimates) * variances ^ 0.5
                        ),
                        HSTACK("log_likelihood", INDEX(run, 2, 1) + value, ""),
                        HSTACK("customers", customers, "")
                    )
                )
            )
        )
        """,
        "The table of a fit.",
    ),
}
