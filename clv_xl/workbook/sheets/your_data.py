"""What sheet Start says about the user's data: what is counted, what is not, and what to do.

The sentences on rows and samples are formulas of the spreadsheet program alone: they are true after
any paste, also where no function of clv_xl answers.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.verdicts import ORDERS_READ, Verdict
from clv_xl.sample_marks import CUSTOMER_PATTERN, ORDER_PREFIX, TOWNS
from clv_xl.workbook.sheets.orders_check import CHECK

COUNTED: Final = (("Orders", "customer"), ("Customers", "customer"), ("Channels", "channel"))
"""The input tables, each with the column that is filled in every row."""
_ABOVE: Final = 99
"""Rows in which texts above a table are looked for."""
_SUSPECT: Final = (Verdict.CHECK, Verdict.MERGED, Verdict.IGNORED)


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
    return f"(COUNTA(INDEX({table}!$A:$Z,0,{place}))-COUNTA({table}[[#All],[{column}]])-{above})"


def sample_left() -> str:
    """Return the formula of the sentence on sample rows beside the user's own."""
    orders = (
        f'COUNTIFS({_column("Orders", "order")},"{ORDER_PREFIX}*",'
        f'{_column("Orders", "customer")},"{CUSTOMER_PATTERN}")'
    )
    customers = "+".join(
        f'COUNTIFS({_column("Customers", "customer")},"{CUSTOMER_PATTERN}",'
        f'{_column("Customers", "town")},"{town}")'
        for town in TOWNS
    )
    remedy = "select their row numbers, right-click, Delete"
    orders_left = (
        f'"{Verdict.FIX}: "&TEXT({orders},"#,##0")&" sample orders of the fictional roaster are '
        f'still in the Orders table: {remedy}"'
    )
    customers_left = (
        f'"{Verdict.FIX}: "&TEXT({customers},"#,##0")&" sample customers of the fictional roaster '
        f'are still in the Customers table: {remedy}"'
    )
    return (
        f"=IFERROR(IF({orders}=0,"
        f'IF({customers}=0,"{Verdict.ALL} rows are your own",{customers_left}),'
        f"IF({orders}<COUNTA(Orders[customer]),{orders_left},"
        f'"{Verdict.ALL} orders are sample data of a fictional roaster; replace them with your '
        f'own")),"{Verdict.FIX}: sheets Orders and Customers lack a column of the template, so '
        'sample rows could not be looked for")'
    )


def _column(table: str, name: str) -> str:
    """Return a column with its heading: not every program counts in a range of one cell."""
    return f"{table}[[#All],[{name}]]"


def orders_findings() -> str:
    """Return the formula of the sentence on what was found in the orders.

    A check that did not run never reads as "no problems": its first finding is the orders read.
    """
    found, rows = CHECK.column(1), CHECK.column(2)
    refused = f'SUMIF({found},"{Verdict.REFUSED}*",{rows})'
    looks = "+".join(f'COUNTIF({found},"{word}*")' for word in _SUSPECT)
    failed = f'"{Verdict.FIX}: the check could not run: '
    return (
        f'=IFERROR(IF(COUNTA(Orders[customer])=0,"{Verdict.FIX}: there are no orders; paste yours '
        'into sheet Orders",'
        f'IF(COUNT(Orders[amount])=0,"{Verdict.FIX}: no order has an amount; fill in column amount '
        'of sheet Orders with numbers",'
        f"IF(OR(ISERROR({CHECK.header(1)}),ISERROR({CHECK.first})),{failed}install clv_xl in this "
        'program and recalculate, or run clv-xl recalc on this file",'
        f'IF(OR({CHECK.first}&""<>"{ORDERS_READ}",NOT(ISNUMBER({CHECK.cell(2, 1)}))),{failed}its '
        'cells in sheet Orders check are overwritten; undo that, or start from a new template",'
        f'IF({refused}>0,"{Verdict.FIX}: "&{refused}&" rows cannot be used; see sheet '
        'Orders check",'
        f'IF({looks}>0,"{Verdict.CHECK}: "&({looks})&" findings; see sheet Orders check",'
        f'"{Verdict.ALL} good: no problems found")))))),'
        f"{failed}a table or column of sheet Orders is missing; undo that, or start from a new "
        'template")'
    )
