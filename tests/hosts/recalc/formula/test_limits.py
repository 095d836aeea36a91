"""Formulas that are too long or too deep are told before anything reads them."""

from __future__ import annotations

import time

import pytest

from clv_xl.hosts.recalc.formula.grammar import parse
from clv_xl.hosts.recalc.formula.limits import MOST_CHARACTERS, MOST_LEVELS, excess
from clv_xl.hosts.recalc.formula.recursion import room_for_levels
from clv_xl.hosts.recalc.formula.text_search import called_names


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("SUM(1,", ")"), ("-", ""), ("1^", ""), ("+ ", "")]
)
def test_so_many_levels_and_no_more(opening: str, closing: str) -> None:
    for count, refused in ((MOST_LEVELS, False), (MOST_LEVELS + 1, True)):
        text = f"={opening * count}1{closing * count}"
        assert bool(excess(text)) is refused
        if not refused:
            with room_for_levels():
                parse(text)


def test_signs_and_brackets_count_together() -> None:
    assert excess("-(" * 101 + "1" + ")" * 101)
    assert excess("{" * 201)
    assert excess("T[1]+" + "[" * 201)


@pytest.mark.parametrize(
    "text",
    [
        "1-1+1*-2&" * 900 + "1",
        "(1)+" * 2000 + "1",
        '"' + "(" * 1000 + '"&A1',
        "'a (b'!A1+" * 300 + "1",
        "T[[#This Row],[a (b]]+" * 300 + "1",
    ],
)
def test_what_is_long_but_flat_is_read(text: str) -> None:
    assert not excess(text)


@pytest.mark.parametrize("hidden", ['T["]', "T['\"]", "T['a]", "T[[\"],[']]]"])
def test_columns_with_quotes_in_their_names_hide_nothing(hidden: str) -> None:
    assert excess(f"{hidden}+" + "(" * 300 + "1" + ")" * 300 + f"+{hidden}")


def test_a_long_word_is_searched_once() -> None:
    begun = time.process_time()
    assert called_names("x" * 200_000 + "+CLV(1)") == {"CLV"}
    assert time.process_time() - begun < 5


def test_the_length_is_that_of_excel() -> None:
    assert not excess("=" + "x" * MOST_CHARACTERS)
    assert excess("=" + "x" * (MOST_CHARACTERS + 1))
