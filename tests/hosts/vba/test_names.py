"""Names of functions and arguments in VBA."""

import pytest
from hosts.vba.vba_text import KNOWN, each_function

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba.names import CELL_REFERENCE, IDENTIFIER, RESERVED, argument_name


@each_function
def test_names_of_functions_and_arguments_are_allowed(function):
    assert IDENTIFIER.fullmatch(function.name)
    assert not CELL_REFERENCE.fullmatch(function.name)
    assert function.name.lower() not in RESERVED | KNOWN
    names = [argument_name(parameter).lower() for parameter in function.parameters]
    assert len(set(names)) == len(names) <= 60
    assert function.name.lower() not in names


def test_a_word_of_vba_is_renamed_and_nothing_else():
    renamed = {
        parameter.name: argument_name(parameter)
        for function in CATALOGUE.values()
        for parameter in function.parameters
        if parameter.name != argument_name(parameter)
    }
    assert renamed["date"] == "date_"
    assert renamed["clv"] == "clv_"
    assert {name for name in renamed if name.upper() not in CATALOGUE} == {"attribute", "date"}


@pytest.mark.parametrize("name", ["CLV1", "rfm5", "XFD12", "R", "c", "RC", "R1C1"])
def test_cell_references_are_known(name):
    assert CELL_REFERENCE.fullmatch(name)
