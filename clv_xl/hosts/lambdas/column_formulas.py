"""Formulas that bring the columns of a call into one form."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.lambdas.formula import Helper

WHOLE: Final = 1_048_576
"""Rows of a sheet."""

HELPERS: Final = {
    "CLV_USED": Helper(
        f"""
        LAMBDA(given,
            IF(
                CLV_ROWS(given) < {WHOLE}, CLV_ROWS(given),
                IFERROR(XMATCH(1, IFERROR(IF(given = "", 0, 1), 1), 0, -1), 1)
            )
        )
        """,
        "The rows of an argument, of a whole column those in use.",
    ),
    "CLV_COLUMN": Helper(
        """
        LAMBDA(given, several, used,
            LET(
                part, IF(CLV_ROWS(given) > used, TAKE(given, used), given),
                cells, IF(TRIM(part) = "", "", part),
                IF(
                    MIN(CLV_ROWS(part), CLV_COLUMNS(given)) > 1,
                    IF(several, cells, #VALUE!),
                    TOCOL(cells)
                )
            )
        )
        """,
        "The cells of an argument as one column, empty ones as empty text.",
    ),
    "CLV_HEADED": Helper(
        """
        LAMBDA(column, title,
            IF(ROWS(column) = 1, TRUE, IFERROR(TRIM(INDEX(column, 1, 1)) = title, FALSE))
        )
        """,
        "Whether a column begins with this title, or is a single cell.",
    ),
    "CLV_WORDED": Helper(
        'LAMBDA(column, LET(top, CLV_CELL(column, 1, 1), IF(ISTEXT(top), top <> "", FALSE)))',
        "Whether a column begins with a text.",
    ),
    "CLV_ALONG": Helper(
        """
        LAMBDA(column, size,
            IF(
                AND(ROWS(column) = 1, size > 1),
                IF(SEQUENCE(size) > 0, CLV_CELL(column, 1, 1)), column
            )
        )
        """,
        "A column of this many rows; a single cell repeats.",
    ),
    "CLV_FAULT": Helper(
        "LAMBDA(cells, SUM(VSTACK(0, TOCOL(cells))))",
        "The first error value among cells; a number if there is none.",
    ),
    "CLV_NUMERIC": Helper(
        "LAMBDA(cells, MAP(cells, LAMBDA(cell, IF(ISNUMBER(cell), 1, 0))))",
        "Which cells are numbers: 1, else 0.",
    ),
    "CLV_BESIDE": Helper(
        """
        LAMBDA(found, kept,
            LET(
                row, SEQUENCE(ROWS(kept)),
                empty, SUM(IF(kept > 0, 0, 1)),
                IF(
                    empty = 0, found,
                    SORTBY(
                        VSTACK(
                            found,
                            MAKEARRAY(empty, COLUMNS(found), LAMBDA(down, across, ""))
                        ),
                        VSTACK(FILTER(row, kept > 0), FILTER(row, kept = 0)), 1
                    )
                )
            )
        )
        """,
        "The rows of a result, each beside its row of the input.",
    ),
}
