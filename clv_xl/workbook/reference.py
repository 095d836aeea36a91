"""The sheets made from the declarations: every function explained, and every example checked."""

from __future__ import annotations

import textwrap
from typing import Final

from clv_xl.functions import CATALOGUE, CATEGORIES
from clv_xl.functions.spec import Function, Number, Parameter, Unit
from clv_xl.workbook.sheets import Formula, Item, Listing, Role, Rule, Sheet, Style

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
_EQUAL_TO: Final = 1e-8
"""Examples are declared to ten digits."""


def functions() -> Sheet:
    """Return the sheet that explains every function, in the order of the catalogue."""
    rows: list[tuple[Item, ...]] = []
    for category in CATEGORIES:
        members = [one for one in CATALOGUE.values() if one.category == category]
        if members:
            rows.append((Item(category, Style.HEADING),))
        for function in members:
            rows += _explained(function)
    return Sheet(
        "Functions",
        Role.REFERENCE,
        "Functions",
        "Every function that clv_xl adds to your spreadsheet. Square brackets mark arguments that "
        "may be left out. Money is in "
        "your currency; rates and margins are shares, per period of your data unless it says per "
        "year.",
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


def _explained(function: Function) -> list[tuple[Item, ...]]:
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


def checks() -> Sheet:
    """Return the sheet that computes every example and compares it with what it must give."""
    examples = [
        (function.name, formula, expected)
        for function in CATALOGUE.values()
        for formula, expected in function.examples.items()
    ]
    agrees, count = "§checks.5§", len(examples)
    total = (
        (
            Item(
                Formula(
                    f'=IF(COUNTIF({agrees},"yes")={count},"All {count} examples agree",'
                    f'"Mend: "&({count}-COUNTIF({agrees},"yes"))&" examples do not agree")'
                ),
                Style.HEADING,
            ),
        ),
    )
    rows = tuple(
        (
            Item(name),
            Item(formula, Style.FORMULA),
            Item(Formula(formula)),
            Item(expected),
            Item(Formula(_agreement(row, expected))),
        )
        for row, (name, formula, expected) in enumerate(examples, start=1)
    )
    return Sheet(
        "Checks",
        Role.REFERENCE,
        "Checks",
        "Every example of every function, computed here and now beside what it must give. If one "
        "does not agree, do not "
        "trust this installation.",
        (
            (Listing("all_checks", total, rules=((Rule.STATUS, 1),)),),
            (
                Listing(
                    "checks",
                    rows,
                    ("function", "formula", "gives", "expected", "agrees"),
                    widths=(24, 86, 26, 26, 10),
                    rules=((Rule.STATUS, 5),),
                ),
            ),
        ),
        freeze="checks",
    )


def _agreement(row: int, expected: float | str) -> str:
    given, wanted = f"§checks.3.{row}§", f"§checks.4.{row}§"
    if isinstance(expected, str):
        return f'=IF(IFERROR(EXACT({given},{wanted}),FALSE),"yes","no")'
    close = f"ABS({given}-{wanted})<={_EQUAL_TO}*MAX(1,ABS({wanted}))"
    return f'=IF(IFERROR({close},FALSE),"yes","no")'
