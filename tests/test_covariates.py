"""Covariates in cells: headings, effects in words, and what does not fit together."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from cell_calls import call
from maths import simulated_customers as simulated

import clv_xl
from clv_xl import session
from clv_xl.cells import CellError
from clv_xl.hosts.recalc import Evaluator

MODELS = ("BGNBD", "PNBD")
each = pytest.mark.parametrize("model", MODELS)


class Sheet(NamedTuple):
    """The ranges of a sheet without its headings."""

    frequency: list[list[float]]
    recency: list[list[float]]
    age: list[list[float]]
    covariates: list[list[float]]


def ranges(size: int = 600) -> Sheet:
    """Customers of whom those referred buy twice as often; income says nothing."""
    rng = np.random.default_rng(5)
    referred = (rng.random(size) < 0.4).astype(float)
    income = rng.normal(30_000, 5_000, size).round()
    age = rng.integers(30, 80, size).astype(float)
    x, t_x, _ = simulated.pareto_nbd(rng, (0.9, 8 / 2**referred, 0.8, 15.0), age)
    return Sheet(
        *([[v] for v in column.tolist()] for column in (x, t_x, age)),  # type: ignore[arg-type]
        np.column_stack([referred, income]).tolist(),
    )


SHEET = ranges()
HEADINGS = [["Referral", "Income"]]


def sentence() -> str:
    return session.recent_faults(1)[0].sentence


def fit(model: str, covariates: Any = SHEET.covariates) -> Any:
    return call(f"{model}_FIT_COVARIATES", [*SHEET[:3], covariates])


def forecast(model: str, parameters: Any, *more: Any) -> Any:
    return call(f"{model}_ALIVE", [parameters, *SHEET[:3], *more])


@each
def test_the_table_names_parameters_and_effects_and_says_them_in_words(model: str) -> None:
    table = fit(model, HEADINGS + SHEET.covariates)
    assert [row[0] for row in table[5:]] == [
        "dropout_Referral",
        "purchases_Referral",
        "dropout_Income",
        "purchases_Income",
        "log_likelihood",
        "customers",
    ]
    assert table[0] == ["parameter", "estimate", "std_error", "in words"]
    assert {len(row) for row in table} == {4}
    factor = math.exp(table[6][1])
    assert 1.6 < factor < 2.5
    assert table[6][3] == f"buys {factor:.2g} times as often per unit of Referral"
    assert table[8][3] == "no difference seen"
    assert [row[3] for row in table[1:5]] == [None] * 4
    assert table[-1][1:] == [600.0, None, None]


@each
def test_without_headings_the_covariates_are_numbered(model: str) -> None:
    plain, headed = fit(model), fit(model, HEADINGS + SHEET.covariates)
    assert plain[7][0] == "dropout_covariate_2"
    assert [row[1:3] for row in plain] == [row[1:3] for row in headed]
    titled = [
        [[name], *column]
        for name, column in zip(("frequency", "recency", "age"), SHEET[:3], strict=True)
    ]
    beside = call(f"{model}_FIT_COVARIATES", [*titled, HEADINGS + SHEET.covariates])
    assert beside == headed


def test_an_effect_on_dropout_is_said_in_the_words_of_its_model() -> None:
    rng = np.random.default_rng(8)
    group = (rng.random(2500) < 0.5).astype(float)
    age = np.full(2500, 70.0)
    for model, parameters, simulate, words in (
        ("PNBD", (0.9, 6.0, 0.9, 40 / 4**group), simulated.pareto_nbd, "stays {} times as long"),
        ("BGNBD", (0.9, 6.0, 0.8 * 2**group, 4 / 2**group), simulated.bg_nbd,
         "odds of leaving after a purchase {} times as high"),
    ):  # fmt: skip
        x, t_x, _ = simulate(rng, parameters, age)
        table = call(f"{model}_FIT_COVARIATES", [x, t_x, age, [["Ads"], *([z] for z in group)]])
        effect = table[5][1]
        factor = math.exp(-effect) if model == "PNBD" else math.exp(2 * effect)
        assert table[5][3] == words.format(f"{factor:.2g}") + " per unit of Ads"
        assert (factor < 0.5) == (model == "PNBD")


def test_a_small_or_large_unit_gets_a_step_that_can_be_read() -> None:
    small = [[row[0], row[0] * 1000 + row[1] % 7] for row in SHEET.covariates]
    found = [row[3] for row in fit("PNBD", [[row[1]] for row in small]) if row[3]]
    assert found[2].endswith("times as often per 1,000 of covariate_1")
    shares = [[row[0] / 1000] for row in SHEET.covariates]
    found = [row[3] for row in fit("PNBD", shares) if row[3]]
    assert found[2].endswith("times as often per 0.001 of covariate_1")


@each
def test_forecasts_take_the_range_the_numbers_or_the_covariates_of_one(model: str) -> None:
    table = fit(model)
    together = forecast(model, table, SHEET.covariates)
    assert np.shape(together) == (600, 1)
    numbers = [row[1] for row in table[1:9]]
    assert forecast(model, [numbers], SHEET.covariates) == together
    assert forecast(model, [[n] for n in [*numbers, -1.0, 600.0]], SHEET.covariates) == together
    assert forecast(model, table, HEADINGS + SHEET.covariates) == together
    for row in (0, 7):
        past = [column[row][0] for column in SHEET[:3]]
        alone = call(f"{model}_ALIVE", [table, *past, [SHEET.covariates[row]]])
        assert alone == pytest.approx(together[row][0], rel=1e-12)
        # The same by the model without covariates, with the parameters of this customer.
        z = np.array(SHEET.covariates[row])
        effects = np.array(numbers[4:]).reshape(2, 2)
        dropout, purchases = np.exp(z @ effects)
        r, alpha, third, fourth = numbers[:4]
        if model == "BGNBD":
            third *= dropout
        plain = call(f"{model}_ALIVE", [[r, alpha / purchases, third, fourth / dropout], *past])
        assert alone == pytest.approx(plain, rel=1e-9)


@each
def test_all_functions_of_a_customer_take_covariates(model: str) -> None:
    table, past = fit(model), [column[3][0] for column in SHEET[:3]]
    z = [SHEET.covariates[3]]
    leading = {"PURCHASES": [20.0], "BUYS": [20.0], "NEXT": [], "RESIDUAL": [0.01]}
    for function, first in leading.items():
        got = call(f"{model}_{function}", [table, *first, *past, z])
        assert isinstance(got, float)
        assert got > 0
    new = call(f"{model}_PURCHASES", [table, 20.0, None, None, None, SHEET.covariates[:3]])
    assert np.shape(new) == (3, 1)


@each
def test_python_takes_lists_and_arrays(model: str) -> None:
    x, t_x, age = (np.ravel(column) for column in SHEET[:3])
    table = getattr(clv_xl, f"{model}_FIT_COVARIATES")(x, t_x, age, np.array(SHEET.covariates))
    got = getattr(clv_xl, f"{model}_ALIVE")(table, x, t_x, age, np.array(SHEET.covariates))
    assert got.shape == (600,)
    expected = np.ravel(forecast(model, fit(model), SHEET.covariates))
    assert got == pytest.approx(expected, rel=1e-12)
    one = [[row[0]] for row in SHEET.covariates]
    table = getattr(clv_xl, f"{model}_FIT_COVARIATES")(x, t_x, age, np.ravel(one))
    flat = getattr(clv_xl, f"{model}_ALIVE")(table, x, t_x, age, np.ravel(one))
    assert flat.shape == (600,)


# What does not fit together


@each
def test_a_fit_with_covariates_needs_them_and_one_without_has_none(model: str) -> None:
    table = fit(model)
    assert forecast(model, table) is CellError.VALUE
    assert sentence().startswith("parameters is from a fit with covariates: give those of each")
    plain = call(f"{model}_FIT", SHEET[:3])
    assert forecast(model, plain, SHEET.covariates) is CellError.VALUE
    assert "leave covariates out" in sentence()
    for wrong, got in (([[1.0]] * 600, 1), ([[1.0, 2.0, 3.0]] * 600, 3)):
        assert forecast(model, table, wrong) is CellError.VALUE
        assert sentence() == (
            f"covariates must have 2 columns, one for each covariate of the fit; got {got}"
        )
    assert call(f"{model}_PMF", [table, 1, 20]) is CellError.VALUE
    assert sentence().endswith(f"give the range of {model}_FIT")
    assert forecast(model, table, SHEET.covariates[:9]) is CellError.VALUE
    assert "do not fit together" in sentence()


def test_the_range_of_another_model_with_covariates_is_refused() -> None:
    assert call("MBGNBD_ALIVE", [fit("BGNBD"), *SHEET[:3]]) is CellError.VALUE
    assert "which this function does not take" in sentence()


@each
@pytest.mark.parametrize(
    ("cell", "error", "words"),
    [
        ("Paris", CellError.VALUE, "covariates must be a number; got text in row 3, column 2"),
        (None, CellError.VALUE, "covariates is empty in row 3, column 2"),
        (CellError.NA, CellError.NA, "covariates holds the error #N/A in row 3, column 2"),
        (float("inf"), CellError.NUM, "covariates must be a finite number; got inf in row 3"),
    ],
)
def test_a_cell_that_is_no_number_is_named(
    model: str, cell: Any, error: CellError, words: str
) -> None:
    table, changed = fit(model), [list(row) for row in SHEET.covariates]
    changed[2][1] = cell
    assert fit(model, changed) is error
    assert sentence().startswith(words)
    got = forecast(model, table, changed)
    assert got[2] == [error]
    assert sentence().startswith(words)
    sound = forecast(model, table, SHEET.covariates)
    assert got[:2] + got[3:] == sound[:2] + sound[3:]


def test_columns_that_cannot_be_told_apart_are_refused() -> None:
    assert fit("PNBD", [["Ads", " ads"], *SHEET.covariates]) is CellError.VALUE
    assert sentence().startswith("Two columns of covariates have the same heading")
    assert fit("PNBD", [[row[0], 1.0] for row in SHEET.covariates]) is CellError.NA
    assert sentence().startswith("Column 2 of covariates is the same for all customers")
    assert fit("PNBD", SHEET.covariates[:-1]) is CellError.VALUE
    assert "unequal length" in sentence()


def test_a_text_in_the_place_of_the_first_number_is_said_to_count_as_a_heading() -> None:
    texts = [["Anna", "Bob"], *SHEET.covariates[1:]]
    assert fit("PNBD", texts) is CellError.VALUE
    assert sentence() == (
        "covariates begins with a text, which counts as its heading, so only 599 rows are left for "
        "the 600 of the other columns; put a number in its place, or begin the other columns with "
        "their headings too"
    )
    assert fit("PNBD", SHEET.covariates[:4]) is CellError.VALUE
    assert sentence().endswith("covariates has 4. Make them equally long")
    fitted = fit("PNBD", HEADINGS + SHEET.covariates)
    titled = [[[name], *column] for name, column in zip(SHEET._fields, SHEET[:3], strict=False)]
    assert call("PNBD_FIT_COVARIATES", [*titled, HEADINGS + SHEET.covariates]) == fitted
    assert forecast("PNBD", fitted, texts) is CellError.VALUE
    assert sentence().endswith("covariates has 599 rows below its heading. Make them equally long")


def test_a_formula_takes_what_another_gives() -> None:
    history = "{2;10;1;1;0;0;2;2;3;1;1;1}, {14;33;3;5;0;0;21;1;5;1;10;1}, 40"
    fitted = "{1.2,8,0.8,3,0.3,0.2}"
    got = Evaluator().evaluate(
        f"=SUM(BGNBD_ALIVE({fitted}, {history}, {{0;1;0;1;0;1;0;1;0;1;0;1}}))"
    )
    assert 0 < got < 12
