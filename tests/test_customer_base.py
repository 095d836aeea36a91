"""The customer-base functions against plain pandas, and the figures of a published sample."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clv_xl
from clv_xl.errors import ClvError

EPOCH = dt.date(2023, 1, 1)
NAMES = ["Ann", "O'Neil & Co", "Łukasz", "日本", "7"]
rows = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(0, 500),
        st.sampled_from([-20.0, 0.0, 10.0, 25.5, 7.25]),
        st.sampled_from(["tea", "cake", "cup"]),
    ),
    min_size=1,
    max_size=50,
)


class Orders:
    """A list of orders as a data frame, with what pandas makes of it."""

    def __init__(self, drawn: list[tuple[str, int, float, str]]) -> None:
        self.all = pd.DataFrame(drawn, columns=["customer", "day", "amount", "attribute"])
        self.all["date"] = pd.to_datetime(EPOCH) + pd.to_timedelta(self.all["day"], unit="D")
        days = self.all.groupby(["customer", "date"], as_index=False)["amount"].sum()
        self.purchases = days[days["amount"] > -1e-9]
        self.first = self.purchases.groupby("customer")["date"].min()

    @property
    def arguments(self) -> tuple[list[Any], ...]:
        return (
            self.all["customer"].tolist(),
            [date.date() for date in self.all["date"]],
            self.all["amount"].tolist(),
        )

    def of_buyers(self) -> pd.DataFrame:
        """The orders of customers who bought, each with the customer's first day."""
        frame = self.all[self.all["customer"].isin(self.first.index)].copy()
        frame["first"] = frame["customer"].map(self.first)
        return frame

    @property
    def end(self) -> pd.Timestamp:
        return self.all["date"].max()


def close(got: Any, expected: Any) -> bool:
    if expected is None or (isinstance(expected, float) and math.isnan(expected)):
        return got is None
    if isinstance(expected, str):
        return bool(got == expected)
    return bool(got == pytest.approx(float(expected), rel=1e-9, abs=1e-9))


def assert_rows(got: list[list[Any]], expected: list[list[Any]]) -> None:
    assert len(got) == len(expected), (got, expected)
    for one, other in zip(got, expected, strict=True):
        assert len(one) == len(other), (one, other)
        assert all(map(close, one, other)), (one, other)


def index(dates: Any, period: str) -> Any:
    """The number of each date's period."""
    frequency = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}[period]
    return pd.DatetimeIndex(dates).to_period(frequency)


def label(period: pd.Period, kind: str) -> str:
    if kind == "quarter":
        return f"{period.year}-Q{period.quarter}"
    if kind == "week":
        return period.start_time.date().isoformat()
    return str(period)


def or_no_answer(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ClvError:
        return None


periods = st.sampled_from(["week", "month", "quarter", "year"])


@given(rows, periods, st.sampled_from([1.0, 0.4]))
def test_cohort_value(drawn: list[Any], period: str, margin: float) -> None:
    orders = Orders(drawn)
    got = or_no_answer(clv_xl.COHORT_VALUE, *orders.arguments, margin, period)
    if orders.first.empty:
        assert got is None
        return
    frame = orders.of_buyers()
    born = pd.Series(index(orders.first, period), index=orders.first.index)
    last = index([orders.end], period)[0]
    width = (last - born.min()).n + 1
    expected, reached, members = [], [0.0] * width, [0] * width
    for cohort in sorted(born.unique()):
        customers = born.index[born == cohort]
        mine = frame[frame["customer"].isin(customers)]
        age = [max((when - cohort).n, 0) for when in index(mine["date"], period)]
        line: list[Any] = []
        for k in range(width):
            if k > (last - cohort).n:
                line.append(None)
                continue
            total = margin * mine["amount"][[one <= k for one in age]].sum()
            line.append(total / len(customers))
            reached[k] += total
            members[k] += len(customers)
        expected.append([label(cohort, period), len(customers), None, None, *line])
    means = [total / count for total, count in zip(reached, members, strict=True)]
    expected.append(["All", len(born), None, None, *means])
    assert got[0] == ["cohort", "customers", "CAC", "paid_back", *range(width)]
    assert_rows(got[1:], expected)


def test_cohorts_are_set_against_what_they_cost() -> None:
    customers = ["a", "b", "c", "a", "b"]
    dates = [dt.date(2024, 1, 5), dt.date(2024, 1, 9), dt.date(2024, 3, 1)]
    dates += [dt.date(2024, 2, 7), dt.date(2024, 3, 8)]
    spend = [dt.date(2024, 1, 1), dt.date(2024, 1, 20), dt.date(2024, 2, 1), dt.date(2023, 1, 1)]
    got = clv_xl.COHORT_VALUE(
        customers, dates, [10, 20, 30, 40, 5], 0.5, "month", spend, [20, 30, 10, 999]
    )
    assert got == [
        ["cohort", "customers", "CAC", "paid_back", 0, 1, 2],
        ["2024-01", 2, 25, None, 7.5, 17.5, 18.75],
        ["2024-03", 1, None, None, 15, None, None],
        ["All", 3, 30, None, 10, 17.5, 18.75],
    ]
    paid = clv_xl.COHORT_VALUE(
        customers, dates, [10, 20, 30, 40, 5], 1, "month", spend[:2], [20, 30]
    )
    assert [row[3] for row in paid[1:]] == [1, None, 1]


@given(rows, st.lists(st.integers(0, 400), min_size=1, max_size=4), st.booleans())
def test_value_at_age(drawn: list[Any], ages: list[int], by_attribute: bool) -> None:
    orders = Orders(drawn)
    group = [orders.all["attribute"].tolist()] if by_attribute else []
    got = or_no_answer(clv_xl.VALUE_AT_AGE, *orders.arguments, 0.5, ages, *group)
    if orders.first.empty:
        assert got is None
        return
    frame = orders.of_buyers()
    if by_attribute:
        on_first = frame[frame["date"] == frame["first"]]
        group_of = on_first.groupby("customer")["attribute"].first()
    else:
        group_of = orders.first.dt.strftime("%Y-%m")
    frame["age"] = (frame["date"] - frame["first"]).dt.days
    lived = (orders.end - orders.first).dt.days
    expected = {}
    for name in group_of.unique():
        members = group_of.index[group_of == name]
        line: list[Any] = []
        for age in ages:
            old = [one for one in members if lived[one] >= age]
            counted = frame[frame["customer"].isin(old) & (frame["age"] <= age)]
            line.append(0.5 * counted["amount"].sum() / len(old) if old else None)
        expected[name] = [name, len(members), *line, sum(lived[members] >= ages[-1])]
    assert got[0][2:-1] == [f"{age} days" for age in ages]
    assert {row[0] for row in got[1:]} == set(expected)
    assert_rows(got[1:], [expected[row[0]] for row in got[1:]])
    sizes = [row[1] for row in got[1:]]
    assert sizes == sorted(sizes, reverse=True) if by_attribute else True


@given(rows, st.sampled_from([0, 30, 365]))
def test_first_order(drawn: list[Any], days: int) -> None:
    orders = Orders(drawn)
    got = or_no_answer(
        clv_xl.FIRST_ORDER, *orders.arguments, orders.all["attribute"].tolist(), 0.5, days
    )
    if orders.first.empty:
        assert got is None
        return
    frame = orders.of_buyers()
    attribute = frame.groupby(["customer", "date"])["attribute"].first()
    dates = orders.purchases.sort_values("date").groupby("customer")["date"].apply(list)
    first = {name: attribute[name, when[0]] for name, when in dates.items()}
    order = list(dict.fromkeys(orders.all["attribute"]))
    lived = (orders.end - orders.first).dt.days
    expected = {}
    for value in set(first.values()):
        members = [name for name in dates.index if first[name] == value]
        again = [name for name in members if len(dates[name]) > 1]
        gaps = pd.Series([(dates[name][1] - dates[name][0]).days for name in again], dtype=float)
        seconds = [attribute[name, dates[name][1]] for name in again]
        most = max(seconds, key=lambda one: (seconds.count(one), -order.index(one)), default=None)
        old = [name for name in members if lived[name] >= days]
        inside = frame["customer"].isin(old) & ((frame["date"] - frame["first"]).dt.days <= days)
        total = 0.5 * frame["amount"][inside].sum()
        expected[value] = [
            value,
            len(members),
            len(again) / len(members),
            gaps.median() if again else None,
            most,
            total / len(old) if old else None,
        ]
    assert {row[0] for row in got[1:]} == set(expected)
    assert_rows(got[1:], [expected[row[0]] for row in got[1:]])


@given(rows, st.integers(1, 5))
def test_purchase_gaps(drawn: list[Any], most: int) -> None:
    orders = Orders(drawn)
    got = clv_xl.PURCHASE_GAPS(*orders.arguments[:2], most)
    dates = orders.all.groupby("customer")["date"].apply(lambda when: sorted(set(when)))
    expected = []
    for number in range(1, most + 1):
        reached = [when for when in dates if len(when) >= number]
        if not reached:
            break
        gaps = [(w[number] - w[number - 1]).days for w in reached if len(w) > number]
        quantiles = pd.Series(gaps, dtype=float).quantile([0.25, 0.5, 0.75, 0.8, 0.9]).tolist()
        expected.append([number, len(reached), len(gaps) / len(reached), *quantiles])
    assert_rows(got[1:], expected)


@given(rows, periods, st.booleans())
def test_new_and_returning(drawn: list[Any], period: str, with_amount: bool) -> None:
    orders = Orders(drawn)
    if not with_amount:
        orders.all["amount"] = 1.0
        orders.purchases = orders.all.drop_duplicates(["customer", "date"])
        orders.first = orders.purchases.groupby("customer")["date"].min()
    columns = orders.arguments if with_amount else (*orders.arguments[:2], None)
    got = or_no_answer(clv_xl.NEW_RETURNING, *columns, period)
    if orders.first.empty:
        assert got is None
        return
    bought = orders.purchases.assign(
        when=index(orders.purchases["date"], period),
        born=index(orders.purchases["customer"].map(orders.first), period),
    )
    born_of = dict(zip(orders.first.index, index(orders.first, period), strict=True))
    money = orders.all.assign(when=index(orders.all["date"], period))
    money["new"] = [
        born_of.get(name) == when
        for name, when in zip(money["customer"], money["when"], strict=True)
    ]
    expected, before = [], set[str]()
    for when in pd.period_range(money["when"].min(), money["when"].max()):
        here = bought[bought["when"] == when]
        active = set(here["customer"])
        new = set(here["customer"][here["born"] == when])
        revenue = [
            money["amount"][(money["when"] == when) & (money["new"] == is_new)].sum()
            if with_amount
            else None
            for is_new in (True, False)
        ]
        expected.append(
            [
                label(when, period),
                len(active),
                len(new),
                len(active - new),
                int(here["customer"].isin(new).sum()),
                int((~here["customer"].isin(new)).sum()),
                *revenue,
                len(active & before) / len(before) if before else None,
            ]
        )
        before = active
    assert_rows(got[1:], expected)


@given(rows, st.integers(2, 4))
def test_customer_deciles(drawn: list[Any], bins: int) -> None:
    orders = Orders(drawn)
    got = or_no_answer(clv_xl.CUSTOMER_DECILES, *orders.arguments[::2], bins)
    value = orders.all.groupby("customer", sort=False)["amount"].sum()
    count = orders.all[orders.all["amount"] >= 0].groupby("customer").size()
    count = count.reindex(value.index).fillna(0)
    if len(value) < bins:
        assert got is None
        return
    ranked = value.sort_values(ascending=False, kind="stable")
    ends = [k * len(ranked) // bins for k in range(bins + 1)]
    for k, row in enumerate(got[1:]):
        names = ranked.index[ends[k] : ends[k + 1]]
        worth, made = value[names].sum(), count[names].sum()
        assert close(row[0], k + 1)
        assert close(row[1], len(names))
        assert close(row[2], made / len(names))
        assert close(row[4], worth / len(names))
        for cell, part, whole in (
            (row[3], worth, made),
            (row[5], made, count.sum()),
            (row[6], worth, value.sum()),
        ):
            assert close(cell, part / whole) if whole > 0 else math.isnan(cell)


@given(rows, st.integers(1, 8))
def test_base_bridge(drawn: list[Any], months: int) -> None:
    orders = Orders(drawn)
    starts = [pd.Timestamp("2023-01-15"), pd.Timestamp("2023-10-31")]
    got = or_no_answer(
        clv_xl.BASE_BRIDGE, *orders.arguments, *(one.date() for one in starts), months
    )
    spans = []
    for start in starts:
        end = start + pd.DateOffset(months=months)
        made = orders.purchases[
            (orders.purchases["date"] >= start) & (orders.purchases["date"] < end)
        ]
        paid = orders.all[(orders.all["date"] >= start) & (orders.all["date"] < end)]
        spans.append((made.groupby("customer").size(), paid.groupby("customer")["amount"].sum()))
    one, two = (count for count, _ in spans)
    if not len(one) and not len(two):
        assert got is None
        return
    groups = [set(one.index) - set(two.index), set(one.index) & set(two.index)]
    groups += [set(two.index) - set(one.index)]
    groups.append(set().union(*groups))
    table = {row[0]: row[1:] for row in got[1:]}
    assert list(table) == ["Only first", "Both", "Only second", "All"]
    for name, members in zip(table, groups, strict=True):
        row = table[name]
        values = []
        for at, (count, worth) in enumerate(spans):
            mine = [who for who in members if who in count.index]
            made = int(count.reindex(mine).sum())
            value = worth.reindex(list(members)).fillna(0).sum()
            values.append(value)
            part = [len(mine), made / len(mine) if mine else None]
            part += [value / made if made else None, value]
            assert_rows([row[4 * at : 4 * at + 4]], [part])
        assert close(row[8], values[1] - values[0])
        assert close(sum(row[9:12]), row[8])
    for column in (3, 7, 8, 9, 10, 11):
        assert close(table["All"][column], sum(table[name][column] for name in list(table)[:3]))


def test_the_change_of_those_who_stay_is_split_evenly() -> None:
    """By hand: 2 orders of 10 become 3 of 14; 1 more at the mean 12, 4 dearer at the mean 2.5."""
    days = [dt.date(2023, 1, 1), dt.date(2023, 1, 2)]
    days += [dt.date(2024, 1, 1), dt.date(2024, 1, 2), dt.date(2024, 1, 3)]
    got = clv_xl.BASE_BRIDGE(
        ["a"] * 5, days, [10, 10, 14, 14, 14], dt.date(2023, 1, 1), dt.date(2024, 1, 1)
    )
    assert got[2][9:] == [22, 0, 12, 10]


def test_spans_that_overlap_are_refused() -> None:
    orders = (["a"], [dt.date(2024, 1, 1)], [5])
    with pytest.raises(ClvError, match="second_start must not be earlier than 12 months after"):
        clv_xl.BASE_BRIDGE(*orders, dt.date(2023, 1, 1), dt.date(2023, 12, 31))


@given(rows, periods, periods)
def test_cohort_stack(drawn: list[Any], period: str, cohort: str) -> None:
    orders = Orders(drawn)
    got = or_no_answer(clv_xl.COHORT_STACK, *orders.arguments, period, cohort)
    if orders.first.empty:
        assert got is None
        return
    frame = orders.of_buyers()
    moment = frame[["date", "first"]].max(axis=1)
    table = frame.assign(when=index(moment, period), born=index(frame["first"], cohort))
    sums = table.pivot_table(index="when", columns="born", values="amount", aggfunc="sum")
    full = pd.period_range(sums.index.min(), sums.index.max())
    sums = sums.reindex(full)
    assert got[0] == ["period", *(label(one, cohort) for one in sums.columns)]
    for row, (when, cells) in zip(got[1:], sums.iterrows(), strict=True):
        assert row[0] == label(when, period)
        for cell, money, born in zip(row[1:], cells, sums.columns, strict=True):
            begun = sums[born].first_valid_index() <= when
            assert close(cell, (0.0 if math.isnan(money) else money) if begun else None)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(0, 50), st.floats(-9, 99)), min_size=1),
    st.integers(2, 5),
    st.booleans(),
)
def test_recency_frequency_map(drawn: list[Any], bins: int, with_value: bool) -> None:
    frequency, recency, value = (list(column) for column in zip(*drawn, strict=True))
    got = clv_xl.RF_MAP(frequency, recency, value if with_value else None, bins)
    frame = pd.DataFrame({"x": frequency, "t": recency, "v": value})
    for column in ("x", "t"):
        edges = frame[column].quantile([k / bins for k in range(1, bins)]).tolist()
        frame[f"{column}_bin"] = [sum(edge < one for edge in edges) for one in frame[column]]
    grouped = frame.groupby(["t_bin", "x_bin"])["v"]
    cells = (grouped.mean() if with_value else grouped.size()).unstack()
    if not with_value:
        cells = cells.fillna(0)
    assert_rows([row[1:] for row in got[1:]], cells.to_numpy().tolist())


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(0, 400), st.sampled_from([0.0, 10.0, 30.5])),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["month", "quarter", "year"]),
)
def test_mrr_movements(drawn: list[Any], period: str) -> None:
    frame = pd.DataFrame(drawn, columns=["customer", "day", "mrr"])
    frame["month"] = (pd.to_datetime(EPOCH) + pd.to_timedelta(frame["day"], unit="D")).dt.to_period(
        "M"
    )
    dates = [month.start_time.date() for month in frame["month"]]
    got = or_no_answer(
        clv_xl.MRR_MOVEMENTS, frame["customer"].tolist(), dates, frame["mrr"].tolist(), period
    )
    if not frame["mrr"].any():
        assert got is None
        return
    months = pd.period_range(frame["month"].min(), frame["month"].max())
    table = frame.pivot_table(index="month", columns="customer", values="mrr", aggfunc="sum")
    table = table.reindex(months).fillna(0)
    of_period = index(months.to_timestamp(), period)
    ends = table.groupby(of_period).last()
    expected, before = [], ends.iloc[0] * 0
    for when, now in ends.iterrows():
        stayed = (before > 0) & (now > 0)
        change = (now - before)[stayed]
        start, new = before.sum(), now[before == 0].sum()
        more, less = change.clip(lower=0).sum(), -change.clip(upper=0).sum()
        gone = before[now == 0].sum()
        at_start = (before > 0).sum()
        expected.append(
            [
                label(when, period),
                start,
                new,
                more,
                less,
                gone,
                now.sum(),
                (start + more - less - gone) / start if start else None,
                (start - less - gone) / start if start else None,
                (new + more) / (less + gone) if less + gone else None,
                ((before > 0) & (now == 0)).sum() / at_start if at_start else None,
            ]
        )
        before = now
    assert_rows(got[1:], expected)
