"""The sheets of models, predictions, backtest and retention: figures, and verdicts in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from forecast_workbook import sheets_of
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl import (
    BDW_CLV,
    BDW_FIT,
    BGNBD_FIT,
    CLV_BACKTEST,
    CLV_MODELS,
    CLV_PREDICT,
    CLV_TRACKING,
    GG_FIT,
    MBGNBD_FIT,
    MBGNBD_PMF,
    MBGNBD_PURCHASES,
    PNBD_FIT,
    RFM_SUMMARY,
    SBG_CLV,
    SBG_FIT,
)
from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import CellRange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write

SAMPLE = generate()
ORDERS = (
    [order.customer for order in SAMPLE.orders],
    [order.date for order in SAMPLE.orders],
    [order.amount for order in SAMPLE.orders],
)
SPLIT = dt.date(2024, 5, 1)
BODIES: dict[str, tuple[str, CellRange]] = {
    key: (layout.sheet.title, body)
    for layout in arrange(sheets(SAMPLE))
    for key, body in layout.bodies.items()
}
GOOD, CARE, BAD = "Reliable", "Use with caution: ", "Do not use: "


def block(book: Workbook, key: str, rows: int = 0) -> list[list[object]]:
    """The cells below a block's header, or so many rows of them."""
    title, area = BODIES[key]
    bottom = area.top + rows - 1 if rows else area.bottom
    cells = book[title].iter_rows(area.top, bottom, area.left, area.right)
    return [[cell.value for cell in row] for row in cells]


def fitted(book: Workbook, key: str) -> list[list[object]]:
    return [row[:3] for row in block(book, key)]


def same(found: list[list[object]], expected: list[list[object]]) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            number = isinstance(other, (int, float))
            blank = other is None and one == ""
            assert blank or one == (pytest.approx(other, rel=1e-9, abs=1e-9) if number else other)


def with_orders(change: Callable[[tuple], list], path: Path) -> Workbook:
    """The sheets of forecasts with other orders."""
    changed = dataclasses.replace(SAMPLE, orders=tuple(change(SAMPLE.orders)))
    write(arrange(sheets_of(changed)), path)
    finish(path, None)
    recalculate(path)
    return load_workbook(path, data_only=True)


def verdicts(book: Workbook) -> list[str]:
    """The sentences on the model that Automatic takes, and on the model of spend."""
    return [str(row[1]) for row in block(book, "model_verdicts")]


# The sample.


@pytest.mark.parametrize("title", ["Models", "Predictions", "Backtest", "Retention"])
def test_the_sheets_stand_in_the_template_with_charts(formulas: Workbook, title: str) -> None:
    assert title in formulas.sheetnames
    assert formulas[title]._charts


def test_the_fits_are_those_of_the_orders(values: Workbook) -> None:
    summary = list(zip(*RFM_SUMMARY(*ORDERS, "week")[1:], strict=True))
    history = [list(column) for column in summary[1:4]]
    for key, fit in (("bgnbd", BGNBD_FIT), ("mbgnbd", MBGNBD_FIT), ("pnbd", PNBD_FIT)):
        same(fitted(values, f"{key}_fit"), fit(*history)[1:])
    same(fitted(values, "gg_fit"), GG_FIT(history[0], list(summary[4]))[1:])


def test_a_fit_asks_the_orders_not_cells_that_may_not_grow(formulas: Workbook) -> None:
    for key in ("bgnbd_fit", "mbgnbd_fit", "pnbd_fit", "gg_fit"):
        title, area = BODIES[key]
        text = formulas[title].cell(area.top - 1, area.left).value.text
        assert "RFM_SUMMARY(Order_customers" in text
        assert "Backtest!" not in text


def test_the_best_model_is_named_and_a_vague_one_is_not_trusted(values: Workbook) -> None:
    (chosen, best, *_), (_, spend, *_) = block(values, "model_verdicts")
    assert chosen == "When they buy: MBG/NBD"
    assert str(spend).startswith(GOOD)
    # The last row is kept for the model of regular customers, which these orders do not prefer.
    *models, free = block(values, "models")
    assert set(free) == {None}
    same([row[:4] for row in models], CLV_MODELS(*ORDERS, "week")[1:])
    by_model = {row[0]: str(row[3]) for row in models}
    assert by_model["BG/NBD"] == (
        "Reliable: describes your orders about as well as the best, MBG/NBD."
    )
    assert best == by_model["MBG/NBD"] == "Reliable: no other model describes your orders better."
    assert by_model["Pareto/NBD"].startswith(CARE)
    assert "likely they are to leave" in by_model["Pareto/NBD"]
    # Said of the figures that stand below.
    likelihood = {key: block(values, f"{key}_fit")[4][1] for key in ("bgnbd", "mbgnbd", "pnbd")}
    assert max(likelihood, key=likelihood.__getitem__) == "mbgnbd"
    assert likelihood["mbgnbd"] - likelihood["bgnbd"] < 2
    _, estimate, error = block(values, "pnbd_fit")[3]
    assert error > estimate


def test_what_the_numbers_say_is_what_the_functions_give(values: Workbook) -> None:
    rows = {str(row[0]): row for row in block(values, "model_meanings")}
    estimates = [row[1] for row in block(values, "mbgnbd_fit")[:4]]
    r, alpha, a, b = estimates
    assert rows["Purchases per period while active"][2] == pytest.approx(r / alpha)
    assert rows["Probability of dropout after a purchase"][2] == pytest.approx(a / (a + b))
    new = rows["Repeat purchases of a new customer by then"][2]
    assert new == pytest.approx(MBGNBD_PURCHASES(estimates, 52))
    never = rows["Probability of no repeat purchase by then"][2]
    assert never == pytest.approx(MBGNBD_PMF(estimates, 0, 52))
    curve = block(values, "model_future_data")
    assert curve[0][:2] == [0, 0]
    assert curve[6][2] == pytest.approx(new)
    assert curve[12][0] == 104


def predicted() -> list[list[object]]:
    return CLV_PREDICT(*ORDERS, 52, "week", 0.45, 0.1, None, "Automatic")


def test_every_customer_is_scored_as_the_settings_say(values: Workbook) -> None:
    expected = predicted()[1:]
    found = block(values, "scores", len(expected) + 1)
    assert len(expected) == 400
    assert found[-1][0] is None
    for row in found[:-1]:
        row[2], row[11] = row[2].date(), row[11].date()
    same([row[:14] for row in found[:-1]], expected)


def test_totals_add_up_the_scores(values: Workbook) -> None:
    rows = predicted()[1:]
    (verdict, *totals) = block(values, "forecast")
    assert verdict[:2] == ["Model: Automatic (MBG/NBD)", verdicts(values)[0]]
    columns = [[row[at] for row in rows] for at in (6, 7, 9)]
    assert [row[1] for row in totals] == pytest.approx([sum(column) for column in columns])
    bands = block(values, "bands")
    assert sum(row[1] for row in bands) == 400
    assert sum(row[4] for row in bands) == pytest.approx(sum(columns[2]))
    assert bands[0][1] == sum(alive >= 0.8 for alive in columns[0])


def test_the_most_valuable_are_the_right_customers_best_first(values: Workbook) -> None:
    rows = sorted(predicted()[1:], key=lambda row: -row[9])
    most = block(values, "worth_most")
    assert [row[0] for row in most] == [row[0] for row in rows[:12]]
    assert [row[4] for row in most] == pytest.approx([row[9] for row in rows[:12]])


def test_the_backtest_splits_after_two_thirds(values: Workbook) -> None:
    assert block(values, "split")[1][1].date() == SPLIT
    same(block(values, "backtest"), CLV_BACKTEST(*ORDERS, SPLIT, "week", "Automatic")[1:])
    tracked = CLV_TRACKING(*ORDERS[:2], SPLIT, "week", "Automatic", ORDERS[2])[1:]
    same(block(values, "tracking", len(tracked)), tracked)
    drawn = block(values, "tracking_chart_data", 25)
    assert [drawn[0][0], drawn[-1][0]] == [1, len(tracked)]
    assert drawn[-1][1:3] == pytest.approx(tracked[-1][3:])
    assert drawn[0][3] == pytest.approx((SPLIT - min(ORDERS[1])).days / 7)


def test_the_verdict_of_the_backtest_says_how_far_off_it_was(values: Workbook) -> None:
    much, who, *_ = (str(row[1]) for row in block(values, "backtest_verdict"))
    measures = {row[0]: row[1] for row in block(values, "backtest")}
    ratio = measures["Predicted purchases"] / measures["Actual purchases"]
    assert 1.1 < ratio <= 1.3
    assert much.startswith(CARE)
    assert f"{(ratio - 1) * 100:.0f} % too many" in much
    assert who.startswith(GOOD)
    assert f"{measures['Share of the true top 20 % found'] * 100:.0f} %" in who


def test_the_backtest_says_whether_the_model_beats_simple_rules(values: Workbook) -> None:
    first, last = min(ORDERS[1]), max(ORDERS[1])
    wins, columns = 0, list(zip(*block(values, "backtest_days"), strict=True))
    for column, share in zip(columns[1:], (1 / 2, 2 / 3, 5 / 6), strict=True):
        split = first + dt.timedelta(round((last - first).days * share))
        expected = CLV_BACKTEST(*ORDERS, split, "week", "Automatic")[1:]
        assert columns[0] == tuple(row[0] for row in expected)
        assert column == pytest.approx([row[1] for row in expected], rel=1e-9)
        wins += expected[10][1] > 0
    rule, recency = (str(row[1]) for row in block(values, "backtest_verdict")[2:])
    measures = [row[1] for row in block(values, "backtest")]
    saved = 1 - measures[4] / measures[9]
    assert rule.startswith(f"{GOOD}: the average error of the model is {saved * 100:.0f} % smaller")
    assert rule.endswith(f"the model is better on {wins} of the 3 split days below.")
    assert recency.startswith(f"{GOOD}: the model tells who buys again better than recency alone")
    assert f"({measures[12] * 100:.0f} %" in recency
    assert f"against {measures[13] * 100:.0f} %)." in recency


# Retention.


def test_the_curves_are_compared_by_likelihood_and_money(values: Workbook) -> None:
    cohorts = list(zip(*block(values, "Cohort"), strict=True))
    for at, years in ((1, 8), (2, 8), (3, 13)):
        survivors = [count for count in cohorts[at][:years] if count is not None]
        simple, flexible = SBG_FIT(survivors), BDW_FIT(survivors)
        same(block(values, f"bdw_fit_{at + 1}"), flexible[1:])
        _, *figures, verdict = block(values, "retention_curves")[at - 1]
        worth = [
            call(fit, 100, 0.1, 0, 1) for call, fit in ((SBG_CLV, simple), (BDW_CLV, flexible))
        ]
        assert figures == pytest.approx([simple[3][1], flexible[4][1], *worth], rel=1e-9)
        which = "flexible" if flexible[4][1] - simple[3][1] >= 1.92 else "simple"
        assert str(verdict).startswith(f"{GOOD}: take the {which} curve")
        change = f"{(worth[1] / worth[0] - 1) * 100:.0f} % more by the flexible curve."
        assert str(verdict).endswith(change)
    assert "take the flexible curve" in str(block(values, "retention_curves")[1][-1])


def test_the_published_cohorts_give_the_published_curve(values: Workbook) -> None:
    """Fader & Hardie (2007): .704, 1.182 and .668, 3.806."""
    for key, alpha, beta, likelihood in (
        ("sbg_fit_2", 0.704, 1.182, -1680.2652),
        ("sbg_fit_3", 0.668, 3.806, -1611.1581),
    ):
        first, second, third, fourth = fitted(values, key)
        assert (first[1], second[1]) == pytest.approx((alpha, beta), abs=5e-4)
        assert third[1] == pytest.approx(likelihood, abs=5e-5)
        assert fourth[1] == 1000
    shares = block(values, "shares")
    assert [row[0] for row in shares][7:9] == pytest.approx([0.241, 0.223])
    assert max(abs(row[0] - row[1]) for row in shares) < 0.01  # Regular
    assert max(abs(row[2] - row[3]) for row in shares) < 0.02  # High End


def test_loyal_subscribers_are_worth_more(values: Workbook) -> None:
    for worth in zip(*(row[1:4] for row in block(values, "loyalty")), strict=True):
        assert list(worth) == sorted(worth)
        assert worth[0] > 100


def test_verdicts_on_curves_name_the_gap_and_the_retention(values: Workbook) -> None:
    regular, high_end, yours = (str(row[1]) for row in block(values, "retention_verdicts"))
    assert all(text.startswith(GOOD) for text in (regular, high_end, yours))
    assert "to within 0.3 points" in regular
    assert "85 % renew in year 1" in high_end
    assert "not seen" in regular
    assert "not seen" not in yours


# Data that hold no answer, or not much of one.


def test_nobody_who_bought_twice_leaves_little_to_expect(tmp_path: Path) -> None:
    def once(orders: tuple) -> list:
        return list({order.customer.strip().upper(): order for order in orders}.values())

    book = with_orders(once, tmp_path / "once.xlsx")
    pace, spend = verdicts(book)
    assert pace.startswith(f"{CARE}no customer has bought twice")
    assert spend.startswith(f"{BAD}no customer has bought twice")
    assert "average order" in spend
    fitted = [row for row in block(book, "models") if isinstance(row[1], float)]
    assert [row[0] for row in fitted] == ["Average pace"]
    forecast = block(book, "forecast")
    assert forecast[0][1] == pace
    assert 0 < forecast[2][1] < 1  # purchases of all customers together
    assert str(block(book, "backtest_verdict")[0][1]).startswith(BAD)


def active_at_average_pace(orders: list) -> float:
    """Sum over customers of the chance to be silent for so long by chance, against one in 20."""
    columns = zip(*((one.customer, one.date, one.amount) for one in orders), strict=True)
    histories = [row[1:4] for row in RFM_SUMMARY(*map(list, columns), "week")[1:]]
    gap = sum(age for *_, age in histories) / sum(bought for bought, *_ in histories)
    silences = (((gap + last) / (gap + age)) ** (1 + bought) for bought, last, age in histories)
    return sum(min(1.0, chance * 20) for chance in silences)


def test_few_customers_are_to_be_handled_with_care(tmp_path: Path) -> None:
    def few(orders: tuple) -> list:
        return [order for order in orders if order.customer.strip().upper() <= "C-0020"]

    book = with_orders(few, tmp_path / "few.xlsx")
    pace, spend = verdicts(book)
    assert pace.startswith(f"{CARE}only 13 customers have bought again")
    assert spend.startswith(BAD)
    forecast = block(book, "forecast")
    assert forecast[0][:2] == ["Model: Automatic (Average pace)", pace]
    assert forecast[1][1] == pytest.approx(active_at_average_pace(few(SAMPLE.orders)), rel=1e-9)
    assert 13 < forecast[1][1] < 20
    assert forecast[3][1] > 0
    assert "average order" in str(forecast[3][2])


def test_orders_of_one_day_are_told_so(tmp_path: Path) -> None:
    def one_day(orders: tuple) -> list:
        return [order._replace(date=dt.date(2024, 1, 1)) for order in orders]

    book = with_orders(one_day, tmp_path / "day.xlsx")
    assert "one day" in verdicts(book)[0]
    assert "before and after the split day" in str(block(book, "backtest_verdict")[0][1])
