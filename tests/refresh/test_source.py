"""Sources of orders: read right or asked about, never misread."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import itertools
import random
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import polars as pl
import pytest

from clv_xl import headings
from clv_xl.errors import ArgumentError, ClvError, FileError
from clv_xl.refresh.source import SourceTable, read_source

ORDERS = [
    ("Łukasz Żak", dt.date(2024, 3, 4), 1234.5),
    ("Müller; Söhne, KG", dt.date(2024, 12, 31), -7.25),
    ("00123", dt.date(2024, 5, 6), 1000.0),
]
WANTED = ["order", "date", "customer", "product", "amount"]
REQUIRED = ["date", "customer", "amount"]


def read(source: Any, **options: Any) -> SourceTable:
    return read_source(source, WANTED, required=REQUIRED, **options)


def written(
    separator: str, mark: str, date: str, encoding: str, quoting: Any, heading: str
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting)
    writer.writerow(heading.split())
    for customer, day, amount in ORDERS:
        name = customer if encoding != "cp1252" else customer.replace("Łukasz Żak", "José")
        shown = (
            f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
            if mark == ","
            else (f"{amount:,.2f}")
        )
        writer.writerow([name, day.strftime(date), shown])
    return text.getvalue().encode(encoding)


DIALECTS = list(
    itertools.product(
        ";,\t|",
        ",.",
        ("%d.%m.%Y", "%m/%d/%Y"),
        ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1250"),
    )
)


@pytest.mark.parametrize(("separator", "mark", "date", "encoding"), DIALECTS)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_dialect_is_read_right(
    tmp_path: Path, separator: str, mark: str, date: str, encoding: str, quoting: Any
) -> None:
    heading = "klient data_zakupu kwota" if encoding == "cp1250" else "Kunde Datum Betrag"
    path = tmp_path / "orders.csv"
    path.write_bytes(written(separator, mark, date, encoding, quoting, heading))
    table = read(path)
    first = "José" if encoding == "cp1252" else ORDERS[0][0]
    assert table.columns["customer"] == [first, *[order[0] for order in ORDERS[1:]]]
    assert table.columns["date"] == [order[1] for order in ORDERS]
    assert table.columns["amount"] == [order[2] for order in ORDERS]
    assert table.rows == [2, 3, 4]
    assert not table.skipped


def test_mutated_files_give_a_table_or_one_sentence(tmp_path: Path) -> None:
    draw = random.Random(9)
    path = tmp_path / "orders.csv"
    for _ in range(1000):
        dialect = draw.choice(DIALECTS)
        content = bytearray(written(*dialect, csv.QUOTE_MINIMAL, "Kunde Datum Betrag"))
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(content))
            content[at : at + draw.randint(0, 3)] = draw.choice(
                [b"", b'"', b"\x00", b";", b",", b"\r", b"\n", bytes([draw.randrange(256)])]
            )
        path.write_bytes(content)
        with contextlib.suppress(ClvError):
            assert len(read(path).rows) < 9


@pytest.mark.parametrize("amount", ["1,234", "1.234"])
def test_an_amount_with_two_readings_is_asked_about(tmp_path: Path, amount: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"customer;date;amount\nA;2024-01-02;{amount}\n")
    with pytest.raises(ArgumentError, match="amount can be read in two ways"):
        read(path)
    assert read(path, decimal=amount[1]).columns["amount"] == [1.234]


def test_a_date_with_two_readings_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer;date;amount\nA;03/04/2024;5\n")
    with pytest.raises(ArgumentError, match="dmy or mdy"):
        read(path)
    assert read(path, date_order="dmy").columns["date"] == [dt.date(2024, 4, 3)]


def test_rows_that_cannot_be_read_are_skipped_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer,date,amount\nA,2024-01-02,5\nB,soon,5\n\n,2024-01-02,5\nC,2024-01-02,1,5\n"
    )
    table = read(path)
    assert table.rows == [2]
    assert [row.row for row in table.skipped] == [3, 5, 6]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02\xff" * 9, b"PK\x03\x04rubbish"])
def test_a_file_that_holds_no_table_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(FileError):
        read(path)


def test_damaged_workbooks_give_a_table_or_one_sentence(tmp_path: Path) -> None:
    book, file, draw = openpyxl.Workbook(), io.BytesIO(), random.Random(1)
    sheet = book.worksheets[0]
    for row in (["Kunde", "Datum", "Betrag"], *ORDERS):
        sheet.append(list(row))
    book.save(file)
    path = tmp_path / "orders.xlsx"
    for _ in range(300):
        content = bytearray(file.getvalue())
        for _ in range(draw.randint(1, 3)):
            content[draw.randrange(4, len(content))] = draw.randrange(256)
        path.write_bytes(content)
        with contextlib.suppress(ClvError):
            assert len(read(path).rows) < 9


def test_a_parquet_file_is_read_as_a_csv_is(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "orders.parquet"
    columns = dict(
        zip(("Kunde", "Datum", "Betrag"), map(list, zip(*ORDERS, strict=True)), strict=True)
    )
    pl.DataFrame(columns).write_parquet(path)
    table = read(path)
    assert (
        list(zip(*(table.columns[name] for name in ("customer", "date", "amount")), strict=True))
        == ORDERS
    )
    assert table.rows == [2, 3, 4]


def test_damaged_parquet_files_give_a_table_or_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path, draw = tmp_path / "orders.parquet", random.Random(2)
    pl.DataFrame(
        {"customer": ["A"] * 9, "date": ["2024-01-02"] * 9, "amount": [1.5] * 9}
    ).write_parquet(path)
    whole = path.read_bytes()
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 3)):
            content[draw.randrange(4, len(content))] = draw.randrange(256)
        path.write_bytes(content)
        with contextlib.suppress(ClvError):
            read(path)


def test_without_its_library_a_parquet_file_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"customer": ["A"]}).write_parquet(path)
    with pytest.raises(FileError, match="run: pip install pyarrow"):
        read(path)


def test_the_decimal_mark_and_the_order_of_dates_are_said(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Kunde;Datum;Betrag\nA;31.12.2024;1.234,50\n")
    assert read(path).notes[-2:] == [
        "date is read as day, month, year.",
        "amount is read with a decimal comma.",
    ]
    path.write_text("customer,date,amount\nA,12/31/2024,7.5\nA,2024-12-31,7\n")
    assert read(path).notes[-2:] == [
        "date is read as month, day, year.",
        "amount is read with a decimal point.",
    ]


def test_headings_are_asked_about_or_mapped(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Kunde,Kundennummer,Datum,Betrag\nA,7,2024-01-02,5\n")
    with pytest.raises(ArgumentError, match="customer could be the column Kunde or Kundennummer"):
        read(path)
    assert read(path, mapping={"customer": "kunde"}).columns["customer"] == ["A"]
    path.write_text("Kunde,Datum,Netto\nA,2024-01-02,5\n")
    with pytest.raises(ArgumentError, match="No column is amount; the headings are Kunde, Datum"):
        read(path)


def test_no_word_names_two_headings_of_orders() -> None:
    known = [headings.synonyms(name) | {headings.key(name)} for name in WANTED]
    assert sum(map(len, known)) == len(frozenset().union(*known))


def test_workbooks_and_data_frames_give_what_a_csv_gives(tmp_path: Path) -> None:
    names = ["Client", "Date de commande", "Montant"]
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Commandes")
    for row in (names, *ORDERS):
        sheet.append(list(row))
    book.save(tmp_path / "orders.xlsx")
    columns = dict(zip(names, map(list, zip(*ORDERS, strict=True)), strict=True))
    for source in (tmp_path / "orders.xlsx", pd.DataFrame(columns), pl.DataFrame(columns)):
        table = read(source)
        assert (
            list(
                zip(*(table.columns[name] for name in ("customer", "date", "amount")), strict=True)
            )
            == ORDERS
        )
