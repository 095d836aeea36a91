"""Cohorts, repeat purchases and the customer base: every figure from the raw orders, by pandas."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence
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
MARGIN = 0.45
BODIES: dict[str, tuple[str, CellRange]] = {
    key: (layout.sheet.title, body)
    for layout in arrange(sheets(SAMPLE))
    for key, body in layout.bodies.items()
}
Rows = list[list[Any]]


def block(book: Workbook, key: str, above: int = 0) -> Rows:
    """The filled rows of a block, with some rows above it; blanks as None."""
    title, area = BODIES[key]
    cells = book[title].iter_rows(
        area.top - above, area.bottom, area.left, area.right, values_only=True
    )
    rows = [[None if value == "" else value for value in row] for row in cells]
    return [row for row in rows if any(value is not None for value in row)]


def close(found: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Whether numbers agree to 1e-9, and all else exactly; a blank is no number."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if other is None or isinstance(other, str) or (isinstance(other, float) and other != other):
            assert one is None or one == other, (one, other)
        else:
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9), (found, expected)
    return True


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """The rows of sheet Orders, with month, first purchase and age in days and months."""
    frame = pd.DataFrame(SAMPLE.orders)
    frame["customer"] = frame["customer"].str.strip().str.upper()
    frame["date"] = pd.to_datetime(frame["date"])
    daily = frame.groupby(["customer", "date"])["amount"].sum()
    first = daily[daily >= 0].reset_index().groupby("customer")["date"].min()
    frame["first"] = frame["customer"].map(first)
    frame["days"] = (frame["date"] - frame["first"]).dt.days
    frame["month"] = frame["date"].dt.to_period("M")
    frame["cohort"] = frame["first"].dt.to_period("M")
    months = zip(frame["month"], frame["cohort"], strict=True)
    frame["age"] = [(month - cohort).n for month, cohort in months]
    return frame


@pytest.fixture(scope="module")
def visits(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day on which they bought, numbered from 1, with the days to it."""
    daily = orders.groupby(["customer", "date"], sort=True).agg(
        amount=("amount", "sum"), product=("product", "first")
    )
    bought = daily[daily["amount"] >= 0].reset_index()
    bought["number"] = bought.groupby("customer").cumcount() + 1
    bought["gap"] = bought.groupby("customer")["date"].diff().dt.days
    return bought


def cac() -> float:
    """Marketing spend per customer acquired, as on sheet Start."""
    channels = [row.channel for row in SAMPLE.customers]
    return sum(SAMPLE.spend.values()) / sum(channel in SAMPLE.spend for channel in channels)


def test_tenths_hold_equal_numbers_of_customers_the_best_first(
    values: Workbook, orders: pd.DataFrame
) -> None:
    customers = orders.groupby("customer")["amount"].agg(["sum", lambda one: (one >= 0).sum()])
    customers.columns = ["revenue", "orders"]
    best = customers.sort_values("revenue", ascending=False)
    size = len(best) // 10
    shares = []
    for tenth, row in enumerate(block(values, "customer_tenths")):
        group = best.iloc[tenth * size : (tenth + 1) * size]
        revenue, made = group["revenue"].sum(), group["orders"].sum()
        shares.append(revenue / best["revenue"].sum())
        expected = [tenth + 1, size, made / size, revenue / made, revenue / size]
        assert close(row, [*expected, made / best["orders"].sum(), shares[-1]])
    title, area = BODIES["customer_tenths"]
    said = values[title].cell(area.top - 3, area.left).value
    assert said == (
        f"In short: the best 10 % of your customers bring {100 * shares[0]:.0f} % of revenue, "
        f"the best 20 % {100 * (shares[0] + shares[1]):.0f} %"
    )


def test_two_years_are_compared(
    values: Workbook, orders: pd.DataFrame, visits: pd.DataFrame
) -> None:
    months, second, first = (row[2] for row in block(values, "base_years"))
    assert (months, second, first) == (12, dt.datetime(2024, 1, 1), dt.datetime(2023, 1, 1))
    made = pd.crosstab(visits["customer"], visits["date"].dt.year)
    worth = orders.pivot_table(
        index="customer", columns=orders["date"].dt.year, values="amount", aggfunc="sum"
    ).fillna(0.0)
    one, two = made[2023] > 0, made[2024] > 0
    groups = [one & ~two, one & two, ~one & two]
    columns = []
    for group in groups:
        figures: list[float] = []
        for year in (2023, 2024):
            who, orders_made = (made[year][group] > 0).sum(), made[year][group].sum()
            value = worth[year].reindex(made.index)[group].sum()
            each = orders_made / who if who else np.nan
            figures += [who, each, value / orders_made if orders_made else np.nan, value]
        columns.append(figures)
    every = [sum(column[at] for column in columns) for at in (0, 3, 4, 7)]
    all_made = [made[year][one | two].sum() for year in (2023, 2024)]
    columns.append(
        [
            *(every[0], all_made[0] / every[0], every[1] / all_made[0], every[1]),
            *(every[2], all_made[1] / every[2], every[3] / all_made[1], every[3]),
        ]
    )
    change = [column[7] - column[3] for column in columns]
    both = columns[1]
    orders_both = [both[0] * both[1], both[4] * both[5]]
    by_orders = (orders_both[1] - orders_both[0]) * (both[2] + both[6]) / 2
    by_value = (both[6] - both[2]) * (orders_both[0] + orders_both[1]) / 2
    due = [
        [change[0], 0.0, change[2], change[0] + change[2]],
        [0.0, by_orders, 0.0, by_orders],
        [0.0, by_value, 0.0, by_value],
    ]
    rows = block(values, "base_bridge")
    expected = [*map(list, zip(*columns, strict=True)), change, *due]
    assert len(rows) == len(expected) == 12
    for row, wanted in zip(rows, expected, strict=True):
        assert close(row[1:], wanted)
    drawn = [row[1] for row in block(values, "base_changes_data") if row[1] is not None]
    assert close(drawn, [change[0], change[2], by_orders, by_value])


def test_new_and_returning_customers_by_month(
    values: Workbook, orders: pd.DataFrame, visits: pd.DataFrame
) -> None:
    visits = visits.assign(
        month=visits["date"].dt.to_period("M"),
        cohort=visits.groupby("customer")["date"].transform("min").dt.to_period("M"),
    )
    rows = block(values, "new_returning_table")
    assert [row[0] for row in rows] == [str(month) for month in sorted(set(visits["month"]))]
    before: set[str] = set()
    drawn = []
    for row in rows:
        here = visits[visits["month"] == row[0]]
        new = here["cohort"] == row[0]
        who = set(here["customer"])
        paid = orders[orders["month"] == row[0]]
        from_new = paid.loc[paid["cohort"] == row[0], "amount"].sum()
        from_others = paid.loc[paid["cohort"] != row[0], "amount"].sum()
        found = here[new]["customer"].nunique()
        rate = len(who & before) / len(before) if before else None
        made = [new.sum(), (~new).sum(), from_new, from_others]
        assert close(row[1:], [len(who), found, len(who) - found, *made, rate])
        drawn.append([row[0], from_new, from_others])
        before = who
    for row, wanted in zip(block(values, "new_returning_revenue_data"), drawn[-12:], strict=True):
        assert close(row[:3], wanted)


def test_revenue_of_each_quarter_by_year_of_the_first_order(
    values: Workbook, orders: pd.DataFrame
) -> None:
    stacked = orders.pivot_table(
        index=orders["date"].dt.to_period("Q").astype(str).str.replace("Q", "-Q"),
        columns=orders["first"].dt.year,
        values="amount",
        aggfunc="sum",
    )
    head, *rows = block(values, "revenue_by_year", above=1)
    assert head[1:3] == [str(year) for year in stacked.columns]
    assert [row[0] for row in rows] == list(stacked.index)
    for row, wanted in zip(rows, stacked.to_numpy(), strict=True):
        assert close(row[1:3], list(wanted))
        assert not any(row[3:])
    *drawn, names = block(values, "revenue_by_year_chart_data")
    assert [name for name in names if str(name or "").strip()] == ["2023", "2024"]
    for row, wanted in zip(drawn, stacked.fillna(0.0).to_numpy(), strict=True):
        assert close(row[1:], [*wanted, 0, 0, 0, 0])


def _range(label: str) -> tuple[int, int]:
    low, _, high = str(label).partition(" to ")
    return int(low), int(high or low)


def test_the_map_shows_every_customer_once(
    values: Workbook, orders: pd.DataFrame, visits: pd.DataFrame
) -> None:
    end = orders["date"].max()
    customers = pd.DataFrame(
        {
            "days": (end - visits.groupby("customer")["date"].max()).dt.days,
            "repeats": visits.groupby("customer")["date"].count() - 1,
            "profit": orders.groupby("customer")["amount"].sum() * MARGIN,
        }
    )
    total = 0
    worth, counts = (
        block(values, f"recency_frequency_{key}", above=1) for key in ("value", "customers")
    )
    assert worth[0] == counts[0]
    across = worth[0][1:]
    assert [row[0] for row in worth] == [row[0] for row in counts]
    for of_worth, of_counts in zip(worth[1:], counts[1:], strict=True):
        low, high = _range(of_worth[0])
        for at, label in enumerate(across, start=1):
            few, many = _range(label)
            cell = customers[
                customers["days"].between(low, high) & customers["repeats"].between(few, many)
            ]
            assert of_counts[at] == len(cell)
            assert close([of_worth[at]], [cell["profit"].mean()])
            total += len(cell)
    assert total == len(customers)


def test_value_of_cohorts_by_age_and_when_they_are_paid_back(
    values: Workbook, orders: pd.DataFrame
) -> None:
    last = orders["month"].max()
    size = orders.groupby("cohort")["customer"].nunique()
    earned = orders.pivot_table(index="cohort", columns="age", values="amount", aggfunc="sum")
    total = earned.fillna(0.0).cumsum(axis=1) * MARGIN
    *rows, everyone = block(values, "cohort_value")
    assert [row[0] for row in rows] == [str(month) for month in size.index]
    assert everyone[0] == "All"
    paid = cac()

    def check(row: list[Any], number: int, curve: list[float]) -> None:
        reached = next((age for age, value in enumerate(curve) if value >= paid), None)
        assert close(row[1:4], [number, paid, reached])
        assert close(row[4 : 4 + len(curve)], curve)

    for row, (month, number) in zip(rows, size.items(), strict=True):
        ages = range((last - month).n + 1)
        check(row, number, [total.loc[month, age] / number for age in ages])
        assert not any(value is not None for value in row[4 + len(ages) :])
    curve = []
    for age in range(24):
        old = [month for month in size.index if (last - month).n >= age]
        curve.append(total.loc[old, age].sum() / size[old].sum())
    check(everyone, size.sum(), curve)
    middle = statistics.median_high((last - month).n for month in size.index)
    key = [row[1] for row in block(values, "cohort_payback")]
    reached = next(age for age, value in enumerate(curve) if value >= paid)
    assert close(key[:6], [paid, reached, curve[3], curve[6], curve[12], middle])


def test_value_at_equal_ages(values: Workbook, orders: pd.DataFrame) -> None:
    end = orders["date"].max()
    rows = block(values, "equal_ages")
    cohorts = orders.groupby("cohort")
    assert [row[0] for row in rows] == [str(month) for month in cohorts.groups]
    for row, (_, group) in zip(rows, cohorts, strict=True):
        expected: list[Any] = [group["customer"].nunique()]
        for limit in (30, 60, 90, 180, 365):
            old = group[(end - group["first"]).dt.days >= limit]
            number = old["customer"].nunique()
            value = old.loc[old["days"] <= limit, "amount"].sum() * MARGIN
            expected.append(value / number if number else None)
        assert close(row[1:], [*expected, number])


def test_who_orders_again_and_when(values: Workbook, visits: pd.DataFrame) -> None:
    rows = block(values, "order_gaps")
    made = visits["number"].value_counts()
    for order, row in enumerate(rows, start=1):
        gaps = visits.loc[visits["number"] == order + 1, "gap"]
        days = [gaps.quantile(share) for share in (0.25, 0.5, 0.75, 0.8, 0.9)]
        assert close(row, [order, made[order], made[order + 1] / made[order], *days])
    second = visits.loc[visits["number"] == 2, "gap"]
    title, area = BODIES["order_gaps"]
    half, most = (f"{int(second.quantile(share) + 0.5)}" for share in (0.5, 0.8))
    assert values[title].cell(area.top - 3, area.left).value == (
        f"In short: half of the second orders come within {half} days, 80 % within {most}: send "
        f"the win-back after {most} days"
    )


def test_what_follows_a_first_order(
    values: Workbook, orders: pd.DataFrame, visits: pd.DataFrame
) -> None:
    end = orders["date"].max()
    first = visits[visits["number"] == 1].set_index("customer")
    second = visits[visits["number"] == 2].set_index("customer")
    rows = block(values, "first_orders")
    assert [row[0] for row in rows] == list(first["product"].value_counts().index)
    for product, *row in rows:
        who = first.index[first["product"] == product]
        again = second.loc[second.index.intersection(who)]
        old = [name for name in who if (end - first.loc[name, "date"]).days >= 365]
        spent = orders[orders["customer"].isin(old) & (orders["days"] <= 365)]["amount"].sum()
        most = again["product"].value_counts()
        assert row[3] in set(most.index[most == most.max()])
        expected = [len(who), len(again) / len(who), again["gap"].median()]
        assert close([*row[:3], row[4]], [*expected, spent * MARGIN / len(old)])
