"""Bad input as it occurs in real sheets: what each kind of it gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest
from cell_calls import call

from clv_xl import session
from clv_xl.cells import CellError
from clv_xl.hosts.recalc import Evaluator

DAYS = [[45292.0], [45300.0], [45310.0]]
NAMES = [["Ann"], ["Bob"], ["Ann"]]
AMOUNTS = [[10.0], [20.0], [30.0]]


def sentence() -> str:
    return session.recent_faults()[0].sentence


def summary(names: Any = NAMES, days: Any = DAYS, amounts: Any = AMOUNTS, *more: Any) -> Any:
    return call("RFM_SUMMARY", [names, days, amounts, *more])


def finding(names: Any, days: Any, amounts: Any, start: str) -> list[Any]:
    table = call("ORDERS_CHECK", [names, days, amounts])
    assert isinstance(table, list)
    return next(row for row in table if str(row[0]).startswith(start))


def test_an_empty_range_of_customers() -> None:
    assert summary([[None]] * 3) is CellError.VALUE
    assert "customer is missing or empty" in sentence()
    assert call("CLV_SEGMENT", [[[None]], [[None]]]) is CellError.VALUE


@pytest.mark.parametrize(
    ("function", "columns", "error", "wanted"),
    [
        ("BGNBD_FIT", ([[3.0]], [[9.0]], [[20.0]]), CellError.NA, "One customer is not enough"),
        ("BGNBD_FIT", ([[0.0]] * 50, [[0.0]] * 50, 20.0), CellError.NA, "bought twice"),
        ("PNBD_FIT", ([[2.0]] * 50, [[9.0]] * 50, 20.0), CellError.NA, "same history"),
        ("MBGNBD_FIT", ([[2.0]] * 5, [[0.0]] * 5, [[0.0]] * 5), CellError.VALUE, "No time"),
        ("BGNBD_FIT", ([[1.0], [2.0]], [[5.0], [30.0]], 20.0), CellError.VALUE, "row 2"),
        ("GG_FIT", ([[0.0]] * 9, [[0.0]] * 9), CellError.NA, "bought twice"),
        ("SBG_FIT", ([[100.0], [100.0], [100.0]],), CellError.NA, "Nobody is seen to leave"),
        ("SBG_FIT", ([[9.0, 9.0], [7.0, 8.0], [6.0, "x"]],), CellError.VALUE, "row 3, column 2"),
        ("BDW_FIT", ([[100.0], [90.0], [85.0]],), CellError.VALUE, "at least four numbers"),
    ],
)
def test_data_that_hold_no_model(
    function: str, columns: tuple[Any, ...], error: CellError, wanted: str
) -> None:
    assert call(function, list(columns)) is error
    assert wanted in sentence()


def test_impossible_serial_numbers() -> None:
    without = summary([["Ann"], ["Ann"]], [[45292.0], [45310.0]], [[10.0], [30.0]])
    for number in (0.0, -5.0, 60.0, 2_958_466.0):
        assert summary(days=[[45292.0], [number], [45310.0]]) == without
        assert sentence().startswith("date cannot be read in row 2; this row is left out")
        assert summary(days=[[number]] * 3) is CellError.VALUE
        assert "must be a date from 1900-03-01 on" in sentence()


def test_dates_after_the_end_are_left_out_and_future_ones_listed() -> None:
    table = summary(NAMES, DAYS, AMOUNTS, "week", 45305.0)
    assert [row[1] for row in table[1:]] == [0, 0]
    future = dt.date.today() + dt.timedelta(days=9)
    assert finding([["Ann"]], [[future]], [[5.0]], "Check: dates after today")[1:] == [1, 1]


def test_times_of_day_count_as_their_day() -> None:
    days = [[45292.1], [dt.datetime(2024, 1, 1, 23)], [45292.9]]
    table = summary([["Ann"]] * 3, days)
    assert table[1][1] == 0


def test_amounts_as_text_give_the_report_that_numbers_give_and_are_counted() -> None:
    written = [["1.010,00"], ["20,00"], ["30,50"]]
    assert summary(amounts=written) == summary(amounts=[[1010.0], [20.0], [30.5]])
    assert finding(NAMES, DAYS, written, "Read: amounts written as text")[1:] == [3, 1]
    both = call("ORDERS_CHECK", [NAMES, [["2024-01-01"]] * 3, written])
    assert isinstance(both, list)
    assert [row[0] for row in both if str(row[0]).startswith("Read")] == [
        "Read: dates written as text",
        "Read: amounts written as text",
    ]


def test_amounts_as_text_that_could_be_two_numbers_are_asked_about() -> None:
    assert summary(amounts=[["1,010"], ["20"], ["30"]]) is CellError.VALUE
    assert "amount in row 1 can be read in two ways" in sentence()
    asked = finding(NAMES, DAYS, [["1,010"], ["20"], ["30"]], "Fix: amount can be read in")
    assert asked[1:] == [1, 1]


def test_an_argument_of_a_formula_for_one_cell_is_never_read_from_text() -> None:
    assert call("CLV", [[["100,00"], ["7,50"]], 1, 1]) == [[CellError.VALUE], [CellError.VALUE]]


def test_an_error_in_the_range_is_the_result() -> None:
    assert summary(amounts=[[1.0], [CellError.DIV0], [3.0]]) is CellError.DIV0
    assert "row 2" in sentence()


def test_blank_rows_in_the_middle_are_ignored_and_counted() -> None:
    names, days = [["Ann"], [None], ["Ann"]], [[45292.0], [None], [45310.0]]
    amounts = [[1.0], [None], [2.0]]
    assert summary(names, days, amounts)[1][1] == 1
    assert finding(names, days, amounts, "Ignored: empty rows")[1:] == [1, 2]


def test_orders_under_a_merged_cell_are_left_out_and_said_to_be() -> None:
    without = summary([["Ann"], ["Bob"]], [DAYS[0], DAYS[2]], [AMOUNTS[0], AMOUNTS[2]])
    assert summary([["Ann"], [None], ["Bob"]]) == without
    assert sentence() == (
        "customer is missing in row 2; this row is left out. Fill in what is missing (of merged "
        "cells only the first holds the name)"
    )


def test_hidden_rows_count_like_others(tmp_path: Any) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in zip(NAMES, DAYS, AMOUNTS, strict=True):
        sheet.append([cell for (cell,) in row])
    sheet.row_dimensions[2].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    found = Evaluator(tmp_path / "hidden.xlsx").evaluate("=ROWS(RFM_SUMMARY(A1:A3,B1:B3,C1:C3))")
    assert found == 3


def test_duplicate_rows_are_kept_and_counted() -> None:
    again = finding([["Ann"]] * 2, [[45292.0]] * 2, [[9.0]] * 2, "Check: the same customer")
    assert again[1:] == [1, 2]
    table = call("CLV_COHORT", [[["Ann"]] * 2, [[45292.0]] * 2, [[9.0]] * 2, "month", "revenue"])
    assert isinstance(table, list)
    assert table[1][1] == 18


def test_spellings_of_one_segment_are_one_and_counted() -> None:
    names = [[" Gold"], ["gold"], ["GOLD\u00a0"], ["\uff27old"], ["Silver"]]
    table = call("CLV_SEGMENT", [names, [[1.0]] * 5])
    assert isinstance(table, list)
    assert [row[:2] for row in table[1:]] == [["Gold", 4], ["Silver", 1], ["All", 5]]
    found = finding(names, [[45292.0]] * 5, [[1.0]] * 5, "Merged: names")
    assert found[1] == 4  # every spelling but the one that is shown


def test_ids_keep_their_zeros_and_long_numbers_are_left_out() -> None:
    table = summary([["00123"], [123.0], ["123"]])
    assert [row[0] for row in table[1:]] == ["00123", 123.0]
    assert [row[0] for row in summary([[12345678901234567890.0], ["a"], ["b"]])[1:]] == ["a", "b"]
    assert sentence().startswith("customer cannot be read in row 1")
    assert summary([[12345678901234567890.0]] * 3) is CellError.VALUE
    assert "more than 15 digits in row 1" in sentence()


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@x", "\tTAB", "#N/A text"])
def test_names_that_look_like_formulas_stay_text(name: str) -> None:
    assert summary([[name], ["b"], ["b"]])[1][0] == name.strip()


def test_odd_characters_never_raise() -> None:
    names = [["a\x00b"], ["\u202eevil"], ["\ud800"]]
    assert len(summary(names)) == 4
    assert len(summary([["x" * 40_000], ["b"], ["c"]])) == 4


def test_customers_without_orders_have_nothing() -> None:
    assert call("CUSTOMER_TOTALS", [[["Zed"], ["ann"]], NAMES, AMOUNTS]) == [[0, 0], [2, 40]]


def test_totals_to_a_day_leave_later_orders_out() -> None:
    to_the_day = [[["Ann"]], NAMES, AMOUNTS, DAYS, 45300.0]
    assert call("CUSTOMER_TOTALS", to_the_day) == [[1, 10]]
    assert call("CUSTOMER_TOTALS", [*to_the_day[:3], None, 45300.0]) is CellError.VALUE
    assert "date is needed" in sentence()


def test_ragged_flat_and_whole_columns() -> None:
    assert call("CLV", [[[1.0, 2.0], [3.0]], 1, 1]) is CellError.VALUE
    assert call("CLV", [[1.0, 2.0], 1, 1]) == [[1.0], [2.0]]
    whole = [("Ann",), ("Bob",), *[(None,)] * 1_048_574]
    table = call("CLV_SEGMENT", [whole, [(1.0,), (2.0,), *[(None,)] * 1_048_574]])
    assert isinstance(table, list)
    assert len(table) == 4


def test_no_new_customers_is_a_zero_denominator_in_its_cell_only() -> None:
    assert call("CAC", [[[100.0], [100.0]], [[0.0], [5.0]]]) == [[CellError.DIV0], [20.0]]
    table = call("CLV_CHANNEL", [[["A"], ["B"]], [[100.0], [90.0]], [[0.0], [9.0]], 30.0])
    assert isinstance(table, list)
    by_name = {row[0]: row for row in table[1:]}
    assert by_name["A"][3] is CellError.DIV0
    assert by_name["B"][3] == 10
    assert by_name["All"][1:4] == [9, 190, pytest.approx(190 / 9)]


def test_a_blank_cost_is_left_out_and_counted_and_a_wrong_one_is_a_fault() -> None:
    segment, clv = [["Gold"], ["Gold"], ["Basic"]], [[90.0], [10.0], [5.0]]
    table = call("CLV_SEGMENT", [segment, clv, [[30.0], [None], [None]]])
    assert isinstance(table, list)
    assert [row[7:] for row in table[1:]] == [[30, 3, 0], [None, None, None], [30, 3, 0]]
    assert sentence().startswith("acquisition_cost is empty for 2 of 3 customers")
    assert session.recent_faults()[0].is_caveat
    assert call("CLV_SEGMENT", [segment, clv, [[30.0], [None], ["free"]]]) is CellError.VALUE
    assert sentence() == "acquisition_cost must be a number; got text in row 3"
    assert call("CLV_SEGMENT", [segment, clv, [[30.0], [None], [-1.0]]]) is CellError.NUM
    assert "got -1 in row 3" in sentence()
    assert call("CLV_SEGMENT", [segment, clv, [[30.0], [None], [CellError.REF]]]) is CellError.REF


def test_a_blank_among_other_numbers_is_still_a_fault() -> None:
    assert call("CLV_SEGMENT", [[["Gold"], ["Basic"]], [[5.0], [None]]]) is CellError.VALUE
    assert "clv is empty in row 2" in sentence()


def test_a_free_channel_comes_first_with_blanks_for_its_ratios() -> None:
    channels = [[["Ads"], ["Word of mouth"]], [[100.0], [0.0]], [[5.0], [2.0]], 60.0]
    table = call("CLV_CHANNEL", channels)
    assert isinstance(table, list)
    assert table[1] == ["Word of mouth", 2, 0, 0, 60, None, 120, None, 20, "Grow: costs nothing"]
    assert table[3][:8] == ["All", 7, 100, pytest.approx(100 / 7), 60, 4.2, 320, 3.2]
    assert not session.recent_faults()
