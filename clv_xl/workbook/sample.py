"""Sample data of an fictional coffee roaster, made by a process whose truth is known.

Two years of orders. Each customer buys at a rate of their own, drawn from a gamma distribution
around the rate of their segment and raised or lowered by the channel that acquired them; after each
purchase they drop out with a probability of their own, drawn from a beta distribution (the BG/NBD
process). What they spend on an order lies around the order value of their segment; a rented machine
raises it. Town, years in business and satisfaction have no influence at all.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from clv_xl.sample_marks import ORDER_PREFIX, TOWNS


class SegmentTruth(NamedTuple):
    """What is true of a segment's customers."""

    share: float
    orders_per_year: float
    """Mean purchases per year while a customer is active, of a channel of quality 1, after the
    first."""
    dropout: float
    """Mean probability of dropout after a purchase."""
    order_value: float
    """Mean amount of an order without a rented machine."""


class ChannelTruth(NamedTuple):
    """What is true of the customers that a channel acquired."""

    share: float
    cost: float
    """Mean acquisition cost of one customer."""
    quality: float
    """Factor of the purchase rate."""


@dataclass(frozen=True)
class Truth:
    """Everything that the generator knows and a report can only estimate."""

    segments: dict[str, SegmentTruth]
    channels: dict[str, ChannelTruth]
    rate_shape: float
    dropout_strength: float
    rented_share: float
    rented_effect: float
    return_share: float
    first_day: dt.date
    last_day: dt.date
    customers: int


TRUTH: Final = Truth(
    segments={
        "Café": SegmentTruth(0.30, 9.0, 0.10, 190.0),
        "Restaurant": SegmentTruth(0.22, 6.5, 0.14, 160.0),
        "Office": SegmentTruth(0.22, 5.0, 0.08, 120.0),
        "Hotel": SegmentTruth(0.08, 8.0, 0.06, 420.0),
        "Household": SegmentTruth(0.18, 3.0, 0.22, 38.0),
    },
    channels={
        "Referral": ChannelTruth(0.16, 25.0, 1.35),
        "Search ads": ChannelTruth(0.30, 110.0, 1.0),
        "Social ads": ChannelTruth(0.26, 190.0, 0.35),
        "Trade fair": ChannelTruth(0.12, 540.0, 0.9),
        "Sales visits": ChannelTruth(0.16, 380.0, 1.10),
    },
    rate_shape=2.5,
    dropout_strength=6.0,
    rented_share=0.28,
    rented_effect=1.9,
    return_share=0.012,
    first_day=dt.date(2023, 1, 2),
    last_day=dt.date(2024, 12, 31),
    customers=400,
)
YEARS_IN_BUSINESS: Final = ("Under 2 years", "2 to 10 years", "Over 10 years")
PRODUCTS: Final = ("Espresso beans", "Filter beans", "Decaf beans", "Tea and cocoa")
SUBSCRIBERS: Final = (400, 322, 281, 254, 237, 224)
FIGURES: Final = {
    "Calc_churn": 0.05,
    "Calc_lifespan": 24,
    "Calc_invoice": 60,
    "Calc_customers": 40,
    "Calc_spend": 6000,
    "Calc_invoices": 1,
    "Calc_margin": 0.5,
    "Calc_overhead": 2000,
    "Calc_new_churn": 0.04,
    "If_retention": 0.01,
    "If_price": 0.05,
    "If_margin": 0.02,
    "If_cac": -0.1,
    "If_frequency": 0.05,
    "Yearly_margin": 100,
}
SEED: Final = 42
"""One whose sample shows the truth plainly: most seeds do, some let an idle attribute look
important by luck."""


class Order(NamedTuple):
    """One row of the Orders table."""

    order: str
    date: dt.date
    customer: str
    product: str
    amount: float


class Customer(NamedTuple):
    """One row of the Customers table."""

    customer: str
    segment: str
    channel: str
    town: str
    in_business: str
    machine: str
    acquisition_cost: float
    satisfaction: int


@dataclass(frozen=True)
class Sample:
    """The rows of the input tables."""

    orders: tuple[Order, ...]
    customers: tuple[Customer, ...]
    spend: dict[str, float]
    """Spending by channel: what its customers cost together."""
    subscribers: tuple[int, ...] = ()
    """Those of one cohort who remained after 0, 1, ... years."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Single inputs, mostly by the defined name of their cell."""


EMPTY: Final = Sample((), (), {})
"""No rows: the inputs of a template that waits for the user's own."""


def generate(truth: Truth = TRUTH, seed: int = SEED) -> Sample:
    """Return the sample of a seed, the same on every machine.

    Parameters
    ----------
    truth : Truth, optional
    seed : int, optional

    Returns
    -------
    Sample
        Orders by date, customers in the order of acquisition. A few orders are returns,
        and a few spell the customer with small letters or a blank too many, as real lists do.
    """
    rng = random.Random(seed)  # noqa: S311 - sample data, not secrets
    days = (truth.last_day - truth.first_day).days
    births = sorted(int(days * 0.85 * rng.random() ** 1.2) for _ in range(truth.customers))
    customers: list[Customer] = []
    purchases: list[tuple[int, str, str, float]] = []
    for number, birth in enumerate(births, start=1):
        customer = _customer(rng, truth, f"C-{number:04d}")
        history = _history(rng, truth, customer, birth, days)
        customers.append(customer)
        purchases += history
    purchases.sort(key=lambda purchase: purchase[0])
    orders = [
        Order(
            f"{ORDER_PREFIX}{10001 + index}",
            truth.first_day + dt.timedelta(days=day),
            _misspelt(name, index),
            product,
            amount,
        )
        for index, (day, name, product, amount) in enumerate(purchases)
    ]
    spend = {
        channel: round(sum(c.acquisition_cost for c in customers if c.channel == channel), 2)
        for channel in truth.channels
    }
    return Sample(tuple(orders), tuple(customers), spend, SUBSCRIBERS, FIGURES)


def _customer(rng: random.Random, truth: Truth, name: str) -> Customer:
    segment = _pick(rng, {key: value.share for key, value in truth.segments.items()})
    channel = _pick(rng, {key: value.share for key, value in truth.channels.items()})
    cost = truth.channels[channel].cost * rng.gammavariate(8.0, 1 / 8.0)
    return Customer(
        name,
        segment,
        channel,
        TOWNS[int(rng.random() * len(TOWNS))],
        YEARS_IN_BUSINESS[int(rng.random() * len(YEARS_IN_BUSINESS))],
        "Rented" if rng.random() < truth.rented_share else "Own",
        round(cost, 2),
        int(min(100.0, max(1.0, rng.gauss(62.0, 18.0)))),
    )


def _history(
    rng: random.Random, truth: Truth, customer: Customer, birth: int, days: int
) -> list[tuple[int, str, str, float]]:
    """A customer's purchases: day, name, product, amount."""
    segment = truth.segments[customer.segment]
    mean_rate = segment.orders_per_year * truth.channels[customer.channel].quality / 365.25
    rate = rng.gammavariate(truth.rate_shape, mean_rate / truth.rate_shape)
    strength = truth.dropout_strength
    dropout = rng.betavariate(strength * segment.dropout, strength * (1 - segment.dropout))
    usual = segment.order_value * (truth.rented_effect if customer.machine == "Rented" else 1.0)
    usual *= rng.gammavariate(10.0, 1 / 10.0)
    product = PRODUCTS[int(rng.random() ** 1.6 * len(PRODUCTS))]
    found: list[tuple[int, str, str, float]] = []
    day = float(birth)
    while day <= days:
        amount = round(usual * rng.gammavariate(12.0, 1 / 12.0), 2)
        found.append((int(day), customer.customer, product, amount))
        if rng.random() < truth.return_share:
            back = int(day) + 3 + int(6 * rng.random())
            if back <= days:
                found.append((back, customer.customer, product, -round(amount * 0.5, 2)))
        if rng.random() < dropout:
            break
        day += rng.expovariate(rate)
    return found


def _misspelt(name: str, index: int) -> str:
    """The name as somebody in a hurry types it, now and then."""
    if index % 331 == 47:
        return name.lower()
    return f"{name} " if index % 547 == 101 else name


def _pick(rng: random.Random, shares: dict[str, float]) -> str:
    point = rng.random() * sum(shares.values())
    for name, share in shares.items():
        point -= share
        if point < 0:
            return name
    return next(reversed(shares))
