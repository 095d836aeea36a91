"""Six businesses as their owners would export them: seeded, each with its own gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clv_xl.workbook.declarations import Value

Columns = dict[str, list[Any]]
Row = tuple[str, dt.date, str, str, float]
"""Order number, date, customer, product, amount."""


@dataclass(frozen=True)
class Business:
    """What is put into the template: three tables by heading, and settings by defined name."""

    name: str
    orders: Columns
    customers: Columns
    channels: Columns | None = None
    settings: dict[str, Value] = field(default_factory=dict)


MONTHLY: dict[str, Value] = {"Period": "month", "Horizon": 12}


def shop_with_returns() -> Business:
    """A web shop: several lines an order, returns, lines exported twice, names typed carelessly.

    Nobody was asked whether they are satisfied; a cost is known of some customers only; some have
    registered and never bought.
    """
    rng = np.random.default_rng(1)
    count, registered = 300, 12
    names = [f"Client {number:04d}" for number in range(1, count + registered + 1)]
    start, last = dt.date(2023, 1, 2), dt.date(2024, 12, 30)
    lines: list[Row] = []
    for name in names[:count]:
        rate, leaves = rng.gamma(1.2, 1 / 45), rng.beta(1.0, 4.0)
        begun = start + dt.timedelta(days=int(rng.integers(0, 640)))
        for day in _visits(rng, begun, last, rate, leaves):
            number, customer = f"W{len(lines):05d}", _typed(rng, name)
            # An order has no two lines of one amount: with one number they would be one line.
            for product in rng.permutation(4)[: rng.integers(1, 4)].tolist():
                amount = _money(8 + 15 * product + rng.gamma(2.0, 3.0))
                lines.append((number, day, customer, f"Article {product}", amount))
                back = day + dt.timedelta(days=int(rng.integers(2, 20)))
                if rng.random() < 0.06 and back <= last:
                    lines.append((f"R{len(lines):05d}", back, name, f"Article {product}", -amount))
    lines.sort(key=lambda line: line[1])
    lines += [lines[at] for at in rng.choice(len(lines), 40, replace=False).tolist()]
    channels = ("Search", "Newsletter", "Marketplace")
    known = rng.random(len(names)) < 0.4
    costs = rng.gamma(4.0, 5.0, len(names))
    return Business(
        "shop with returns",
        _orders(lines),
        {
            "customer": names,
            "segment": rng.choice(["Home", "Office", "Gift"], len(names)).tolist(),
            "channel": rng.choice(channels, len(names)).tolist(),
            "town": rng.choice(["North", "South"], len(names)).tolist(),
            "acquisition_cost": [
                _money(cost) if is_known else None
                for cost, is_known in zip(costs, known, strict=True)
            ],
        },
        {"channel": list(channels), "spend": [5200.0, 640.0, 2900.0]},
    )


def subscription() -> Business:
    """A subscription billed monthly, with churn. There are no segments."""
    rng = np.random.default_rng(2)
    names = [f"Account {number}" for number in range(1, 161)]
    bills: list[Row] = []
    for name in names:
        month, plan = int(rng.integers(0, 26)), float(rng.choice([9.9, 19.9, 49.9]))
        day = int(rng.integers(1, 29))
        while month < 30:
            date = dt.date(2022 + (month + 6) // 12, (month + 6) % 12 + 1, day)
            bills.append((f"INV-{len(bills):05d}", date, name, "Plan", plan))
            if rng.random() < 0.05:
                break
            month += 1
    bills.sort(key=lambda bill: bill[1])
    channels = ("App store", "Ads")
    return Business(
        "subscription",
        _orders(bills),
        {
            "customer": names,
            "channel": rng.choice(channels, len(names)).tolist(),
            "satisfaction": rng.integers(1, 11, len(names)).tolist(),
            "acquisition_cost": [_money(cost) for cost in rng.gamma(5.0, 6.0, len(names))],
        },
        {"channel": list(channels), "spend": [900.0, 3900.0]},
        {**MONTHLY, "Gross_margin": 0.8},
    )


def donations() -> Business:
    """A charity: most give once or twice, in the same season. No cost is known; word is free."""
    rng = np.random.default_rng(3)
    names = [f"Donor {number:03d}" for number in range(1, 261)]
    gifts: list[Row] = []
    for name in names:
        year, usual = int(rng.integers(2016, 2024)), rng.gamma(2.0, 30.0)
        for _ in range(int(rng.choice([1, 2, 3, 5], p=[0.5, 0.3, 0.12, 0.08]))):
            if year > 2023:
                break
            date = dt.date(year, int(rng.choice([11, 12], p=[0.3, 0.7])), int(rng.integers(1, 29)))
            gifts.append(("", date, name, "", float(5 * max(1, round(usual / 5)))))
            year += int(rng.choice([1, 2], p=[0.8, 0.2]))
    gifts.sort(key=lambda gift: gift[1])
    channels = ("Word of mouth", "Letters")
    return Business(
        "donations",
        _orders(gifts),
        {
            "customer": names,
            "segment": rng.choice(["Private", "Firm", "Church"], len(names)).tolist(),
            "channel": rng.choice(channels, len(names)).tolist(),
            "town": rng.choice(["Hill", "Dale", "Shore"], len(names)).tolist(),
        },
        {"channel": list(channels), "spend": [0.0, 4100.0]},
        {"Period": "year", "Horizon": 3, "Cohort_period": "year", "Gross_margin": 1.0},
    )


def agency() -> Business:
    """Twelve clients with monthly retainers, three of whom have left. Referrals cost nothing."""
    rng = np.random.default_rng(4)
    names = [f"Firm {letter}" for letter in "ABCDEFGHIJKL"]
    bills: list[Row] = []
    for at, name in enumerate(names):
        retainer = float(rng.choice([800, 1200, 2500, 4000]))
        months = range(int(rng.integers(0, 20)), 36 if at % 4 else 26)
        for month in months:
            date = dt.date(2022 + month // 12, month % 12 + 1, 28)
            extra = float(rng.choice([0, 0, 0, 350]))
            bills.append((f"{len(bills) + 1}", date, name, "Retainer", retainer + extra))
    bills.sort(key=lambda bill: bill[1])
    return Business(
        "agency",
        _orders(bills),
        {
            "customer": names,
            "segment": ["Law", "Health", "Retail"] * 4,
            "channel": ["Referral", "Fairs"] * 6,
            "acquisition_cost": [None if at % 3 else 900.0 for at in range(12)],
        },
        {"channel": ["Referral", "Fairs"], "spend": [0.0, 5400.0]},
        {**MONTHLY, "Gross_margin": 0.6},
    )


def loyal_wholesale() -> Business:
    """A wholesaler whose 90 shops all reorder until today: nobody is seen to leave."""
    rng = np.random.default_rng(5)
    names = [f"Store {number}" for number in range(1, 91)]
    last = dt.date(2024, 12, 31)
    orders: list[Row] = []
    for name in names:
        day = dt.date(2023, 1, 2) + dt.timedelta(days=int(rng.integers(0, 120)))
        usual, gap = rng.gamma(9.0, 60.0), rng.uniform(12, 26)
        while day <= last:
            amount = _money(usual * rng.gamma(20.0, 1 / 20.0))
            orders.append((f"L{len(orders):05d}", day, name, "Goods", amount))
            day += dt.timedelta(days=max(1, round(gap * rng.gamma(12.0, 1 / 12.0))))
    orders.sort(key=lambda order: order[1])
    channels = ("Sales visits", "Trade fair", "Catalogue")
    return Business(
        "loyal wholesale",
        _orders(orders),
        {
            "customer": names,
            "segment": rng.choice(["Deli", "Grocer", "Canteen"], len(names)).tolist(),
            "channel": rng.choice(channels[:2], len(names)).tolist(),
            "town": rng.choice(["East", "West"], len(names)).tolist(),
            "satisfaction": rng.integers(20, 100, len(names)).tolist(),
            "acquisition_cost": [_money(cost) for cost in rng.gamma(6.0, 50.0, len(names))],
        },
        {"channel": list(channels), "spend": [15000.0, 9000.0, 700.0]},
    )


def shop_of_one_month() -> Business:
    """A shop that opened a month ago, and knows nothing of its customers but their orders."""
    rng = np.random.default_rng(6)
    names = [f"Guest {number}" for number in range(1, 181)]
    start, last = dt.date(2024, 11, 1), dt.date(2024, 11, 30)
    orders: list[Row] = []
    for name in names:
        begun = start + dt.timedelta(days=int(rng.integers(0, 30)))
        for day in _visits(rng, begun, last, 1 / 40, 0.2):
            orders.append((f"{1000 + len(orders)}", day, name, "", _money(5 + rng.gamma(2.0, 9.0))))
    orders.sort(key=lambda order: order[1])
    return Business("shop of one month", _orders(orders), {"customer": names})


BUSINESSES: dict[str, Callable[[], Business]] = {
    make.__name__: make
    for make in (
        shop_with_returns,
        subscription,
        donations,
        agency,
        loyal_wholesale,
        shop_of_one_month,
    )
}


def _visits(
    rng: np.random.Generator, first: dt.date, last: dt.date, rate: float, leaves: float
) -> Iterator[dt.date]:
    """The days on which a customer buys, until they leave."""
    day = float(first.toordinal())
    while day < last.toordinal() + 1:
        yield dt.date.fromordinal(int(day))
        if rng.random() < leaves:
            return
        day += rng.exponential(1 / rate)


def _typed(rng: np.random.Generator, name: str) -> str:
    """A name as somebody types it, now and then with small letters or a blank too many."""
    return str(rng.choice([name, name.lower(), f"{name} "], p=[0.98, 0.01, 0.01]))


def _money(amount: float) -> float:
    return round(float(amount), 2)


def _orders(rows: list[Row]) -> Columns:
    headings = ("order", "date", "customer", "product", "amount")
    return {
        heading: [value or None for value in values]
        for heading, values in zip(headings, zip(*rows, strict=True), strict=True)
    }
