"""Orders of businesses whose customers buy in ways that forecasts find hard, from seeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

START: Final = dt.date(2023, 1, 2)


class Row(NamedTuple):
    """One order."""

    customer: str
    date: dt.date
    amount: float | None


def columns(rows: list[Row]) -> tuple[list[str], list[dt.date], list[float | None]]:
    """The orders as columns."""
    customers, dates, amounts = zip(*rows, strict=True)
    return list(customers), list(dates), list(amounts)


def _buyers(seed: int, count: int, days: int, shape: float, gap: float, stay: float) -> list[Row]:
    """Customers who join in the first half; each leaves after a purchase or stays."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        day, rate = rng.uniform(0, days / 2), rng.gamma(shape, 1 / (shape * gap))
        value = rng.gamma(6, 10)
        while day < days:
            amount = round(float(rng.gamma(4, value / 4)), 2)
            rows.append(Row(f"K{number:03}", START + dt.timedelta(days=int(day)), amount))
            day = day + rng.exponential(1 / rate) if rng.random() < stay else days
    return sorted(rows, key=lambda row: row.date)


def shop() -> list[Row]:
    """A shop whose customers leave; some orders come back."""
    rows = _buyers(1, 300, 730, 1.0, 40.0, 0.85)
    late = [row._replace(date=row.date + dt.timedelta(days=6)) for row in rows[5::25]]
    back = [row._replace(amount=-(row.amount or 0.0)) for row in late]
    return sorted([*rows, *back], key=lambda row: row.date)


def loyal_wholesale() -> list[Row]:
    """Dealers who order often and all stay."""
    return _buyers(2, 150, 730, 2.0, 30.0, 1.0)


def retainers() -> list[Row]:
    """An agency: twelve clients, each invoiced the same on the first of every month."""
    months = [dt.date(2023 + at // 12, at % 12 + 1, 1) for at in range(18)]
    return [
        Row(f"Client {number:02}", month, 1000.0 + 250 * number)
        for month in months
        for number in range(12)
    ]


def one_month() -> list[Row]:
    """A shop that has been open for thirty days."""
    return _buyers(4, 60, 30, 1.0, 20.0, 0.8)


def one_day() -> list[Row]:
    """The first day of a shop."""
    return [Row(f"K{number}", START, 10.0 + number) for number in range(20)]


def seen_once() -> list[Row]:
    """A shop to which nobody has come back."""
    return [
        Row(f"K{number}", START + dt.timedelta(days=3 * number), 10.0 + number)
        for number in range(40)
    ]


def all_alike() -> list[Row]:
    """Sixty subscribers who buy once a month, each on a day of their own."""
    return sorted(_alike(), key=lambda row: row.date)


def _alike() -> Iterator[Row]:
    for number in range(60):
        for month in range(12):
            day = START + dt.timedelta(days=number % 28 + 30 * month)
            yield Row(f"K{number}", day, 20.0 + number % 7 + month % 3)


def without_amounts() -> list[Row]:
    """A shop that kept no amounts."""
    return [row._replace(amount=None) for row in shop()]
