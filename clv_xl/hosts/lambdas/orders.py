"""Formulas over rows of orders: sorted by customer and day, merged to days, then to customers.

Neither looks up a row among rows: what a row needs of those before it is carried down by SCAN, so
20,000 orders take a second or two.
"""

from __future__ import annotations

from typing import Final

from clv_xl.cells import FIRST_SERIAL, LAST_SERIAL
from clv_xl.hosts.lambdas.columns import heading_row
from clv_xl.hosts.lambdas.formula import ColumnsFormula, Helper

HELPERS: Final = {
    "CLV_DAY": Helper(
        f"""
        LAMBDA(cell, blank,
            IF(
                ISERROR(cell), cell,
                IF(
                    ISNUMBER(cell),
                    IF(
                        AND(cell >= {FIRST_SERIAL:.15g}, cell < {LAST_SERIAL + 1:.15g}),
                        INT(cell), #VALUE!
                    ),
                    IF(TRIM(cell) = "", blank, #VALUE!)
                )
            )
        )
        """,
        "The day in a cell, what stands for an empty one, or an error value.",
    ),
    "CLV_DAYS_IN": Helper(
        """
        LAMBDA(period,
            IF(
                period = "day", 1,
                IF(
                    period = "week", 7,
                    365.25 / IF(period = "month", 12, IF(period = "quarter", 4, 1))
                )
            )
        )
        """,
        "The days in a period.",
    ),
    "CLV_ABOVE": Helper(
        "LAMBDA(column, top, TAKE(VSTACK(top, column), ROWS(column)))",
        "A column moved one row down.",
    ),
    "CLV_BELOW": Helper(
        "LAMBDA(column, bottom, DROP(VSTACK(column, bottom), 1))",
        "A column moved one row up.",
    ),
    "CLV_SUMS": Helper(
        "LAMBDA(column, SCAN(0, column, LAMBDA(sum, cell, sum + cell)))",
        "The sums of a column down to each row.",
    ),
    "CLV_CODED": Helper(
        """
        LAMBDA(customer, day, amount,
            LET(
                key, TRIM(customer),
                name, MAP(customer, LAMBDA(cell, IF(ISTEXT(cell), TRIM(cell), cell))),
                row, SEQUENCE(ROWS(customer)),
                sorted, SORTBY(HSTACK(key, row, name, day, amount), key, 1, row, 1),
                keys, CHOOSECOLS(sorted, 1),
                first, keys <> CLV_ABOVE(keys, ""),
                carried, LAMBDA(column,
                    SCAN(
                        "", IF(first, column, ""),
                        LAMBDA(before, cell, IF(cell = "", before, cell))
                    )
                ),
                HSTACK(
                    carried(CHOOSECOLS(sorted, 2)), carried(CHOOSECOLS(sorted, 3)),
                    DROP(sorted, , 3)
                )
            )
        )
        """,
        "Orders with the number and name of each customer: in which row they first occur.",
    ),
    "CLV_BOUGHT": Helper(
        """
        LAMBDA(orders,
            LET(
                sorted, SORTBY(orders, CHOOSECOLS(orders, 1), 1, CHOOSECOLS(orders, 3), 1),
                number, CHOOSECOLS(sorted, 1),
                day, CHOOSECOLS(sorted, 3),
                amount, CHOOSECOLS(sorted, 4),
                last, (number <> CLV_BELOW(number, 0)) + (day <> CLV_BELOW(day, 0)) > 0,
                merged, FILTER(HSTACK(sorted, CLV_SUMS(amount)), last),
                through, CHOOSECOLS(merged, 5),
                sum, through - CLV_ABOVE(through, 0),
                noise, 1E-12 * SUM(ABS(amount)),
                none, ABS(sum) <= noise,
                FILTER(
                    HSTACK(TAKE(merged, ROWS(merged), 3), IF(none, 0, sum)),
                    none + (sum > 0) > 0, #N/A
                )
            )
        )
        """,
        "The days on which each customer bought, with what they spent; returned days are none.",
    ),
    "CLV_HISTORY": Helper(
        """
        LAMBDA(customer, day, amount, end, unit,
            LET(
                inside, day <= end,
                coded, CLV_CODED(customer, day, amount),
                bought, CLV_BOUGHT(FILTER(coded, CHOOSECOLS(coded, 3) <= end)),
                IF(
                    SUM(IF(inside, 1, 0)) = 0, #N/A,
                    IF(
                        ISERROR(CLV_FAULT(TAKE(bought, 1, 1))), #N/A,
                        LET(
                            number, CHOOSECOLS(bought, 1),
                            days, CHOOSECOLS(bought, 3),
                            sum, CHOOSECOLS(bought, 4),
                            first, number <> CLV_ABOVE(number, 0),
                            last, number <> CLV_BELOW(number, 0),
                            gap, IF(first, unit, days - CLV_ABOVE(days, 0)),
                            through, HSTACK(
                                SEQUENCE(ROWS(number)), CLV_SUMS(IF(first, 0, sum)),
                                CLV_SUMS(LN(gap / unit)), days
                            ),
                            ends, FILTER(through, last),
                            starts, FILTER(through, first),
                            frequency, CHOOSECOLS(ends, 1) - CHOOSECOLS(starts, 1),
                            HSTACK(
                                FILTER(CHOOSECOLS(bought, 2), first),
                                frequency,
                                (CHOOSECOLS(ends, 4) - CHOOSECOLS(starts, 4)) / unit,
                                (end - CHOOSECOLS(starts, 4)) / unit,
                                (CHOOSECOLS(ends, 2) - CHOOSECOLS(starts, 2))
                                    / IF(frequency = 0, 1, frequency),
                                CHOOSECOLS(ends, 3) - CHOOSECOLS(starts, 3),
                                CHOOSECOLS(ends, 4)
                            )
                        )
                    )
                )
            )
        )
        """,
        "Each customer's name, frequency, recency, age, mean value, log gaps and last day.",
    ),
}
FORMULAS: Final = {
    "RFM_SUMMARY": ColumnsFormula(
        f"""
        LET(
            days, INT(date),
            end, IF(end_date = "", MAX(days), end_date),
            found, CLV_HISTORY(customer, days, amount, end, CLV_DAYS_IN(period)),
            IF(
                ISERROR(CLV_FAULT(TAKE(found, 1, 1))), #N/A,
                VSTACK(
                    {heading_row("RFM_SUMMARY")},
                    HSTACK(
                        TAKE(found, ROWS(found), 4),
                        IF(SEQUENCE(ROWS(found)) * no_amount > 0, "", CHOOSECOLS(found, 5)),
                        CHOOSECOLS(found, 6)
                    )
                )
            )
        )
        """,
        {"amount": "0"},
    ),
}
