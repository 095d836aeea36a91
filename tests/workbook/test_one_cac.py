"""CAC, CLV to CAC, payback and CLV so far are one number each, or have names that differ."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from small_reports import FEW, beside, table

from clv_xl.workbook import build
from clv_xl.workbook.sample import Sample

REPORTS = ("Start", "Segments", "Channel report", "Quadrants", "Cohorts", "Predictions")
SHOWN = {
    "CAC": {"Start", "Channel report", "Cohorts"},
    "CLV to CAC": {"Start", "Channel report"},
    "max. CAC": {"Channel report"},
    "average acquisition cost": {"Segments"},
    "CLV to acquisition cost": {"Segments"},
}
"""The figures of cost in the reports, and where they are shown."""


def start(book: Workbook) -> tuple[Any, Any, Any]:
    labels = ("CLV so far", "CAC", "CLV to CAC")
    value, cac, ratio = (beside(book, "Start", label) for label in labels)
    return value, cac, ratio


def total(book: Workbook, sheet: str, first: str) -> dict[str, Any]:
    return table(book, sheet, first)[-1]


def figures(book: Workbook) -> Iterator[tuple[str, str]]:
    """The sheet and name of every figure of cost in the reports, by heading or label."""
    for title in REPORTS:
        lines = [row[1:] for row in book[title].iter_rows(values_only=True)]
        for at, line in enumerate(lines):
            for column, name in enumerate(line):
                near = [below[column] for below in lines[at + 1 : at + 3]] + [*line[column + 1 :]][
                    :1
                ]
                number = any(isinstance(one, (int, float)) for one in near)
                if number and str(name).lower().endswith(("cac", "acquisition cost")):
                    yield title, str(name)


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """A firm whose marketing costs twice what it knows of single customers."""
    path = tmp_path_factory.mktemp("cac") / "double.xlsm"
    spend = {channel: 2 * cost for channel, cost in FEW.spend.items()}
    build(path, dataclasses.replace(FEW, spend=spend))
    return load_workbook(path, data_only=True)


def test_start_and_the_channel_report_show_one_cac(double: Workbook) -> None:
    value, cac, ratio = start(double)
    every = total(double, "Channel report", "channel")
    assert cac == pytest.approx(every["CAC"])
    assert ratio == pytest.approx(every["CLV to CAC"])
    assert value == pytest.approx(every["CLV"])
    assert cac == pytest.approx(2 * sum(FEW.spend.values()) / len(FEW.customers))


def test_the_cost_of_single_customers_has_a_name_of_its_own(double: Workbook) -> None:
    segments = total(double, "Segments", "segment")
    value, cac, ratio = start(double)
    assert segments["average CLV"] == pytest.approx(value)
    known = [customer.acquisition_cost for customer in FEW.customers]
    (titles, header), *_, every = table_with_titles(double)
    named = dict(zip(titles, every, strict=True))
    assert named["average acquisition cost"] == pytest.approx(sum(known) / len(known))
    assert named["CLV to acquisition cost"] == pytest.approx(2 * ratio)
    assert cac == pytest.approx(2 * named["average acquisition cost"])
    assert header


def table_with_titles(book: Workbook) -> list[Any]:
    """The titles and headings of sheet Segments' table together, then its lines."""
    lines = [row[1:11] for row in book["Segments"].iter_rows(values_only=True)]
    at = next(at for at, line in enumerate(lines) if line[0] == "segment")
    filled = itertools.takewhile(lambda line: line[0], lines[at + 2 :])
    return [(lines[at], lines[at + 1]), *filled]


@pytest.mark.parametrize(("known", "source"), [(True, "average of the known"), (False, "fill in")])
def test_without_spend_cac_is_the_average_known_cost_and_start_says_so(
    known: bool, source: str, tmp_path: Path
) -> None:
    sample = FEW if known else without_costs(FEW)
    build(tmp_path / "book.xlsm", dataclasses.replace(sample, spend=dict.fromkeys(FEW.spend)))  # type: ignore[arg-type]
    book = load_workbook(tmp_path / "book.xlsm", data_only=True)
    value, cac, ratio = start(book)
    assert source in next(row[4] for row in book["Start"].values if row[1] == "CAC")
    assert beside(book, "Start", "Best channel") in {None, ""}
    if not known:
        assert cac is ratio is None
        return
    costs = [customer.acquisition_cost for customer in FEW.customers]
    assert cac == pytest.approx(sum(costs) / len(costs))
    assert ratio == pytest.approx(value / cac)


def without_costs(sample: Sample) -> Sample:
    customers = tuple(one._replace(acquisition_cost=None) for one in sample.customers)  # type: ignore[arg-type]
    return dataclasses.replace(sample, customers=customers)


def test_no_report_shows_a_figure_of_cost_under_a_name_that_is_not_defined(
    double: Workbook,
) -> None:
    hidden = {"average CAC", "CLV to CAC"}  # the function's own headings, below the titles
    found = {
        (title, name)
        for title, name in figures(double)
        if not (title == "Segments" and name in hidden)
    }
    assert found == {(title, name) for name, titles in SHOWN.items() for title in titles}


def test_the_calculator_names_its_two_paybacks_apart_and_has_one_cac(double: Workbook) -> None:
    sheet = "Calculator"
    simple = beside(double, sheet, "Payback (months)")
    allowing = beside(double, sheet, "Payback with churn (months)")
    cac, margin = beside(double, sheet, "CAC"), 60 * 0.5
    assert cac == beside(double, sheet, "Customer acquisition cost")
    assert simple == pytest.approx(cac / margin)
    assert allowing > simple
    assert beside(double, sheet, "CLV by lifespan") == 720
