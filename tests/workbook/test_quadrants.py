"""Quadrants from scores or, where there are none, from orders; labels that never overlap."""

from __future__ import annotations

import dataclasses
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from small_reports import FEW, beside, changed, computed, errors, rows, table

from clv_xl.workbook.charts import native_chart
from clv_xl.workbook.declarations import Chart, Stack
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import CellRange
from clv_xl.workbook.sample import Customer, Order, Sample, generate
from clv_xl.workbook.template import sheets

NAMES = ("Star", "Free rider", "Weak", "Loss")


def listed(book: Workbook, gains: str, gives: str) -> dict[str, tuple[float, float, str]]:
    """Both values and the quadrant of each customer in the list."""
    return {
        line["customer"]: (line[gains], line[gives], line["quadrant"])
        for line in table(book, "Quadrants", "customer")
    }


def labels(book: Workbook) -> dict[tuple[float, float], str]:
    """The names in the chart, by place."""
    (layout,) = (one for one in arrange(sheets(FEW)) if one.sheet.title == "Quadrants")
    body = layout.bodies["quadrant_map_data"]
    cells = book["Quadrants"].iter_rows(
        body.top + 2, body.top + 5, body.left, body.left + 2, values_only=True
    )
    return {(x, y): name for x, y, name in cells if name.strip()}


def by_median(values: dict[str, tuple[float, float, Any]]) -> dict[str, str]:
    gains, gives = (statistics.median(one[at] for one in values.values()) for at in (0, 1))
    names = {(1, 1): "Star", (1, 0): "Free rider", (0, 1): "Weak", (0, 0): "Loss"}
    return {who: names[one[0] >= gains, one[1] >= gives] for who, one in values.items()}


def of_two_orders(sample: Sample, *customers: Customer) -> Sample:
    """The sample with only these customers, who have two orders each."""
    day = sample.orders[0].date
    orders = [
        Order(f"{one.customer}-{number}", day, one.customer, "", 20.0)
        for one in customers
        for number in (1, 2)
    ]
    return dataclasses.replace(sample, customers=customers, orders=tuple(orders))


def test_satisfaction_scores_are_used_where_there_are_any(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", FEW)
    found = listed(book, "satisfaction", "net value")
    assert {who: one[0] for who, one in found.items()} == {
        one.customer: one.satisfaction for one in FEW.customers
    }
    assert {who: one[2] for who, one in found.items()} == by_median(found)
    assert beside(book, "Quadrants", "Value to the customer") == "satisfaction (sheet Customers)"
    assert beside(book, "Quadrants", "Customers") == "All 24 customers are placed"
    counted = {row[5]: row[6] for row in rows(book, "Quadrants") if row[5] in NAMES and row[9]}
    assert counted == {name: Counter(by_median(found).values())[name] for name in NAMES}
    assert sorted(labels(book).values()) == sorted(NAMES)


def test_without_scores_the_number_of_orders_stands_in_and_says_so(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", changed(FEW, satisfaction=None))
    found = listed(book, "orders", "net value")
    orders = Counter(order.customer.strip().upper() for order in FEW.orders)
    assert {who: one[0] for who, one in found.items()} == orders
    assert {who: one[2] for who, one in found.items()} == by_median(found)
    said = beside(book, "Quadrants", "Value to the customer")
    assert "stand-in: no satisfaction scores" in said
    assert beside(book, "Quadrants", "Customers") == "All 24 customers are placed"


def test_without_costs_gross_profit_stands_in_and_says_so(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", changed(FEW, acquisition_cost=None))
    found = listed(book, "satisfaction", "gross profit")
    profit = {line["customer"]: line["clv"] for line in table(book, "Customers", "customer")}
    assert {who: one[1] for who, one in found.items()} == pytest.approx(profit)
    assert {who: one[2] for who, one in found.items()} == by_median(found)
    assert "stand-in: no acquisition costs" in beside(book, "Quadrants", "Value to you")


def test_customers_without_a_score_or_a_cost_are_left_out_and_counted(tmp_path: Path) -> None:
    first, second, *others = FEW.customers
    mixed = dataclasses.replace(
        FEW,
        customers=(
            first._replace(satisfaction=None),  # type: ignore[arg-type]
            second._replace(acquisition_cost=None),  # type: ignore[arg-type]
            *others,
        ),
    )
    book = computed(tmp_path / "book.xlsx", mixed)
    found = listed(book, "satisfaction", "net value")
    assert list(found) == [one.customer for one in others]
    assert {who: one[2] for who, one in found.items()} == by_median(found)
    assert beside(book, "Quadrants", "Customers").startswith("Check: 2 of 24 customers are left")


def test_one_customer_has_nobody_to_be_compared_with(tmp_path: Path) -> None:
    book = computed(tmp_path / "book.xlsx", of_two_orders(FEW, FEW.customers[0]))
    assert errors(book, "Quadrants") == []
    assert beside(book, "Quadrants", "Customers").startswith("Check: one customer has no median")
    assert listed(book, "satisfaction", "net value") == {}
    assert labels(book) == {}


def test_customers_alike_are_all_high_and_only_that_corner_has_a_name(tmp_path: Path) -> None:
    alike = changed(FEW, satisfaction=5, acquisition_cost=1.0).customers[:4]
    book = computed(tmp_path / "book.xlsx", of_two_orders(FEW, *alike))
    found = listed(book, "satisfaction", "net value")
    assert {one[2] for one in found.values()} == {"Star"}
    assert list(labels(book).values()) == ["Star"]


def test_ties_at_the_lowest_score_leave_the_low_corners_without_a_name(tmp_path: Path) -> None:
    low = changed(FEW, satisfaction=1).customers[:4]
    best = FEW.customers[4]._replace(satisfaction=9)
    book = computed(tmp_path / "book.xlsx", of_two_orders(FEW, *low, best))
    assert errors(book, "Quadrants") == []
    assert list(labels(book).values()) == ["Star", "Free rider"]


def test_the_axes_are_titled_by_the_cells_that_say_what_they_show() -> None:
    (layout,) = (one for one in arrange(sheets(generate())) if one.sheet.title == "Quadrants")
    ((_, chart),) = layout.charts
    body = layout.bodies["quadrant_basis"]
    places = (f"Quadrants!$C${body.top}", f"Quadrants!$C${body.top + 1}")
    assert (chart.x_title_from, chart.y_title_from) == places
    drawn = native_chart(chart, CellRange(1, 1, 9, 9), {})
    linked = [axis.title.tx.strRef for axis in (drawn.x_axis, drawn.y_axis)]
    assert tuple(one.f for one in linked) == places
    until_read = [one.strCache.pt[0].v for one in linked]
    assert until_read == ["value to the customer", "value to you"]


def test_the_chart_shows_whom_the_list_holds() -> None:
    (sheet,) = (one for one in sheets(generate()) if one.title == "Quadrants")
    stack = sheet.bands[1][1]
    assert isinstance(stack, Stack)
    chart = stack.blocks[1]
    assert isinstance(chart, Chart)
    points = chart.series[0]
    assert "quadrant_list" in points.values
    assert "quadrant_list" in points.positions


def test_where_most_bought_once_those_who_came_back_are_the_high_ones(tmp_path: Path) -> None:
    customers = FEW.customers[:5]
    sample = of_two_orders(FEW, *customers)
    once = {one.customer for one in customers[:3]}
    orders = tuple(
        one for one in sample.orders if one.customer not in once or one.order.endswith("-1")
    )
    few = changed(dataclasses.replace(sample, orders=orders), satisfaction=None)
    found = listed(computed(tmp_path / "book.xlsx", few), "orders", "net value")
    low = {who for who, one in found.items() if one[2] in {"Weak", "Loss"}}
    assert len(found) == 5
    assert low == once
