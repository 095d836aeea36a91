"""Random orders with all that real ones have: returns, odd names, gaps, repeated rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

NAMES = [
    "Ann", " ann", "ANN ", "Bob", "Straße", "STRASSE", "\uff21nn", "7", "7.0", "", " ",
    "\u00c9a", "e\u0301A", "\u00a0Bob", "\u0130x", "\u3000", "O'Neil", "\tCid",
]  # fmt: skip
AMOUNTS = [10.0, 20.5, -10.0, -20.5, 0.0, 0.1, 0.2, -0.3, 1e6, None]
FIRST = dt.datetime(2024, 1, 1)


def columns(names: list[Any] = NAMES) -> st.SearchStrategy[pd.DataFrame]:
    """Orders as a data frame, the earliest first, as which of two equal rows is earlier counts."""
    row = st.tuples(
        st.sampled_from([*names, None]),
        st.one_of(st.none(), st.integers(0, 70 * 24)),
        st.sampled_from(AMOUNTS),
        st.sampled_from([None, "A1", " a1", "B2", "C3"]),
    )
    # A column without a single amount is none: RFM_SUMMARY then counts orders alone.
    rows = st.lists(row, min_size=1, max_size=60)
    return rows.filter(lambda rows: any(row[2] is not None for row in rows)).map(_frame)


def _frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    rows = sorted(rows, key=lambda row: -1 if row[1] is None else row[1])
    customer, hours, amount, order = zip(*rows, strict=True)
    dates = [pd.NaT if hour is None else FIRST + dt.timedelta(hours=hour) for hour in hours]
    return pd.DataFrame(
        {
            "customer": pd.Series(customer, dtype=object),
            "date": pd.Series(dates, dtype="datetime64[us]"),
            "amount": pd.Series(amount, dtype="float64"),
            "order": pd.Series(order, dtype=object),
        }
    )
