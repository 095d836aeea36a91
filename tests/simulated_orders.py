"""Orders of customers who buy at rates of their own and leave, with a few returns; seeded."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd

_DAYS: Final = 730
_FIRST: Final = dt.date(2023, 1, 1)


def _orders(customers: int = 250, seed: int = 15) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        pace, spend = random.gamma(1.2, 1 / 40), random.gamma(4, 8)
        day, until = random.integers(0, 500), random.integers(200, 2 * _DAYS)
        while day < min(until, _DAYS):
            amount = round(spend * random.gamma(6, 1 / 6), 2)
            rows.append((f"C-{number:03}", _FIRST + dt.timedelta(int(day)), amount))
            if random.random() < 0.02:
                rows.append((f"C-{number:03}", _FIRST + dt.timedelta(int(day) + 3), -amount))
            day += 1 + random.exponential(1 / pace)
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows, columns=["customer", "date", "amount"])


ORDERS: Final = _orders()
