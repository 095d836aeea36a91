"""Native functions over arrays, which the engine alone computes for few functions only.

`native_functions.tsv` has a call of each function with, for every argument that holds one value,
two values to choose from. The cells that they refer to are `CELLS`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter
from recalc_books import shown, workbook

from clv_xl.cells import CellError
from clv_xl.errors import ArgumentError
from clv_xl.hosts.recalc import Evaluator, recalculate

SAMPLES = Path(__file__).parents[3] / "data" / "native_functions.tsv"
CELLS = {
    f"{column}{row}": value
    for row, values in enumerate(
        [
            (3, "a", 10, 45000, 1),
            (1, "b", 20, 45010, 2),
            (4, "a", 30, 45020, 3),
            (2, "c", 40, 45030, 4),
        ],
        1,
    )
    for column, value in zip("ABCDE", values, strict=True)
}
OF_THE_WHOLE = {("NPV", 1), ("IF", 1), ("IF", 2), ("TEXTAFTER", 1), ("TEXTBEFORE", 1)}
"""Function and argument that take the whole array, although one value can stand there."""


def variants() -> Iterator[tuple[str, int, str, str, list[str]]]:
    """Function, argument, its two values, and the call with a gap where the argument stands."""
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        name, *arguments = line.split("\t")
        plain = [one.split("|")[0] for one in arguments]
        for place, argument in enumerate(arguments):
            if "|" in argument and (name, place) not in OF_THE_WHOLE:
                first, second = argument.split("|")
                yield name, place, first, second, [*plain[:place], "{}", *plain[place + 1 :]]


def call(name: str, arguments: list[str], filling: str) -> str:
    return f"={name}({','.join(filling if one == '{}' else one for one in arguments)})"


def content(text: str) -> Any:
    """What to put into a cell so that it shows a constant."""
    if text.startswith('"'):
        return f"={text}"
    return f"={text}" if text.startswith("#") or text in {"TRUE", "FALSE"} else float(text)


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, (float, int)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and one == other


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Evaluator:
    """A workbook with the cells, and in row 10 and 11 both values of each argument."""
    cells: dict[str, Any] = dict(CELLS)
    for number, (_, _, first, second, _) in enumerate(variants(), 1):
        letter = get_column_letter(number)
        cells |= {f"{letter}10": content(first), f"{letter}11": content(second)}
    return Evaluator(workbook(tmp_path_factory.mktemp("arrays") / "b.xlsx", {"S": cells}))


@pytest.fixture(scope="module")
def wide(samples: Evaluator) -> list[tuple[str, Any, list[Any]]]:
    """Formula over an array or a range, what it gives, and what each element gives."""
    found = []
    for number, (name, _, first, second, arguments) in enumerate(variants(), 1):
        wanted = [samples.evaluate(call(name, arguments, one)) for one in (first, second)]
        letter = get_column_letter(number)
        for filling in (f"{{{first};{second}}}", f"{letter}10:{letter}11"):
            formula = call(name, arguments, filling)
            found.append((formula, samples.evaluate(formula), wanted))
    return found


def test_every_function_of_an_array_is_the_function_of_each_element(
    wide: list[tuple[str, Any, list[Any]]],
) -> None:
    wrong = [
        (formula, got, wanted)
        for formula, got, wanted in wide
        if not isinstance(got, list) or not all(map(alike, (row[0] for row in got), wanted))
    ]
    assert len(wide) > 1400
    assert wrong == []


EMPTY = Evaluator()


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("=ROUND({1.23;2.34},{0,1})", [[1, 1.2], [2, 2.3]]),
        ("=ROUND({1.23;2.34;3},{0;1})", [[1], [2.3], [CellError.NA]]),
        ("=SUMPRODUCT(MOD({1,2,3},2))", 2),
        ("=SUM(ROUND(CLV({1.26;2.55},2,3),1))", 22.9),
        ("=CLV(ROUND({1.4;2.6},0),1,1)", [[1], [3]]),
        ("=ROUND(MOD({5.27,7.21},3)*{1;2},1)", [[2.3, 1.2], [4.5, 2.4]]),
        ("=LET(x,{1.5;2.5},y,ROUND(x,0),SUM(y))", 5),
        ("=LET(x,CLV({1.26;2.55},2,3),SUM(ROUND(x,0)))", 23),
        ("=MAP({1.5;2.5},LAMBDA(x,ROUND(x,0)))", [[2], [3]]),
        ("=MAP({1.26;2.55},LAMBDA(x,ROUND(CLV(x,1,1),1)))", [[1.3], [2.6]]),
        ("=BYROW({1.5,2.5;3.4,4.4},LAMBDA(r,SUM(ROUND(r,0))))", [[5], [7]]),
        ("=REDUCE(0,{1.4;2.4},LAMBDA(a,v,a+ROUND(v,0)))", 3),
        ('=CLV(IF(ISNUMBER({1;"a"}),1,0),1,1)', [[1], [0]]),
        ("=CLV(VLOOKUP({1;2},CLV({1,5;2,6},1,1),2,FALSE),1,1)", [[5], [6]]),
        ('=IFERROR(1/ISERROR({1;#N/A}),"no")', [["no"], [1]]),
        ('=VLOOKUP("b",CHOOSE({1,2},{"a";"b"},{3;4}),2,FALSE)', 4),
        ("=XLOOKUP({2;9},{1;2},{5;6})", [[6], [CellError.NA]]),
        ('=XLOOKUP({2;9},{1;2},{5;6},"-")', [[6], ["-"]]),
        ("=XLOOKUP(2,{1;2},{5,6;7,8})", [[7, 8]]),
        ("=XLOOKUP(3,CLV({1;3},1,1),{5;6})", 6),
        ('=COUNT({1;"a";3},5)', 3),
        ("=COUNT(CLV({1;2},1,1))", 2),
        ("=COUNT(1/({1;2}=2))", 1),
        ("=PRODUCT(1+{1;2})", 6),
        ("=NPV(0.1,{110;121},CLV(133.1,1,1))", 300),
        ('=TEXTJOIN(",",TRUE,IF({1;2;3}>1,{"a";"b";"c"},""))', "b,c"),
        ('=CONCAT({"a";"b"}&"!")', "a!b!"),
        ("=COUNT(1,,2)", 3),
        ("=AVERAGE(1,,2)", 1),
        ("=MIN(1,,2)", 0),
        ("=SHEETS()", 1),
    ],
)  # fmt: skip
def test_arrays_meet_functions_in_every_place(formula: str, wanted: Any) -> None:
    found = EMPTY.evaluate(formula)
    if isinstance(wanted, list):
        assert isinstance(found, list)
        assert [pytest.approx(row) if type(row[0]) is float else row for row in found] == wanted
    else:
        assert found == (wanted if isinstance(wanted, str) else pytest.approx(wanted))


def test_blank_cells_of_a_range_stay_blank(tmp_path: Path) -> None:
    book = Evaluator(workbook(tmp_path / "b.xlsx", {"S": {"A1": 0, "A3": 5}}))
    assert book.evaluate("=ISBLANK(A1:A3)") == [[False], [True], [False]]
    assert book.evaluate('=CONCATENATE(A1:A3,{"x","y"})') == [
        ["0x", "0y"], ["x", "y"], ["5x", "5y"],
    ]  # fmt: skip


def test_a_function_that_cannot_take_an_array_is_reported(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"S": {"A1": "~=_xlfn.CHOOSECOLS({1,2},{1,1})", "C1": 1}})
    report = recalculate(path)
    assert [fault.cell for fault in report.not_computed] == ["A1"]
    assert "arrays" in report.not_computed[0].sentence
    with pytest.raises(ArgumentError, match="arrays"):
        EMPTY.evaluate("=CHOOSECOLS({1,2},{1,1})")


# In a workbook: only where Excel computes arrays

NUMBERS = {"A1": 1.26, "A2": 2.55, "A3": 3.14, "B1": 1, "B2": 1, "B3": 2}


def test_formulas_in_cells_lift_only_where_arrays_are_meant(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        {
            "S": NUMBERS
            | {
                "D1": "=SUMPRODUCT(ROUND(A1:A3,0)*B1:B3)",
                "D2": "=ROUND(A1:A3,0)",
                "D3": "=SUMPRODUCT(1/COUNTIF(B1:B3,B1:B3))",
                "D4": "=SUM(CLV(ROUND(A1:A3,0),1,1))",
                "D5": "=SUM(ROUND(CLV(A1:A3,1,1),1))",
                "D6": "=SUM(ROUND({1.2,2.7},0))",
                "D7": "=SUMPRODUCT(ABS(-A1:A3))",
                "D8": "=CLV(Rounded,1,1)",
                "D9": "=SUM(ROUND(Several,0))",
                "F1": ("{=ROUND(A1:A3,0)}", "F1:F3"),
                "G1": "~=ROUND(A1:A3,0)",
                "H1": ("{=SUM(ROUND(A1:A3,0))}", "H1"),
                "I1": "=CLV(G1,2,1)",
            }
        },
        names={"Rounded": "SUM(ROUND(S!$A$1:$A$3,0))", "Several": "CLV(S!$A$1:$A$3,1,1)"},
    )
    report = recalculate(path)
    cells = shown(path)
    assert report.not_computed == ()
    assert [cells[f"D{row}"] for row in range(1, 10)] == [
        10, 3, 2, 7, pytest.approx(7), 4, pytest.approx(6.95), 7, 7,
    ]  # fmt: skip
    assert [cells[f"F{row}"] for row in (1, 2, 3)] == [1, 3, 3]
    assert [cells[f"G{row}"] for row in (1, 2, 3)] == [1, 3, 3]
    assert (cells["H1"], cells["I1"]) == (7, 2)


def test_the_sign_for_one_cell_of_a_range_is_kept_where_the_user_wrote_it(tmp_path: Path) -> None:
    cells = NUMBERS | {"D2": "=SUMPRODUCT(ROUND(_xlfn.SINGLE(A1:A3),0)*B1:B3)"}
    path = workbook(tmp_path / "b.xlsx", {"S": cells})
    recalculate(path)
    assert shown(path)["D2"] == 12


def test_a_native_fixed_block_is_filled_as_ours_are(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        {
            "S": NUMBERS
            | {
                "D1": ("{=A1:A3*2}", "D1:E4"),
                "G1": ("{=A1:B2}", "G1:I3"),
                "K1": ("{=SUM(A1:A3)}", "K1:L2"),
            }
        },
    )
    recalculate(path)
    cells = shown(path)
    assert [cells[f"D{row}"] for row in range(1, 5)] == [2.52, 5.1, 6.28, "#N/A"]
    assert [cells[f"E{row}"] for row in range(1, 5)] == [2.52, 5.1, 6.28, "#N/A"]
    assert [cells["G2"], cells["H2"], cells["I2"], cells["G3"]] == [2.55, 1, "#N/A", "#N/A"]
    assert [cells[name] for name in ("K1", "L1", "K2", "L2")] == [pytest.approx(6.95)] * 4


# The same in real LibreOffice

BOTH_COMPUTE = (
    "ROUND(A1:A3,0)", "ROUND(A1:A3,{0,1})", "MOD(ROUND(A1:A3*10,0),B1:B3+1)", "SUM(ROUND(A1:A3,0))",
    "COUNTIF(B1:B3,B1:B3)", "SUM(1/COUNTIF(B1:B3,B1:B3))", "VLOOKUP(B1:B3,B1:B3,1,FALSE)",
    "ISNUMBER(A1:C1)", "IF(ISERROR(MATCH(A1:A3,{1.26;9},0)),0,1)", "COUNT(1/(B1:B3=2))",
    '_xlfn.TEXTJOIN("-",TRUE,IF(B1:B3=1,A1:A3,""))', "PRODUCT(1+A1:A3)", "NPV(0.1,A1:A3*1)",
    "INDEX(A1:A3,N(IF(1,{1;3})))", 'CONCATENATE(A1:A3,"x")', "LOG(B1:B3*8,2)", "A1:B2",
    "TRUNC(A1:A3,1)", "DATE(2024,B1:B3,1)", "WEEKDAY(A1:A3+45000,{1,2})", )  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_computes_the_same_arrays(tmp_path: Path, office: Any) -> None:
    from clv_xl.hosts.libreoffice import compute

    cells: dict[str, Any] = dict(NUMBERS)
    for number, formula in enumerate(BOTH_COMPUTE):
        block = f"E{4 * number + 1}:F{4 * number + 4}"
        cells[block.split(":", maxsplit=1)[0]] = (f"{{={formula}}}", block)
    cells |= {
        "H1": "=SUMPRODUCT(ROUND(A1:A3,0)*B1:B3)",
        "H2": "=SUMPRODUCT(1/COUNTIF(B1:B3,B1:B3))",
        "H3": "=SUM(ROUND({1.2,2.7},0))",
        "H4": "=COUNT(1,,2)",
        "H5": "=_xlfn.SHEETS()",
    }
    path = workbook(tmp_path / "b.xlsx", {"S": cells, "Other": {"A1": 1}})
    theirs = compute(path, office=office)["S"]
    assert recalculate(path).complete
    ours = shown(path, "S")
    different = {
        name: (ours.get(name), value)
        for name, value in theirs.items()
        if not alike(value, ours.get(name)) and str(value) != str(ours.get(name))
    }
    assert different == {}
    assert len(theirs) > 8 * len(BOTH_COMPUTE)
