"""The tables of the template that are worth showing first, read from a workbook that holds them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl import load_workbook

from clv_xl.cells import Cell
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets


class KeyTable(NamedTuple):
    """A report to show first: its block in the template, and the columns to show."""

    title: str
    block: str
    columns: tuple[str, ...]
    most: int = 20
    """How many rows are shown at most."""


KEY_TABLES: Final = (
    KeyTable("What the orders hold (sheet Orders check)", "orders_check", ("finding", "rows")),
    KeyTable(
        "What each segment is worth (sheet Segments)",
        "by_segment",
        ("segment", "customers", "total CLV", "average CLV", "CLV to acquisition cost"),
    ),
    KeyTable(
        "Which channels to spend on (sheet Channel report)",
        "by_channel",
        ("channel", "CAC", "CLV", "CLV to CAC", "verdict"),
    ),
    KeyTable(
        "Who will be worth most (sheet Predictions)",
        "worth_most",
        ("customer", "probability active", "expected purchases", "expected value"),
        8,
    ),
)


def read(path: Path) -> list[tuple[str, list[list[Cell]]]]:
    """Return the most important tables that a freshly built template holds, with their titles.

    Their headings are the plain ones, which a reader of the workbook sees.
    """
    places = {
        key: (layout.sheet.title, body, layout.headings.get(key, body.top - 1))
        for layout in arrange(sheets(generate()))
        for key, body in layout.bodies.items()
    }
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        found = []
        for table in KEY_TABLES:
            sheet, body, top = places[table.block]
            rows = book[sheet].iter_rows(top, body.bottom, body.left, body.right, values_only=True)
            (headings, *below) = rows
            stored = [headings, *below[body.top - top - 1 :]]
            found.append((table.title, _shown_part(stored, table)))
        return found
    finally:
        book.close()


def _shown_part(stored: Sequence[Sequence[Any]], table: KeyTable) -> list[list[Cell]]:
    """Return the header and the first rows, up to the end of the table."""
    header, *rows = stored
    chosen = [header.index(name) for name in table.columns]
    filled = itertools.takewhile(lambda row: row[0] not in {None, ""}, rows)
    shown = [header, *itertools.islice(filled, table.most)]
    return [[row[at] for at in chosen] for row in shown]
