"""What a recalculation did, in sentences."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clv_xl.cells import CellError
from clv_xl.hosts.recalc.report import (
    CellFault,
    ColumnsBeside,
    Report,
    RowsBelow,
    last_sentence,
)
from clv_xl.session import Fault


@pytest.mark.parametrize(
    ("dependents", "sentence", "wanted"),
    [
        (0, "It is so.", "S!A1: It is so."),
        (1, "It is so.", "S!A1: It is so (and 1 cell that depends on it)."),
        (1234, "It is so", "S!A1: It is so (and 1,234 cells that depend on it)"),
    ],
)
def test_a_fault_names_its_cell_and_counts_what_depends(
    dependents: int, sentence: str, wanted: str
) -> None:
    assert str(CellFault("S", "A1", CellError.NA, sentence, dependents)) == wanted


def test_rows_and_columns_that_were_added_or_not_read() -> None:
    assert str(RowsBelow("T", 1, True)) == "T: 1 row below the table was added to it."
    assert (
        str(RowsBelow("T", 1200, True, "Fill."))
        == "T: 1,200 rows below the table were added to it. Fill."
    )
    assert str(RowsBelow("T", 1, False, "why.")) == "T: 1 row below the table is not read: why."
    assert str(RowsBelow("T", 2, False, "why.")) == "T: 2 rows below the table are not read: why."
    assert str(ColumnsBeside("T", 1, True)) == "T: 1 column right of the table was added to it."
    assert (
        str(ColumnsBeside("T", 3, False, "why."))
        == "T: 3 columns right of the table are not read: why."
    )


def test_faults_are_causes_each_once() -> None:
    cause = CellFault("S", "A1", CellError.NUM, "It.")
    cut = CellFault("S", "A2", None, "Cut.")
    left = CellFault("S", "A3", None, "Left.")
    follows = CellFault("S", "A4", None, "Follows.", cause="S!A3")
    done = Report(Path("x"), 4, 1, 0, (left, follows), (cause,), (cut,))
    assert list(done.faults()) == [cause, cut, left]
    assert not done.complete
    assert Report(Path("x"), 4, 1, 0, (), (cause,)).complete


def test_the_sentence_behind_an_error_is_the_latest_that_is_no_caveat() -> None:
    when = dt.datetime(2025, 1, 1)
    first = Fault(when, "CLV", "", "First.")
    second = Fault(when, "CLV", "", "Second.")
    caveat = Fault(when, "CLV", "", "Mind.", is_caveat=True)
    assert last_sentence([first, second, caveat]) == "Second."
    assert last_sentence([caveat]) == ""
    assert last_sentence([]) == ""
