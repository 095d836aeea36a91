"""Six businesses through the whole template: no error cell, right figures, a forecast or why not.

The figures are computed a second time with pandas. LibreOffice computes the same workbooks in
`hosts/libreoffice/test_businesses.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from businesses.figures import Figures, same_name
from businesses.filled import Filled, begins_with_a_word
from businesses.generators import BUSINESSES

from clv_xl.functions.verdicts import Verdict


@pytest.fixture(scope="module", params=BUSINESSES)
def filled(request: pytest.FixtureRequest, filled_business: Callable[[str], Filled]) -> Filled:
    return filled_business(request.param)


@pytest.fixture(scope="module")
def expected(filled: Filled) -> Figures:
    return Figures(filled.business)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_generator_gives_the_same_business_again() -> None:
    for make in BUSINESSES.values():
        assert make() == make()


def test_no_cell_shows_an_error(filled: Filled) -> None:
    assert filled.errors() == []


def test_every_formula_is_computed_and_shown_whole(filled: Filled) -> None:
    done = filled.report.recalculation
    assert (done.not_computed, done.cut, done.growth) == ((), (), ())
    assert list(map(str, done.errors)) == []


def test_revenue_customers_and_clv_so_far_are_right(filled: Filled, expected: Figures) -> None:
    figures = {row[0]: row[1] for row in filled.rows("figures")}
    assert figures["Customers"] == len(expected.customers)
    assert figures["Revenue"] == close(expected.revenue)
    assert figures["CLV so far"] == close(expected.clv().mean())


def test_clv_so_far_of_each_segment_is_right(filled: Filled, expected: Figures) -> None:
    wanted = expected.clv_by_segment()
    rows = [row for row in filled.rows("by_segment") if row[0] != "All"]
    if set(wanted) == {"(blank)"}:
        assert filled.sentences("Segments", "segment")
        assert not rows
        return
    found = {row[0]: (row[1], row[5]) for row in rows}
    assert found == {name: (count, close(mean)) for name, (count, mean) in wanted.items()}


@pytest.mark.parametrize("what", ["segment", "channel"])
def test_the_best_of_nothing_is_blank(filled: Filled, what: str) -> None:
    best = {row[0]: row[1] for row in filled.rows("figures")}[f"Best {what}"]
    known = filled.business.customers.get(what)
    assert best in known if known else best in {None, ""}


def test_every_customers_history_is_right(filled: Filled, expected: Figures) -> None:
    found = {same_name(row[0]): row[1:5] for row in filled.rows("summary")}
    assert found == {key: close(history) for key, history in expected.histories().items()}


def test_every_cohort_is_right(filled: Filled, expected: Figures) -> None:
    found = {
        row[0]: [cell for cell in row[1:] if cell is not None] for row in filled.rows("cohort")
    }
    width = max(map(len, found.values()))
    wanted = {name: close(shares[:width]) for name, shares in expected.cohorts().items()}
    assert found == wanted


def test_each_forecast_is_there_or_a_sentence_why_not(filled: Filled, expected: Figures) -> None:
    (_, verdict, *_), *figures = filled.rows("forecast")
    assert begins_with_a_word(verdict)
    if verdict.startswith(Verdict.DO_NOT_USE.word):
        assert len(verdict.split()) > 8
        return
    for _, value, *_ in figures:
        assert isinstance(value, (int, float))
        assert math.isfinite(value)
        assert value >= 0
    scores = filled.rows("scores")
    assert {same_name(row[0]) for row in scores} == set(expected.histories())
    purchases, *_ = totals = filled.rows("forecast_range")[:3]
    assert purchases[2] == close(sum(row[7] for row in scores))
    ranged = purchases[1] is not None
    for _, low, middle, high in totals:
        assert (0 < low < middle < high) if ranged else (low is high is None)
    assert filled.sentences("Predictions", "9 times in 10 the" if ranged else "earlier days")


@pytest.mark.parametrize("block", ["findings", "model_verdicts", "backtest_verdict"])
def test_every_verdict_is_a_sentence(filled: Filled, block: str) -> None:
    (_, first, *_), *others = filled.rows(block)
    assert begins_with_a_word(first)
    for label, sentence, *_ in others:
        blank = block == "backtest_verdict" and first.startswith(Verdict.DO_NOT_USE.word)
        assert begins_with_a_word(sentence) or (blank and sentence is None), label
