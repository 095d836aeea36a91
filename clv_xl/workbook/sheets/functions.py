"""The sheet that explains every function, made from the declarations."""

from __future__ import annotations

import textwrap
from typing import Final

from clv_xl.functions import CATALOGUE, CATEGORIES
from clv_xl.functions.spec import Function, Number, Parameter, Unit
from clv_xl.workbook.declarations import Formula, Item, Listing, Role, Sheet, Style

UNIT_WORDS: Final = {
    Unit.MONEY: "money",
    Unit.SHARE: "share (0.1 is 10 %)",
    Unit.PERIODS: "periods",
    Unit.MONTHS: "months",
    Unit.DAYS: "days",
    Unit.COUNT: "count",
    Unit.DECIMAL: "number",
    Unit.RATIO: "ratio",
    Unit.SCORE: "score",
    Unit.DATE: "date",
    Unit.TEXT: "text",
}


def functions() -> Sheet:
    """Return the sheet that explains every function, in the order of the catalogue."""
    rows: list[tuple[Item, ...]] = []
    for category in CATEGORIES:
        members = [one for one in CATALOGUE.values() if one.category == category]
        if members:
            rows.append((Item(category, Style.HEADING),))
        for function in members:
            rows += _function_rows(function)
    return Sheet(
        "Functions",
        Role.REFERENCE,
        "Functions",
        "Every function that clv_xl adds to your spreadsheet. Square brackets mark arguments that "
        "may be left out. Money is in your currency; rates and margins are shares, per period of "
        "your data unless stated per year. In LibreOffice select as many cells as a table may "
        "fill, and enter its formula with Ctrl+Shift+Enter.",
        (
            (
                Listing(
                    "functions",
                    tuple(rows),
                    widths=(28, 60, 20, 42, 12),
                ),
            ),
        ),
    )


def _function_rows(function: Function) -> list[tuple[Item, ...]]:
    band = Style.BAND
    empty = Item("", band)
    text = f"{function.summary} {function.notes}".strip()
    rows: list[tuple[Item, ...]] = [
        (Item(function.name, band), Item(function.signature, Style.BAND), empty, empty, empty),
        *((Item(None), Item(line, Style.PLAIN)) for line in textwrap.wrap(text, 148)),
    ]
    if function.parameters:
        titles = ("argument", "meaning", "unit", "must", "if left out")
        rows.append(tuple(Item(title, Style.NOTE) for title in titles))
        rows += [_argument(parameter) for parameter in function.parameters]
    formula, _ = next(iter(function.examples.items()))
    unit = function.result.unit if isinstance(function.result, Number) else Unit.TEXT
    rows.append(
        (
            Item("example", Style.NOTE),
            Item(formula, Style.FORMULA),
            Item("gives", Style.NOTE),
            Item(Formula(formula), Style.EXAMPLE, unit),
        )
    )
    if function.see_also:
        rows.append((Item("see also", Style.NOTE), Item(", ".join(function.see_also), Style.NOTE)))
    rows.append((Item(None),))
    return rows


def _argument(parameter: Parameter) -> tuple[Item, ...]:
    return (
        Item(parameter.name),
        Item(parameter.meaning.sentence),
        Item(UNIT_WORDS[parameter.meaning.unit]),
        Item(parameter.meaning.domain),
        Item("needed" if parameter.required else parameter.default_text or "optional"),
    )
