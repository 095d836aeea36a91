"""Tables on the command line: no number is cut, whatever the width."""

from __future__ import annotations

import re
from collections import Counter

import pytest

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
    sentence = "Improve: below the target, " * 4
    shown = printed(capsys, [["channel", "verdict"], ["Ads", sentence]])
    assert sentence.strip() in shown


def test_long_texts_fold_on_a_terminal_and_numbers_do_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    sentence = "Improve: below the target, " * 4
    shown = printed(capsys, [["value left after spend", "verdict"], [-123456789.25, sentence]])
    assert max(map(len, shown.splitlines())) <= 60
    assert "-123,456,789.25" in shown
    assert sentence.strip() not in shown


def test_a_column_without_any_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, [[None, 1.5], [None, 2.25]]).split() == ["1.50", "2.25"]
