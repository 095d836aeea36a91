"""The sheet that explains every function, made from the declarations, and checks its examples."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from clv_xl import help_page
from clv_xl.functions import CATALOGUE, CATEGORIES
from clv_xl.functions.spec import Function, Number, Parameter, Unit
from clv_xl.workbook.declarations import Formula, Item, Listing, Role, Sheet, Style
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.checks import checks

HELP: Final = Ref("functions")
_NAMES: Final = 100
"""Characters of a line of names, which are capitals."""
_UNITS: Final = (
    "Square brackets mark arguments that may be left out. Money is in your currency; rates and "
    "margins are shares, per period of your data unless stated per year."
)


def help_link(name: str) -> str:
    """Return the link to the rows that explain a function, or to a category's heading."""
    return HELP.cell(1, _explained(tuple(CATALOGUE))[1][name])


def functions(only: Collection[str] = CATALOGUE) -> Sheet:
    """Return the sheet that explains functions, in the order of the catalogue.

    Parameters
    ----------
    only : collection of str, optional
        Those that the workbook has; by default all.
    """
    chosen = tuple(name for name in CATALOGUE if name in only)
    return Sheet(
        "Functions",
        Role.REFERENCE,
        "Functions",
        f"Every function that clv_xl adds to your spreadsheet. {_UNITS} In LibreOffice select as "
        "many cells as a table may fill, and enter its formula with Ctrl+Shift+Enter."
        if len(chosen) == len(CATALOGUE)
        else f"The functions of this workbook. {_UNITS}",
        (
            (
                Listing(
                    HELP.key,
                    _explained(chosen)[0],
                    widths=(28, 60, 20, 42, 12),
                ),
            ),
            *((block,) for block in checks(chosen)),
        ),
    )


@cache
def _explained(
    chosen: tuple[str, ...],
) -> tuple[tuple[tuple[Item, ...], ...], dict[str, int]]:
    """Return the rows of the sheet, and in which of them each function and category begins."""
    known = [CATALOGUE[name] for name in chosen]
    members = {
        category: inside
        for category in CATEGORIES
        if (inside := [one for one in known if one.category == category])
    }
    names = {
        category: textwrap.wrap(", ".join(one.name for one in inside), _NAMES)
        for category, inside in members.items()
    }
    above = sum(map(len, names.values())) + 2
    rows: list[tuple[Item, ...]] = []
    starts: dict[str, int] = {}
    for category, inside in members.items():
        starts[category] = above + len(rows)
        rows.append((Item(category, Style.HEADING),))
        for function in inside:
            starts[function.name] = above + len(rows)
            rows += _function_rows(function, chosen)
    contents: list[tuple[Item, ...]] = [
        (
            Item(None)
            if number
            else Item(category, Style.LINK, link=HELP.cell(1, starts[category])),
            Item(line, Style.PLAIN),
        )
        for category, lines in names.items()
        for number, line in enumerate(lines)
    ]
    return (*contents, (Item(None),), *_linked(rows, starts)), starts


def _linked(
    rows: Sequence[tuple[Item, ...]], starts: Mapping[str, int]
) -> Iterator[tuple[Item, ...]]:
    """Give the names of related functions their links, once it is known where each begins."""
    for row in rows:
        first, *others = row
        if first.style is Style.LINK:
            first = replace(first, link=HELP.cell(1, starts[str(first.value)]))
        yield (first, *others)


def _function_rows(function: Function, chosen: Collection[str]) -> list[tuple[Item, ...]]:
    band = Style.BAND
    empty = Item("", band)
    text = f"{function.summary} {function.notes}".strip()
    rows: list[tuple[Item, ...]] = [
        (Item(function.name, band), Item(function.signature, band), empty, empty, empty),
        *((Item(None), Item(line, Style.PLAIN)) for line in textwrap.wrap(text, 148)),
    ]
    if function.parameters:
        titles = ("argument", "meaning", "unit", "must be", "if left out")
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
    rows += [
        # A cell with the name of an error alone would be that error.
        (Item(f"gives {value} if", Style.NOTE), Item(when, Style.PLAIN))
        for value, when in help_page.errors(function)
    ]
    rows += _labelled("formula and source", function.source)
    related = [name for name in function.see_also if name in chosen]
    if related:
        rows.append((Item("see also", Style.NOTE),))
    rows += [
        (Item(name, Style.LINK), Item(CATALOGUE[name].summary, Style.PLAIN)) for name in related
    ]
    rows.append((Item(None),))
    return rows


def _labelled(label: str, text: str) -> list[tuple[Item, ...]]:
    lines = textwrap.wrap(text, 148)
    return [
        (Item(label if number == 0 else None, Style.NOTE), Item(line, Style.PLAIN))
        for number, line in enumerate(lines)
    ]


def _argument(parameter: Parameter) -> tuple[Item, ...]:
    return (
        Item(parameter.name),
        Item(parameter.meaning.sentence),
        Item(help_page.unit(parameter)),
        Item(help_page.domain(parameter)),
        Item(help_page.if_left_out(parameter)),
    )
