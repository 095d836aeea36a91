"""The add-in's child process: cells of Calc to arguments and results back to cells."""

from __future__ import annotations

import math
import struct

import pytest

from clv_xl import session
from clv_xl.cells import MISSING, CellError
from clv_xl.hosts.libreoffice import worker

HEADINGS = ("function", "argument", "what was wrong")


@pytest.fixture(autouse=True)
def _same_host():
    before = session.host
    yield
    session.host = before


def error_number(cell: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFF


def test_answers_are_rows_of_numbers_and_texts():
    assert worker.answer("CLV", 0, (1000.0, 6.0, 5.0)) == ((30000.0,),)
    assert worker.answer("CLV", 0, ((2, ((100.0,), (200.0,))), 2.0, 3.0)) == ((600.0,), (1200.0,))


def test_error_values_carry_calcs_number():
    for formula, number in (((300.0, 0.0), 532), ((300.0, -1.0), 503)):
        ((cell,),) = worker.answer("CAC_RATIO", 0, formula)
        assert math.isnan(cell)
        assert error_number(cell) == number
    assert set(worker.ERROR_NUMBERS) == set(CellError)


def test_words_are_texts_throughout():
    scores = (2, ((5.0,), (9.0,)))
    assert worker.answer("RFM_SEGMENT", 0, (scores, scores, scores)) == (("Champions",), ("#NUM!",))
    assert worker.answer("RFM_SEGMENT", 0, (5.0, 5.0, 5.0)) == (("Champions",),)
    assert worker.answer("RFM_SEGMENT", 0, (9.0, 5.0, 5.0)) is None


def test_a_call_at_fault_as_a_whole_has_no_rows():
    assert worker.answer("CLV", 0, ("abc", 1.0, 1.0)) is None


def test_arguments_left_out_and_blanks_are_told_apart():
    assert worker.decode(None) is MISSING
    assert worker.decode("") is None
    assert worker.decode((2, (("",), ("a",)))) == [[None], ["a"]]


def test_the_first_cell_of_the_errors_is_the_newest_sentence():
    """A formula entered with Enter shows that cell only."""
    session.forget_faults()
    assert worker.answer("CLV_ERRORS", 0, ()) == ((worker.NO_ERRORS, *HEADINGS),)
    for churn in (1.5, 1.8):
        worker.answer("CUSTOMER_LIFESPAN", 0, (churn,))
    first, *rows = worker.answer("CLV_ERRORS", 0, ())
    assert first == (rows[0][3], *HEADINGS)
    assert [row[3][-3:] for row in rows] == ["1.8", "1.5"]


def test_a_whole_column_has_its_height_again():
    rows = worker.decode((1_048_576, ((1.0, ""), (2.0, "b"))))
    assert len(rows) == 1_048_576
    assert rows[:3] == [[1.0, None], [2.0, "b"], [None, None]]


def test_days_of_1904_are_read_as_such():
    days = (2, ((45292.0 - 1462,), (45293.0 - 1462,)))
    rows = worker.answer("CLV_COHORT", 1462, ((2, (("a",), ("b",))), days))
    assert rows[1][0] == "2024-01"
