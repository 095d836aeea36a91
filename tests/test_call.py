"""Function calls: the error table, element by element, for every function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cell_calls import call
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import arguments, fitted, inside, outside

from clv_xl import call as calls
from clv_xl import session
from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Estimates, Kind, Meaning, Number, Parameter

FUNCTIONS = list(CATALOGUE.values())
ELEMENTWISE = [function for function in FUNCTIONS if function.elementwise and function.parameters]
WHOLE = [function for function in FUNCTIONS if not function.elementwise and function.parameters]
FITS_INSIDE = {"CLV_PREDICT", "CLV_FORECAST", "CLV_BACKTEST", "CLV_TRACKING"}
PARAMETERS = [(function, parameter) for function in FUNCTIONS for parameter in function.parameters]


def name_of(item: Any) -> str:
    return str(getattr(item, "name", item))


def sentences() -> list[str]:
    return [fault.sentence for fault in session.recent_faults(1000)]


def typical(function: Function, replaced: Parameter | None = None, by: Any = None) -> list[Any]:
    """Plain arguments in the middle of their usual range, one of them replaced."""
    found: list[Any] = []
    for parameter in function.parameters:
        meaning = parameter.meaning
        middle = _middle(meaning)
        if parameter is replaced:
            value = by
        elif meaning.kind is Kind.PARAMETERS:
            value = fitted(meaning)
        elif meaning.kind is Kind.ATTRIBUTES:
            value = [["Town"], ["Bath"], ["Bath"], ["York"], ["York"], ["York"], ["Bath"]]
        elif parameter.column:
            value = [[cell] for cell in middle]
        else:
            value = _LATER.get(parameter.name, middle[0])
        found.append(value)
    return found


_LATER = {"second_start": 45_700.0}
"""Arguments that must lie beyond others of their kind."""


def _middle(meaning: Meaning) -> list[Any]:
    if meaning.kind is Kind.LABEL:
        return ["Ann", "Bob", "Cid", "Ann", "Bob", "Dan"]
    if meaning.kind is Kind.DATE:
        return [45_300.0 + 9 * step for step in range(6)]
    if meaning.kind is Kind.PARAMETERS:
        return [fitted(meaning)] * 6
    if meaning.kind is Kind.CHOICE or meaning.choices:
        return [meaning.choices[0]] * 6
    low, high = meaning.typical
    steps = [low + (high - low) * share for share in (0.5, 0.45, 0.4, 0.35, 0.3, 0.25)]
    return [float(round(step)) if meaning.whole else step for step in steps]


def elementwise_positions(function: Function) -> list[int]:
    """The positions of the arguments that are taken element by element."""
    return [
        at
        for at, parameter in enumerate(function.parameters)
        if parameter.meaning.kind is not Kind.PARAMETERS
    ]


def alike(one: Any, other: Any) -> bool:
    """Whether two cells are equal but for the last digits, which vectorized code may change."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9)
    return bool(one == other)


def with_cell(parameter: Parameter, cell: Any) -> Any:
    """An argument whose third cell is this one, or the cell alone where one is taken."""
    if parameter.meaning.kind is Kind.ATTRIBUTES:
        return [["Town"], ["Bath"], ["Bath"], [cell], ["York"], ["York"], ["Bath"]]
    if not parameter.column:
        return cell
    column: list[list[Any]] = [[value] for value in _middle(parameter.meaning)]
    column[2] = [cell]
    return column


# Wrong arguments


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_plain_arguments_give_an_answer(function: Function) -> None:
    got = call(function.name, typical(function))
    if isinstance(function.result, Estimates) or function.name in FITS_INSIDE:
        # Six customers are just enough for a fit, or too few: then there is a sentence.
        assert isinstance(got, list) or sentences()
    else:
        assert not isinstance(got, CellError), sentences()


@pytest.mark.parametrize(("function", "parameter"), PARAMETERS, ids=name_of)
def test_a_missing_argument_has_its_default_or_is_named(
    function: Function, parameter: Parameter
) -> None:
    blank = call(function.name, typical(function, parameter, None))
    if parameter.meaning.may_be_empty:
        assert not isinstance(blank, CellError)
    left_out = call(function.name, typical(function, parameter, MISSING))
    assert parameter.meaning.may_be_empty or left_out == blank
    if parameter.required:
        assert left_out is CellError.VALUE
        assert parameter.name in sentences()[0]


@pytest.mark.parametrize(("function", "parameter"), PARAMETERS, ids=name_of)
def test_text_where_a_number_belongs_is_refused(function: Function, parameter: Parameter) -> None:
    if parameter.meaning.kind in {Kind.LABEL, Kind.ATTRIBUTES} or function.reports_faults:
        return
    for text in ("abc", "12", "1e5", "nan", "1_000"):
        given_ = typical(function, parameter, with_cell(parameter, text))
        if parameter.meaning.row_left_out:
            assert_third_row_is_left_out(function, parameter, given_)
            continue
        assert call(function.name, given_) is CellError.VALUE
        assert parameter.name in sentences()[0]


def assert_third_row_is_left_out(
    function: Function, parameter: Parameter, given_: list[Any]
) -> None:
    """The result is that of the orders without the third row, and a sentence says so."""
    session.forget_faults()
    got = call(function.name, given_)
    if function.name not in FITS_INSIDE:  # five customers may be too few for a fit
        said = f"{parameter.name} cannot be read in row 3; this row is left out"
        assert sum(sentence.startswith(said) for sentence in sentences()) == 1
    shorter = [
        column[:2] + column[3:]
        if parameter.column and parameter.name not in function.independent_columns
        else column
        for parameter, column in zip(function.parameters, given_, strict=True)
    ]
    without = call(function.name, shorter)
    if function.takes_rows_left_out:
        assert isinstance(got, list)
        assert isinstance(without, list)
        got, without = got[:6], without[:6]  # below them: how many rows are left out
    assert got == without


@pytest.mark.parametrize("error", [CellError.NA, CellError.DIV0, CellError.REF])
@pytest.mark.parametrize(("function", "parameter"), PARAMETERS, ids=name_of)
def test_an_incoming_error_comes_out_again(
    function: Function, parameter: Parameter, error: CellError
) -> None:
    got = call(function.name, typical(function, parameter, with_cell(parameter, error)))
    if function.reports_faults:
        assert isinstance(got, list)
    else:
        assert got is error
        assert str(error) in sentences()[0]


@pytest.mark.parametrize(("function", "parameter"), PARAMETERS, ids=name_of)
def test_a_number_outside_its_domain_is_refused(function: Function, parameter: Parameter) -> None:
    if parameter.meaning.kind is not Kind.NUMBER:
        return
    for number in [*outside(parameter.meaning), float("inf"), float("nan")]:
        got = call(function.name, typical(function, parameter, with_cell(parameter, number)))
        expected = CellError.VALUE if parameter.meaning.choices else CellError.NUM
        if function.reports_faults:
            assert isinstance(got, list)
            continue
        if parameter.meaning.row_left_out:
            given_ = typical(function, parameter, with_cell(parameter, number))
            assert_third_row_is_left_out(function, parameter, given_)
            continue
        assert got is expected
        assert sentences()[0].startswith(f"{parameter.name} must ")


@pytest.mark.parametrize("function", ELEMENTWISE, ids=name_of)
def test_zero_in_a_denominator_is_a_zero_denominator(function: Function) -> None:
    for name in function.denominators:
        parameter = next(p for p in function.parameters if p.name == name)
        assert call(function.name, typical(function, parameter, 0.0)) is CellError.DIV0
        assert name in sentences()[0]


@pytest.mark.parametrize("function", ELEMENTWISE, ids=name_of)
def test_ranges_of_unequal_length_are_refused(function: Function) -> None:
    if len(elementwise_positions(function)) < 2:
        return
    given_ = typical(function)
    first, second = elementwise_positions(function)[:2]
    given_[first], given_[second] = [[given_[first]]] * 3, [[given_[second]]] * 4
    assert call(function.name, given_) is CellError.VALUE
    assert "3 rows" in sentences()[0]
    assert "4 rows" in sentences()[0]


@pytest.mark.parametrize("function", WHOLE, ids=name_of)
def test_columns_of_unequal_length_are_refused(function: Function) -> None:
    if sum(parameter.column for parameter in function.parameters) < 2:
        return
    parameter = [parameter for parameter in function.parameters if parameter.column][-1]
    short = [[value] for value in _middle(parameter.meaning)[:4]]
    assert call(function.name, typical(function, parameter, short)) is CellError.VALUE
    assert "unequal length" in sentences()[0]


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_an_unknown_name_is_no_function_and_case_does_not_matter(function: Function) -> None:
    assert call(function.name + "_X", []) is CellError.NAME
    if not function.volatile:
        assert call(function.name.lower(), typical(function)) == call(
            function.name, typical(function)
        )


# Values


@pytest.mark.parametrize("function", ELEMENTWISE, ids=name_of)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_column_is_its_elements_one_by_one(function: Function, data: st.DataObject) -> None:
    if function.name == "CUSTOMER_QUADRANT":
        return  # its cuts are medians of the column; it has tests of its own
    columns = [
        data.draw(
            st.lists(
                st.sampled_from(parameter.meaning.choices)
                if parameter.meaning.kind is Kind.CHOICE
                else inside(parameter.meaning),
                min_size=4,
                max_size=4,
            )
        )
        for parameter in function.parameters
    ]
    models = [p.meaning.kind is Kind.PARAMETERS for p in function.parameters]
    for at, model in enumerate(models):
        if model:  # one model for all rows
            columns[at] = [columns[at][0]] * 4
    ranges = [
        column[0] if model else [[cell] for cell in column]
        for column, model in zip(columns, models, strict=True)
    ]
    together = call(function.name, ranges)
    alone = [[call(function.name, list(row))] for row in zip(*columns, strict=True)]
    assert np.shape(together) == (4, 1)
    for (one,), (other,) in zip(together, alone, strict=True):  # type: ignore[arg-type]
        assert alike(one, other)


@pytest.mark.parametrize("function", ELEMENTWISE, ids=name_of)
def test_column_by_row_gives_a_sensitivity_table(function: Function) -> None:
    if len(elementwise_positions(function)) < 2:
        return
    first, second = elementwise_positions(function)[:2]
    given_ = typical(function)
    down, across = (_middle(function.parameters[at].meaning)[:3] for at in (first, second))
    given_[first], given_[second] = [[cell] for cell in down], [across]
    table = call(function.name, given_)
    assert isinstance(table, list)
    for i, one in enumerate(down):
        for j, other in enumerate(across):
            given_[first], given_[second] = one, other
            assert alike(table[i][j], call(function.name, given_))


@pytest.mark.parametrize("function", ELEMENTWISE, ids=name_of)
def test_one_elements_fault_does_not_touch_its_neighbours(function: Function) -> None:
    at = elementwise_positions(function)[0]
    good = [[cell] for cell in _middle(function.parameters[at].meaning)[:5]]
    given_ = typical(function)
    given_[at] = good
    sound = call(function.name, given_)
    given_[at] = [*good[:1], ["text"], *good[2:3], [CellError.REF], *good[4:]]
    got = call(function.name, given_)
    assert isinstance(sound, list)
    assert isinstance(got, list)
    if function.name == "CUSTOMER_QUADRANT":
        assert [type(row[0]) for row in got] == [str, CellError, str, CellError, str]
    else:
        assert all(alike(got[i][0], sound[i][0]) for i in (0, 2, 4))
    assert got[1] == [CellError.VALUE]
    assert got[3] == [CellError.REF]
    assert any(sentence.endswith("in row 2") for sentence in sentences())


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_usual_arguments_give_finite_cells_or_a_sentence(
    function: Function, data: st.DataObject
) -> None:
    session.forget_faults()
    got = call(function.name, data.draw(arguments(function)))
    rows = got if isinstance(got, list) else [[got]]
    errors = {cell for row in rows for cell in row if isinstance(cell, CellError)}
    assert all(np.isfinite(cell) for row in rows for cell in row if isinstance(cell, float))
    assert len({len(row) for row in rows}) == 1
    assert bool(errors) == any(not fault.is_caveat for fault in session.recent_faults(1000))


def test_numbers_whose_sum_overflows_are_still_numbers() -> None:
    assert call("CAC_RATIO", [[[1.7e308], [1.7e308]], 1]) == [[1.7e308], [1.7e308]]
    assert call("CLV", [1.7e308, 2, 1]) is CellError.NUM


def test_a_table_longer_than_a_sheet_is_refused() -> None:
    customers = np.arange(1_048_576.0)
    assert call("RFM_SUMMARY", [customers, np.full(customers.size, 45_292.0)]) is CellError.VALUE
    assert "1,048,577 rows" in sentences()[0]


ANY_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.sampled_from(CellError),
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_the_cells_hold_nothing_is_raised(function: Function, data: st.DataObject) -> None:
    """The fixture in conftest fails the test if a defect of clv_xl became #VALUE!."""
    ranges = st.lists(st.lists(ANY_CELL, min_size=2, max_size=2), min_size=1, max_size=6)
    columns = st.lists(st.tuples(ANY_CELL), min_size=1, max_size=6)
    argument = st.one_of(ANY_CELL, ranges, columns, st.just(MISSING))
    most = len(function.parameters)
    got = call(function.name, data.draw(st.lists(argument, max_size=most)))
    if isinstance(function.result, Number) and not isinstance(got, list):
        assert isinstance(got, (float, CellError))


@pytest.mark.parametrize("prefix", ["BGNBD", "MBGNBD", "PNBD"])
def test_a_time_too_long_for_a_number_names_what_to_ask_instead(prefix: str) -> None:
    reply = calls.call(f"{prefix}_NEXT", [[1e-4, 10, 1, 10], [[2.0], [0.0]], [[1.0], [0.0]], 30])
    assert reply.cells[0][0] > 0
    assert reply.cells[1][0] is CellError.NA
    assert reply.faults[0].sentence == (
        "No time can be given for a customer who buys so seldom, only the probability of buying "
        "(BUYS); see row 2"
    )
