"""`clv-xl refresh`: a German month file in one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import clv_xl.refresh.workbook
from clv_xl.cli import cli
from clv_xl.hosts.recalc import Evaluator
from clv_xl.refresh.workbook import STEPS

TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsm"
    path.write_bytes(TEMPLATE.read_bytes())
    return path


def refresh(shop: Path, text: str, *options: str) -> Result:
    source = shop.with_name("januar.csv")
    source.write_bytes(text.encode("cp1252"))
    return CliRunner().invoke(cli, ["refresh", str(shop), "--orders", str(source), *options])


def test_a_german_month_file_is_added_once(shop: Path) -> None:
    rows = [f"R-{n};{n % 28 + 1:02}.01.2025;C-{n + 1:04};1.{n:03},50" for n in range(100)]
    text = "\n".join(["Bestellnummer;Datum;Kunde;Betrag", *rows, "R-100;31.01.2025;Café Neu;7,25"])
    before = Evaluator(shop).evaluate("=SUM(Orders[amount])")
    done = refresh(shop, text, "--add")
    assert done.exit_code == 0, done.output
    assert "Orders: 101 rows read, 101 added." in done.output
    assert "Customers: 1 row appended" in done.output
    added = sum(1000.5 + n for n in range(100)) + 7.25
    after = Evaluator(shop).evaluate("=SUM(Orders[amount])")
    assert after - before == pytest.approx(added)  # type: ignore[operator]
    again = refresh(shop, text, "--add")
    assert "Orders: 101 rows read, 0 added, 101 already there." in again.output
    assert Evaluator(shop).evaluate("=SUM(Orders[amount])") == after


def test_an_ambiguous_file_is_asked_about_and_the_workbook_stays(shop: Path) -> None:
    before = shop.read_bytes()
    text = "Datum;Kunde;Betrag\n01.02.2025;C-0001;12,50\n"
    asked = refresh(shop, text, "--add")
    assert asked.exit_code == 1
    assert "day/month or month/day" in str(asked.exception)
    assert shop.read_bytes() == before
    told = refresh(shop, text, "--add", "--dates", "DMY")
    assert told.exit_code == 0, told.output


def test_without_a_source_a_sentence_asks_for_one(shop: Path) -> None:
    done = CliRunner().invoke(cli, ["refresh", str(shop)])
    assert done.exit_code == 1
    assert "Name a source" in str(done.exception)


def test_a_terminal_shows_a_bar_and_a_pipe_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = SimpleNamespace(faults=list)
    report = SimpleNamespace(sentences=lambda: ["Orders: done."], recalculation=computed)

    def put_in(*_: Any, progress: Callable[[str], None], **__: Any) -> SimpleNamespace:
        for step in STEPS:
            progress(step)
        return report

    monkeypatch.setattr(clv_xl.refresh.workbook, "refresh", put_in)
    piped = refresh(shop, "")
    assert (piped.stdout, piped.stderr) == ("Orders: done.\n", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = refresh(shop, "")
    assert shown.stdout == "Orders: done.\n"
    assert STEPS[-1] in shown.stderr


def test_an_encoding_is_asked_about_and_told(shop: Path) -> None:
    text = "customer,date,amount\nAgnès,2025-01-31,5\n"
    asked = refresh(shop, text, "--add")
    assert asked.exit_code == 1
    assert "give its encoding, cp1252 (Western European)" in str(asked.exception)
    assert "Agn" not in str(asked.exception)
    told = refresh(shop, text, "--add", "--encoding", "cp1252")
    assert told.exit_code == 0, told.output
    assert "Orders: 1 row read, 1 added." in told.output
    assert "rows of the template's sample stand beside yours" in told.output
    assert "Agn" not in told.output
