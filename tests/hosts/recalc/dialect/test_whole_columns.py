"""Whole columns cut to the rows in use: a formula gives what it gives with blank rows below."""

from __future__ import annotations

from typing import Any

import ironcalc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.hosts.recalc.dialect.whole_columns import cut

_OF_NUMBERS = [
    "MAX", "MAXA", "MIN", "MINA", "COUNT", "COUNTA", "AVERAGE", "AVERAGEA", "MEDIAN", "MODE",
    "MODE.SNGL", "STDEVA", "STDEVPA", "VARA", "VARPA", "GEOMEAN", "HARMEAN", "AVEDEV", "DEVSQ",
    "KURT", "SKEW", "SKEW.P", "AND", "XOR", "CONCAT",
]  # fmt: skip
FORMULAS = [
    *(f"{name}(A:A)" for name in _OF_NUMBERS),
    "MAX(A:B)", "COUNTA(A:B,7)", "AVERAGE(A:A,B:B)",
    "SUBTOTAL(4,A:A)", "SUBTOTAL(9,A:B)", "SUBTOTAL(103,A:A)",
    "MATCH(3,A:A,0)", "MATCH(0,A:A,0)", 'MATCH("",A:A,0)', 'MATCH("*",A:A,0)', "MATCH(G1,A:A,0)",
    "VLOOKUP(3,A:B,2,FALSE)", 'VLOOKUP("b",A:B,2,FALSE)',
    "RANK(3,A:A)", "LARGE(A:A,1)", "SMALL(A:A,2)", "TRIMMEAN(A:A,0.2)", "SUM(FREQUENCY(A:A,3))",
    "PERCENTILE(A:A,0.3)", "PERCENTRANK(A:A,3)", "QUARTILE.INC(A:A,1)", "QUARTILE.EXC(A:A,1)",
    "CORREL(A:A,B:B)", "SLOPE(A:A,B:B)", "RSQ(A:A,B:B)", "STEYX(A:A,B:B)", "COVAR(A:A,B:B)",
    "COVARIANCE.S(A:A,B:B)", "FORECAST(2,A:A,B:B)", "SUMPRODUCT(A:A,B:B)", "SUMPRODUCT(A:A)",
    'IFERROR(MAX($A$2:$A$1048576),"none")', "ROWS(A:A)+MAX(A:A)", "INDEX(A:A,MATCH(3,A:A,0)+60)",
]  # fmt: skip
CELLS = st.one_of(
    st.none(), st.integers(-5, 9).map(float), st.sampled_from(["a", "b", ""]), st.booleans()
)
BLANK_ROWS = 37


@given(columns=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_blank_rows_at_the_end_change_nothing(columns: list[tuple[Any, Any]]) -> None:
    """VLOOKUP of 0 is not among them: the engine finds it in a blank cell, and Excel nowhere."""
    model = ironcalc.create("book", "en", "UTC", "en")
    for row, values in enumerate(columns, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                text = f'="{value}"' if isinstance(value, str) else str(value).upper()
                model.set_user_input(0, row, column, text)
    last = len(columns)
    for row, formula in enumerate(FORMULAS, 1):
        for column, bottom in ((4, last), (5, last + BLANK_ROWS)):
            text = cut(formula, "Sheet1", lambda _, to=bottom: to)  # type: ignore[misc]
            assert text != formula
            model.set_user_input(0, row, column, "=" + text)
    model.evaluate()
    for row, formula in enumerate(FORMULAS, 1):
        short, long = (model.get_cell_value(0, row, column) for column in (4, 5))
        near = pytest.approx(long, rel=1e-12) if isinstance(long, float) else long
        assert short == near, formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("VLOOKUP(A2,'My S'!$F:G,2,0)", "VLOOKUP(A2,'My S'!$F$1:G$7,2,0)"),
        ('max( A:A ,"A:A",S!C:D)', 'max( A$1:A$7 ,"A:A",S!C$1:D$7)'),
        ("INDEX(B:B,MATCH(C1,A:A,0))", "INDEX(B:B,MATCH(C1,A$1:A$7,0))"),
        ("MAX($A$9:$A$1048576)", "MAX($A$9:$A$9)"),
        ("LOOKUP(1,A:A,B:B)", "LOOKUP(1,A$1:A$7,B$1:B$7)"),
    ],
)
def test_only_the_cells_of_whole_columns_are_written_otherwise(formula: str, expected: str) -> None:
    assert cut(formula, "S", lambda _: 7) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "ROWS(A:A)", "COLUMNS(A:B)", "INDEX(A:A,3)", "OFFSET(A:A,1,0)", "COUNTBLANK(A:A)",
        "ROW(A:A)", 'SUMPRODUCT((A:A="")*1)', "SUMPRODUCT(A:A,B1:B9)", "CORREL(A:A,B1:B9)",
        "LOOKUP(1,A:B)", "MAX(A2:A1048576)", "MAX([1]S!A:A)", "MAX(A:A#)",
        "CLV_CONCENTRATION(A:A)", "UNIQUE(A:A)",
        "FILTER(A:A,A:A>1)", 'MAX("A:A")', "MAX(A1:A9)", "MAX(ABC)", "A:A MAX(",
    ],
)  # fmt: skip
def test_what_depends_on_the_number_of_rows_keeps_them_all(formula: str) -> None:
    assert cut(formula, "S", lambda _: 7) == formula


def test_a_text_for_copies_in_other_columns_looks_at_all_of_them() -> None:
    asked = []
    cut("MAX(A:A)", "S", lambda block: asked.append(block) or 7, anywhere=True)
    assert [(one.left, one.right) for one in asked] == [(1, 16_384)]
