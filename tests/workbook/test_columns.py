"""The columns of Orders are found by their headings, wherever they stand, or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook
from pasted_orders import FIRST, HEADER, SMALLEST, Pasted, inputs, paste, sentences

from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.layout import arrange

ORDERS = SMALLEST.orders
CANONICAL = ("order", "date", "customer", "product", "amount")


class Read(NamedTuple):
    """What a computed workbook says: sentences of Start, figures of Orders check, Data_note."""

    said: dict[str, str]
    counted: list[Any]
    note: str


def read(path: Path) -> Read:
    places = {
        key: (layout.sheet.title, body)
        for layout in arrange(inputs(SMALLEST))
        for key, body in layout.bodies.items()
    }
    book = load_workbook(path, data_only=True)
    title, counted = places["orders_counted"]
    _, note = places["data_note"]
    values = [
        book[title].cell(row, counted.left + 1).value
        for row in range(counted.top, counted.bottom + 1)
    ]
    return Read(sentences(path), values, book[title].cell(note.top, note.left).value or "")


def block(headings: Sequence[str], order: Sequence[str | None]) -> Pasted:
    """The orders under other headings, their columns in another order; None is one of no use."""
    pasted: dict[tuple[int, int], Any] = {}
    for at, (heading, column) in enumerate(zip(headings, order, strict=True), start=2):
        pasted[HEADER, at] = heading
        for row, one in enumerate(ORDERS, start=FIRST):
            pasted[row, at] = getattr(one, column) if column else f"x{row}"
    return pasted


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    path = tmp_path_factory.mktemp("sample") / "book.xlsx"
    paste(path, "Orders", {}, inputs(SMALLEST))
    recalculate(path)
    return read(path).counted


def pasted(folder: Path, cells: Pasted, sheet: str = "Orders") -> Read:
    path = folder / "book.xlsx"
    paste(path, sheet, cells, inputs(SMALLEST))
    recalculate(path)
    return read(path)


WIDE = (
    ("Row ID", None),
    ("Order ID", "order"),
    ("Order Date", "date"),
    ("Ship Date", None),
    ("Ship Mode", None),
    ("Customer ID", "customer"),
    ("Customer Name", None),
    ("Segment", None),
    ("Sales", "amount"),
    ("Quantity", None),
    ("Profit", None),
)


@pytest.mark.parametrize(
    "columns",
    [
        (
            ("amount", "amount"),
            ("customer", "customer"),
            ("product", "product"),
            ("date", "date"),
            ("order", "order"),
        ),
        (
            ("Kunde", "customer"),
            ("Bestellnr.", "order"),
            ("Bestelldatum", "date"),
            ("Umsatz", "amount"),
            ("Artikel", "product"),
        ),
        (
            ("numéro de commande", "order"),
            ("date de commande", "date"),
            ("n° client", "customer"),
            ("produit", "product"),
            ("montant", "amount"),
        ),
        WIDE,
    ],
    ids=["swapped", "German", "French", "wide"],
)
def test_columns_are_found_by_their_headings(
    tmp_path: Path, counted: list[Any], columns: Sequence[tuple[str, str | None]]
) -> None:
    headings, order = zip(*columns, strict=True)
    found = pasted(tmp_path, block(headings, order))
    assert found.counted == counted
    assert found.said["Columns"].startswith("All columns")


def test_a_heading_that_is_missing_is_named_and_nothing_is_counted(tmp_path: Path) -> None:
    found = pasted(tmp_path, {(HEADER, 6): "weight"})
    assert found.said["Columns"].startswith("Fix: no column of the Orders table is headed amount")
    assert found.note == found.said["Columns"]
    assert set(found.counted) == {None}


def test_two_columns_that_fit_equally_well_are_asked_about(tmp_path: Path) -> None:
    found = pasted(tmp_path, {(HEADER, 5): "Total", (HEADER, 6): "Revenue"})
    assert found.said["Columns"].startswith("Fix: more than one column of sheet Orders could be")
    assert set(found.counted) == {None}


def test_a_heading_typed_into_settings_goes_before_all_others(
    tmp_path: Path, counted: list[Any]
) -> None:
    path = tmp_path / "book.xlsx"
    paste(path, "Orders", {(HEADER, 5): "amount", (HEADER, 6): "Worth"}, inputs(SMALLEST))
    book = load_workbook(path)
    rows = book["Settings"].iter_rows()
    (own,) = (row[2] for row in rows if row[1].value == "Amount")
    own.value = "worth"
    book.save(path)
    recalculate(path)
    assert read(path).counted == counted


def test_without_order_numbers_repeated_rows_count(tmp_path: Path) -> None:
    found = pasted(tmp_path, {(HEADER, 2): "remark"})
    assert found.said["Columns"].startswith("All columns")
    assert found.counted[0] == len(ORDERS)


def test_rows_that_repeat_an_order_count_once_and_are_said(tmp_path: Path) -> None:
    first = ORDERS[0]
    repeated = {(FIRST + 1, 2 + at): getattr(first, name) for at, name in enumerate(CANONICAL)}
    found = pasted(tmp_path, repeated)
    assert found.counted[0] == len(ORDERS) - 1
    assert found.counted[-1] == 1
    assert found.said["Orders"].endswith("1 repeated row counts once.")


def test_rows_left_out_are_said_by_every_report(tmp_path: Path) -> None:
    found = pasted(tmp_path, {(FIRST, 6): "none", (FIRST + 1, 3): None})
    assert found.counted[5] == 2
    assert found.note.startswith("Fix: 2 rows of sheet Orders are left out of every report")


def test_dates_that_may_be_swapped_are_said_on_start(tmp_path: Path) -> None:
    day = ORDERS[0].date.replace(month=3, day=4)
    mixed = {(FIRST, 3): day, (FIRST + 1, 3): f"31/12/{day.year}"}
    others = [one.date for one in ORDERS[2:]]
    many = 1 + sum(date.day <= 12 and date.day != date.month for date in others)
    assert many > 1
    said = pasted(tmp_path, mixed).said["Orders"]
    assert said.startswith("Check: ")
    assert f" In {many} rows day and month may be swapped: compare" in said
    late = {(FIRST + 2 + at, 3): date.replace(day=13 + at % 15) for at, date in enumerate(others)}
    said = pasted(tmp_path, mixed | late).said["Orders"]
    assert said.startswith("Check: ")
    assert " In 1 row day and month may be swapped: compare" in said


def test_customers_that_the_list_lacks_are_listed_with_their_revenue(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    paste(path, "Orders", {(FIRST, 4): "Somebody New", (FIRST, 6): 77.5}, inputs(SMALLEST))
    recalculate(path)
    said = sentences(path)["Customers"]
    assert said.startswith("Fix: sheet Customers lacks 1 customers of your orders, with 78")
    rows = list(load_workbook(path, data_only=True)["Orders check"].values)
    assert (None, "Somebody New", 1, 77.5) in [row[:4] for row in rows]


def test_a_customer_with_returns_only_is_missed_in_no_list(tmp_path: Path) -> None:
    found = pasted(tmp_path, {(FIRST, 4): "Only returns", (FIRST, 6): -5})
    assert found.said["Lists"].startswith("All customers are in sheets")
