"""Which rows of a list of orders count: the rule, against loops that share no code."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.maths.counted_rows import ReadColumn, count_rows, find_repeats


def column(values: list[int], blank: list[bool] | None = None) -> ReadColumn:
    none = np.zeros(len(values), dtype=bool)
    return ReadColumn(np.array(values), none if blank is None else np.array(blank), none)


# Identities


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_repeats_are_the_rows_that_a_loop_has_seen_before(rows: list[tuple[int, int]]) -> None:
    again = [row in rows[:at] for at, row in enumerate(rows)]
    key = [np.array(part) for part in zip(*rows, strict=True)]
    assert find_repeats(key).tolist() == again


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.booleans()), min_size=1))
def test_rows_that_do_not_count_are_empty_missing_unreadable_or_repeated(
    rows: list[tuple[int, int, bool]],
) -> None:
    numbers, customers, blank = (list(part) for part in zip(*rows, strict=True))
    empty = np.array([number == 3 and lacks for number, _, lacks in rows])
    found = count_rows(
        [column(customers, blank)], empty, column(numbers), [column(customers, blank)]
    )
    reasons = [empty, *found.missing, *found.unreadable, found.repeated, found.counted]
    assert (np.sum(reasons, axis=0) == 1).all()


# Limits


def test_the_first_row_counts_and_a_row_without_number_is_never_compared() -> None:
    empty = np.zeros(4, dtype=bool)
    number = column([7, 7, 7, 7], [False, True, False, True])
    found = count_rows([], empty, number, [column([1, 1, 1, 1])])
    assert found.counted.tolist() == [True, True, False, True]


def test_a_row_that_does_not_count_makes_no_other_a_repeat() -> None:
    empty = np.zeros(2, dtype=bool)
    customer = column([1, 1], [True, False])
    found = count_rows([customer], empty, column([7, 7]), [customer])
    assert found.counted.tolist() == [False, True]
    assert not found.repeated.any()


# Shapes


def test_no_rows() -> None:
    nothing = np.zeros(0, dtype=bool)
    found = count_rows([column([])], nothing, ReadColumn(np.zeros(0, int), nothing, nothing))
    assert found.counted.size == found.repeated.size == 0
