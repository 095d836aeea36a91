"""Headings matched by name, by what they are called in five languages, and in which order."""

from __future__ import annotations

import pytest

from clv_xl.errors import ArgumentError
from clv_xl.headings import match, words


def test_words_stand_in_small_letters_with_and_without_accents() -> None:
    assert {"númerodepedido", "numerodepedido", "bestellnr"} <= set(words("order"))


def test_a_customers_number_goes_before_the_name() -> None:
    found = ["Customer Name", "Customer ID", "Sales"]
    assert match(found, ["customer", "amount"], {}) == {"customer": 1, "amount": 2}


def test_a_name_is_taken_where_there_is_no_number() -> None:
    assert match(["Kundenname", "Preis"], ["customer", "amount"], {}) == {
        "customer": 0,
        "amount": 1,
    }


def test_two_headings_that_fit_equally_well_are_asked_about() -> None:
    with pytest.raises(ArgumentError, match="amount could be the column"):
        match(["Total", "Umsatz"], ["amount"], {})
    assert not set(words("amount", later=True)) & set(words("amount"))
