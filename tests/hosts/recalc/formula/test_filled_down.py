"""Formulas filled down a column."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.formula.filled_down import FilledDown


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("CLV(A2,B2,C2)", "CLV(A5,B5,C5)"),
        ("CLV($A$2,A$2,$A2)", "CLV($A$2,A$2,$A5)"),
        ("SUM(B$1:B2)+A1", "SUM(B$1:B5)+A4"),
        ("'Sheet 2'!A2&\"A2\"&B10", "'Sheet 2'!A5&\"A2\"&B13"),
        ("SUM(2:3)+SUM(A:A)+2", "SUM(5:6)+SUM(A:A)+2"),
        ("LOG10(A2)*1E2", "LOG10(A5)*1E2"),
        ("rate*T[[#This Row],[A2]]", "rate*T[[#This Row],[A2]]"),
        ("{1,2}+12", "{1,2}+12"),
        ("", ""),
    ],
)
def test_only_the_rows_of_relative_references_move(text: str, below: str) -> None:
    filled = FilledDown(text, 2)
    assert filled.text_at(2) == text
    assert filled.text_at(5) == below
