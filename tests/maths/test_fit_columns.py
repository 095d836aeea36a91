"""The columns that a fit is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import ArgumentError
from clv_xl.maths.elementwise import broadcast
from clv_xl.maths.fit_columns import column, columns, count_distinct_rows, refuse
from clv_xl.maths.histories import histories

SMALL = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(2, 4)), min_size=1, max_size=40
)


@given(SMALL)
def test_counting_keeps_all_rows_and_merges_only_equal_ones(rows):
    data = [np.array(values, dtype=float) for values in zip(*rows, strict=True)]
    distinct, number = count_distinct_rows(*data)
    found = {tuple(map(int, row)): int(n) for *row, n in zip(*distinct, number, strict=True)}
    assert found == {row: rows.count(row) for row in rows}


@given(SMALL, st.randoms(use_true_random=False))
def test_counting_does_not_depend_on_the_order(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (
        count_distinct_rows(*(np.array(values, dtype=float) for values in zip(*r, strict=True)))
        for r in (rows, shuffled)
    )
    assert np.array_equal(one[1], other[1])
    assert all(map(np.array_equal, one[0], other[0]))


def test_minus_zero_is_zero():
    assert count_distinct_rows(np.array([0.0, -0.0]))[1].tolist() == [2]


def test_rows_empty_in_every_column_are_omitted_and_the_others_keep_their_numbers():
    (x, age), rows = columns(frequency=[1, np.nan, 3], age=[[4], [np.nan], [6]])
    assert x.tolist() == [1, 3]
    assert age.tolist() == [4, 6]
    assert rows.tolist() == [1, 3]


def test_a_bad_row_is_named_by_the_number_that_the_user_counts():
    with pytest.raises(ArgumentError, match=r"recency must not be larger than age; see row 4\."):
        histories([1, np.nan, 1, 1], [2, np.nan, 3, 9], [5, np.nan, 5, 5])
    with pytest.raises(ArgumentError, match=r"see row 2 and 2 more\."):
        refuse(np.array([0, 1, 1, 1], dtype=bool), np.arange(1, 5), "It must not", "it")


def test_values_that_are_not_numbers_are_refused():
    with pytest.raises(ArgumentError, match="frequency must be numbers"):
        column(["many"], "frequency")
    with pytest.raises(ArgumentError, match="single column"):
        column([[1, 2], [3, 4]], "frequency")
    with pytest.raises(ArgumentError, match="do not fit together"):
        broadcast([1, 2], [1, 2, 3])


def test_a_row_is_as_good_as_a_column():
    assert column([[1.0, 2.0, 3.0]], "frequency").tolist() == [1, 2, 3]
    assert column(5, "frequency").tolist() == [5]
