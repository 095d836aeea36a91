"""The published data sets, as the models take them."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

DATA = Path(__file__).parents[1] / "data"
CALIBRATION_END = date(1997, 9, 30)
DATA_END = date(1998, 6, 30)


class Cdnow(NamedTuple):
    """CDNOW sample: customers in weeks, orders until 1997-09-30 and after."""

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    monetary_value: np.ndarray
    first_purchase: np.ndarray
    holdout_purchases: np.ndarray


def day_number(text: np.ndarray) -> np.ndarray:
    joined = np.array([f"{t[:4]}-{t[4:6]}-{t[6:]}" for t in text], dtype="datetime64[D]")
    return joined.astype(np.int64)


@cache
def cdnow_orders() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer number from 0, day, amount: one row for each customer's day with orders."""
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    customer = np.unique([row[1] for row in rows], return_inverse=True)[1]
    days = day_number(np.array([row[2] for row in rows]))
    amount = np.array([float(row[4]) for row in rows])
    pairs, which = np.unique(np.stack([customer, days]), axis=1, return_inverse=True)
    return pairs[0], pairs[1], np.bincount(which.reshape(-1), weights=amount)


@cache
def cdnow_customers() -> Cdnow:
    customer, days, amount = cdnow_orders()
    end = int(np.datetime64(CALIBRATION_END).astype(np.int64))
    count = customer.max() + 1
    before = days <= end
    number = np.bincount(customer[before], minlength=count)
    first = np.full(count, 10**9)
    last = np.full(count, -1)
    np.minimum.at(first, customer[before], days[before])
    np.maximum.at(last, customer[before], days[before])
    repeat = before & (days > first[customer])
    spent = np.bincount(customer[repeat], weights=amount[repeat], minlength=count)
    frequency = number - 1.0
    return Cdnow(
        frequency,
        (last - first) / 7,
        (end - first) / 7,
        np.divide(spent, frequency, out=np.zeros(count), where=frequency > 0),
        (first - first.min()) / 7,
        np.bincount(customer[~before], minlength=count).astype(float),
    )


@pytest.fixture(scope="session")
def cdnow() -> Cdnow:
    return cdnow_customers()


@pytest.fixture(scope="session")
def donations() -> np.ndarray:
    """Columns frequency, recency, opportunities, customers."""
    return np.loadtxt(DATA / "donations.csv", delimiter=",", skiprows=1).T
