"""The map of the sheets on sheet Start, grouped by the question that they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from clv_xl.workbook.declarations import EMPTY_LABEL, Item, Listing, Role, Sheet, Style

_QUESTIONS: Final = {
    "Your data": ("Orders check",),
    "Who are my customers?": ("Customer base", "Segments", "Quadrants", "Call list"),
    "Do they come back?": ("Cohorts", "Repeat purchases", "Retention"),
    "What may a customer cost?": ("Channel report", "Calculator"),
    "What will they be worth?": ("Predictions", "Models", "Backtest"),
    "How does it work?": ("Functions",),
}
_INPUTS: Final = "Your data"
_OTHERS: Final = "More"
"""What sheets are under that answer none of these questions."""


def sheet_map(others: Sequence[Sheet], widths: tuple[int, ...]) -> Listing:
    """Return a line for each sheet, with its link, over columns of some widths."""
    lines = tuple(_lines(others, len(widths)))
    return Listing("sheets", lines, heading="Sheets", widths=widths)


def _lines(sheets: Sequence[Sheet], width: int) -> Iterator[tuple[Item, ...]]:
    for question in (*_QUESTIONS, _OTHERS):
        members = [sheet for sheet in sheets if _question(sheet) == question]
        if members:
            yield (Item(question, Style.HEADING),)
        for sheet in members:
            yield (
                Item(sheet.title, Style.LINK, link=sheet.title),
                Item(_first_sentence(sheet), Style.LABEL),
                *(EMPTY_LABEL,) * (width - 2),
            )


def _question(sheet: Sheet) -> str:
    if sheet.role is Role.INPUT:
        return _INPUTS
    return next((one for one, titles in _QUESTIONS.items() if sheet.title in titles), _OTHERS)


def _first_sentence(sheet: Sheet) -> str:
    """Return the first sentence of a sheet's lead."""
    return re.split(r"(?<=[.?]) ", sheet.lead)[0]
