"""The first sheet: a dashboard, what was found in the data, what to do, and where to look."""

from __future__ import annotations

from collections.abc import Sequence

from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    EMPTY_LABEL,
    Formula,
    Item,
    Listing,
    Role,
    Rule,
    Sheet,
    Style,
)
from clv_xl.workbook.sheets.chart_data import chart_data
from clv_xl.workbook.sheets.columns import columns_found
from clv_xl.workbook.sheets.dashboard import WIDTHS, cards, chart_note, charts
from clv_xl.workbook.sheets.figures import figures, states
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.purchases import SUMMARY, SUMMARY_CALL
from clv_xl.workbook.sheets.sheet_map import sheet_map
from clv_xl.workbook.sheets.your_data import (
    customers_found,
    orders_findings,
    rows_below,
    sample_left,
)

SAMPLE = (
    "It holds sample data: two years of orders from a fictional coffee roaster. Replace it with "
    "your own."
)
EMPTY = "Fill in the sheets with a yellow tab; the reports follow."
OVER_SAMPLE = (
    "over the sample in Orders, Customers, Channels; delete sample rows left over: select their "
    "row numbers, right-click, Delete"
)
INTO_EMPTY = "your orders, customers and channels into Orders, Customers, Channels"
STEPS = (
    ("2  Recalculate", "In Excel press Ctrl+Alt+F9, in LibreOffice Ctrl+Shift+F9.", ""),
    (
        "3  Read",
        "Read what was found in your data (above), then the reports.",
        "Segments",
    ),
)

_REST = (EMPTY_LABEL,) * (len(WIDTHS) - 2)


def start(others: Sequence[Sheet], *, with_sample: bool = True) -> Sheet:
    """Return the first sheet, with a line for each of the others."""
    paste = f"Paste yours {OVER_SAMPLE}." if with_sample else f"Paste {INTO_EMPTY}."
    return Sheet(
        "Start",
        Role.START,
        "What are your customers worth?",
        "A workbook for customer lifetime value. " + (SAMPLE if with_sample else EMPTY),
        (
            (cards(),),
            (charts(),),
            (chart_note(),),
            (findings(),),
            (_steps(paste),),
            (figures(),),
            (sheet_map(others, WIDTHS),),
            (states(),),
            *chart_data(),
        ),
        one_page=True,
        last_on_paper="findings",
        compact=True,
    )


def _steps(paste: str) -> Listing:
    return Listing(
        "steps",
        tuple(
            (Item(step, Style.LINK, link=link), Item(what, Style.LABEL), *_REST)
            for step, what, link in (("1  Paste", paste, "Orders"), *STEPS)
        ),
        heading="What to do",
        widths=WIDTHS,
    )


def findings() -> Listing:
    """Return what was found in the input sheets, a line for each question."""
    checks = (
        ("Columns", columns_found()),
        ("Rows", rows_below()),
        ("Sample", sample_left()),
        ("Orders", orders_findings()),
        ("Customers", customers_found()),
        ("Lists", _lists()),
    )
    return Listing(
        "findings",
        tuple(
            (Item(label, Style.LABEL), Item(Formula(formula), Style.LABEL), *_REST)
            for label, formula in checks
        ),
        heading="Your data",
        widths=WIDTHS,
        rules=((Rule.STATUS, 2),),
        row_height=12.75,
    )


def _lists() -> str:
    """Return the formula of whether the lists hold all customers: not every program lets them grow.

    LibreOffice keeps the cells that a table filled when it was entered.
    """
    numbers = 'TEXT(shown,"#,##0")&" of "&TEXT(everyone,"#,##0")&" customers'
    few = (
        f'"{Verdict.FIX}: sheets Backtest and Predictions show "&'
        f'{numbers}; run clv-xl recalc on this file"'
    )
    verdict = (
        f'IF(shown>=everyone,"{Verdict.ALL} customers are in sheets Backtest and Predictions",'
        f"IF(shown>={MOST},"
        f'"{Verdict.CHECK}: the totals of sheet Predictions include "&{numbers}",{few}))'
    )
    return (
        f"=IFERROR(LET(everyone,ROWS({SUMMARY_CALL})-1,shown,COUNT({SUMMARY.column(2, MOST)}),"
        f"{verdict}),"
        f'"{Verdict.FIX}: the orders cannot be read; see the lines above")'
    )
