"""Real dates beside dates as text may have day and month swapped: that is said, never silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest

from clv_xl import ORDERS_CHECK, RFM_SUMMARY, session
from clv_xl.functions.verdicts import SWAPPED
from clv_xl.refresh.source import read_source

SOURCE = ("03/04/2024", "31/12/2024", "05/05/2024", "12/11/2024", "25/12/2024")
"""What was meant, day first."""


def as_a_program_for_another_country_reads(text: str) -> dt.date | str:
    """The first number is the month, where there is such a month; all else stays text."""
    month, day, year = map(int, text.split("/"))
    return dt.date(year, month, day) if month <= 12 else text


CELLS = list(map(as_a_program_for_another_country_reads, SOURCE))
CUSTOMERS = ["Ann", "Ben", "Ann", "Ben", "Ann"]
AMOUNTS = [5.0] * 5


def findings(dates: list[Any]) -> list[list[Any]]:
    return [row for row in ORDERS_CHECK(CUSTOMERS, dates, AMOUNTS) if SWAPPED in str(row[0])]


def test_the_check_counts_dates_that_may_be_swapped() -> None:
    assert findings(CELLS) == [[f"Check: {SWAPPED}", 2, 1]]  # 5 May is the same either way


def test_every_function_of_orders_says_so() -> None:
    RFM_SUMMARY(CUSTOMERS, CELLS, AMOUNTS)
    said = [fault.sentence for fault in session.recent_faults(9)]
    assert any("swapped before in 2 rows, the first in row 1" in sentence for sentence in said)


@pytest.mark.parametrize(
    "dates",
    [
        list(SOURCE),
        [dt.date(2024, 4, 3)] * 5,
        [dt.date(2024, 4, 3), "2024-12-31", "2024-05-05", dt.date(2024, 11, 12), "2024-12-25"],
        [dt.date(2024, 4, 23), *SOURCE[1:]],
    ],
    ids=["all text", "all real", "ISO text", "days beyond 12"],
)
def test_dates_that_are_sure_are_not_doubted(dates: list[Any]) -> None:
    assert findings(dates) == []


def test_refresh_says_so(tmp_path: Any) -> None:
    book = openpyxl.Workbook()
    book.active.append(["customer", "date", "amount"])
    for row in zip(CUSTOMERS, CELLS, AMOUNTS, strict=True):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    needed = ("customer", "date", "amount")
    found = read_source(tmp_path / "export.xlsx", needed, required=needed)
    said = [note for note in found.notes if "swapped" in note]
    assert " ".join(said) == (
        "date is real in some rows and text in others, so in 2 rows day and month may have been "
        "swapped before. Compare them with the source, or give all dates as 2024-03-31."
    )
