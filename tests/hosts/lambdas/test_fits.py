"""The fits as LAMBDA functions, on customers whose parameters are published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from lambda_calls import new_book

from clv_xl import RFM_SUMMARY

CDNOW = Path(__file__).parents[2] / "data" / "CDNOW_sample.txt"
PUBLISHED = {
    "BGNBD_FIT(B1:B2357,C1:C2357,D1:D2357)": [0.2425945, 4.413602, 0.792922, 2.425907, -9582.4292],
    "GG_FIT(B1:B2357,E1:E2357)": [6.2496, 3.7442, 15.4435, -4055.917695],
}
"""By two other programs, see `tests/maths`."""


def test_cdnow() -> None:
    orders = [line.split() for line in CDNOW.read_text().splitlines()]
    days = [dt.datetime.strptime(order[2], "%Y%m%d").date() for order in orders]
    amounts = [float(order[4]) for order in orders]
    customers = [order[1] for order in orders]
    summary = RFM_SUMMARY(customers, days, amounts, "week", dt.date(1997, 9, 30))
    book = new_book()
    for row, cells in enumerate(summary[1:], start=1):
        for column in range(1, 5):
            book.update_cell_with_number(0, row, column + 1, cells[column])
    for at, formula in enumerate(PUBLISHED):
        book.set_user_input(0, 1, 10 + 4 * at, f"={formula}")
    book.evaluate()
    for at, wanted in enumerate(PUBLISHED.values()):
        found = [book.get_cell_value(0, 2 + row, 11 + 4 * at) for row in range(len(wanted))]
        assert found == pytest.approx(wanted, rel=1e-5)
