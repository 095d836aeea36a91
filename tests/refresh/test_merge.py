"""Which orders are new, and which customers may be the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clv_xl.refresh.merge import new_orders
from clv_xl.refresh.renames import probable_renames

DAY = dt.date(2024, 12, 31)
SERIAL = 45657.0


def columns(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    names = ("order", "customer", "date", "amount")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def test_an_order_is_the_same_by_number_customer_date_and_amount() -> None:
    known = columns((10001.0, "Ann", SERIAL, 65.15000000000001), (None, "Ben", SERIAL, 2.0))
    read = columns(
        ("10001", " ann", DAY, 65.15),
        ("10001", "Ann", DAY, 66.15),
        ("10002", "Ann", DAY, 65.15),
        ("10002", "Ann", DAY, 65.15),
        ("", "Ben", DAY, 2),
        ("", "Ben", DAY, 2),
    )
    assert new_orders(known, read) == [1, 2, 5]


def test_without_numbers_alike_orders_are_counted() -> None:
    known = columns(("A1", "Ann", SERIAL, 5.0), ("A2", "Ann", SERIAL, 5.0))
    read = {k: v for k, v in columns(*[("", "Ann", DAY, 5)] * 3).items() if k != "order"}
    assert new_orders(known, read) == [2]


def test_days_count_from_1904_where_the_workbook_does() -> None:
    known = columns(("A1", "Ann", SERIAL - 1462, 5.0))
    assert new_orders(known, columns(("A1", "Ann", DAY, 5)), date1904=True) == []


def test_similar_names_are_probable_renames_and_numbers_are_not() -> None:
    new = {"Mueller GmbH": 10, "C-0401": 11, "Zoe": 12}
    absent = {"Müller GmbH": 2, "C-0400": 3, "Ann": 4}
    assert probable_renames(new, absent) == [("Mueller GmbH", "Müller GmbH", 10, 2)]


def test_a_numbered_order_whose_date_was_changed_is_the_same_order() -> None:
    known = {"order": ["A1"], "customer": ["Ann"], "date": [45292], "amount": [10.0]}
    again = {
        "order": ["a1 ", "A2"],
        "customer": ["Ann"] * 2,
        "date": [45293] * 2,
        "amount": [10] * 2,
    }
    assert new_orders(known, again) == [1]
