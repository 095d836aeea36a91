"""The first sheet: what this is, what to do, and the figures that matter most."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import BREAK_EVEN_RATIO, TARGET_RATIO, Verdict
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
from clv_xl.workbook.sheets.acquisition_cost import CAC, CAC_SOURCE, CLV_TO_CAC
from clv_xl.workbook.sheets.channel_report import BY_CHANNEL
from clv_xl.workbook.sheets.columns import ROWS_FILLED, columns_found
from clv_xl.workbook.sheets.filled import CUSTOMERS_FILLED, shown
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.predictions import FORECAST
from clv_xl.workbook.sheets.purchases import SUMMARY, SUMMARY_CALL
from clv_xl.workbook.sheets.segments import BY_SEGMENT, CONCENTRATION
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
WIDTHS = (30, 18, 96)


def start(others: Sequence[Sheet], *, with_sample: bool = True) -> Sheet:
    """Return the first sheet, with a line for each of the others."""
    paste = f"Paste yours {OVER_SAMPLE}." if with_sample else f"Paste {INTO_EMPTY}."
    return Sheet(
        "Start",
        Role.START,
        "What are your customers worth?",
        "A workbook for customer lifetime value. " + (SAMPLE if with_sample else EMPTY),
        (
            (
                Listing(
                    "findings",
                    _findings(),
                    heading="Your data",
                    widths=WIDTHS,
                    rules=((Rule.STATUS, 2),),
                    tall=True,
                ),
            ),
            (
                Listing(
                    "steps",
                    tuple(
                        (Item(step, Style.LINK, link=link), Item(what, Style.LABEL), EMPTY_LABEL)
                        for step, what, link in (("1  Paste", paste, "Orders"), *STEPS)
                    ),
                    widths=WIDTHS,
                    tall=True,
                ),
            ),
            (Listing("figures", _figures(), heading="At a glance", widths=WIDTHS, tall=True),),
            (
                Listing(
                    "sheets",
                    tuple(
                        (
                            Item(sheet.title, Style.LINK, link=sheet.title),
                            Item(_first_sentence(sheet), Style.LABEL),
                            EMPTY_LABEL,
                        )
                        for sheet in others
                    ),
                    heading="Sheets",
                    widths=WIDTHS,
                    tall=True,
                ),
            ),
        ),
        one_page=True,
    )


def _first_sentence(sheet: Sheet) -> str:
    """Return the first sentence of a sheet's lead."""
    return re.split(r"(?<=[.?]) ", sheet.lead)[0]


def _figure(label: str, formula: str, unit: Unit, note: str | Formula) -> tuple[Item, ...]:
    said = note.text.removeprefix("=") if isinstance(note, Formula) else f'"{note}"'
    return (
        Item(label, Style.LABEL),
        Item(Formula(f'=IF({ROWS_FILLED}=0,"no data yet",{formula[1:]})'), Style.FIGURE, unit),
        Item(
            Formula(f'=IF(Currency="","",Currency&", ")&{said}') if unit is Unit.MONEY else note,
            Style.NOTE,
        ),
    )


def _figures() -> tuple[tuple[Item, ...], ...]:
    clv = "Customers[clv]"
    return (
        _figure("Customers", f"={CUSTOMERS_FILLED}", Unit.COUNT, "in sheet Customers"),
        _figure("Revenue", "=Revenue", Unit.MONEY, "all orders less returns"),
        _figure(
            "CLV so far",
            f"=AVERAGE({clv})",
            Unit.MONEY,
            "average gross profit per customer to date (historical CLV)",
        ),
        _figure("CAC", CAC, Unit.MONEY, Formula(CAC_SOURCE)),
        _figure(
            "CLV to CAC",
            CLV_TO_CAC,
            Unit.RATIO,
            f"{TARGET_RATIO:g} is a common target; "
            f"below {BREAK_EVEN_RATIO:g} a customer costs more than they earn you",
        ),
        _figure(
            "Likely still active",
            f"={FORECAST.cell(2, 2)}",
            Unit.COUNT,
            "customers, from their probability of being active (sheet Predictions)",
        ),
        _figure(
            "Expected value",
            f"={FORECAST.cell(2, 4)}",
            Unit.MONEY,
            "expected margin from today's customers (sheets Predictions and Models)",
        ),
        _figure(
            "80 % of value comes from",
            shown(CONCENTRATION.cell(2, 11)),
            Unit.SHARE,
            "of customers (sheet Segments)",
        ),
        _figure(
            "Best segment",
            shown(BY_SEGMENT.cell(1, 1)),
            Unit.TEXT,
            "largest total CLV (sheet Segments)",
        ),
        _figure(
            "Best channel",
            shown(BY_CHANNEL.cell(1, 1)),
            Unit.TEXT,
            "highest value for its cost (sheet Channel report)",
        ),
    )


def _findings() -> tuple[tuple[Item, ...], ...]:
    checks = (
        ("Columns", columns_found()),
        ("Rows", rows_below()),
        ("Sample", sample_left()),
        ("Orders", orders_findings()),
        ("Customers", customers_found()),
        ("Lists", _lists()),
    )
    return tuple(
        (Item(label, Style.LABEL), Item(Formula(formula), Style.LABEL), EMPTY_LABEL)
        for label, formula in checks
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
