"""The button Refresh of Excel, with a stand-in for the workbook that is open."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbook_stand_in import ComError, ListObject, Name, Range, Workbook, Worksheet

from clv_xl.refresh.excel import LONGEST, REFUSED, refresh_open

DAY = 45292.0  # 2024-01-01


@pytest.fixture(autouse=True)
def com(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywintypes", types.SimpleNamespace(com_error=ComError))


class Shop:
    """Two orders of two customers; the tables have columns of the user's own, in another order."""

    def __init__(self, orders: list[list[Any]] | None = None) -> None:
        rows = orders or [["A1", 10.0, "Ann", "note", DAY], ["A2", 20.0, "Ben", None, DAY]]
        self.sheet, people = Worksheet("Orders"), Worksheet("Customers")
        lines = [["order", "amount", "Kunde", "double", "note", "date"]]
        lines += [[row[0], row[1], row[2], "=2*C4", row[3], row[4]] for row in rows]
        self.orders = self.sheet.table("Orders", f"B3:G{3 + len(rows)}", lines)
        self.customers = people.table(
            "Customers",
            "A1:C3",
            [["customer", "value", "segment"], ["Ann", "=1", "x"], ["Ben", "=1", None]],
        )
        self.lines = Range(people, "F1:F12")
        self.book = Workbook(self.sheet, people)
        self.book.Names.members.append(Name("Last_refresh", self.lines))

    def refresh(self, path: Path, text: str) -> str:
        path.write_text(text)
        return refresh_open(self.book, str(path))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "november.csv"


NEW = "Bestellnummer;Datum;Kunde;Betrag\nA2;01.01.2024;Ben;20,00\n007;31.12.2024;Dora;1.234,50\n"


def test_new_orders_stand_below_the_old_under_their_headings(shop: Shop, file: Path) -> None:
    told = shop.refresh(file, NEW)
    assert told.splitlines()[0] == "Orders: 2 rows read, 1 added, 1 already there."
    assert shop.orders.address == "B3:G6"
    assert shop.orders.rows()[1:] == [
        ["A1", 10.0, "Ann", "computed", "note", DAY],
        ["A2", 20.0, "Ben", "computed", None, DAY],
        ["007", 1234.5, "Dora", "computed", None, DAY + 365],
    ]


def test_new_customers_are_appended(shop: Shop, file: Path) -> None:
    told = shop.refresh(file, NEW)
    assert "Customers: 1 row appended for new customers of the orders." in told
    assert shop.customers.rows()[-1] == ["Dora", "computed", None]


def test_a_second_run_adds_nothing(shop: Shop, file: Path) -> None:
    shop.refresh(file, NEW)
    before = shop.orders.rows(), shop.customers.rows()
    assert "0 added, 2 already there" in shop.refresh(file, NEW)
    assert (shop.orders.rows(), shop.customers.rows()) == before


def test_texts_that_look_like_formulas_stay_texts(shop: Shop, file: Path) -> None:
    shop.refresh(file, "order;customer;date;amount\n=7;=1+1;2024-12-31;5\n")
    assert shop.orders.rows()[-1] == ["=7", 5.0, "=1+1", "computed", None, DAY + 365]


def test_what_was_done_stands_in_the_workbook(shop: Shop, file: Path) -> None:
    shop.refresh(file, NEW)
    lines = [row[0] for row in shop.lines.Value2]
    assert lines[0].endswith(": Orders from november.csv.")
    assert lines[1] == "Orders: 2 rows read, 1 added, 1 already there."
    assert lines[-1] is None


def sample() -> Shop:
    return Shop([[f"SAMPLE-1000{n}", 5.0, f"C-000{n}", None, DAY] for n in range(1, 5)])


def test_orders_of_the_sample_are_replaced(file: Path) -> None:
    shop = sample()
    shop.sheet.cells[9, 2] = "my own"
    told = shop.refresh(file, "order;customer;date;amount\n007;Dora;2024-12-31;7\n")
    assert told.startswith("Orders: 1 row read, 1 added, 4 old replaced.")
    assert shop.orders.rows()[1:] == [["007", 7.0, "Dora", "computed", None, DAY + 365]]
    assert all(
        shop.sheet.shown((row, column)) is None for row in (5, 6, 7) for column in range(2, 8)
    )
    assert shop.sheet.cells[9, 2] == "my own"


def test_what_stands_below_the_table_is_in_the_way(shop: Shop, file: Path) -> None:
    shop.sheet.cells[6, 3] = "a sum"
    before = shop.orders.rows(), dict(shop.sheet.cells)
    told = shop.refresh(file, NEW)
    assert "down to row 6, but row 6 is not blank" in told
    assert told.endswith("Nothing was changed.")
    assert (shop.orders.rows(), dict(shop.sheet.cells)) == before


def test_a_question_changes_nothing_and_names_the_way_to_answer(shop: Shop, file: Path) -> None:
    before = shop.orders.rows(), shop.customers.rows()
    told = shop.refresh(file, "customer;date;amount\nAnn;03/04/2024;5\n")
    assert "dmy or mdy" in told
    assert told.endswith("Nothing was changed. In a terminal, clv-xl refresh has options for this.")
    assert (shop.orders.rows(), shop.customers.rows()) == before


def test_where_excel_refuses_a_sentence_says_what_to_do(shop: Shop, file: Path) -> None:
    shop.sheet.protected = True
    assert shop.refresh(file, NEW) == REFUSED


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda table: setattr(table, "Name", "Sales"), "has no table Orders"),
        (lambda table: setattr(table, "ShowTotals", True), "has a total row"),
        (lambda table: setattr(table, "ShowHeaders", False), "has no row of headings"),
    ],
)
def test_a_table_that_cannot_take_rows_is_one_sentence(
    shop: Shop, file: Path, change: Any, told: str
) -> None:
    change(shop.orders)
    assert told in shop.refresh(file, NEW)


def test_rows_that_a_filter_hides_are_shown_first(shop: Shop, file: Path) -> None:
    shown: list[bool] = []
    shop.orders.AutoFilter = types.SimpleNamespace(
        FilterMode=True, ShowAllData=lambda: shown.append(True)
    )
    shop.refresh(file, NEW)
    assert shown == [True]


def test_days_count_from_1904_where_the_workbook_does(shop: Shop, file: Path) -> None:
    shop.book.Date1904 = True
    told = shop.refresh(file, "order;customer;date;amount\nA1;Ann;2028-01-02;10\n")
    assert "0 added, 1 already there" in told


def test_a_message_is_no_longer_than_excels_box(shop: Shop, file: Path) -> None:
    rows = "".join("Ann;soon;5\n" for _ in range(60))
    unused = ";".join(f"a column of no use {n}" for n in range(30))
    told = shop.refresh(file, f"customer;date;amount;{unused}\nAnn;2024-12-31;5\n{rows}")
    assert len(told) <= LONGEST + 40
    assert told.endswith("Sheet Orders check says the rest.")


def test_an_empty_table_takes_its_first_rows(file: Path) -> None:
    shop = Shop([[None, None, None, None, None]])
    assert "1 added" in shop.refresh(file, "customer;date;amount\nAnn;2024-12-31;5\n")
    assert isinstance(shop.orders, ListObject)
    assert shop.orders.rows()[1:] == [[None, 5.0, "Ann", "computed", None, DAY + 365]]


def test_headings_typed_on_settings_are_used(shop: Shop, file: Path) -> None:
    settings = Worksheet("Settings")
    settings.cells[3, 3] = "Abnehmer"
    shop.book.Names.members.append(Name("Orders_headings", Range(settings, "C1:C4")))
    shop.sheet.cells[3, 4] = "Abnehmer"
    told = shop.refresh(file, NEW.replace("Kunde", "Abnehmer"))
    assert "Orders: By your headings of sheet Settings: customer." in told
    assert shop.orders.rows()[-1][2] == "Dora"


EITHER = "customer;date;amount\nAnn;03/04/2024;1,234\nBen;05/04/2024;2,345\n"


def test_what_is_open_is_asked_for_in_excel(shop: Shop, file: Path) -> None:
    shop.book.Application.typed = [" 2 ", "1"]
    told = shop.refresh(file, EITHER)
    assert told.startswith("Orders: 2 rows read, 2 added.")
    first, second = shop.book.Application.asked
    assert second.splitlines()[1:] == [
        "1  day, month, year",
        "2  month, day, year",
        "Type the number of the right one.",
    ]
    assert "2  decimal point, as in 1,234.56" in first
    assert [row[1] for row in shop.orders.rows()[-2:]] == [1234.0, 2345.0]
    assert shop.orders.rows()[-2][5] == DAY + 93  # 3 April


def test_what_is_typed_wrongly_is_asked_again_and_cancel_changes_nothing(
    shop: Shop, file: Path
) -> None:
    before = shop.orders.rows(), shop.customers.rows()
    shop.book.Application.typed = ["dmy", "3", False]
    told = shop.refresh(file, EITHER)
    assert len(shop.book.Application.asked) == 3
    assert "decimal mark" in told
    assert "Nothing was changed." in told
    assert (shop.orders.rows(), shop.customers.rows()) == before


def test_the_encoding_is_asked_for(shop: Shop, file: Path) -> None:
    shop.book.Application.typed = ["1"]
    file.write_bytes("customer;date;amount\nŁódź;2024-12-31;5\n".encode("cp1250"))
    told = refresh_open(shop.book, str(file))
    assert "1  cp1250 (Central European)" in shop.book.Application.asked[0]
    assert "1 added" in told
    assert shop.orders.rows()[-1][2] == "Łódź"


def test_the_sheet_is_asked_for(shop: Shop, file: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Copy")):
        sheet.append(["customer", "date", "amount"])
        sheet.append([sheet.title, "2024-12-31", 5])
    book.save(file.with_suffix(".xlsx"))
    shop.book.Application.typed = ["2"]
    told = refresh_open(shop.book, str(file.with_suffix(".xlsx")))
    assert "1 added" in told
    assert shop.orders.rows()[-1][2] == "Copy"
