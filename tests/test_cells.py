"""Coercion of cells: numbers, labels and dates as they occur in real sheets."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

import numpy as np
import pytest
from cell_calls import call
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import cells, coercion
from clv_xl.call import call as reply_to
from clv_xl.cells import CellError, IncomingError
from clv_xl.errors import ArgumentError

EPOCH = dt.date(1970, 1, 1)


def column(*values: Any) -> cells.ArgumentCells:
    return cells.argument_cells([[value] for value in values])


def day(year: int, month: int, number: int) -> int:
    return (dt.date(year, month, number) - EPOCH).days


# Shapes


@pytest.mark.parametrize(
    ("argument", "shape"),
    [
        (5, ()),
        ("a", ()),
        (None, ()),
        ([1, 2], (2,)),
        ([[1], [2]], (2, 1)),
        (((1, 2),), (1, 2)),
        (np.ones((2, 3)), (2, 3)),
        (range(4), (4,)),
    ],
)
def test_a_range_keeps_its_shape(argument: Any, shape: tuple[int, ...]) -> None:
    assert cells.argument_cells(argument).shape == shape


@pytest.mark.parametrize("ragged", [[[1, 2], [3]], [[1], 2], [1, [2]], [[1], [2, 3]]])
def test_rows_of_unequal_length_are_refused(ragged: Any) -> None:
    with pytest.raises(ArgumentError, match="unequal length"):
        cells.argument_cells(ragged)


def test_of_a_whole_column_only_the_used_part_counts() -> None:
    whole: list[tuple[Any]] = [(3.0,), (None,), (5.0,), *[(None,)] * 1_048_573]
    assert cells.argument_cells(whole).shape == (3, 1)
    used = [[1.0], ["x"], [2.0]]
    other: list[tuple[Any]] = [("a",), ("b",), ("a",), *[(None,)] * 1_048_573]
    amounts: list[tuple[Any]] = [(1.0,), (1.0,), (2.0,), *[(None,)] * 1_048_573]
    assert len(used) == 3
    table = call("CLV_SEGMENT", [other, amounts])
    assert isinstance(table, list)
    assert [row[3] for row in table[1:]] == [3, 1, 4]


def test_the_title_of_a_whole_column_is_cut_and_rows_keep_their_numbers() -> None:
    from clv_xl import session

    def whole(*used: Any) -> list[tuple[Any]]:
        return [(cell,) for cell in (*used, *[None] * (1_048_576 - len(used)))]

    names = whole("customer", "Ann", "Bob", "Ann")
    days = whole("date", 45292.0, 45293.0, 45299.0)
    table = call("RFM_SUMMARY", [names, days])
    assert isinstance(table, list)
    assert [row[0] for row in table] == ["customer", "Ann", "Bob"]
    days[2] = ("never",)
    table = call("RFM_SUMMARY", [names, days])
    assert isinstance(table, list)
    assert [row[0] for row in table] == ["customer", "Ann"]
    assert "in row 3" in session.recent_faults()[0].sentence


def test_the_first_of_a_whole_column_of_amounts_as_text_is_no_title() -> None:
    def whole(*used: Any) -> list[tuple[Any]]:
        return [(cell,) for cell in (*used, *[None] * (1_048_576 - len(used)))]

    for title in ([], ["amount"]):
        names = whole(*["customer"] * len(title), "a", "b")
        table = call("CLV_SEGMENT", [names, whole(*title, "12,50", "7,25")])
        assert isinstance(table, list)
        assert [row[3] for row in table[1:]] == [12.5, 7.25, 19.75]
    table = call("CLV_SEGMENT", [whole("customer", "a", "b"), whole("2024", 12.5, 7.25)])
    assert isinstance(table, list)
    assert [row[3] for row in table[1:]] == [12.5, 7.25, 19.75]


def test_values_beside_titled_attributes_may_have_a_title_too() -> None:
    towns = [["Town"], ["Bath"], ["Bath"], ["York"], ["York"]]
    values = [[9.0], [8.0], [2.0], [1.0]]
    without = call("CLV_PROFILE", [towns, values, 0.5])
    assert isinstance(without, list)
    assert call("CLV_PROFILE", [towns, [["clv"], *values], 0.5]) == without


# Numbers


def test_what_is_a_number_and_what_only_looks_like_one() -> None:
    found = coercion.numbers(
        column(1, 2.5, None, "", " ", "7", True, CellError.NA, dt.date(2024, 1, 1)), "x"
    )
    assert found.values[:2].tolist() == [1, 2.5]
    assert found.blank.tolist() == [False, False, True, True, True, False, False, False, False]
    assert sorted(found.faults) == [5, 6, 7, 8]
    assert isinstance(found.faults[7], IncomingError)
    assert "TRUE or FALSE in row 7" in found.faults[6].sentence


def test_a_number_too_large_for_a_float_is_infinite() -> None:
    assert np.isinf(coercion.numbers(column(10**400, 1), "x").values[0])


def test_a_number_too_large_for_a_float_is_no_date_and_no_label() -> None:
    assert "row 1" in coercion.dates(column(10**400, 45292), "date").faults[0].sentence
    assert list(coercion.labels(column(10**400, 1), "customer").faults) == [0]
    assert list(coercion.choices(column(10**400, "a"), "unit", ("a",), "be a").faults) == [0]


def test_a_column_of_amounts_as_text_is_read_where_all_agree() -> None:
    german = column("1.234,56", None, "-12,50", "€ 7", "1.000")
    found = coercion.numbers(german, "amount", as_text=True)
    assert found.values[[0, 2, 3, 4]].tolist() == [1234.56, -12.5, 7, 1000]
    assert found.blank.tolist() == [False, True, False, False, False]
    assert not found.faults
    assert sorted(coercion.numbers(german, "amount").faults) == [0, 2, 3, 4]


def test_amounts_as_text_with_two_readings_are_named_by_their_row() -> None:
    found = coercion.numbers(column("7", "1,234"), "amount", as_text=True)
    assert list(found.faults) == [1]
    assert found.faults[1].sentence == (
        "amount in row 2 can be read in two ways: its comma or point before three digits may be "
        "the decimal mark, or may separate thousands; enter the column as numbers"
    )
    found = coercion.numbers(column("7,50", "7.50"), "amount", as_text=True)
    assert list(found.faults) == [0, 1]
    assert "decimal comma in some rows and a decimal point in others" in found.faults[0].sentence


def test_amounts_as_text_beside_numbers_and_other_text_stay_faults() -> None:
    assert list(coercion.numbers(column(5.0, "1.234,56"), "x", as_text=True).faults) == [1]
    found = coercion.numbers(column("7,50", "free", True, CellError.NA), "x", as_text=True)
    assert found.values[0] == 7.5
    assert found.faults[1].sentence == "x must be a number; got text in row 2"
    assert isinstance(found.faults[3], IncomingError)


# Labels


def test_labels_match_after_trimming_and_folding_and_show_as_first_written() -> None:
    found = coercion.labels(column(" Gold", "gold", "GOLD\u00a0", "Ｇｏｌｄ", "Silver"), "segment")
    assert found.values.tolist() == [0, 0, 0, 0, 1]
    assert found.names == ["Gold", "Silver"]


def test_composed_and_decomposed_letters_match() -> None:
    both = [unicodedata.normalize(form, "Café") for form in ("NFC", "NFD")]
    assert both[0] != both[1]
    assert coercion.labels(column(*both), "segment").values.tolist() == [0, 0]


def test_numbers_and_their_digits_are_one_label_but_leading_zeros_are_kept() -> None:
    found = coercion.labels(column(123.0, "123", "00123", 123), "customer")
    assert found.values.tolist() == [0, 0, 1, 0]
    assert found.names == [123.0, "00123"]


def test_true_is_not_one() -> None:
    assert coercion.labels(column(1.0, True, "TRUE"), "customer").values.tolist() == [0, 1, 1]


def test_numbers_of_more_than_15_digits_are_refused() -> None:
    found = coercion.labels(column(12345678901234567890.0, "12345678901234567890"), "customer")
    assert "row 1" in found.faults[0].sentence
    assert list(found.faults) == [0]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@x", "\tTAB", "#N/A", "\u202eevil"])
def test_a_name_that_looks_like_a_formula_is_plain_text(name: str) -> None:
    assert coercion.labels(column(name, "a"), "customer").names == [name.strip(), "a"]


@given(st.lists(st.text(), min_size=1, max_size=30))
def test_every_row_gets_the_code_of_its_key(names: list[str]) -> None:
    found = coercion.labels(column(*names), "customer")
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        key = unicodedata.normalize("NFKC", name).strip().casefold()
        if found.blank[at]:
            assert not name.strip()
            continue
        assert found.values[at] == seen.setdefault(key, len(seen))
    assert len(found.names) == len(seen)


# Dates


def test_serial_numbers_and_dates_and_iso_text_agree() -> None:
    found = coercion.dates(
        column(
            45292.0, dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 23, 59), "2024-01-01", 45292.99
        ),
        "date",
    )
    assert found.values.tolist() == [day(2024, 1, 1)] * 5


def test_a_1904_book_gives_the_same_days() -> None:
    from_1900 = coercion.dates(column(45292.0), "date").values
    from_1904 = coercion.dates(column(45292.0 - 1462), "date", date1904=True).values
    assert from_1900.tolist() == from_1904.tolist()
    assert cells.serial(dt.date(2024, 1, 1), date1904=True) == 45292 - 1462


@pytest.mark.parametrize("number", [0, -1, 60, 2_958_466, float("nan"), float("inf")])
def test_impossible_serial_numbers_are_refused(number: float) -> None:
    found = coercion.dates(column(45292.0, number), "date")
    assert "row 2" in found.faults[1].sentence


def test_day_and_month_are_distinguished_where_some_cell_shows_which_is_which() -> None:
    assert coercion.dates(column("03/04/2024", "13/04/2024"), "date").values.tolist() == [
        day(2024, 4, 3),
        day(2024, 4, 13),
    ]
    assert coercion.dates(column("03/04/2024", "03/14/2024"), "date").values.tolist() == [
        day(2024, 3, 4),
        day(2024, 3, 14),
    ]


def test_day_and_month_that_no_cell_shows_are_refused() -> None:
    found = coercion.dates(column("03/04/2024", "05/06/2024"), "date")
    assert "day/month or month/day" in found.faults[0].sentence


@pytest.mark.parametrize("text", ["2024-02-30", "31/31/2024", "soon", "١٢/٠١/٢٠٢٤"])
def test_text_that_is_no_date_is_named_by_its_row(text: str) -> None:
    assert "row 1" in coercion.dates(column(text, "2024-01-01"), "date").faults[0].sentence


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)), st.booleans())
def test_serial_numbers_convert_there_and_back(date: dt.date, date1904: bool) -> None:
    number = cells.serial(date, date1904=date1904)
    found = coercion.dates(column(float(number)), "date", date1904=date1904)
    assert found.values.tolist() == [(date - EPOCH).days]


# Whole calls


def test_empty_rows_are_ignored_and_rows_keep_their_numbers() -> None:
    names = [["Ann"], [None], ["Bob"], ["Bob"]]
    days = [[45292.0], [None], [45293.0], [45300.0]]
    table = call("RFM_SUMMARY", [names, days])
    assert isinstance(table, list)
    assert [row[0] for row in table] == ["customer", "Ann", "Bob"]
    days[3] = ["never"]
    reply = reply_to("RFM_SUMMARY", [names, days])
    assert [fault.sentence[:26] for fault in reply.faults] == ["date cannot be read in row"]
    assert "row 4" in reply.faults[0].sentence


def test_an_empty_table_says_so() -> None:
    assert call("RFM_SUMMARY", [[[None], [None]], [[None], [None]]]) is CellError.VALUE


def test_orders_without_a_customer_are_left_out_said_and_listed() -> None:
    """Of merged cells only the first holds the name: the others' orders are lost till filled in."""
    names, days = [["Ann"], [None], [None]], [[45292.0], [45293.0], [None]]
    amounts = [[5.0], [7.0], [None]]
    (fault,) = reply_to("RFM_SUMMARY", [names, days, amounts]).faults
    assert fault.is_caveat
    assert fault.sentence.startswith("customer is missing in row 2; this row is left out")
    listed = call("ORDERS_CHECK", [names, days, amounts])
    assert isinstance(listed, list)
    assert [row[1:] for row in listed if row[0].startswith("Left out")] == [[1, 2]]  # type: ignore[union-attr]


def test_a_segment_without_a_name_is_shown_as_blank() -> None:
    table = call("CLV_SEGMENT", [[["Gold"], [None]], [[5.0], [7.0]]])
    assert isinstance(table, list)
    assert [row[0] for row in table[1:]] == ["(blank)", "Gold", "All"]


def test_sentences_name_no_customer() -> None:
    from clv_xl import session

    call("RFM_SUMMARY", [[["Anna Smith"]], [["Anna Smith"]], [["Anna Smith"]]])
    call("CLV", ["Anna Smith", 1, 1])
    assert session.recent_faults()
    assert not any("Anna" in fault.sentence for fault in session.recent_faults())
