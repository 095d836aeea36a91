"""What goes into which table: texts of the workbook, its own headings, rows of the sample."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from clv_xl.cells import Cell
from clv_xl.errors import ArgumentError
from clv_xl.refresh.report import Update
from clv_xl.refresh.tables import Column, InputTable, known_columns
from clv_xl.refresh.update import update

Rows = dict[str, list[Any]]


class Tables:
    """A book of columns by heading."""

    def __init__(self, **tables: Rows) -> None:
        self.tables, self.lines, self.date1904 = tables, list[str](), False
        self.own: dict[str, dict[str, str]] = {}

    def find(self, name: str) -> InputTable:
        found = [Column(heading) for heading in self.tables[name]]
        columns = known_columns(name, found, self.own_headings(name))
        self.tables[name] = dict(
            zip([one.heading for one in columns], self.tables[name].values(), strict=True)
        )
        return InputTable(name, name, "", "", "", 2, 9, 1, columns)

    def own_headings(self, name: str) -> dict[str, str]:
        return self.own.get(name, {})

    def columns(self, table: InputTable) -> tuple[int, dict[str, list[Cell]]]:
        columns = self.tables[table.name]
        return len(next(iter(columns.values()))), columns

    def put(self, table: InputTable, keep: int, columns: Mapping[str, Sequence[Cell]]) -> None:
        count = len(next(iter(columns.values())))
        for heading, cells in self.tables[table.name].items():
            cells[keep:] = columns.get(heading, [None] * count)

    def say(self, lines: Sequence[str]) -> None:
        self.lines = list(lines)


def orders(*rows: tuple[Any, ...], heading: str = "order date customer amount") -> Rows:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return dict(zip(heading.split(), columns or [[], [], [], []], strict=True))


def customers(*names: str, town: str = "Bath") -> Rows:
    return {"customer": list(names), "segment": ["x"] * len(names), "town": [town] * len(names)}


def put(book: Tables, new: Rows, **options: Any) -> Update:
    return update(book, {"Orders": new}, **options)


DAY = dt.date(2024, 12, 31)
NEW = orders(("", DAY, "Ann", 1234.5), ("", DAY, "Ben", 7))


def test_dates_and_amounts_as_text_in_the_workbook_are_the_same_order() -> None:
    book = Tables(
        Orders=orders(("", "31.12.2024", "Ann", "1.234,50"), ("", "30.12.2024", "Ann", "1,00")),
        Customers=customers("Ann", "Ben"),
    )
    done = put(book, NEW, add=True)
    assert (done.tables[0].added, done.tables[0].already_there) == (1, 1)


def test_texts_of_the_workbook_with_two_readings_are_asked_about() -> None:
    book = Tables(Orders=orders(("", "03/04/2024", "Ann", 5)), Customers=customers("Ann"))
    new = orders(("", dt.date(2024, 4, 3), "Ann", 5))
    with pytest.raises(ArgumentError, match="Table Orders: date could be"):
        put(book, new, add=True)
    assert put(book, new, add=True, date_order="dmy").tables[0].added == 0
    assert len(book.tables["Orders"]["date"]) == 1


def test_what_the_workbook_shows_itself_goes_before_the_option() -> None:
    book = Tables(Orders=orders(("", "12/31/2024", "Ann", 1234.5)), Customers=customers("Ann"))
    new = orders(("", "31.12.2024", "Ann", 1234.5))
    assert put(book, new, add=True, date_order="dmy").tables[0].added == 0


def test_columns_of_the_workbook_are_known_in_other_languages_and_orders() -> None:
    book = Tables(
        Orders=orders(
            (5, "note", "Ann", DAY, "A1"), heading="Betrag Notiz Kunde Datum Bestellnummer"
        ),
        Customers={"Segment": ["x"], "Klient": ["Ann"]},
    )
    put(book, orders(("A2", DAY, "Ben", 7)), add=True)
    assert book.tables["Orders"] == {
        "amount": [5, 7],
        "Notiz": ["note", None],
        "customer": ["Ann", "Ben"],
        "date": [DAY, DAY],
        "order": ["A1", "A2"],
    }
    assert book.tables["Customers"] == {"segment": ["x", None], "customer": ["Ann", "Ben"]}


def test_a_column_of_the_users_own_is_filled_from_the_source() -> None:
    book = Tables(
        Orders=orders(("", DAY, "Ann", 5, "north"), heading="order date customer amount region"),
        Customers=customers("Ann"),
    )
    put(book, {**NEW, "region": ["south", "west"]}, add=True)
    assert book.tables["Orders"]["region"] == ["north", "south", "west"]


def sample() -> Tables:
    return Tables(
        Orders=orders(("SAMPLE-10001", DAY, "C-0001", 5), ("SAMPLE-10002", DAY, "c-0002 ", 5)),
        Customers=customers("C-0001", "C-0002", town="Dunmere"),
    )


def test_customers_of_the_sample_go_with_its_orders() -> None:
    book = sample()
    done = put(book, NEW)
    assert book.tables["Customers"]["customer"] == ["Ann", "Ben"]
    assert book.tables["Customers"]["town"] == [None, None]
    assert done.samples_removed == 2
    assert any("2 customers of the template's sample were removed" in s for s in done.sentences())
    assert done.renames == ()


def test_customers_of_the_sample_who_buy_stay() -> None:
    book = sample()
    done = put(book, orders(("", DAY, "C-0002", 5), ("", DAY, "Ann", 5)))
    assert book.tables["Customers"]["customer"] == ["C-0001", "C-0002", "Ann"]
    assert done.samples_removed == 0


def test_customers_of_the_users_own_stay_whatever_their_names() -> None:
    book = Tables(Orders=orders(), Customers=customers("C-0001", "C-0002", town="Bath"))
    put(book, NEW)
    assert book.tables["Customers"]["customer"] == ["C-0001", "C-0002", "Ann", "Ben"]


def test_orders_added_to_the_sample_are_told_of_it() -> None:
    book = sample()
    done = put(book, NEW, add=True)
    assert len(book.tables["Orders"]["order"]) == 4
    assert (
        "Orders: 2 rows of the template's sample stand beside yours. Refresh without --add, or "
        "delete them."
    ) in list(done.sentences())


def test_the_lines_for_the_workbook_hold_what_is_told() -> None:
    book = sample()
    done = put(book, NEW)
    assert book.lines == list(done.lines())
    assert book.lines[0].endswith(": Orders from a data frame.")
    assert book.lines[1:] == list(done.sentences())


def test_nothing_is_put_in_where_a_source_is_refused() -> None:
    book = sample()
    book.tables["Customers"]["satisfaction"] = [None, None]
    before = copy.deepcopy(book.tables)
    with pytest.raises(ArgumentError, match="two ways"):
        update(book, {"Orders": NEW, "Customers": {"customer": ["A"], "satisfaction": ["1,234"]}})
    assert book.tables == before
    assert not book.lines


def test_own_headings_are_those_of_the_workbook_and_of_the_source() -> None:
    book = Tables(
        Orders=orders(("", DAY, "Ann", 5), heading="order date Abnehmer amount"),
        Customers=customers("Ann"),
    )
    book.own["Orders"] = {"customer": "Abnehmer"}
    done = put(book, orders(("", DAY, "Ben", 7), heading="order date Abnehmer amount"))
    assert "Orders: By your headings of sheet Settings: customer." in done.sentences()
    assert book.tables["Orders"]["customer"] == ["Ben"]
    assert book.tables["Customers"]["customer"] == ["Ann", "Ben"]


def test_a_source_with_the_usual_headings_needs_no_own_ones() -> None:
    book = Tables(
        Orders=orders(("", DAY, "Ann", 5), heading="order date Abnehmer amount"),
        Customers=customers("Ann"),
    )
    book.own["Orders"] = {"customer": "Abnehmer"}
    done = put(book, orders(("", DAY, "Ben", 7)))
    assert not any("sheet Settings" in sentence for sentence in done.sentences())
    assert book.tables["Orders"]["customer"] == ["Ben"]


def test_a_mapping_goes_before_own_headings() -> None:
    book = Tables(Orders=orders(("", DAY, "Ann", 5)), Customers=customers("Ann"))
    book.own["Orders"] = {"customer": "customer"}
    new = {**orders(("", DAY, "Ben", 7)), "Payer": ["Cid"]}
    put(book, new, mapping={"customer": "Payer"})
    assert book.tables["Orders"]["customer"] == ["Cid"]
