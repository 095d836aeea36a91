"""What the file format asks of the names, their formulas and their comments."""

from __future__ import annotations

import re

import pytest

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas.edition import FORMULAS, HELPERS, names
from clv_xl.hosts.lambdas.syntax import as_filed, as_typed, tokens

NAMES = list(names())


def test_all_of_value_and_acquisition_but_their_tables() -> None:
    wanted = {
        name
        for name, function in CATALOGUE.items()
        if function.category in {"Value", "Acquisition"} and function.elementwise
    }
    assert wanted <= set(FORMULAS)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.name)
def test_a_name_is_as_excel_takes_it(name: tuple[str, str, str]) -> None:
    title, formula, comment = name
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", title)
    assert not re.fullmatch(r"[A-Z]{1,3}[0-9]+", title)  # a cell
    assert len(formula) <= 8192
    assert 0 < len(comment) <= 255
    assert max((len(text) for text in re.findall(r'"((?:[^"]|"")*)"', formula)), default=0) <= 255
    assert not re.search(r'\s(?=(?:[^"]*"[^"]*")*[^"]*$)', formula)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.name)
def test_every_variable_is_bound(name: tuple[str, str, str]) -> None:
    code = re.sub(r'"(?:[^"]|"")*"', "", name[1])
    bound = set(re.findall(r"_xl[po][mp]\.(\w+)(?=,)", code))
    assert set(re.findall(r"_xlpm\.(\w+)", code)) <= bound
    assert not {"r", "c"} & bound  # these are references to a row and a column


def test_names_are_distinct_in_any_case_and_all_that_are_called_exist() -> None:
    titles = {name.name for name in NAMES}
    assert len({title.casefold() for title in titles}) == len(NAMES)
    called = {call for name in NAMES for call in re.findall(r"CLV_\w+", name.formula)}
    assert called & set(HELPERS) == set(HELPERS)
    assert called <= titles | set(CATALOGUE)


def test_the_arguments_are_those_of_the_declaration() -> None:
    for name in NAMES:
        if name.name in FORMULAS:
            declared = [parameter.name for parameter in CATALOGUE[name.name].parameters]
            head = name.formula.removeprefix("_xlfn.LAMBDA(").partition("_xlfn.")[0]
            assert re.findall(r"_xlop\.(\w+)", head) == declared


def test_a_formula_is_written_for_a_file_and_for_a_keyboard() -> None:
    text = 'LAMBDA([x], y, LET(z, x ^ 2, IF(ISOMITTED(y), "a b", CLV_CELL(z, 1, 1) - 1E-3)))'
    assert as_filed(text) == (
        "_xlfn.LAMBDA(_xlop.x,_xlpm.y,_xlfn.LET(_xlpm.z,_xlpm.x^2,"
        'IF(_xlfn.ISOMITTED(_xlpm.y),"a b",CLV_CELL(_xlpm.z,1,1)-1E-3)))'
    )
    assert as_typed(text) == (
        '=LAMBDA([x_],y_,LET(z_,x_^2,IF(ISOMITTED(y_),"a b",CLV_CELL(z_,1,1)-1E-3)))'
    )


def test_what_no_file_may_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="no function"):
        as_filed("NOSUCH(1)")
    with pytest.raises(ValueError, match="too long"):
        as_filed("1" + "+1" * 4096)
    with pytest.raises(ValueError, match="no place"):
        tokens("1 ? 2")
