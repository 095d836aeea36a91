"""Sheet Calculator: what changes do, and the plain formula, computed a second time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import CellRange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

SAMPLE = generate()
BODIES: dict[str, tuple[str, CellRange]] = {
    key: (layout.sheet.title, body)
    for layout in arrange(sheets(SAMPLE))
    for key, body in layout.bodies.items()
}


def block(book: Workbook, key: str) -> list[list[Any]]:
    title, area = BODIES[key]
    cells = book[title].iter_rows(area.top, area.bottom, area.left, area.right)
    return [[cell.value for cell in row] for row in cells]


def outcome(retention: float, price: float, margin: float, cac: float, often: float) -> np.ndarray:
    """CLV and profit a month: each month's margin one by one, discounted, the first one now."""
    months = np.arange(5000)
    earned = often * (price - 60 * (1 - margin))
    clv = float((earned * (retention / 1.1 ** (1 / 12)) ** months).sum())
    return np.array([clv, 40 * (clv - cac) - 2000])


def test_each_change_alone_and_all_together(values: Workbook) -> None:
    now = [0.95, 60, 0.5, 150, 1]
    then = [0.96, 63, 0.52, 135, 1.05]
    scenarios = [now, *([*now[:at], then[at], *now[at + 1 :]] for at in range(5)), then]
    today = outcome(*now)
    rows = block(values, "what_if")
    assert [row[1] for row in rows[1:-1]] == pytest.approx(now)
    assert [row[3] for row in rows[1:-1]] == pytest.approx(then)
    for row, scenario in zip(rows, scenarios, strict=True):
        assert row[4:6] == pytest.approx(list(outcome(*scenario)))
    gains = [float((outcome(*scenario) - today)[1]) for scenario in scenarios[1:]]
    assert [row[6] for row in rows[1:]] == pytest.approx(gains)
    ((said, *_),) = block(values, "what_if_answer")
    assert said == (
        f"Grow: Retention per month adds most, {max(gains[:-1]):,.0f} a month; "
        f"all together {gains[-1]:,.0f}"
    )


def test_the_three_factors_come_from_the_orders(values: Workbook) -> None:
    orders = pd.DataFrame(SAMPLE.orders)
    orders["customer"] = orders["customer"].str.strip().str.upper()
    by_day = orders.groupby(["customer", "date"])["amount"].sum().reset_index()
    bought = by_day[by_day["amount"] >= 0].groupby("customer")["date"]
    title, scores = BODIES["scores"]
    active = {
        str(row[0]).strip().upper(): row[6]
        for row in values[title].iter_rows(
            scores.top, scores.top + len(bought) - 1, scores.left, scores.right, values_only=True
        )
    }
    days = pd.DataFrame({"first": bought.min(), "last": bought.max()}).map(pd.Timestamp)
    days["active"] = pd.Series(active)
    until_last = (days["last"] - days["first"]).dt.days
    until_today = (pd.Timestamp(orders["date"].max()) - days["first"]).dt.days
    years = (days["active"] * until_today + (1 - days["active"]) * until_last).sum() / 365.25
    purchases, left = bought.count().sum(), (1 - days["active"]).sum()
    average, pace = orders["amount"].sum() / purchases, purchases / years
    table = block(values, "plain_formula")
    for column, stayed in ((1, years / len(days)), (2, years / left)):
        revenue = average * pace * stayed
        expected = [average, pace, stayed, revenue, revenue * 0.45]
        assert [row[column] for row in table] == pytest.approx(expected)
    # So far it can only repeat what a customer has brought.
    assert table[3][1] == pytest.approx(orders["amount"].sum() / len(days))
