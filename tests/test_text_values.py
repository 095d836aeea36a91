"""Amounts and dates written as text: read where the column agrees, asked about elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import text_values
from clv_xl.text_values import AmountColumn, DateColumn, parse_amount

# Amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", 1234.56),
        ("1 234,56", 1234.56),
        ("1\u00a0234,56", 1234.56),
        ("1\u202f234,56", 1234.56),
        ("1'234.56", 1234.56),
        ("1\u2019234.56", 1234.56),
        ("1.234.567", 1_234_567),
        ("1,234,567.5", 1_234_567.5),
        ("€ 12,50", 12.5),
        ("12.50 EUR", 12.5),
        ("12,50 zł", 12.5),
        ("$1,234.50", 1234.5),
        ("(12.50)", -12.5),
        ("($12.50)", -12.5),
        ("-12,50", -12.5),
        ("\u221212,50", -12.5),
        ("12,50-", -12.5),
        ("€ -12,50", -12.5),
        ("-€12,50", -12.5),
        ("+12,50", 12.5),
        ("0,123", 0.123),
        ("1234,567", 1234.567),
        (",5", 0.5),
        ("12", 12),
        ("1 234", 1234),
    ],
)
def test_an_amount_with_one_reading_is_read(text: str, amount: float) -> None:
    assert AmountColumn([text]).read(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "nan", "inf", "1e5", "1_000", "12 %", "12.", "1.2.3", "31.12.2024", "1,23,456",
        "12,-", "(12", "12)", "(-12)", "-12-", "€12€", "1.234,567,8", "1 23", "1.234'567", "١٢",
        "0x10", "1.000.00", "12 34", "XYZ 5", "-", "€", ".", "1/2",
    ],
)  # fmt: skip
def test_what_only_resembles_an_amount_is_none(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12.345", "€ 999,000"])
def test_an_amount_with_two_readings_is_not_guessed(text: str) -> None:
    assert AmountColumn([text, "7"]).read(text) == text_values.EITHER_MARK
    assert AmountColumn([text, "7"]).read("7") == 7


def test_another_row_shows_the_decimal_mark() -> None:
    assert AmountColumn(["1,234", "0.5"]).read("1,234") == 1234
    assert AmountColumn(["1,234", "0,5"]).read("1,234") == 1.234
    assert AmountColumn(["1,234"], ",").read("1,234") == 1.234


def test_rows_that_contradict_each_other_are_not_read() -> None:
    column = AmountColumn(["12,50", "12.50", "9"])
    assert column.read("12,50") == column.read("12.50") == text_values.TWO_MARKS
    assert column.read("9") == 9


def test_two_currencies_are_not_added_up() -> None:
    assert AmountColumn(["€ 5", "$ 5"]).read("€ 5") == text_values.TWO_CURRENCIES
    assert AmountColumn(["€ 5", "5 EUR", "5"]).read("€ 5") == 5


@given(st.integers(-(10**12), 10**12), st.sampled_from([",.", ",'", ", ", ".,", ".'", ". "]))
def test_money_in_any_locale_is_read_back(cents: int, marks: str) -> None:
    written = f"{cents / 100:,.2f}".translate(str.maketrans({".": marks[0], ",": marks[1]}))
    assert AmountColumn([written]).read(written) == pytest.approx(cents / 100, abs=1e-9)


@given(st.text())
def test_any_text_is_an_amount_or_a_sentence(text: str) -> None:
    assert isinstance(AmountColumn([text]).read(text), (float, str))
    assert isinstance(DateColumn([text]).read(text), (dt.date, str))


# Dates


@pytest.mark.parametrize("text", ["2024-03-31", "2024/03/31", "2024.3.31", "2024-03-31T10:00:00"])
def test_a_date_with_the_year_first_needs_no_other_row(text: str) -> None:
    assert DateColumn([]).read(text) == dt.date(2024, 3, 31)


def test_another_row_shows_which_is_the_day() -> None:
    assert DateColumn(["03.04.2024", "31.12.2024"]).read("03.04.2024") == dt.date(2024, 4, 3)
    assert DateColumn(["03/04/2024", "12/31/2024"]).read("03/04/2024") == dt.date(2024, 3, 4)
    assert DateColumn(["03/04/2024"], "dmy").read("03/04/2024") == dt.date(2024, 4, 3)


def test_days_that_no_row_shows_or_that_contradict_are_not_guessed() -> None:
    assert DateColumn(["03.04.2024"]).read("03.04.2024") == text_values.EITHER_ORDER
    both = ["31/12/2024", "12/31/2024"]
    assert DateColumn(both).read(both[0]) == text_values.EITHER_ORDER
