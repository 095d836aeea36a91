"""The functions in the cells of a real LibreOffice."""

from __future__ import annotations

import math

import pytest
from cell_calls import call

from clv_xl.cells import CellError
from clv_xl.functions import CATALOGUE, Function
from clv_xl.hosts.libreoffice.extension import argument_help, function_help
from clv_xl.hosts.recalc import Evaluator

pytestmark = pytest.mark.libreoffice

ADD_IN_CATEGORY = 11
STEADY = [function for function in CATALOGUE.values() if not function.volatile]


def same(found, expected) -> bool:
    if isinstance(found, list):
        return [len(row) for row in found] == [len(row) for row in expected] and all(
            same(a, b)
            for ours, theirs in zip(found, expected, strict=True)
            for a, b in zip(ours, theirs, strict=True)
        )
    if expected is None:
        return found == ""
    if isinstance(expected, (float, int)) and isinstance(found, (float, int)):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    return found == expected


def differences(formulas: list[str], found: list, expected: list) -> list:
    return [one for one in zip(formulas, found, expected, strict=True) if not same(one[1], one[2])]


def inner_call(formula: str, name: str) -> str:
    """The call of a function within a formula, brackets matched."""
    start = formula.index(name + "(")
    depth, quoted = 0, False
    for place in range(start, len(formula)):
        quoted ^= formula[place] == '"'
        if not quoted:
            depth += {"(": 1, ")": -1}.get(formula[place], 0)
        if depth == 0 and formula[place] == ")":
            return formula[start : place + 1]
    raise ValueError(formula)


def examples(functions: list[Function]) -> list[tuple[str, str]]:
    return [(one.name, formula) for one in functions for formula in one.examples]


# Values.


def test_every_example_typed_plainly_gives_the_result_of_a_call(calc):
    formulas = [formula for _, formula in examples(STEADY) if "SEQUENCE(" not in formula]
    found = calc.typed(*formulas)
    evaluator = Evaluator()
    expected = [evaluator.evaluate(formula) for formula in formulas]
    assert differences(formulas, found, expected) == []


def test_every_example_as_an_array_formula_gives_the_result_of_a_call(calc):
    # Where an argument computes an array itself, Calc passes only its first element otherwise.
    formulas = [formula for _, formula in examples(STEADY)]
    found = [rows[0][0] for rows in calc.arrays(*((formula, 1, 1) for formula in formulas))]
    evaluator = Evaluator()
    expected = [evaluator.evaluate(formula) for formula in formulas]
    assert differences(formulas, found, expected) == []


def test_every_table_gives_the_rows_of_a_call_as_an_array_formula(calc):
    tables = [one for one in STEADY if one.is_table]
    formulas = [inner_call(formula, name) for name, formula in examples(tables)]
    evaluator = Evaluator()
    expected = [evaluator.evaluate(formula) for formula in formulas]
    found = calc.arrays(
        *((text, len(rows), len(rows[0])) for text, rows in zip(formulas, expected, strict=True))
    )
    assert differences(formulas, found, expected) == []


def test_version_names_libreoffice(calc):
    (found,) = calc.typed("=CLV_VERSION()")
    assert found.startswith("clv_xl ")
    assert "LibreOffice 2" in found


def test_acceptance_formulas(calc):
    assert calc.typed(
        "=CLV(1000,6,5)",
        "=CLV_NET(200000,100000)",
        "=CAC_RATIO(300,100)",
        "=SUM(CLV({100;200},2,3))",
    ) == [30000, 100000, 3, 1800]


def test_a_range_gives_an_array(calc):
    cells = {"A1": 100, "A2": 200, "A3": 300, "B1": 3, "C1": 4}
    column, sheet = calc.arrays(
        ("=CLV(A1:A3,2,3)", 3, 1), ("=CLV(A1:A3,2,B1:C1)", 3, 2), cells=cells
    )
    assert column == [[600], [1200], [1800]]
    assert sheet == [[600, 800], [1200, 1600], [1800, 2400]]


def test_a_result_works_within_other_functions(calc):
    cells = {"A1": 1, "A2": 2, "A3": 3}
    found = calc.typed(
        "=CLV(1,1,1)*2",
        "=SUMPRODUCT(A1:A3*CLV(1,1,2))",
        '=IF(CLV(1,1,2)>1,"more","less")',
        "=INDEX(A1:A3,CLV(1,1,2))",
        "=IFERROR(CAC_RATIO(1,0),-1)",
        "=CAC_RATIO(CLV(100,2,3),CAC(500,5))",
        '=RFM_SEGMENT(5,5,5)&"!"',
        cells=cells,
    )
    assert found == [2, 12, "more", 2, -1, 6, "Champions!"]


def test_words_are_equal_to_typed_ones(calc):
    cells = {"A1:B3": [[80, 90], [80, 10], [80, 95]]}
    found = calc.typed(
        '=RFM_SEGMENT(5,5,5)="Champions"',
        '=RFM_SEGMENT(5,5,5)="Lost"',
        '=SUMPRODUCT(--(CUSTOMER_QUADRANT(A1:A3,B1:B3,50,50)="Star"))',
        '=MATCH("Free rider",CUSTOMER_QUADRANT(A1:A3,B1:B3,50,50),0)',
        cells=cells,
    )
    assert found == [1, 0, 2, 2]


# Arguments left out, blanks, dates.


def test_arguments_left_out_take_their_defaults(calc):
    found = calc.typed(
        "=CLV_RETENTION(100,0.8,0.1,,,1)", "=CLV_RETENTION(100,0.8,0.1)", "=CLV(1000,,5)", "=CLV()"
    )
    assert found[0] == pytest.approx(call("CLV_RETENTION", [100, 0.8, 0.1, 0, None, 1]))
    assert found[1] == pytest.approx(call("CLV_RETENTION", [100, 0.8, 0.1]))
    assert found[2:] == [CellError.VALUE, CellError.VALUE]


def test_blanks_in_a_range_are_blank(calc):
    cells = {"A1": 100, "A3": 300, "B1": "=1/1", "B2": '=""'}
    found = calc.arrays(("=CLV(A1:A3,2,3)", 3, 1), ("=CLV(B1:B2,2,3)", 2, 1), cells=cells)
    expected = [call("CLV", [[[100.0], [None], [300.0]], 2.0, 3.0])]
    expected.append(call("CLV", [[[1.0], [""]], 2.0, 3.0]))
    assert same(found[0], expected[0])
    assert same(found[1], expected[1])


def test_blank_cells_of_a_table_show_nothing(calc):
    cells = {"A1:B2": [["Gold", 300.0], ["Basic", 80.0]]}
    (found,) = calc.arrays(("=CLV_SEGMENT(A1:A2,B1:B2)", 4, 10), cells=cells)
    assert [row[7] for row in found] == ["average CAC", "", "", ""]


def test_a_single_blank_cell_arrives_as_zero_unless_it_is_named_as_a_range(calc):
    # LibreOffice itself does this; see the module docstring of addin.py.
    assert calc.typed("=CLV_NET(A1)", "=CLV_NET(A1:A1)") == [0, CellError.VALUE]


def test_a_single_blank_cell_is_blank_where_a_date_or_a_word_belongs(calc):
    cells = {"A1:C2": [["a", 45292.0, 20.0], ["a", 45299.0, 30.0]]}
    formula = "=INDEX(RFM_SUMMARY(A1:A2,B1:B2,C1:C2{}),2,4)"
    plain, blank = calc.typed(formula.format(""), formula.format(",D9,D10"), cells=cells)
    assert plain == blank == 1


def test_dates_count_from_the_day_zero_of_the_document(calc):
    formula = '=INDEX(CLV_COHORT({"a";"b"},A1:A2),2,1)'
    days = {"A1": 45292, "A2": 45293}
    assert calc.typed(formula, cells=days) == ["2024-01"]
    earlier = {"A1": 45292 - 1462, "A2": 45293 - 1462}
    assert calc.typed(formula, cells=earlier, null_date=[1904, 1, 1]) == ["2024-01"]


def test_an_unusual_day_zero_is_refused_where_dates_matter(calc):
    formulas = ['=INDEX(CLV_COHORT({"a";"b"},A1:A2),2,1)', "=CLV(1000,6,5)", "=CLV_ERRORS(1)"]
    days = {"A1": 45292, "A2": 45293}
    found = calc.typed(*formulas[:2], cells=days, null_date=[1900, 1, 1])
    assert found == [CellError.VALUE, 30000]
    (rows,) = calc.arrays(("=CLV_ERRORS(1)", 2, 4))
    assert "1 January 1900" in rows[1][3]


def test_whole_columns_are_quick(calc):
    cells = {"A1": 100, "A2": 200, "A3": 300}
    assert calc.typed("=SUM(CLV(A:A,2,3))", cells=cells) == [3600]
    assert calc.seconds("=SUM(CLV(A:A,2,3))", cells=cells) < 10


# Errors.


def test_errors_are_real_errors_of_calc(calc):
    found = calc.ask(
        typed=[
            "=CAC_RATIO(300,0)",
            "=CLV_RETENTION(100,1.2)",
            '=CLV("abc",1,1)',
            "=CAC_PAYBACK(1000,1,0.5)",
        ]
    )
    numbers = [one["value"] for one in found["typed"]]
    assert numbers == [{"error": code} for code in (532, 503, 519, 32767)]


def test_an_error_stays_in_its_element(calc):
    (found,) = calc.arrays(("=CAC_RATIO({300;300;300},{100;0;50})", 3, 1))
    assert found == [[3], [CellError.DIV0], [6]]
    assert calc.typed("=ISERROR(CAC_RATIO(300,0))", "=SUM(CAC_RATIO(300,{100;0}))") == [
        1,
        CellError.DIV0,
    ]


def test_an_error_among_words_stays_in_its_element(calc):
    (found,) = calc.arrays(("=RFM_SEGMENT({5;9;1},{5;5;1},{5;5;1})", 3, 1))
    assert found == [["Champions"], ["#NUM!"], ["Lost"]]
    assert calc.typed("=RFM_SEGMENT(9,5,5)") == [CellError.VALUE]


def test_an_incoming_error_is_passed_on(calc):
    cells = {"A1": "=1/0", "A2": "=NA()"}
    assert calc.typed("=CLV(A1,2,3)", "=CLV(A2,2,3)", "=CLV(NA(),2,3)", cells=cells) == [
        CellError.DIV0,
        CellError.NA,
        CellError.NA,
    ]


def test_a_range_with_an_error_in_it_is_an_error_as_a_whole(calc):
    # LibreOffice refuses such a range (Err:504) before it asks the add-in.
    cells = {"A1": 1, "A2": "=1/0"}
    found = calc.ask(typed=["=SUM(CLV(A1:A2,2,3))"], cells=cells)["typed"][0]["value"]
    assert found == {"error": 504}


def test_the_sentence_behind_an_error_can_be_read(calc):
    calc.typed("=CLV_RETENTION(100,1.2)")
    (rows,) = calc.arrays(("=CLV_ERRORS(1)", 2, 4))
    assert rows[0] == [rows[1][3], "function", "argument", "what was wrong"]
    assert rows[1][1:] == [
        "CLV_RETENTION",
        "retention_rate",
        "retention_rate must lie in 0 to 1; got 1.2",
    ]


def test_the_errors_in_a_single_cell_are_the_newest_sentence(calc):
    calc.typed("=CLV_RETENTION(100,1.3)")
    (shown,) = calc.typed("=CLV_ERRORS()")
    assert shown == "retention_rate must lie in 0 to 1; got 1.3"


def test_a_formula_typed_step_by_step_leaves_one_entry(calc):
    steps = ("=CLV()", "=CLV(1234)", "=CLV(1234,", "=CLV(1234,6)", "=CLV(1234,6,5)")
    calc.typed("=CAC(1,-2)", *steps)
    (rows,) = calc.arrays(("=CLV_ERRORS(2)", 3, 4))
    assert [row[1:3] for row in rows[1:]] == [["CLV", "lifespan"], ["CAC", "new_customers"]]


# The function wizard.


def test_the_wizard_explains_every_function(calc):
    known = calc.ask(descriptions=True)["descriptions"]
    for function in CATALOGUE.values():
        found = known[function.name]
        assert found["category"] == ADD_IN_CATEGORY
        assert found["description"] == function_help(function)
        assert found["arguments"] == [
            [parameter.name, argument_help(parameter)] for parameter in function.parameters
        ]
