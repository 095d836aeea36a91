"""Formulas that several functions call, each a name of the workbook too."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Helper

HELPERS: Final = {
    # Arguments
    "CLV_BLANK": Helper(
        """
        LAMBDA(given,
            IF(
                IFERROR(TRIM(CLV_CELL(given, 1, 1)) <> "", TRUE), FALSE,
                AND(IFERROR(TRIM(given) = "", FALSE))
            )
        )
        """,
        "Whether all cells of an argument are empty.",
    ),
    "CLV_CELL": Helper(
        """
        LAMBDA(given, across, down,
            IF(
                CLV_ROWS(given) * CLV_COLUMNS(given) > 1,
                INDEX(given, IF(ROWS(given) = 1, 1, down), IF(COLUMNS(given) = 1, 1, across)),
                IF(TYPE(given) = 64, INDEX(given, 1, 1), given)
            )
        )
        """,
        "The cell of an argument in a column and row; a single row or column repeats.",
    ),
    "CLV_NUMBER": Helper(
        """
        LAMBDA(cell, blank, inside, outside,
            IF(
                ISERROR(cell), cell,
                IF(
                    ISNUMBER(cell), IF(inside, cell, outside),
                    IF(TRIM(cell) = "", blank, #VALUE!)
                )
            )
        )
        """,
        "The number in a cell, what stands for an empty one, or an error value.",
    ),
    "CLV_CHOICE": Helper(
        """
        LAMBDA(cell, blank, choices,
            IF(
                ISERROR(cell), cell,
                IF(
                    TRIM(cell) = "", blank,
                    IFERROR(INDEX(choices, XMATCH(TRIM(cell), choices)), #VALUE!)
                )
            )
        )
        """,
        "The choice that a cell names, in any case, or an error value.",
    ),
    "CLV_ROWS": Helper("LAMBDA(given, IFERROR(ROWS(given), 1))", "The rows of an argument."),
    "CLV_COLUMNS": Helper(
        "LAMBDA(given, IFERROR(COLUMNS(given), 1))", "The columns of an argument."
    ),
    "CLV_FITS": Helper(
        "LAMBDA(size, most, OR(size = 1, size = most))",
        "Whether an argument is as long as the longest, or a single cell that repeats.",
    ),
    "CLV_MEDIAN": Helper(
        """
        LAMBDA(given,
            IF(
                REDUCE(0, given, LAMBDA(count, cell, IF(ISNUMBER(cell), count + 1, count))) < 2,
                #N/A,
                MEDIAN(MAP(given, LAMBDA(cell, IF(ISNUMBER(cell), cell, ""))))
            )
        )
        """,
        "The median of the numbers of an argument; #N/A for fewer than two.",
    ),
    # Parameters of a model
    "CLV_NAMED": Helper(
        """
        LAMBDA(given, name,
            IF(
                COLUMNS(given) = 1, 0,
                REDUCE(
                    0, SEQUENCE(ROWS(given)),
                    LAMBDA(found, row,
                        IF(found > 0, found, IF(TRIM(INDEX(given, row, 1)) = name, row, 0))
                    )
                )
            )
        )
        """,
        "The row of a fit that holds a parameter; 0 if none does.",
    ),
    "CLV_AT": Helper(
        """
        LAMBDA(given, place,
            LET(
                above, INT((place - 1) / COLUMNS(given)),
                CLV_CELL(given, place - above * COLUMNS(given), above + 1)
            )
        )
        """,
        "A cell of a range by its place, counted row by row.",
    ),
    "CLV_BARE": Helper(
        """
        LAMBDA(given, after,
            REDUCE(
                0, SEQUENCE(ROWS(given) * COLUMNS(given)),
                LAMBDA(found, place,
                    IF(
                        OR(found > 0, place <= after), found,
                        IF(ISTEXT(CLV_AT(given, place)), 0, place)
                    )
                )
            )
        )
        """,
        "The place of the next cell without text; 0 if there is none.",
    ),
    "CLV_ALL_NAMED": Helper(
        """
        LAMBDA(given, names,
            REDUCE(TRUE, names, LAMBDA(so_far, name, AND(so_far, CLV_NAMED(given, name) > 0)))
        )
        """,
        "Whether a range is a fit with these parameters.",
    ),
    "CLV_PARAMETER": Helper(
        """
        LAMBDA(given, names, number,
            IF(
                CLV_ALL_NAMED(given, names),
                INDEX(given, CLV_NAMED(given, INDEX(names, 1, number)), 2),
                CLV_AT(
                    given,
                    REDUCE(0, SEQUENCE(number), LAMBDA(place, turn, CLV_BARE(given, place)))
                )
            )
        )
        """,
        "One parameter of a model, from its fit or from bare numbers in their order.",
    ),
    "CLV_MISFIT": Helper(
        """
        LAMBDA(given, names,
            LET(
                fault, REDUCE(
                    "", given,
                    LAMBDA(found, cell,
                        IF(
                            ISERROR(found), found,
                            IF(
                                ISERROR(cell), cell,
                                IF(LEFT(cell, 8) = "dropout_", #VALUE!, found)
                            )
                        )
                    )
                ),
                bare, REDUCE(
                    0, SEQUENCE(ROWS(given) * COLUMNS(given)),
                    LAMBDA(count, place, IF(ISTEXT(CLV_AT(given, place)), count, count + 1))
                ),
                beside, bare - COLUMNS(names),
                more_parameters, CLV_NAMED(given, "log_likelihood")
                    > CLV_NAMED(given, INDEX(names, 1, COLUMNS(names))) + 1,
                IF(
                    ISERROR(fault), fault,
                    IF(
                        OR(AND(NOT_NAMED, beside <> 0, beside <> 2), more_parameters), #VALUE!,
                        REDUCE(
                            "", SEQUENCE(COLUMNS(names)),
                            LAMBDA(found, number,
                                LET(
                                    cell, CLV_PARAMETER(given, names, number),
                                    IF(
                                        ISERROR(found), found,
                                        IF(
                                            ISNUMBER(cell),
                                            IF(cell > 0, found, IF(found = "", 0, found)),
                                            #VALUE!
                                        )
                                    )
                                )
                            )
                        )
                    )
                )
            )
        )
        """.replace("NOT_NAMED", "CLV_ALL_NAMED(given, names) = FALSE"),
        "An error value, 0 for a parameter that is not above 0, or nothing if all are.",
    ),
    # Arithmetic that keeps its digits
    "CLV_LOG1P": Helper(
        """
        LAMBDA(x,
            LET(
                z, x / (2 + x),
                IF(
                    ABS(x) < 0.01,
                    2 * z * (1 + z * z * (1 / 3 + z * z * (1 / 5 + z * z / 7))),
                    LN(1 + x)
                )
            )
        )
        """,
        "The natural logarithm of 1 + x, exact for small x too.",
    ),
    "CLV_EXPM1": Helper(
        """
        LAMBDA(x,
            IF(
                ABS(x) < 0.01,
                x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6))))),
                EXP(x) - 1
            )
        )
        """,
        "e to the power of x, less 1, exact for small x too.",
    ),
    "CLV_STIRLING": Helper(
        """
        LAMBDA(z,
            1 / 12 / z - 1 / 360 / z ^ 3 + 1 / 1260 / z ^ 5 - 1 / 1680 / z ^ 7 + 1 / 1188 / z ^ 9
        )
        """,
        "What Stirling's formula leaves of the logarithm of the gamma function.",
    ),
    "CLV_LNRISE": Helper(
        """
        LAMBDA(z, rise,
            IF(
                z < 20,
                GAMMALN(z + rise) - GAMMALN(z),
                (z + rise - 0.5) * CLV_LOG1P(rise / z) + rise * (LN(z) - 1)
                    + CLV_STIRLING(z + rise) - CLV_STIRLING(z)
            )
        )
        """,
        "The logarithm of gamma(z + rise) / gamma(z), exact for large z too.",
    ),
    # Value
    "CLV_ANNUITY": Helper(
        """
        LAMBDA(periods, rate,
            IF(rate = 0, periods, -CLV_EXPM1(-periods * CLV_LOG1P(rate)) / rate)
        )
        """,
        "The present value of 1 at the end of each period.",
    ),
    "CLV_RETAINED": Helper(
        """
        LAMBDA(margin, retained, rate, horizon, timing,
            LET(
                lost, (1 + rate - retained) / (1 + rate),
                first, IF(timing = 1, 1, retained / (1 + rate)),
                endless, AND(horizon = "", lost = 0),
                IF(
                    endless, IF(margin = 0, 0, #NUM!),
                    margin * first * IF(
                        horizon = "", 1 / lost,
                        IF(
                            lost = 0, horizon,
                            IF(
                                lost = 1, IF(horizon = 0, 0, 1),
                                -CLV_EXPM1(horizon * CLV_LOG1P(-lost)) / lost
                            )
                        )
                    )
                )
            )
        )
        """,
        "The discounted margins of a customer at a constant retention rate.",
    ),
    # Models of purchases and dropout
    "CLV_POSSIBLE": Helper(
        "LAMBDA(frequency, recency, age, AND(recency <= age, OR(frequency > 0, recency = 0)))",
        "Whether a customer can have bought so: recency within age, and 0 without a repeat.",
    ),
    "CLV_ALIVE": Helper(
        """
        LAMBDA(shape, scale, a, b, initial, x, recency, age,
            IF(
                x + initial = 0, 1,
                LET(
                    odds, LN(a / (b + x + initial - 1))
                        + (shape + x) * CLV_LOG1P((age - recency) / (scale + recency)),
                    small, EXP(-ABS(odds)),
                    IF(odds > 0, small, 1) / (1 + small)
                )
            )
        )
        """,
        "The probability that a customer is active, by BG/NBD or MBG/NBD.",
    ),
    "CLV_WHILE_ALIVE": Helper(
        """
        LAMBDA(shape, time, a, b,
            IF(
                time = 0, 0,
                CLV_BETA_MEAN(
                    a, b, (shape + 1) * time,
                    LAMBDA(p, rest, -CLV_EXPM1(-shape * CLV_LOG1P(p * time)) / p)
                )
            )
        )
        """,
        "The expected purchases of a customer who is active and may drop out after each.",
    ),
    "CLV_RESIDUAL": Helper(
        """
        LAMBDA(shape, scale, a, b, rate,
            LET(
                k, shape + 1,
                low, LN(k) - 36 / k - 8 / k ^ 0.5,
                high, LN(k + 40 + 9 * k ^ 0.5),
                step, MIN(0.3, 0.6 / k ^ 0.5),
                count, INT((high - low) / step) + 2,
                across, EXP(low + step * (SEQUENCE(1, count) - 1)),
                logs, low + step * (SEQUENCE(count) - 1),
                weights, EXP(k * (logs - LN(k)) - EXP(logs) + k),
                due, scale * rate,
                shape / SUM(weights) * CLV_BETA_MEAN(
                    a, b, EXP(high) / due,
                    LAMBDA(p, rest, MMULT(1 / (p * across + due), weights))
                )
            )
        )
        """,
        "All future purchases of a customer who is active, discounted: a mean over the rates too.",
    ),
    "CLV_BETA_MEAN": Helper(
        """
        LAMBDA(a, b, scale, of,
            LET(
                middle, LN(a / b),
                spread, (1 / a + 1 / b) ^ 0.5,
                low, MAX(
                    LN(1E-13) - LN(b + scale + 1),
                    MIN(middle, -LN(scale)) - 40 / a - 8 * spread
                ),
                high, MIN(40, middle + 40 / b + 8 * spread),
                step, MIN(0.25, 0.6 * spread),
                count, INT((high - low) / step) + 2,
                y, low + step * (SEQUENCE(count) - 1),
                small, EXP(-ABS(y)),
                p, IF(y > 0, 1, small) / (1 + small),
                rest, IF(y > 0, small, 1) / (1 + small),
                density, EXP(
                    a * IF(y > 0, 0, y) - b * IF(y > 0, y, 0) - (a + b) * LN(1 + small)
                        + CLV_LNRISE(b, a) - GAMMALN(a)
                ),
                terms, density * of(p, rest),
                step * (
                    SUM(terms)
                        + INDEX(terms, 1) / CLV_EXPM1(a * step)
                        + INDEX(terms, count) / CLV_EXPM1(b * step)
                )
            )
        )
        """,
        "The mean of a function over a beta distribution, summed over the log-odds.",
    ),
}
