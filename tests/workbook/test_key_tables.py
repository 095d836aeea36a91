"""What the demo prints is what the workbook that it writes holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clv_xl.cells import Cell
from clv_xl.hosts.recalc import Evaluator
from clv_xl.workbook import design, key_tables

UNSEEN = {design.TINT, design.WHITE}
"""Colours of texts that are there for formulas alone."""


def stored_below(sheet: Any, headings: list[Cell], first: Cell) -> list[Any]:
    """The cells under these headings in the row that begins with a name."""
    rows = list(sheet.iter_rows(values_only=True))
    for number, row in enumerate(rows):
        if headings[0] in row and set(headings) <= set(row):
            left = row.index(headings[0])
            columns = [row.index(heading, left) for heading in headings]
            found = next(below for below in rows[number + 1 :] if below[left] == first)
            return [found[at] for at in columns]
    raise AssertionError(f"sheet {sheet.title} has no such headings")


def test_the_demo_shows_what_the_workbook_holds(built: Path) -> None:
    book = load_workbook(built, data_only=True)
    tables = key_tables.read(built)
    assert len(tables) == 4
    for title, (headings, *rows) in tables:
        sheet = book[re.search(r"\(sheet (.+)\)", title)[1]]  # type: ignore[index]
        assert rows
        for row in rows:
            stored = stored_below(sheet, headings, row[0])
            assert all(isinstance(cell, (str, int, float)) for cell in stored)
            assert row == stored
    assert tables[0][1][1][0] == "Orders read"
    assert tables[1][1][-1][0] == tables[2][1][-1][0] == "All"


def test_the_demo_and_the_sheets_head_columns_with_the_same_words(built: Path) -> None:
    book = load_workbook(built, data_only=True)
    for title, (headings, *_) in key_tables.read(built):
        sheet = book[re.search(r"\(sheet (.+)\)", title)[1]]  # type: ignore[index]
        shown = {
            cell.value
            for row in sheet.iter_rows()
            for cell in row
            if not sheet.row_dimensions[cell.row].hidden and cell.font.color.rgb[2:] not in UNSEEN
        }
        assert set(headings) <= shown


def test_the_demo_values_customers_by_the_settings_of_the_workbook(built: Path) -> None:
    (_, (headings, *rows)) = key_tables.read(built)[-1]
    settings = Evaluator(built)
    orders = "Orders[customer],Orders[date],Orders[amount]"
    predicted = settings.evaluate(
        f"=CLV_PREDICT({orders},Horizon,Period,Gross_margin,Discount_rate,MAX(Orders[date]),Model)"
    )
    assert isinstance(predicted, list)
    value = {row[0]: row[9] for row in predicted[1:]}
    best = sorted(value, key=lambda name: -value[name])[: len(rows)]  # type: ignore[operator]
    assert [row[0] for row in rows] == best
    at = headings.index("expected value")
    assert [row[at] for row in rows] == pytest.approx([value[name] for name in best])
