"""The forecasts and lists of businesses whose forecasts are hard: no error cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import forecast_businesses as businesses
import pytest
from forecast_workbook import FORECASTS, sheets_of
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl import CLV_BACKTEST
from clv_xl.functions import AUTOMATIC
from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import EMPTY, Order
from clv_xl.workbook.writer import write

BUSINESSES = {
    "shop": businesses.shop,
    "loyal wholesale": businesses.loyal_wholesale,
    "retainers": businesses.retainers,
    "one month": businesses.one_month,
    "one day": businesses.one_day,
    "seen once": businesses.seen_once,
    "all alike": businesses.all_alike,
    "without amounts": businesses.without_amounts,
    "empty": list,
}


class Forecasts:
    """The computed sheets of a business."""

    def __init__(self, path: Path, rows: list[businesses.Row], settings: dict[str, object]) -> None:
        orders = tuple(
            Order(f"A{number}", row.date, row.customer, "Soap", row.amount)
            for number, row in enumerate(rows)
        )
        self.layouts = arrange(sheets_of(dataclasses.replace(EMPTY, orders=orders)))
        for layout in self.layouts:
            for name, value in settings.items():
                if name in layout.names:
                    change(layout, name, value)
        write(self.layouts, path)
        finish(path, None)
        recalculate(path)
        self.book: Workbook = load_workbook(path, data_only=True)

    def block(self, key: str) -> list[list[object]]:
        """The cells of a block below its header."""
        ((title, area),) = (
            (layout.sheet.title, layout.bodies[key])
            for layout in self.layouts
            if key in layout.bodies
        )
        cells = self.book[title].iter_rows(area.top, area.bottom, area.left, area.right)
        return [[cell.value for cell in row] for row in cells]

    def sentence_above(self, key: str) -> str:
        """The sentence above a block: the last line over its heading."""
        ((title, row, column),) = (
            (layout.sheet.title, layout.headings[key] - 1, layout.bodies[key].left)
            for layout in self.layouts
            if key in layout.bodies
        )
        return str(self.book[title].cell(row, column).value)

    def errors(self) -> list[str]:
        """The cells that show an error."""
        return [
            f"{title}!{cell.coordinate} {cell.value}"
            for title in FORECASTS
            for row in self.book[title].iter_rows()
            for cell in row
            if cell.data_type == "e"
        ]


def change(layout: Layout, name: str, value: object) -> None:
    place = layout.names[name].partition("!")[2].replace("$", "")
    row, column = int(place[1:]), ord(place[0]) - ord("A") + 1
    cell = layout.cells[row, column]
    layout.cells[row, column] = dataclasses.replace(cell, value=value)


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Forecasts]:
    made: dict[tuple, Forecasts] = {}

    def make(business: str, **settings: object) -> Forecasts:
        key = (business, *settings.items())
        if key not in made:
            path = tmp_path_factory.mktemp("forecasts") / "book.xlsx"
            made[key] = Forecasts(path, BUSINESSES[business](), settings)
        return made[key]

    return make


Make = Callable[..., Forecasts]
MARGIN = 0.45
"""The gross margin of sheet Settings."""


@pytest.mark.parametrize("business", BUSINESSES)
def test_no_cell_is_an_error(forecasts: Make, business: str) -> None:
    assert forecasts(business).errors() == []


@pytest.mark.parametrize("business", ["loyal wholesale", "retainers"])
def test_a_model_by_name_leaves_no_error_either(forecasts: Make, business: str) -> None:
    made = forecasts(business, Model="BG/NBD")
    assert made.errors() == []
    (label, verdict, *_), *figures = made.block("forecast")
    assert label == "Model: BG/NBD"
    assert verdict.startswith("Do not use: ")
    assert not any(row[1] for row in figures)
    assert made.block("worth_most")[0][0] == verdict
    assert not any(any(row[1:5]) for row in made.block("bands"))
    much = str(made.block("backtest_verdict")[0][1])
    assert much.startswith("Do not use: the model of sheet Settings cannot be fitted")


@pytest.mark.parametrize(
    ("business", "model", "says"),
    [
        ("loyal wholesale", "NBD", "Reliable: nobody is seen to leave"),
        ("retainers", "Average pace", "Use with caution: only 12 customers"),
        ("one month", "Average pace", "Use with caution: only 15 customers"),
        ("seen once", "Average pace", "Use with caution: no customer has bought twice"),
        ("all alike", "Average pace", "Use with caution: nobody is seen to leave"),
        ("shop", "Pareto/NBD", "Use with caution: no other model"),
    ],
)
def test_automatic_names_its_model_and_the_reason(
    forecasts: Make, business: str, model: str, says: str
) -> None:
    made = forecasts(business)
    chosen, spend = made.block("model_verdicts")
    assert chosen[0] == f"When they buy: {model}"
    assert str(chosen[1]).startswith(says)
    assert str(spend[1]).split(":")[0] in {"Reliable", "Use with caution", "Do not use"}
    models = made.block("models")
    assert models[0][0] == model
    assert models[0][3] == chosen[1]
    (label, verdict, *_), active, purchases, value = made.block("forecast")
    assert (label, verdict) == (f"Model: {AUTOMATIC} ({model})", chosen[1])
    assert all(row[1] > 0 for row in (active, purchases, value))
    assert len([row for row in made.block("worth_most") if row[0]]) == 12


@pytest.mark.parametrize(
    ("business", "says"),
    [
        ("empty", "there are no orders yet; paste yours into sheet Orders."),
        ("without amounts", "your orders have no amounts; fill in column amount of sheet Orders."),
        ("one day", "all orders are from one day, so how often customers buy is not seen"),
    ],
)
def test_where_there_is_no_forecast_the_sentence_why_stands_in_its_place(
    forecasts: Make, business: str, says: str
) -> None:
    made = forecasts(business)
    assert made.block("model_verdicts")[0][0] == "No forecast"
    places = [
        made.block("model_verdicts")[0][1],
        made.block("forecast")[0][1],
        made.block("worth_most")[0][0],
    ]
    assert all(str(text).startswith(f"Do not use: {says}") for text in places)
    assert made.block("forecast")[0][0] == f"Model: {AUTOMATIC}"
    assert not any(row[1] or row[2] for row in made.block("forecast")[1:])
    assert not any(any(row[1:5]) for row in made.block("bands"))
    assert str(made.block("backtest_verdict")[0][1]).startswith("Do not use: ")


@pytest.mark.parametrize("business", ["shop", "loyal wholesale", "retainers", "all alike"])
def test_low_expected_and_high_totals_are_those_of_the_customers_below(
    forecasts: Make, business: str
) -> None:
    made = forecasts(business)
    scores = [row for row in made.block("scores") if row[0]]
    _, _, (_, purchases, of_purchases, *_), (_, value, of_value, *_) = made.block("forecast")
    rows = {row[0]: row[1:] for row in made.block("forecast_range")}
    expected = sum(row[7] for row in scores)
    assert rows["Purchases"][1] == pytest.approx(expected)
    assert rows["Revenue"][1] == pytest.approx(sum(row[7] * row[8] for row in scores))
    assert rows["Margin"][1] == pytest.approx(rows["Revenue"][1] * MARGIN)
    for low, middle, high in (rows[name] for name in ("Purchases", "Revenue", "Margin")):
        assert 0 < low < middle < high
    assert rows["Active customers at the end"][::2] == [None, None]
    assert value < rows["Margin"][1]  # discounted
    for total, said, row in ((purchases, of_purchases, "Purchases"), (value, of_value, "Margin")):
        low, middle, high = rows[row]
        ends = [f"{total * end / middle:,.0f}" for end in (low, high)]
        assert str(said).endswith(f"; 9 times in 10 between {ends[0]} and {ends[1]}")
    below, above = (abs(end / expected - 1) for end in rows["Purchases"][::2])
    off = rows["Typical error of backtests"][1]
    said = made.sentence_above("forecast_range")
    assert said.startswith("In short: " if off <= 0.3 else "Use with caution: ")
    assert f"{below:.0%} below to {above:.0%} above expected".replace("%", " %") in said
    assert said.endswith(f"off by {off * 100:.0f} %")


@pytest.mark.parametrize(
    ("business", "says"),
    [
        ("one month", "on earlier days the same forecast was off too far, or tested too briefly"),
        ("seen once", "orders are too few or too short to test the forecast on earlier days"),
    ],
)
def test_totals_that_were_not_tested_well_have_no_range_and_the_sentence_says_why(
    forecasts: Make, business: str, says: str
) -> None:
    made = forecasts(business)
    for _, low, expected, high in made.block("forecast_range")[:3]:
        assert expected > 0
        assert low is high is None
    assert made.sentence_above("forecast_range").startswith(f"Use with caution: {says}")
    assert "9 times" not in str(made.block("forecast"))


@pytest.mark.parametrize("business", ["empty", "without amounts", "one day"])
def test_without_a_forecast_the_place_of_the_range_says_why(forecasts: Make, business: str) -> None:
    made = forecasts(business)
    assert not any(any(row) for row in made.block("forecast_range"))
    assert made.sentence_above("forecast_range") == made.block("forecast")[0][1]


def test_a_model_that_is_not_fitted_is_blank_and_its_line_says_why(forecasts: Make) -> None:
    made = forecasts("loyal wholesale")
    by_model = {row[0]: row for row in made.block("models")}
    for title, key in (("BG/NBD", "bgnbd_fit"), ("MBG/NBD", "mbgnbd_fit")):
        assert str(by_model[title][3]).startswith("Do not use: nobody is seen to leave")
        assert not any(by_model[title][1:3])
        assert not any(any(row[:3]) for row in made.block(key))
    drawn = made.block("model_future_data")
    assert not any(any(row[1:4]) for row in drawn)
    legend = ["BG/NBD (not fitted)", "MBG/NBD (not fitted)", "Pareto/NBD (not fitted)"]
    assert [row[4] for row in drawn[:3]] == legend
    assert not any(row[1] or row[2] for row in made.block("model_meanings")), (
        "no figure of a model without a fit"
    )


def test_spend_that_cannot_be_modelled_is_valued_at_the_average_order_and_said(
    forecasts: Make,
) -> None:
    made = forecasts("retainers")
    value = made.block("forecast")[3]
    assert value[1] > 0
    assert "at each customer's average order" in str(value[2])
    assert "as model Automatic does" in str(made.block("model_verdicts")[1][1])


def test_the_backtest_ends_on_the_report_date(forecasts: Make) -> None:
    end = businesses.START.replace(year=2024)
    made = forecasts("loyal wholesale", End_date=end)
    split = made.block("split")[1][1].date()
    assert (split - businesses.START).days == round((end - businesses.START).days * 2 / 3)
    orders = businesses.columns(businesses.loyal_wholesale())
    expected = CLV_BACKTEST(*orders, split, "week", AUTOMATIC, end)[1:]
    assert [row[1] for row in made.block("backtest")] == pytest.approx([row[1] for row in expected])


def test_settings_offer_all_models(forecasts: Make) -> None:
    sheet = forecasts("empty").book["Settings"]
    lists = [one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert '"BG/NBD,MBG/NBD,Pareto/NBD,NBD,Average pace,MBG/CNBD-k,Automatic"' in lists
    assert AUTOMATIC in {cell.value for row in sheet.iter_rows() for cell in row}
