"""The sample data show the truth that made them."""

from __future__ import annotations

import dataclasses
import statistics
from collections import Counter, defaultdict

import pytest

from clv_xl import CLV_CHANNEL, CLV_PROFILE, ORDERS_CHECK
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.sample import SEED, TRUTH, Sample, generate

SAMPLE = generate()
LARGE = generate(dataclasses.replace(TRUTH, customers=12_000), seed=7)


def history(sample: Sample) -> dict[str, list[tuple[int, float]]]:
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for order in sample.orders:
        day = (order.date - TRUTH.first_day).days
        found[order.customer.strip().upper()].append((day, order.amount))
    return found


def test_a_seed_gives_one_sample() -> None:
    assert generate() == SAMPLE
    assert generate(seed=SEED + 1) != SAMPLE


def test_size_and_dates_are_as_declared() -> None:
    assert len(SAMPLE.customers) == TRUTH.customers
    assert 1500 < len(SAMPLE.orders) < 4000
    dates = [order.date for order in SAMPLE.orders]
    assert dates == sorted(dates)
    assert dates[0] >= TRUTH.first_day
    assert dates[-1] <= TRUTH.last_day


def test_every_customer_has_bought() -> None:
    assert set(history(SAMPLE)) == {customer.customer for customer in SAMPLE.customers}


def test_spending_is_what_the_customers_cost() -> None:
    for channel, spend in SAMPLE.spend.items():
        costs = (c.acquisition_cost for c in SAMPLE.customers if c.channel == channel)
        assert spend == pytest.approx(sum(costs), abs=0.01)


@pytest.mark.parametrize("segment", TRUTH.segments)
def test_shares_and_order_values_of_segments_are_recovered(segment: str) -> None:
    truth, orders = TRUTH.segments[segment], history(LARGE)
    members = [c for c in LARGE.customers if c.segment == segment]
    assert len(members) / len(LARGE.customers) == pytest.approx(truth.share, abs=0.015)
    means = {
        machine: statistics.mean(
            statistics.mean(amount for _, amount in orders[c.customer] if amount > 0)
            for c in members
            if c.machine == machine
        )
        for machine in ("Own", "Rented")
    }
    assert means["Own"] == pytest.approx(truth.order_value, rel=0.05)
    assert means["Rented"] / means["Own"] == pytest.approx(TRUTH.rented_effect, rel=0.07)


@pytest.mark.parametrize("segment", TRUTH.segments)
def test_customers_leave_after_their_first_purchase_as_often_as_the_truth_says(
    segment: str,
) -> None:
    """Of those with a year to come back in, nearly all who did not leave have bought again."""
    truth, orders = TRUTH.segments[segment], history(LARGE)
    early = [
        orders[c.customer]
        for c in LARGE.customers
        if c.segment == segment and c.channel == "Referral" and orders[c.customer][0][0] < 250
    ]
    once = sum(1 for one in early if sum(amount > 0 for _, amount in one) == 1) / len(early)
    assert truth.dropout - 0.05 < once < truth.dropout + 0.16


@pytest.mark.parametrize("channel", TRUTH.channels)
def test_costs_of_channels_are_recovered(channel: str) -> None:
    costs = [c.acquisition_cost for c in LARGE.customers if c.channel == channel]
    assert statistics.mean(costs) == pytest.approx(TRUTH.channels[channel].cost, rel=0.05)


def test_better_channels_bring_more_purchases() -> None:
    orders = history(LARGE)
    mean = {
        channel: statistics.mean(
            len(orders[c.customer]) for c in LARGE.customers if c.channel == channel
        )
        for channel in TRUTH.channels
    }
    by_quality = sorted(TRUTH.channels, key=lambda name: TRUTH.channels[name].quality)
    assert sorted(mean, key=lambda name: mean[name]) == by_quality


def test_the_rented_machine_marks_the_best_customers_and_the_town_does_not() -> None:
    revenue = Counter[str]()
    for order in SAMPLE.orders:
        revenue[order.customer.strip().upper()] += order.amount
    head = ["town", "in_business", "machine"]
    rows = [[c.town, c.in_business, c.machine] for c in SAMPLE.customers]
    clv = [revenue[c.customer] for c in SAMPLE.customers]
    chances = {(row[0], row[1]): row[6] for row in CLV_PROFILE([head, *rows], clv)[1:]}
    assert chances["machine", "Rented"] < 0.01
    assert min(p for (name, _), p in chances.items() if name != "machine") > 0.05


def test_the_verdicts_differ_between_channels() -> None:
    revenue = Counter[str]()
    for order in SAMPLE.orders:
        revenue[order.customer.strip().upper()] += order.amount
    members = {
        channel: [c for c in SAMPLE.customers if c.channel == channel] for channel in SAMPLE.spend
    }
    rows = CLV_CHANNEL(
        list(SAMPLE.spend),
        list(SAMPLE.spend.values()),
        [len(found) for found in members.values()],
        [0.45 * statistics.mean(revenue[c.customer] for c in found) for found in members.values()],
    )
    assert {str(row[-1]).split(":")[0] for row in rows[1:]} == {"Grow", "Improve", "Stop"}


def test_there_is_something_to_check() -> None:
    columns = zip(*((o.customer, o.date, o.amount) for o in SAMPLE.orders), strict=True)
    findings = {row[0]: row[1] for row in ORDERS_CHECK(*map(list, columns))[1:]}
    assert any(str(finding).startswith("Merged: names") for finding in findings)
    assert any(str(finding).startswith("Check: returns") for finding in findings)
    assert not any(str(finding).startswith(Verdict.REFUSED.word) for finding in findings)
    assert findings["Customers"] == TRUTH.customers
