"""Every LAMBDA function gives in IronCalc what the Python function gives."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from lambda_calls import Call, differences, new_book, random_call, tolerance

from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas.edition import FORMULAS
from clv_xl.hosts.lambdas.element import lambda_text, usage_line
from clv_xl.hosts.lambdas.formula import Formula
from clv_xl.hosts.lambdas.syntax import as_typed

SEED = 14
CALLS = 10
"""Of each function; the script makes 300."""
BGNBD = [[0.243, 4.414, 0.793, 2.426]]
WITH_COVARIATES = [
    ["parameter", "estimate"],
    *map(list, zip(("r", "alpha", "a", "b"), BGNBD[0], strict=True)),
    ["dropout_Ads", 0.3],
    ["purchases_Ads", 0.2],
]
FAULTY = [["3", None, CellError.NA]]

EDGES: list[tuple[str, tuple[Any, ...]]] = [
    ("CLV", (1000.0, 6.0)),  # a required argument is missing
    ("CLV", ([[1.0], [2.0]], [[1.0], [2.0], [3.0]], 5.0)),  # ranges do not fit together
    ("CLV", (FAULTY, 6.0, 5.0)),  # each fault in its own cell
    ("CLV", (10.0, 6.0, 5.0, 1.0, 0.0, 0.0, [[0.0], [1e-9], [0.1]])),  # small rates keep digits
    ("CLV_NET", (CellError.NA, [[1.0], [2.0]])),  # an error repeats like a number
    ("CLV_RETENTION", (100.0, 1.0)),  # a sum without end
    ("CLV_RETENTION", (0.0, 1.0)),
    ("CLV_RETENTION", (100.0, 0.8, 0.1, 0.0, [[1.0], [None], [0.0]], 1.0)),
    ("CLV_RETENTION", (100.0, 0.8, 0.1, 0.0, None, 2.0)),  # no such choice
    ("CLV_CHURN", (50.0, 0.8, [[0.0], [0.05], [1.5]])),
    ("CHURN_RATE", (400.0, 500.0)),
    ("CHURN_PER_PERIOD", ([[0.0], [1.0], [0.5]], 0.0, 12.0)),
    ("CAC_PAYBACK", (300.0, [[100.0], [-1.0], [1e-3]], 0.8)),  # never pays back
    ("CAC_PAYBACK", (0.0, 0.0)),
    ("CUSTOMER_QUADRANT", ([[1.0], [2.0], [9.0]], [[5.0], [5.0], ["x"]])),  # median
    ("CUSTOMER_QUADRANT", (1.0, 2.0)),  # one customer has no median
    ("QUADRANT_ACTION", ([[" star "], ["LOSS"], ["else"]],)),
    ("BGNBD_ALIVE", (BGNBD, [[0.0], [2.0], [2.0]], [[1.0], [50.0], [30.0]], 38.0)),
    ("BGNBD_ALIVE", ([[0.2, 4.4, 0.8]], 2.0, 30.0, 38.0)),  # one parameter too few
    ("BGNBD_ALIVE", ([[0.2, 4.4, 0.8, -1.0]], 2.0, 30.0, 38.0)),
    ("BGNBD_ALIVE", (BGNBD, 2.0, 30.0, 38.0, 1.0)),  # covariates, and none in the fit
    ("BGNBD_ALIVE", (WITH_COVARIATES, 2.0, 30.0, 38.0)),  # the reverse
    ("BGNBD_NEXT", ([[1e-4, 4.4, 0.8, 2.0]], 0.0, 0.0, 38.0)),  # hardly ever buys
    ("BGNBD_PURCHASES", (BGNBD, 39.0, 2.0)),  # recency and age are missing
    ("BGNBD_PURCHASES", (BGNBD, [[0.0], [1e-6], [1000.0]], MISSING, MISSING, MISSING)),
    ("BGNBD_PURCHASES", ([[0.243, 4.414, 1.0, 2.426]], 39.0, 2.0, 30.0, 38.0)),
    ("MBGNBD_PURCHASES", ([[0.5, 6.0, 0.02, 0.05]], 52.0, 90.0, 30.0, 38.0)),
    ("BGNBD_PMF", (BGNBD, [[0.0, 1.0, 60.0]], [[0.0], [39.0], [5000.0]])),
    ("BGNBD_RESIDUAL", (BGNBD, [[0.0], [1e-6], [1.0]], 2.0, 30.0, 38.0)),
    ("CLV_CALCULATOR", (0.0, 24.0, 60.0, 0.0, 0.0)),  # ratios over nothing
    ("CLV_CALCULATOR", ([[0.05], [0.06]], 24.0, 60.0, 40.0, 6000.0)),  # one cell each
    ("GG_SPEND", ([[6.25, 0.5, 15.44]], [[0.0], [2.0]], [[0.0], [22.0]])),  # no finite mean
    ("GG_SPEND", ([[6.25, 3.74, 15.44]], 2.0)),
    ("SBG_CLV", ([[0.7, 1.2]], 100.0, [[0.0], [1e-6], [0.1]], 3.0)),  # no end at rate 0
    ("SBG_CLV", ([[1.5, 900.0]], 100.0, [[0.0], [1e-6], [3.0]], 3.0, 1.0)),
    ("SBG_RETENTION", ([[0.7, 1.2]], [[0.5], [1.0], [500.0]])),
    ("BDW_CLV", ([[0.5, 0.9, 1.2]], 100.0, [[0.0], [1e-6], [0.1]], 3.0)),  # no end at rate 0
    ("BDW_CLV", ([[0.51, 2.54, 2.17]], 100.0, 0.0, 0.0, 1.0)),
    ("BDW_SURVIVAL", ([[0.5, 0.9, 1.2]], [[0.0], [1.0], [1000.0]])),
]


HISTORIES = [
    [[2.0], [0.0], [1.0], [4.0]],
    [[9.0], [0.0], [3.0], [8.0]],
    [[9.0], [9.0], [9.0], [8.0]],
]
EDGES += [
    ("BGNBD_FIT", (CellError.DIV0, 1.0, 2.0)),
    ("BGNBD_FIT", tuple(HISTORIES)),  # four customers do not determine it
    ("BGNBD_FIT", (*HISTORIES[:2], [[9.0], [9.0]])),  # ranges do not fit together
    ("BGNBD_FIT", (*HISTORIES[:2], [[9.0], [9.0], [9.0], [-8.0]])),
    ("BGNBD_FIT", (*HISTORIES, [[0.0], [0.0], [0.0], [0.0]])),  # customers
    ("BGNBD_FIT", ([[0.0], [0.0]], [[0.0], [0.0]], 9.0)),  # nobody bought again
    ("GG_FIT", ([[1.0], [1.0], [1.0], [4.0]], [[20.0], [20.0], [20.0], [20.0]])),  # all alike
    ("SBG_FIT", ([[1000.0, 631.0, 468.0, 382.0]],)),
    ("SBG_FIT", ([[1000.0], [631.0], [700.0]],)),  # survivors rise
    ("SBG_FIT", ([[1000.0], [1000.0], [1000.0]],)),  # nobody leaves
    ("BDW_FIT", ([[1000.0], [869.0], [743.0]],)),  # too short
]


def test_examples() -> None:
    book = new_book()
    examples = [
        (name, formula, wanted)
        for name in FORMULAS
        for formula, wanted in CATALOGUE[name].examples.items()
    ]
    for row, (_, formula, _) in enumerate(examples, start=1):
        book.set_user_input(0, row, 1, formula)
    book.evaluate()
    for row, (_, formula, wanted) in enumerate(examples, start=1):
        found = book.get_cell_value(0, row, 1)
        # The declarations give 10 digits.
        assert found == (pytest.approx(wanted, rel=1e-9) if wanted != str(wanted) else wanted), (
            formula
        )


def test_random_calls() -> None:
    draw = random.Random(SEED)
    assert not list(
        differences([random_call(draw, name) for name in FORMULAS for _ in range(CALLS)])
    )


def test_edges() -> None:
    assert not list(differences([Call(name, arguments) for name, arguments in EDGES]))


def test_a_call_without_arguments_says_how_it_is_used() -> None:
    book = new_book()
    for row, name in enumerate(FORMULAS, start=1):
        book.set_user_input(0, row, 1, f"={name}()")
    book.evaluate()
    for row, name in enumerate(FORMULAS, start=1):
        line = book.get_cell_value(0, row, 1)
        assert line == usage_line(CATALOGUE[name])
        assert line.startswith(CATALOGUE[name].signature)


def test_fits_are_compared_to_six_digits_models_to_nine_and_arithmetic_to_twelve() -> None:
    assert tolerance("BGNBD_FIT", 1) == 1e-6
    assert tolerance("BGNBD_ALIVE") == 1e-9
    assert tolerance("CAC") == 1e-12


def test_an_argument_that_no_formula_takes_is_refused() -> None:
    declared = CATALOGUE["CLV_NET"]
    more = replace(CATALOGUE["CLV"].parameters[-1], name="more", default=None)
    formula = FORMULAS["CLV_NET"]
    assert isinstance(formula, Formula)
    text = lambda_text(replace(declared, parameters=(*declared.parameters, more)), formula)
    book = new_book()
    book.new_defined_name("LONGER", None, as_typed(text))
    for row, call in enumerate(("LONGER(5, 2)", "LONGER(5, 2, )", "LONGER(5, 2, 1)"), start=1):
        book.set_user_input(0, row, 1, f"={call}")
    book.evaluate()
    assert [book.get_cell_value(0, row, 1) for row in (1, 2, 3)] == [3, 3, "#VALUE!"]


def test_a_fit_with_more_parameters_is_refused() -> None:
    book = new_book()
    fit = '"r",0.2;"alpha",4.4;"a",0.8;"b",2.4;"log_likelihood",-9;"customers",9'
    more = fit.replace('"log_likelihood"', '"dropout_man",0.1;"log_likelihood"')
    book.set_user_input(0, 1, 1, f"=BGNBD_ALIVE({{{fit}}},0,0,9)")
    book.set_user_input(0, 2, 1, f"=BGNBD_ALIVE({{{more}}},0,0,9)")
    book.evaluate()
    assert [book.get_cell_value(0, row, 1) for row in (1, 2)] == [1, "#VALUE!"]


def test_a_whole_column_is_cut_to_its_rows_in_use_and_its_title() -> None:
    book = new_book()
    book.set_user_input(0, 1, 5, "worth")
    worth = [70.0, 10.0, 12.0, 8.0]
    for row, cell in enumerate(worth, start=2):
        book.update_cell_with_number(0, row, 5, cell)
    book.set_user_input(0, 1, 10, "=CLV_CONCENTRATION(E:E, 2)")
    book.evaluate()
    assert book.get_cell_value(0, 1, 10) == "group"
    assert book.get_cell_value(0, 2, 12) == pytest.approx(82 / sum(worth))
