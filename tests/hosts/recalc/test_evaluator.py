"""Formulas evaluated as a cell would, with and without a workbook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from recalc_books import workbook

from clv_xl import call
from clv_xl.cells import CellError
from clv_xl.cli import cli
from clv_xl.errors import ArgumentError, FileError
from clv_xl.hosts.recalc import Evaluator

EMPTY = Evaluator()


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=CLV(1000,6,5)", 30000.0),
        ("CLV_NET(200000,100000)", 100000.0),
        ("=CAC_RATIO(300,100)", 3.0),
        ("=SUM(CLV({100;200},2,3))", 1800.0),
        ("=CLV({100;200},2,3)", [[600.0], [1200.0]]),
        ("=CLV({100;200},2,{1,2})", [[200.0, 400.0], [400.0, 800.0]]),
        ("=CLV({1;2}*2,2,3)*2", [[24.0], [48.0]]),
        ('=IFERROR(CAC_RATIO(1,0),"n/a")', "n/a"),
        ("=LET(x,5,CLV(x,2,3))", 30.0),
        ("=LET(x,5,y,CLV(x,1,1),CLV(y+1,1,x))", 30.0),
        ("=LET(x,1,LET(x,2,CLV(x,1,1))+CLV(x,10,1))", 12.0),
        ("=MAP({1,2},LAMBDA(v,CLV(v,1,1)+1))", [[2.0, 3.0]]),
        ("=SORTBY(CLV({1;2},2,3),{2;1})", [[12.0], [6.0]]),
        ("=SORT(CLV({1;2},2,3),,-1)", [[12.0], [6.0]]),
        ("=TAKE(CLV({1,2;3,4},1,1),,1)", [[1.0], [3.0]]),
        ("=ROWS(CLV({1,2;3,4;5,6},1,1))", 3.0),
        ("=COLUMNS(CLV({1,2;3,4;5,6},1,1))*ROWS(CLV(1,1,1))", 2.0),
        ("=CLV(INDEX(CLV({1,2;3,4},1,1),0,2),1,1)", [[2.0], [4.0]]),
        ("=LET(t,CLV({1,2;3,4},1,1),CLV_CASHFLOWS(INDEX(t,0,1)))", 4.0),
        ("=CLV(INDEX(CLV({1,2;3,4},1,1),2,0),1,1)", [[3.0, 4.0]]),
        ("=1+1", 2.0),
        ('="a"&"b"', "ab"),
        ("=TRUE", True),
        ("=A1", 0.0),
        ("=CLV(1,2,3)>5", True),
    ],
)
def test_a_formula_gives_what_a_cell_would_show(formula: str, expected: Any) -> None:
    assert EMPTY.evaluate(formula) == expected


@pytest.mark.parametrize(
    ("formula", "error", "sentence"),
    [
        ("=CAC_RATIO(300,0)", CellError.DIV0, "cac is 0"),
        ("=CLV_RETENTION(100,1.2)", CellError.NUM, "retention_rate"),
        ('=CLV("abc",1,1)', CellError.VALUE, "purchase_value must be a number"),
        ("=CLV(NA(),1,1)", CellError.NA, "purchase_value"),
        ("=CLV(1)", CellError.VALUE, "purchase_frequency"),
        ("=NOSUCH(1)", CellError.NAME, "NOSUCH"),
        ("=1/0", CellError.DIV0, ""),
    ],
)
def test_an_error_has_its_sentence(formula: str, error: CellError, sentence: str) -> None:
    assert EMPTY.evaluate(formula) is error
    assert sentence in EMPTY.sentence
    assert bool(sentence) == bool(EMPTY.sentence)


def test_the_sentence_of_one_formula_is_not_that_of_the_next() -> None:
    assert EMPTY.evaluate("=CAC_RATIO(1,0)") is CellError.DIV0
    assert EMPTY.evaluate("=CLV(1,1,1)") == 1
    assert EMPTY.sentence == ""


@pytest.mark.parametrize(
    "formula",
    ["=1+*2", "=)", "=CLV(1,2))", "=CLV(1", "=CLV(1;2;3)", '="a', "=SUM(Orders[@amount])"],
)
def test_what_is_no_formula_is_said_to_be_none(formula: str) -> None:
    with pytest.raises(ArgumentError):
        EMPTY.evaluate(formula)


# With a workbook


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [("CLV(", "1", ",1,1)"), ("IFERROR(", "CLV(1,1,1)", ",0)"), ("LET(x,", "CLV(1,1,1)", ",x)")],
)
def test_two_hundred_levels_are_computed_and_more_refused(
    opening: str, inner: str, closing: str
) -> None:
    limit = sys.getrecursionlimit()
    assert EMPTY.evaluate(opening * 199 + inner + closing * 199) == 1
    assert sys.getrecursionlimit() == limit
    with pytest.raises(ArgumentError, match="more than 200 levels"):
        EMPTY.evaluate(opening * 201 + inner + closing * 201)
    with pytest.raises(ArgumentError, match="longer than 8,192 characters"):
        EMPTY.evaluate("1+" * 5_000 + "1")


def test_a_formula_that_grows_without_end_when_it_is_written_is_told() -> None:
    with pytest.raises(ArgumentError, match="too large"):
        EMPTY.evaluate("ROUND({1;2}," * 60 + "0" + ")" * 60)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(
        tmp_path / "book.xlsx",
        {
            "Orders": {
                "A1": "customer",
                "B1": "amount",
                "A2": "Ann",
                "B2": 10,
                "A3": "Ben",
                "B3": 20,
            },
            "Other": {
                "A1": 7,
                "A2": "=CLV(A1,2,1)",
                "A3": "=A2+1",
                "B1": "~=CLV(Orders!B2:B3,3,1)",
            },
        },
        tables={"T": ("Orders", "A1:B3")},
        names={"Rate": "0.5"},
    )


def test_formulas_refer_to_the_workbook_and_to_the_sheet_asked_for(book: Path) -> None:
    first, other = Evaluator(book), Evaluator(book, "oTHER")
    assert first.evaluate("=SUM(B2:B3)") == 30
    assert first.evaluate("=CLV(B2,2,1)") == 20
    assert first.evaluate("=CLV_CASHFLOWS(T[amount])") == 30
    assert first.evaluate("=CLV(B2,Rate,1)") == 5
    assert first.evaluate("=B2:B3") == [[10.0], [20.0]]
    assert other.evaluate("=CLV(A1*2,2,1)") == 28
    assert other.evaluate('=CLV(INDIRECT("A1"),1,1)') == 7


def test_the_workbooks_own_formulas_are_computed_first(book: Path) -> None:
    before = book.read_bytes()
    other = Evaluator(book, "Other")
    assert other.evaluate("=A2+A3") == 29
    assert other.evaluate("=CLV(A3,1,1)") == 15
    assert other.evaluate("=SUM(B1:B2)") == 90
    assert book.read_bytes() == before


def test_rows_below_a_table_belong_to_it_and_the_file_stays(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made["Orders"]["A4"], made["Orders"]["B4"] = "Cid", 40
    made.save(book)
    before = book.read_bytes()
    evaluator = Evaluator(book)
    assert evaluator.evaluate("=CLV_CASHFLOWS(T[amount])") == 70
    assert [(one.table, one.rows, one.added) for one in evaluator.growth] == [("T", 1, True)]
    assert book.read_bytes() == before


def test_rows_that_cannot_belong_to_a_table_are_said(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made["Orders"]["A4"], made["Orders"]["B4"] = "Cid", 40
    made["Orders"]["A5"], made["Orders"]["B5"] = "Total", "=SUM(B2:B4)"
    made.save(book)
    done = CliRunner().invoke(cli, ["eval", "--workbook", str(book), "=CLV_CASHFLOWS(T[amount])"])
    assert done.stdout.strip() == "30"
    assert done.stderr.startswith(
        "T: 1 row below the table is not read: there is a formula in row 5"
    )


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(book: Path) -> None:
    with pytest.raises(FileError, match="no sheet 'Nope'; it has: Orders, Other"):
        Evaluator(book, "Nope")


def test_evaluating_loads_no_more_than_it_needs() -> None:
    script = (
        "import sys\nfrom clv_xl.hosts.recalc import Evaluator\n"
        "assert Evaluator().evaluate('=CLV(1000,6,5)') == 30000\n"
        "print(*({'openpyxl', 'lxml', 'scipy', 'pandas', 'xlwings'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


# The bridge changes nothing: through it a formula gives what the direct call gives

numbers = st.floats(0, 1e6, allow_subnormal=False).map(lambda x: round(x, 6))
columns = st.lists(numbers, min_size=1, max_size=4).map(lambda row: [[x] for x in row])


def literal(value: Any) -> str:
    if isinstance(value, list):
        return "{" + ";".join(repr(x) for (x,) in value) + "}"
    return repr(value)


@settings(max_examples=150, deadline=None)
@given(
    first=numbers | columns,
    second=numbers,
    third=st.floats(0, 50).map(lambda x: round(x, 3)),
    how=st.integers(0, 5),
)
def test_any_way_of_writing_an_argument_gives_the_direct_calls_result(
    first: Any, second: float, third: float, how: int
) -> None:
    wanted = call.call("CLV", [first, second, third]).cells
    a, b, c = literal(first), literal(second), literal(third)
    formula = [
        f"=CLV({a},{b},{c})",
        f"=LET(x,{a},CLV(x,{b},{c}))",
        f"=CLV(IF(TRUE,{a}),({b}),+{c})",
        f"=CLV({a}*1,{b},SUM({c},0))",
        f"=IFERROR(CLV({a},{b},{c}),-1)",
        f"=LET(y,{b},MAP({a},LAMBDA(x,CLV(x,y,{c}))))",
    ][how]
    assert EMPTY.evaluate(formula) == wanted


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=5))
def test_cells_and_direct_calls_agree(tmp_path_factory: pytest.TempPathFactory, rows: Any) -> None:
    cells = {
        f"{column}{number}": value
        for number, row in enumerate(rows, 1)
        for column, value in zip("ABC", row, strict=True)
    }
    path = workbook(tmp_path_factory.mktemp("books") / "b.xlsx", {"Sheet": cells})
    found = Evaluator(path).evaluate(f"=CLV(A1:A{len(rows)},B1:B{len(rows)},C1:C{len(rows)})")
    wanted = call.call("CLV", [[[row[place]] for row in rows] for place in range(3)]).cells
    assert found == wanted
