"""Every number on the first screen of Start, computed anew from the raw orders with pandas.

The forecasts are those of the average pace, whose formula is short enough to stand here; what a
purchase is worth is asked of CLV_PREDICT, whose model of spend has tests of its own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from small_reports import FEW

from clv_xl import CLV_PREDICT
from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.declarations import Formula
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import EMPTY, Customer, Order, Sample
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write

NOT_READ = {
    *("Functions", "Cohorts", "Retention", "Calculator", "Quadrants", "Call list"),
    *("Customer base", "Repeat purchases"),
}
"""Sheets of which Start shows nothing."""
SETTINGS = {"Model": "Average pace", "Discount_rate": 0.0}
MARGIN, HORIZON, DAYS, ACTIVE, RISKY = 0.45, 52, 90, 365, 0.5
"""As on sheet Settings."""


def random_sample(seed: int = 3) -> Sample:
    """Orders at random: some returns, several of one day, names with blanks and small letters."""
    draw = random.Random(seed)
    names = [f"Client {number}" for number in range(30)]
    orders = []
    for number in range(160):
        name = draw.choice(names)
        spelled = draw.choice([name, name, name.lower(), f" {name}"])
        day = dt.date(2022, 3, 1) + dt.timedelta(draw.choice([0, 3, 40, draw.randint(0, 800)]))
        amount = round(draw.uniform(5, 400) * draw.choice([1, 1, 1, 1, 1, -0.2]), 2)
        orders.append(Order(f"N{number}", day, spelled, "tea", amount))
    used = {order.customer.strip().capitalize() for order in orders}
    customers = [
        Customer(name, draw.choice("ABC"), channel, "Town", "long", "no", 20.0, 5)
        for name, channel in zip(names, itertools.cycle(["Fair", "Search"]), strict=False)
        if name in used
    ]
    return Sample(tuple(orders), tuple(customers), {"Fair": 1234.0, "Search": 500.0})


def once(sample: Sample) -> Sample:
    """The first order of each customer alone."""
    first = {order.customer.strip().casefold(): order for order in reversed(sample.orders)}
    return dataclasses.replace(sample, orders=tuple(first.values()))


SAMPLES: dict[str, Sample] = {"sample": FEW, "random": random_sample()}
ODD: dict[str, Sample] = {
    "empty": EMPTY,
    "one month": dataclasses.replace(
        FEW, orders=tuple(order for order in FEW.orders if order.date < dt.date(2023, 2, 20))
    ),
    "nobody returns": once(FEW),
    "no costs, no segments": dataclasses.replace(
        FEW,
        spend=dict.fromkeys(FEW.spend),  # type: ignore[arg-type]
        customers=tuple(
            customer._replace(segment=None, acquisition_cost=None)  # type: ignore[arg-type]
            for customer in FEW.customers
        ),
    ),
}


class Shown:
    """The computed workbook of a sample: its cells by block."""

    def __init__(self, sample: Sample, path: Path) -> None:
        chosen = [sheet for sheet in sheets(sample) if sheet.title not in NOT_READ]
        layouts = arrange(chosen)
        for layout in layouts:
            _set(layout)
        write(layouts, path)
        finish(path, None)
        recalculate(path)
        self.book = load_workbook(path, data_only=True)
        self.bodies = {
            key: (layout.sheet.title, body)
            for layout in layouts
            for key, body in layout.bodies.items()
        }

    def rows(self, key: str) -> list[list[Any]]:
        """The cells of a block."""
        title, body = self.bodies[key]
        limits = (body.left, body.top, body.right, body.bottom)
        left, top, right, bottom = limits
        rows = self.book[title].iter_rows(top, bottom, left, right, values_only=True)
        return [[None if cell == "" else cell for cell in row] for row in rows]

    def cards(self) -> dict[str, tuple[Any, Any]]:
        """Figure and change of each card, by the first words of its label."""
        labels, figures, changes = self.rows("cards")
        return {
            str(label).split(",")[0]: (figure, change)
            for label, figure, change in zip(labels, figures, changes, strict=True)
            if label is not None
        }


def _set(layout: Layout) -> None:
    for name, value in SETTINGS.items():
        if name in layout.names and layout.sheet.title == "Settings":
            column, row = layout.names[name].rpartition("!")[2].strip("$").split("$")
            place = (int(row), ord(column) - ord("A") + 1)
            layout.cells[place] = dataclasses.replace(layout.cells[place], value=value)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Shown]:
    folder = tmp_path_factory.mktemp("start")
    every = {**SAMPLES, **ODD}
    return cache(lambda name: Shown(every[name], folder / f"{name}.xlsx"))


def orders_of(name: str, until: dt.date | None = None) -> pd.DataFrame:
    orders = pd.DataFrame(SAMPLES[name].orders)
    orders["key"] = orders["customer"].str.strip().str.casefold()
    orders["date"] = pd.to_datetime(orders["date"])
    return orders if until is None else orders[orders["date"] <= pd.Timestamp(until)]


def end_of(name: str) -> dt.date:
    return max(order.date for order in SAMPLES[name].orders)


def histories(orders: pd.DataFrame, end: dt.date) -> pd.DataFrame:
    """Number of orders, days of the first and the last one before the end, by customer."""
    days = orders.groupby(["key", "date"], as_index=False)["amount"].sum()
    days = days[days["amount"] > -1e-9]
    found = days.groupby("key")["date"].agg(orders="size", first="min", last="max")
    found["since"] = (pd.Timestamp(end) - found["last"]).dt.days
    found["age"] = (pd.Timestamp(end) - found["first"]).dt.days
    return found


def state(name: str, end: dt.date) -> dict[str, float]:
    """The figures as they were on a day."""
    orders = orders_of(name, end)
    found = histories(orders, end)
    repeats, age = found["orders"] - 1, found["age"] / 7
    alpha = age.sum() / repeats.sum()
    silent = ((alpha + age - found["since"] / 7) / (alpha + age)) ** (repeats + 1)
    alive = np.minimum(1.0, silent / 0.05)
    purchases = alive * (1 + repeats) / (alpha + age) * HORIZON
    lists = [orders[column].tolist() for column in ("customer", "date", "amount", "order")]
    *columns, numbers = lists
    header, *scores = CLV_PREDICT(
        *columns, HORIZON, "week", MARGIN, 0.0, end, "Average pace", order=numbers
    )
    spend = {str(row[0]).strip().casefold(): row[header.index("expected_spend")] for row in scores}
    worth = purchases * found.index.map(spend) * MARGIN
    return {
        "active": float((found["since"] <= ACTIVE).sum()),
        "clv": float(orders["amount"].sum()) * MARGIN / orders["key"].nunique(),
        "expected": float(worth.sum()),
        "risk": float(worth[alive < RISKY].sum()),
    }


def change(now: float, before: float) -> str:
    if now == before:
        return f"unchanged in {DAYS} days"
    if before <= 0:
        return f"was {before:,.0f} {DAYS} days ago"
    share = now / before - 1
    if round(share, 3) == 0:
        return f"unchanged in {DAYS} days"
    return f"{'▲' if share > 0 else '▼'} {abs(share):.1%} in {DAYS} days"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_cards_are_those_of_the_raw_orders(show: Callable[[str], Shown], name: str) -> None:
    cards, end = show(name).cards(), end_of(name)
    now, before = state(name, end), state(name, end - dt.timedelta(DAYS))
    for label, key in (
        ("Active customers", "active"),
        ("CLV per customer so far", "clv"),
        ("Expected value", "expected"),
        ("Value at risk", "risk"),
    ):
        figure, said = cards[label]
        assert figure == pytest.approx(now[key], rel=1e-9), label
        assert said == change(now[key], before[key]), label
    sample = SAMPLES[name]
    cost = sum(sample.spend.values()) / len(sample.customers)
    assert cards["Cost to acquire one (CAC)"][0] == pytest.approx(cost)
    ratio = orders_of(name)["amount"].sum() * MARGIN / sum(sample.spend.values())
    assert cards["CLV to CAC"] == (pytest.approx(ratio), "change needs dated spend")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_months_are_those_of_the_raw_orders(show: Callable[[str], Shown], name: str) -> None:
    orders = orders_of(name)
    first = histories(orders, end_of(name))["first"].dt.to_period("M")
    orders["month"] = orders["date"].dt.to_period("M")
    new = orders["month"] == orders["key"].map(first)
    for month, from_new, from_returning in show(name).rows("months_drawn"):
        inside = orders["month"] == pd.Period(f"20{month[3:]}-{month[:2]}")
        assert from_new == pytest.approx(orders.loc[inside & new, "amount"].sum(), abs=1e-9)
        assert from_returning == pytest.approx(orders.loc[inside & ~new, "amount"].sum(), abs=1e-9)
    last = pd.Period(orders["date"].max(), "M")
    shown = [row[0] for row in show(name).rows("months_drawn")]
    assert shown == [f"{last - ago:%m/%y}" for ago in range(11, -1, -1)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_cohorts_are_those_of_the_raw_orders(show: Callable[[str], Shown], name: str) -> None:
    orders = orders_of(name)
    cohort = histories(orders, end_of(name))["first"].dt.to_period("M")
    worth = orders.groupby("key")["amount"].sum().reindex(cohort.index).groupby(cohort).mean()
    drawn = [row for row in show(name).rows("cohorts_drawn") if row[0] is not None]
    assert [row[0] for row in drawn] == [f"{one:%m/%y}" for one in worth.index[-12:]]
    assert [row[1] for row in drawn] == pytest.approx(list(worth[-12:] * MARGIN))
    cost = show(name).cards()["Cost to acquire one (CAC)"][0]
    assert all(row[2] == pytest.approx(cost) for row in drawn)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_field_of_the_map_counts_its_customers(
    show: Callable[[str], Shown], name: str
) -> None:
    found = histories(orders_of(name), end_of(name))
    _, (_, *across), *down, _ = show(name).rows("customer_map")
    counted = 0
    for label, *cells in down:
        for orders, count in zip(across, cells, strict=True):
            if label is None or orders is None:
                assert count is None
                continue
            inside = within(found["since"], label) & within(found["orders"], orders)
            assert count == inside.sum()
            counted += count
    assert counted == len(found)


def within(values: pd.Series[Any], label: object) -> pd.Series[bool]:
    low, _, high = str(label).partition(" to ")
    return (values >= float(low)) & (values <= float(high or low))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_segments_are_those_of_the_raw_orders(show: Callable[[str], Shown], name: str) -> None:
    customers = pd.DataFrame(SAMPLES[name].customers)
    revenue = orders_of(name).groupby("key")["amount"].sum()
    customers["clv"] = customers["customer"].str.casefold().map(revenue).fillna(0.0) * MARGIN
    expected = customers.groupby("segment")["clv"].sum().sort_values(ascending=False)[:5]
    drawn = [row[:2] for row in show(name).rows("segments_drawn") if row[0] is not None]
    assert [row[0] for row in drawn] == list(expected.index)
    assert [row[1] for row in drawn] == pytest.approx(list(expected))


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_known_is_a_sentence_never_an_error(
    show: Callable[[str], Shown], name: str
) -> None:
    shown = show(name)
    errors = [
        (cell.coordinate, cell.value)
        for row in shown.book["Start"].iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    assert errors == []
    for label, (figure, said) in shown.cards().items():
        if name == "empty":
            assert (figure, said) == ("-", None), label
        elif figure == "-":
            assert str(said).startswith(("fill in", "see sheet")), label
        else:
            assert isinstance(figure, (int, float)), label
            assert said is not None, label
    note = str(shown.rows("chart_note")[0][0])
    wanted = {"empty": "Fix: paste your orders", "no costs, no segments": "Check: fill in column"}
    assert note.startswith(wanted.get(name, "Shown: the latest 12 months"))


def test_the_first_screen_is_25_rows_of_20_pixels() -> None:
    (start,) = (one for one in arrange(sheets(EMPTY)) if one.sheet.title == "Start")
    last = start.bodies["findings"].bottom
    points = sum(start.heights.get(row, 15.0) for row in range(1, last + 1))
    assert points * 4 / 3 <= 500 - 26, "26 pixels are for the filter"
    assert sum(start.widths[column] for column in range(1, 12)) * 7.83 < 1180
    assert not any(isinstance(cell.value, Formula) and cell.link for cell in start.cells.values())
