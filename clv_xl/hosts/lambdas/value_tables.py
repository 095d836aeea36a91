"""Formulas of the tables over customers and what they are worth."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import BLANK_LABEL
from clv_xl.hosts.lambdas.columns import heading_row
from clv_xl.hosts.lambdas.formula import ColumnsFormula, Helper
from clv_xl.hosts.lambdas.syntax import quoted

HELPERS: Final = {
    "CLV_RANKS": Helper(
        """
        LAMBDA(first,
            SCAN(0, IF(first, 1, 0), LAMBDA(rank, begins, IF(begins = 1, 1, rank + 1)))
        )
        """,
        "The place of each row in its group, from 1 on.",
    ),
    "CLV_REVERSED": Helper(
        "LAMBDA(column, SORTBY(column, SEQUENCE(ROWS(column)), -1))", "A column upside down."
    ),
    "CLV_GROUPED": Helper(
        """
        LAMBDA(label, worth, cost,
            LET(
                coded, CLV_CODED(label, worth, cost),
                sorted, SORTBY(coded, CHOOSECOLS(coded, 1), 1, CHOOSECOLS(coded, 3), 1),
                number, CHOOSECOLS(sorted, 1),
                value, CHOOSECOLS(sorted, 3),
                costs, CHOOSECOLS(sorted, 4),
                known, CLV_NUMERIC(costs),
                last, number <> CLV_BELOW(number, 0),
                apart, ABS(
                    CLV_RANKS(number <> CLV_ABOVE(number, 0))
                        - CLV_REVERSED(CLV_RANKS(CLV_REVERSED(last)))
                ),
                one, EXP(0 * number),
                ends, LAMBDA(column,
                    LET(
                        through, FILTER(CLV_SUMS(column), last),
                        through - CLV_ABOVE(through, 0)
                    )
                ),
                HSTACK(
                    FILTER(CHOOSECOLS(sorted, 2), last),
                    ends(one), ends(value),
                    ends(IF(apart = 0, value, IF(apart = 1, value / 2, 0))),
                    ends(known), ends(IF(known = 1, costs, 0)), ends(known * value),
                    ends(IF(known = 1, IF(value < costs, 1, 0), 0))
                )
            )
        )
        """,
        "Of each group: name, customers, value, median, known costs, their sum and value, losses.",
    ),
    "CLV_SEGMENT_ROWS": Helper(
        """
        LAMBDA(groups, customers, worth, costs_given,
            LET(
                count, CHOOSECOLS(groups, 2),
                total, CHOOSECOLS(groups, 3),
                known, CHOOSECOLS(groups, 5),
                cost, CHOOSECOLS(groups, 6),
                shown, IF(costs_given, known, 0 * known),
                HSTACK(
                    CHOOSECOLS(groups, 1), count, count / customers, total,
                    total / worth,
                    total / count, CHOOSECOLS(groups, 4),
                    IF(shown = 0, "", cost / IF(known = 0, 1, known)),
                    IF(
                        shown = 0, "",
                        IF(cost = 0, #DIV/0!, CHOOSECOLS(groups, 7) / IF(cost = 0, 1, cost))
                    ),
                    IF(known = 0, "", CHOOSECOLS(groups, 8))
                )
            )
        )
        """,
        "The rows of CLV_SEGMENT.",
    ),
}
FORMULAS: Final = {
    "CLV_SEGMENT": ColumnsFormula(
        f"""
        LET(
            costs_given, IF(no_acquisition_cost, FALSE, SUM(CLV_NUMERIC(acquisition_cost)) > 0),
            cost, IF(SEQUENCE(ROWS(clv)) * costs_given > 0, acquisition_cost, 0),
            groups, CLV_GROUPED(segment, clv, cost),
            blank, IF(CHOOSECOLS(groups, 1) = {quoted(BLANK_LABEL)}, 1, 0),
            sorted, SORTBY(groups, CHOOSECOLS(groups, 3), -1, blank, 1),
            known, CLV_NUMERIC(cost),
            customers, ROWS(clv),
            worth, SUM(clv),
            everyone, HSTACK(
                "All", customers, worth, MEDIAN(clv), SUM(known), SUM(IF(known = 1, cost, 0)),
                SUM(known * clv), SUM(IF(known = 1, IF(clv < cost, 1, 0), 0))
            ),
            VSTACK(
                {heading_row("CLV_SEGMENT")},
                CLV_SEGMENT_ROWS(VSTACK(sorted, everyone), customers, worth, costs_given)
            )
        )
        """,
    ),
    "CLV_CONCENTRATION": ColumnsFormula(f"""
        LET(
            customers, ROWS(clv),
            best, SORT(clv, 1, -1),
            total, SUM(best),
            IF(
                OR(customers < bins, total <= 0), #N/A,
                LET(
                    running, CLV_SUMS(best) / total,
                    place, SEQUENCE(customers),
                    group, SEQUENCE(bins),
                    exact, group * customers / bins,
                    below, INT(exact),
                    ends, IF(
                        exact - below = 0.5, 2 * INT((below + 1) / 2), INT(exact + 0.5)
                    ),
                    reached, MAP(ends, LAMBDA(end, INDEX(running, end, 1))),
                    VSTACK(
                        {heading_row("CLV_CONCENTRATION")},
                        HSTACK(
                            group, (ends - CLV_ABOVE(ends, 0)) / customers,
                            reached - CLV_ABOVE(reached, 0), ends / customers, reached
                        ),
                        HSTACK(
                            "Share of customers that makes 80 % of value",
                            MIN(IF(running >= 0.8 - 1E-12, place, customers)) / customers,
                            "", "", ""
                        ),
                        HSTACK(
                            "Gini coefficient",
                            MAP(
                                TAKE(best, -1),
                                LAMBDA(worst,
                                    IF(
                                        worst < 0, #N/A,
                                        (customers + 1 - 2 * SUM(place * best) / total) / customers
                                    )
                                )
                            ),
                            "", "", ""
                        )
                    )
                )
            )
        )
    """),
}
