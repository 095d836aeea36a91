"""The help page of every function: what it says holds, and leads on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner
from strategies import fitted

from clv_xl import help_page
from clv_xl.call import call
from clv_xl.cells import CellError
from clv_xl.cli import cli
from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Kind, Parameter
from clv_xl.hosts.recalc import Evaluator
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sheets.functions import functions, help_link

FUNCTIONS = list(CATALOGUE.values())
each = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)


def usual(parameter: Parameter) -> Any:
    """An argument of an elementwise function that nothing is wrong with."""
    meaning = parameter.meaning
    if meaning.choices:
        return meaning.choices[0]
    if meaning.model is not None:
        return [fitted(meaning)]
    return round(sum(meaning.typical) / 2) if meaning.whole else sum(meaning.typical) / 2


def values(function: Function, told: CellError) -> list[str]:
    return [when for value, when in help_page.errors(function) if value is told]


@each
def test_a_page_has_every_section_of_the_declaration(function: Function) -> None:
    page = help_page.page(function)
    flat = " ".join(page.split())
    for parameter in function.parameters:
        assert f"{parameter.name}: {help_page.described(parameter)}" in flat
        assert parameter.meaning.sentence in flat
        if not parameter.required and parameter.default_text:
            assert f"{parameter.default_text} if left out" in help_page.described(parameter)
    for title in ("Syntax", "Gives", "Example", "See also"):
        assert f"\n{title}\n" in page
    assert function.signature in flat
    if function.category != "Information":
        assert function.source, "no formula"
    assert set(function.see_also) <= set(CATALOGUE) - {function.name}
    assert max(map(len, page.splitlines())) <= 400
    assert help_page.find(f" ={function.name.lower()}") is function


@each
def test_the_example_shows_the_function_itself(function: Function) -> None:
    formula = help_page.example(function)
    if function.is_table:
        assert formula.startswith(f"={function.name}(")
        found = Evaluator().evaluate(formula)
        assert len(found) >= 1
    assert function.name in formula


@each
def test_what_is_said_to_be_missing_is_an_error(function: Function) -> None:
    missing = [when for when in values(function, CellError.VALUE) if "is missing" in when]
    assert bool(missing) == any(parameter.required for parameter in function.parameters)
    if missing:
        assert call(function.name, []).cells is CellError.VALUE


@pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS if one.elementwise], ids=lambda one: one.name
)
def test_errors_come_where_the_page_says(function: Function) -> None:
    parameters = function.parameters
    limits = [p for p in parameters if p.meaning.kind is Kind.NUMBER and p.meaning.domain]
    given = [usual(parameter) for parameter in parameters]
    for at, parameter in enumerate(parameters):
        if parameter.meaning.kind is Kind.NUMBER:
            assert call(function.name, [*given[:at], "x", *given[at + 1 :]]).cells in CellError
            assert "A text stands where a number belongs." in values(function, CellError.VALUE)
        if parameter in limits and not parameter.meaning.choices:
            out = [*given[:at], parameter.meaning.low - 1, *given[at + 1 :]]
            assert call(function.name, out).cells is CellError.NUM, parameter.name
            assert "A number is outside the limits given above." in values(function, CellError.NUM)
        if parameter.name in function.denominators:
            out = [*given[:at], 0, *given[at + 1 :]]
            assert call(function.name, out).cells is CellError.DIV0
    assert bool(values(function, CellError.DIV0)) == bool(function.denominators)


def test_a_fault_of_the_mathematics_is_told() -> None:
    assert call("CAC_PAYBACK", [300, 0]).cells is CellError.NA
    assert "never pays the cost back" in values(CATALOGUE["CAC_PAYBACK"], CellError.NA)[0]
    assert call("CLV_RETENTION", [100, 1]).cells is CellError.NUM
    assert any("without end" in one for one in values(CATALOGUE["CLV_RETENTION"], CellError.NUM))
    assert call("BGNBD_FIT", [[[1]], [[1]], [[2]]]).cells is CellError.NA
    assert values(CATALOGUE["BGNBD_FIT"], CellError.NA)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("clv_segmnt", "CLV_SEGMENT"), ("RFM-SUMMARY", "RFM_SUMMARY"), ("payback", "CAC_PAYBACK")],
)
def test_the_nearest_names_come_first(typed: str, first: str) -> None:
    assert help_page.nearest(typed)[0] == first


def test_nothing_is_near_to_nonsense() -> None:
    assert help_page.nearest("qq") == help_page.nearest("") == []
    assert help_page.unknown("qq") == (
        "There is no function of this name. clv-xl help lists them all."
    )


def test_the_command_shows_the_page_and_the_whole_table() -> None:
    shown = CliRunner().invoke(cli, ["help", "clv_segment"])
    assert shown.exit_code == 0
    assert help_page.page(CATALOGUE["CLV_SEGMENT"]) in shown.output
    assert re.search(r"Gold +2 +0\.6667 +800", shown.output)


def test_the_command_alone_lists_every_function_by_category() -> None:
    shown = CliRunner().invoke(cli, ["help"])
    assert re.findall(r"^    ([A-Z_]+) ", shown.output, re.MULTILINE) == list(CATALOGUE)


def test_the_command_names_what_is_spelled_alike() -> None:
    refused = CliRunner().invoke(cli, ["help", "clv_segmnt"])
    assert refused.exit_code == 2
    assert "nearest names are CLV_SEGMENT" in refused.output


def test_links_of_the_sheet_lead_to_the_rows_of_a_function() -> None:
    (layout,) = arrange([functions()])
    links = {place: cell for place, cell in layout.cells.items() if cell.link}
    assert len(links) > len(CATALOGUE)
    for cell in links.values():
        row = int(re.fullmatch(r"Functions!\$B\$(\d+)", cell.link)[1])  # type: ignore[index]
        assert layout.cells[row, 2].value == cell.value
    assert "§" in help_link("CLV")
