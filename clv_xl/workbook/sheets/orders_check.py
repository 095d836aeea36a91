"""What is counted of the orders, what was found in them, and whom sheet Customers lacks."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.banner import NAME
from clv_xl.workbook.declarations import (
    Formula,
    Heading,
    Item,
    Listing,
    Name,
    Role,
    Rule,
    Sheet,
    Spill,
    Style,
)
from clv_xl.workbook.meanings import headings, measure_units
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import customer_list
from clv_xl.workbook.sheets.last_refresh import last_refresh
from clv_xl.workbook.sheets.lists import LONG, MOST
from clv_xl.workbook.sheets.settings import END_DATE

NOTE: Final = Ref("data_note")
COUNTED: Final = Ref("orders_counted")
CHECK: Final = Ref("orders_check")
MISSING: Final = Ref("customers_missing")
FINDINGS: Final = Ref("findings")
"""The sentences of sheet Start on the data."""
SENTENCES: Final = 6
"""How many of them there are."""
NAMES: Final = (
    "Orders_counted",
    "Customers_counted",
    "Revenue",
    "First_order",
    "Last_order",
    "Rows_left_out",
    "Rows_repeated",
)
"""The names of what ORDERS_SUMMARY gives, row by row."""
_ORDERS: Final = "Orders[customer],Orders[date],Orders[amount]"
_WIDTH: Final = 78


def orders_check() -> Sheet:
    """Return the sheet of what is counted of the orders and what was found in them."""
    return Sheet(
        "Orders check",
        Role.REPORT,
        "Orders check",
        "Which of your orders the reports count, and what was found in them: left out, merged, "
        "ignored, or to be checked. Rows are counted from the first order.",
        (
            (_note(),),
            (_counted(),),
            (_check(),),
            (last_refresh(),),
            (_missing_sentence(),),
            (_missing(),),
        ),
        names=(
            Name(NAME, f"={NOTE.first}"),
            *(Name(name, f"={COUNTED.cell(2, row)}") for row, name in enumerate(NAMES, 1)),
        ),
    )


def _note() -> Listing:
    """Return the sentence that every report repeats: the first of Start that asks for a remedy."""
    note = '""'
    for row in range(SENTENCES, 0, -1):
        sentence = FINDINGS.cell(2, row)
        fix = Verdict.FIX.word
        note = f'IF(LEFT({sentence},{len(fix)})="{fix}",{sentence},{note})'
    return Listing(
        NOTE.key,
        ((Item(Formula(f'=IFERROR({note},"")'), Style.LABEL),),),
        widths=(_WIDTH,),
        rules=((Rule.STATUS, 1),),
    )


def _counted() -> Spill:
    return Spill(
        COUNTED.key,
        "What is counted",
        f'=IFERROR(ORDERS_SUMMARY({_ORDERS},{END_DATE},Orders[order]),"")',
        headings("ORDERS_SUMMARY", measure=_WIDTH, value=14),
        len(NAMES),
        note="A row that repeats the order number, customer and amount of another counts once.",
        row_units=measure_units("ORDERS_SUMMARY"),
        rules=(Rule.LINE,),
    )


def _check() -> Spill:
    return Spill(
        CHECK.key,
        "What was found",
        f'=IFERROR(ORDERS_CHECK({_ORDERS},Orders[order]),"")',
        headings("ORDERS_CHECK", finding=_WIDTH, rows=14, first=9),
        20,
        rules=(Rule.LINE,),
    )


def _missing_sentence() -> Listing:
    nobody = f'"{Verdict.ALL} customers of your orders are in sheet Customers"'
    some = (
        f'"{Verdict.FIX}: copy these customers below the list of sheet Customers; clv-xl refresh '
        'does so by itself"'
    )
    first = MISSING.cell(1, 1)
    sentence = f'=IFERROR(IF({MISSING.header(1)}="","",IF({first}&""="",{nobody},{some})),"")'
    return Listing(
        "customers_missing_sentence",
        ((Item(Formula(sentence), Style.LABEL),),),
        heading="Customers in your orders that sheet Customers lacks",
        widths=(_WIDTH,),
        rules=((Rule.STATUS, 1),),
        tall=True,
    )


def _missing() -> Spill:
    return Spill(
        MISSING.key,
        "",
        f"=IFERROR(CUSTOMERS_MISSING({customer_list()},Orders[customer],"
        f'Orders[amount],Orders[date],{END_DATE},Orders[order]),"")',
        (
            Heading("customer", Unit.TEXT, _WIDTH),
            Heading("orders", Unit.COUNT, 14),
            Heading("revenue", Unit.MONEY, 9),
        ),
        LONG,
        rules=(Rule.LINE,),
    )


HOW_MANY: Final = f"COUNT({MISSING.column(2, MOST)})"
"""How many customers sheet Customers lacks."""
THEIR_REVENUE: Final = f"SUM({MISSING.column(3, MOST)})"
