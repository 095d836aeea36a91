"""A German shop's months: `;`, decimal comma, 31.12.2024, rows again, customers renamed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from refresh import own_book

from clv_xl.cli import cli

HEADINGS = "Bestellnr;Datum;Kunde;Artikel;Betrag"
NOVEMBER = [
    f"N-{n};{n % 30 + 1:02}.11.2024;Gärtnerei {'ABCDEFGHIJ'[n // 4]}{n % 4};Erde;{n + 1}.234,50"
    for n in range(40)
]
DECEMBER = [
    f"D-{n};31.12.2024;Gärtnerei {'ABCDEFGHIJ'[n // 4]}{n % 4};Erde;{n},05" for n in range(2, 40)
]
RENAMED = ["D-0;30.12.2024;Gaertnerei A0;Erde;1.000,00", "D-1;30.12.2024;GÄRTNEREI A-1;Erde;2,00"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return own_book.write(tmp_path / "shop.xlsx")


def refresh(shop: Path, rows: list[str], *options: str) -> Result:
    source = shop.with_name("monat.csv")
    source.write_bytes("\r\n".join([HEADINGS, *rows]).encode("cp1252"))
    done = CliRunner().invoke(cli, ["refresh", str(shop), "--orders", str(source), *options])
    assert done.exit_code == 0, done.output
    return done


def total(shop: Path) -> float:
    return openpyxl.load_workbook(shop, data_only=True)["Orders"]["H1"].value


def test_a_month_is_added_exactly_and_a_second_run_adds_nothing(shop: Path) -> None:
    first = refresh(shop, NOVEMBER)
    assert "Orders: 40 rows read, 40 added, 2 old replaced." in first.output
    assert "amount is read with a decimal comma." in first.output
    assert "date is read as day, month, year." in first.output
    before = total(shop)
    assert before == pytest.approx(sum(1000 * (n + 1) + 234.5 for n in range(40)))
    month = [*NOVEMBER[10:12], *DECEMBER, *RENAMED]  # 2 of 40 rows of the month before, 5 %
    second = refresh(shop, month, "--add")
    assert "Orders: 42 rows read, 40 added, 2 already there." in second.output
    assert "Customers: 2 rows appended" in second.output
    assert second.output.count("under a new name?") == 2
    assert "Gärtnerei" not in second.output
    added = sum(n + 0.05 for n in range(2, 40)) + 1002
    assert total(shop) == pytest.approx(before + added)
    third = refresh(shop, month, "--add")
    assert "Orders: 42 rows read, 0 added, 42 already there." in third.output
    assert "appended" not in third.output
    assert total(shop) == pytest.approx(before + added)
