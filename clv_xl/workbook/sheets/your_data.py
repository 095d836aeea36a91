"""What sheet Start says about the user's data: what is counted, what is not, and what to do.

The sentences on rows and samples are formulas of the spreadsheet program alone: they are true after
any paste, also where no function of clv_xl answers.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.verdicts import Verdict

COUNTED: Final = (("Orders", "customer"), ("Customers", "customer"), ("Channels", "channel"))
"""The input tables, each with the column that is filled in every row."""
_ABOVE: Final = 99
"""Rows in which texts above a table are looked for."""


def rows_below() -> str:
    """Return the formula of the sentence on rows that stand below the input tables."""
    sentence = f'"{Verdict.ALL} rows of the input tables are counted"'
    for table, column in reversed(COUNTED):
        below = _count_below(table, column)
        sentence = (
            f'IF({below}>0,"{Verdict.FIX}: "&TEXT({below},"#,##0")&" rows below the {table} table '
            "are not counted: in Excel drag the table's corner down over them, in LibreOffice run "
            f'clv-xl recalc on this file",{sentence})'
        )
    return f'=IFERROR({sentence},"{Verdict.FIX}: an input table or its column is missing")'


def _count_below(table: str, column: str) -> str:
    """Return the number of filled cells below a table's column, wherever on its sheet it stands.

    No range ends in a function here (A1:INDEX(...)): not every program computes that. MIN makes one
    number of what some take for a list.
    """
    place = f"MIN(COLUMN({table}[[#Headers],[{column}]]))"
    header = f"MIN(ROW({table}[[#Headers],[{column}]]))"
    above = (
        f'SUMPRODUCT((INDEX({table}!$A$1:$Z${_ABOVE},0,{place})<>"")'
        f"*(ROW({table}!$A$1:$A${_ABOVE})<{header}))"
    )
    return (
        f"(COUNTA(INDEX({table}!$A:$Z,0,{place}))-COUNTA({table}[[#All],[{column}]])-{above})"
    )
