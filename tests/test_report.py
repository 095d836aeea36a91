"""Tables on the command line: no number is cut, and the demo prints what its workbook holds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clv_xl import report
from clv_xl.cells import Cell
from clv_xl.functions import CATALOGUE, Function
from clv_xl.hosts.recalc import Evaluator

TABLES = [function for function in CATALOGUE.values() if function.is_table]


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator()


def whole_table(evaluator: Evaluator, function: Function) -> list[list[Cell]]:
    """The table of which a function's first example takes one cell."""
    text = next(iter(function.examples))
    start = text.index(f"{function.name}(")
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if text[end] == ")" and not depth:
            break
    table = evaluator.evaluate(text[start : end + 1])
    assert isinstance(table, list)
    return table


def printed(capsys: pytest.CaptureFixture[str], table: list[list[Cell]], title: str = "") -> str:
    report.print_table(table, title)
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


@pytest.fixture(params=["a pipe", "a pipe of 40", "40", "60", "80", "120"])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the table is printed to: a pipe, or a terminal of so many columns."""
    given: str = request.param
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "TERM"):
        monkeypatch.delenv(name, raising=False)
    if columns := re.search(r"\d+", given):
        monkeypatch.setenv("COLUMNS", columns[0])
    if "pipe" not in given:
        monkeypatch.setenv("FORCE_COLOR", "1")
    return given


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.name)
def test_no_number_and_no_word_of_a_table_is_cut(
    function: Function, width: str, evaluator: Evaluator, capsys: pytest.CaptureFixture[str]
) -> None:
    table = whole_table(evaluator, function)
    shown = printed(capsys, table)
    assert "…" not in shown
    words = Counter(
        word for row in table for cell in row for word in report.short_text(cell).split()
    )
    assert not words - Counter(shown.split())


def test_nothing_folds_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    sentence = "Improve: earns less than the target, " * 4
    shown = printed(capsys, [["channel", "verdict"], ["Ads", sentence]])
    assert sentence.strip() in shown


def test_long_texts_fold_on_a_terminal_and_numbers_do_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    sentence = "Improve: earns less than the target, " * 4
    shown = printed(capsys, [["value left after spend", "verdict"], [-123456789.25, sentence]])
    assert max(map(len, shown.splitlines())) <= 60
    assert "-123,456,789.25" in shown
    assert sentence.strip() not in shown


def test_a_column_without_any_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, [[None, 1.5], [None, 2.25]]).split() == ["1.50", "2.25"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from clv_xl.workbook import build

    path = tmp_path_factory.mktemp("demo") / "clv_demo.xlsm"
    build(path)
    return path


def stored_below(sheet: Any, headings: list[Cell], first: Cell) -> list[Any]:
    """The cells under these headings in the row that begins with a name."""
    rows = list(sheet.iter_rows(values_only=True))
    for number, row in enumerate(rows):
        if headings[0] in row and set(headings) <= set(row):
            left = row.index(headings[0])
            columns = [row.index(heading, left) for heading in headings]
            found = next(below for below in rows[number + 1 :] if below[left] == first)
            return [found[at] for at in columns]
    raise AssertionError(f"sheet {sheet.title} has no such headings")


def test_the_demo_shows_what_the_workbook_holds(built: Path) -> None:
    book = load_workbook(built, data_only=True)
    tables = report.key_tables(built)
    assert len(tables) == 4
    for title, (headings, *rows) in tables:
        sheet = book[re.search(r"\(sheet (.+)\)", title)[1]]  # type: ignore[index]
        assert rows
        for row in rows:
            stored = stored_below(sheet, headings, row[0])
            assert all(isinstance(cell, (str, int, float)) for cell in stored)
            assert row == stored
    assert tables[0][1][1][0] == "Orders read"
    assert tables[1][1][-1][0] == tables[2][1][-1][0] == "All"


def test_the_demo_values_customers_by_the_settings_of_the_workbook(built: Path) -> None:
    (_, (headings, *rows)) = report.key_tables(built)[-1]
    settings = Evaluator(built)
    orders = "Orders[customer],Orders[date],Orders[amount]"
    predicted = settings.evaluate(
        f"=CLV_PREDICT({orders},Horizon,Period,Gross_margin,Discount_rate,MAX(Orders[date]),Model)"
    )
    assert isinstance(predicted, list)
    value = {row[0]: row[9] for row in predicted[1:]}
    best = sorted(value, key=lambda name: -value[name])[: len(rows)]  # type: ignore[operator]
    assert [row[0] for row in rows] == best
    at = headings.index("expected value")
    assert [row[at] for row in rows] == pytest.approx([value[name] for name in best])
