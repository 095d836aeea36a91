"""Characters that XML cannot hold, into files and out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.package.text_escapes import decoded, encoded, encoded_heading


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a_x000D_\nb", "a\r\nb"),
        ("a_x000d_b", "a\rb"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x0041__x0042_", "AB"),
        ("_x00G1_ _x1_ _X0041_", "_x00G1_ _x1_ _X0041_"),
    ],
)
def test_an_escape_means_its_character(written: str, meant: str) -> None:
    assert decoded(written) == meant


@given(st.text(st.sampled_from("_x0041D\r\n\t\x07a\ufffe")))
def test_every_text_comes_back(text: str) -> None:
    assert decoded(encoded(text)) == decoded(encoded_heading(text)) == text


def test_line_breaks_of_headings_are_written_as_excel_does() -> None:
    assert encoded_heading("a\nb_x0041_") == "a_x000a_b_x005f_x0041_".replace("5f", "5F")
