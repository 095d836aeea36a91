"""What sheet Start says about the user's data: what is counted, what is not, and what to do.

The sentences on rows and samples are formulas of the spreadsheet program alone: they are true after
any paste, also where no function of clv_xl answers.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.verdicts import ORDERS_READ, SWAPPED, Verdict
from clv_xl.sample_marks import CUSTOMER_PATTERN, ORDER_PREFIX, TOWNS
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED, number
from clv_xl.workbook.sheets.orders_check import CHECK, FINDINGS, HOW_MANY, MISSING, THEIR_REVENUE

TABLES: Final = {"Orders": 5, "Customers": 8, "Channels": 2}
"""The input tables, each with how many of its first columns the user fills in."""
_SUSPECT: Final = (Verdict.CHECK, Verdict.MERGED, Verdict.IGNORED)


def rows_below() -> str:
    """Return the formula of the sentence on rows that stand below the input tables."""
    sentence = f'"{Verdict.ALL} rows of the input tables are read"'
    for table in reversed(TABLES):
        counts = [_filled_below(table, place) for place in range(1, TABLES[table] + 1)]
        below = f"MAX({','.join(counts)})"
        sentence = (
            f'IF({below}>0,"{Verdict.FIX}: "&TEXT({below},"#,##0")&" rows below the {table} table '
            "are not counted: in Excel drag the table's corner down over them, in LibreOffice run "
            f'clv-xl recalc on this file",{sentence})'
        )
    return f'=IFERROR({sentence},"{Verdict.FIX}: an input table or its column is missing")'


def _filled_below(table: str, place: int) -> str:
    """Return the number of filled cells below a column of a table, wherever on its sheet it stands.

    No range ends in a function here (A1:INDEX(...)): not every program computes that.
    """
    column, header = Ref(table).whole_column(place), Ref(table).header(place)
    offset = f"COLUMN({header})-MIN(COLUMN({table}[#Headers]))+1"
    above = Ref(table).above_header(place)
    return f'COUNTIF({column},"<>")-COUNTA(INDEX({table}[#All],0,{offset}))-COUNTA({above})'


def sample_left() -> str:
    """Return the formula of the sentence on sample rows beside the user's own."""
    # Wherever a paste with other columns has left them.
    orders = f'COUNTIF(Orders[#All],"{ORDER_PREFIX}*")'
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
    own = f'"{Verdict.ALL} rows are your own"'
    sample = (
        f'"{Verdict.ALL} orders are sample data of a fictional roaster; replace them with your own"'
    )
    of_customers = f"IF(({customers})=0,{own},{customers_left})"
    among_others = f"IFERROR({orders}<{ROWS_FILLED},TRUE)"
    return (
        f"=IFERROR(IF({orders}=0,{of_customers},IF({among_others},{orders_left},{sample})),"
        f'"{Verdict.FIX}: sheet Customers lacks a column of the template, so sample rows could not '
        'be looked for")'
    )


def _orders_column(heading: str) -> str:
    """Return a column of Orders with its heading, found by it."""
    return f"INDEX(Orders[#All],0,{number('Orders', heading)})"


def _column(table: str, name: str) -> str:
    """Return a column with its heading: not every program counts in a range of one cell."""
    return f"{table}[[#All],[{name}]]"


def orders_findings() -> str:
    """Return the formula of the sentence on what was found in the orders.

    A check that did not run never reads as "no problems": its first finding is the orders read.
    """
    found = CHECK.column(1)
    looks = "+".join(f'COUNTIF({found},"{word}*")' for word in _SUSPECT)
    failed = f'"{Verdict.FIX}: the check could not run: '
    repeated = (
        'IF(Rows_repeated=0,""," "&TEXT(Rows_repeated,"#,##0")&'
        'IF(Rows_repeated=1," repeated row counts once."," repeated rows count once."))'
    )
    dates = f'IFERROR(INDEX({CHECK.column(2)},MATCH("{Verdict.CHECK}: {SWAPPED}",{found},0)),0)'
    swapped = (
        f'IF({dates}=0,""," In "&TEXT({dates},"#,##0")&IF({dates}=1," row"," rows")&" day and '
        'month may be swapped: compare them with the source, or write all as 2024-03-31.")'
    )
    left_out = (
        f'IF(Rows_left_out=1,"{Verdict.FIX}: 1 row of sheet Orders is left out of every report",'
        f'"{Verdict.FIX}: "&TEXT(Rows_left_out,"#,##0")&" rows of sheet Orders are left out of '
        'every report")&"; sheet Orders check says why."'
    )
    return (
        f'=IFERROR(IF({ROWS_FILLED}=0,"{Verdict.FIX}: there are no orders; paste yours '
        'into sheet Orders",'
        f'IF(COUNTA({_orders_column("amount")})<2,"{Verdict.FIX}: no order has an amount; fill in '
        'the amounts of sheet Orders with numbers",'
        f'IF(LEFT({FINDINGS.cell(2, 1)},{len(Verdict.FIX.word)})="{Verdict.FIX}",{failed}see what '
        'is said of the columns above",'
        f'IF(OR(ISERROR({CHECK.header(1)}),ISERROR({CHECK.first}),{CHECK.header(1)}=""),'
        f"{failed}install clv_xl in this "
        'program and recalculate, or run clv-xl recalc on this file",'
        f'IF(OR({CHECK.first}&""<>"{ORDERS_READ}",NOT(ISNUMBER({CHECK.cell(2, 1)})),'
        f"NOT(ISNUMBER(Rows_left_out))),{failed}its "
        'cells in sheet Orders check are overwritten; undo that, or start from a new template",'
        f"IF(Rows_left_out>0,{left_out}&{repeated}&{swapped},"
        f'IF({looks}>0,"{Verdict.CHECK}: "&({looks})&" findings; see sheet Orders check."&'
        f'{repeated}&{swapped},"{Verdict.ALL} good: no problems found"))))))),'
        f"{failed}a table or column of sheet Orders is missing; see above, or start from a new "
        'template")'
    )


def customers_found() -> str:
    """Return the formula of the sentence on customers of the orders that are not listed."""
    listed = f'"{Verdict.ALL} customers of your orders are in sheet Customers"'
    lacking = (
        f'"{Verdict.FIX}: sheet Customers lacks "&TEXT({HOW_MANY},"#,##0")&" customers of your '
        f'orders, with "&TEXT({THEIR_REVENUE},"#,##0")&" of revenue; sheet Orders check lists them"'
    )
    unknown = f'"{Verdict.FIX}: the customers of your orders are not known; see the lines above"'
    return (
        f"=IFERROR(IF({ROWS_FILLED}=0,{unknown},IF(NOT(ISNUMBER(Orders_counted)),{unknown},"
        f'IF(OR(ISERROR({MISSING.header(1)}),{MISSING.header(1)}=""),{unknown},'
        f"IF({HOW_MANY}=0,{listed},{lacking})))),{unknown})"
    )
