"""Predictions over raw orders: their definitions, term by term, on the CDNOW sample."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from clv_xl import (
    BGNBD_FIT,
    CLV_BACKTEST,
    CLV_PREDICT,
    CLV_TRACKING,
    RFM_SUMMARY,
    session,
)
from clv_xl import functions as declared
from clv_xl.errors import NoAnswerError
from clv_xl.maths import bg_nbd, fits, gamma_gamma, prediction
from clv_xl.maths.fitted_models import BG_NBD, PURCHASE_MODELS

DATA = Path(__file__).parents[1] / "data"
SPLIT = dt.date(1997, 10, 1)
MODELS = list(PURCHASE_MODELS)


@pytest.fixture(scope="module")
def orders() -> tuple[list[str], list[dt.date], list[float]]:
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    days = [dt.datetime.strptime(row[2], "%Y%m%d").date() for row in rows]
    return [row[1] for row in rows], days, [float(row[4]) for row in rows]


def test_clv_is_the_discounted_sum_of_each_future_period(orders: tuple[list[str], ...]) -> None:
    table = CLV_PREDICT(*orders, 26, "week", 0.3, 0.15, dt.date(1997, 9, 30))
    assert len(table) - 1 == 2357
    summary = RFM_SUMMARY(*orders, "week", dt.date(1997, 9, 30))
    x, t_x, age, money = (np.array(column) for column in list(zip(*summary[1:], strict=True))[1:5])
    model = bg_nbd.fit(x, t_x, age).parameters
    spend = gamma_gamma.expected_spend(gamma_gamma.fit(x, money).parameters, x, money)
    up_to = [bg_nbd.expected_purchases(model, t, x, t_x, age) for t in range(27)]
    weekly = 1.15 ** (7 / 365.25)
    clv = sum((up_to[t] - up_to[t - 1]) / weekly**t for t in range(1, 27)) * spend * 0.3
    columns = list(zip(*table[1:], strict=True))
    assert columns[6] == pytest.approx(bg_nbd.probability_alive(model, x, t_x, age))
    assert columns[7] == pytest.approx(up_to[26], rel=1e-9)
    assert columns[8] == pytest.approx(spend)
    assert columns[9] == pytest.approx(clv, rel=1e-8)
    assert columns[1] == tuple(x + 1)
    # The Gamma-Gamma expectations of the first customers in the literature.
    assert columns[8][:3] == pytest.approx((24.65, 18.91, 35.17), abs=0.01)


@pytest.mark.parametrize("model", MODELS)
def test_further_columns_are_those_of_the_point_functions(
    orders: tuple[list[str], ...], model: str
) -> None:
    end = dt.date(1997, 9, 30)
    table = CLV_PREDICT(*orders, 39, "week", 1, 0, end, model)
    assert table[0][10:] == ["p_buys", "next_purchase", "purchases_low", "purchases_high"]
    x, t_x, age, alive, expected, _, _, buys, following, low, high = list(
        zip(*table[1:], strict=True)
    )[3:]
    point = {
        name: declared.CATALOGUE[f"{PURCHASE_MODELS[model].prefix}_{name}"].body
        for name in ("BUYS", "NEXT")
    }
    history = tuple(map(np.array, (x, t_x, age)))
    fitted = fits.fit(PURCHASE_MODELS[model], *history).parameters
    assert buys == pytest.approx(point["BUYS"](fitted, 39, *history), rel=1e-12)
    assert (np.array(buys) <= np.array(alive)).all()
    days = np.ceil(point["NEXT"](fitted, *history) * 7)
    assert following == tuple(end + dt.timedelta(days=int(day)) for day in days)
    assert all(
        at_least <= round(mean + 0.5) and at_most >= round(mean - 0.5)
        for at_least, mean, at_most in zip(low, expected, high, strict=True)
        if mean > 1
    )


@pytest.mark.parametrize("model", MODELS)
def test_nine_in_ten_of_the_holdout_lie_in_the_interval(
    orders: tuple[list[str], ...], model: str
) -> None:
    arguments = (*orders, 39, "week", 1, 0, dt.date(1997, 9, 30), model)
    table = CLV_PREDICT(*arguments)
    bought: dict[str, set[object]] = {}
    for name, day in zip(orders[0], orders[1], strict=True):
        bought.setdefault(name, set()).update({day} if day >= SPLIT else ())  # type: ignore[operator]
    within = [row[12] <= len(bought[row[0]]) <= row[13] for row in table[1:]]
    assert 0.93 < np.mean(within) < 0.96
    narrow, wide = (
        np.array([row[13] - row[12] for row in CLV_PREDICT(*arguments, share)[1:]])
        for share in (0.5, 0.99)
    )
    assert (narrow <= wide).all()
    assert narrow.sum() < wide.sum() / 3


def test_a_prediction_counts_in_the_order_of_first_appearance() -> None:
    orders = _simulated(300)
    names = [row[0] for row in CLV_PREDICT(*orders)[1:]]
    assert names == list(dict.fromkeys(orders[0]))


@pytest.mark.parametrize("model", MODELS)
def test_the_backtest_counts_actual_purchases_after_the_split(
    orders: tuple[list[str], ...], model: str
) -> None:
    found = dict(CLV_BACKTEST(*orders, SPLIT, "week", model)[1:])
    bought: dict[str, set[dt.date]] = {}
    revenue = 0.0
    for name, day, amount in zip(*orders, strict=True):
        bought.setdefault(name, set()).add(day)  # type: ignore[arg-type]
        revenue += amount if day >= SPLIT else 0  # type: ignore[operator, assignment]
    later = sum(day >= SPLIT for days in bought.values() for day in days)
    assert found["Customers"] == 2357
    assert found["Actual purchases"] == later
    assert found["Actual revenue"] == pytest.approx(revenue)
    bias = next(value for name, value in found.items() if name.startswith("Bias"))
    assert bias == pytest.approx((found["Predicted purchases"] - later) / 2357)
    assert 0.8 < found["Predicted purchases"] / later < 1
    top = next(value for name, value in found.items() if name.startswith("Share"))
    assert 0.5 < top < 0.65  # one in five would be luck


def test_the_published_correlation_of_the_holdout(orders: tuple[list[str], ...]) -> None:
    """Fader, Hardie & Lee (2005), table 4: .626 for BG/NBD, .630 for Pareto/NBD."""
    for model, published in (("BG/NBD", 0.626), ("Pareto/NBD", 0.630)):
        table = CLV_PREDICT(*orders, 39, "week", 1, 0, dt.date(1997, 9, 30), model)
        actual = {row[0]: 0 for row in table[1:]}
        for name, _day in {(n, d) for n, d in zip(orders[0], orders[1], strict=True) if d >= SPLIT}:  # type: ignore[operator]
            actual[name] += 1
        correlation = np.corrcoef([row[7] for row in table[1:]], list(actual.values()))[0, 1]
        assert correlation == pytest.approx(published, abs=0.001)


@pytest.mark.parametrize("model", MODELS)
def test_tracking_adds_up_and_stays_close(orders: tuple[list[str], ...], model: str) -> None:
    table = CLV_TRACKING(orders[0], orders[1], SPLIT, "week", model)
    actual, expected, so_far, expected_so_far = list(zip(*table[1:], strict=True))[1:]
    assert len(table) - 1 == 77  # 1997-01-01 to 1998-06-30: 545 days
    assert so_far[-1] == sum(actual)
    assert expected_so_far == pytest.approx(np.cumsum(expected))
    repeats = len({(n, d) for n, d in zip(orders[0], orders[1], strict=True)}) - 2357
    last_days = repeats - so_far[-1]
    assert 0 <= last_days < 60  # the unfinished last week
    assert expected_so_far[-1] / so_far[-1] == pytest.approx(0.96, abs=0.04)


def _simulated(count: int, shape: float = 1.0) -> tuple[list[str], list[float], list[float]]:
    rng = np.random.default_rng(5)
    rows = []
    for number in range(count):
        day, rate, survival = rng.uniform(0, 60), rng.gamma(shape, 1 / 40), rng.beta(2.4, 0.8)
        rate = max(rate, 1e-99)
        rows.append((f"c{number}", day))
        while rng.random() < survival and (day := day + rng.exponential(1 / rate)) < 365:
            rows.append((f"c{number}", day))
    rows.sort(key=lambda row: row[1])
    return (
        [name for name, _ in rows],
        [45_000 + np.floor(day) for _, day in rows],
        rng.gamma(3, 10, len(rows)).tolist(),
    )


def test_the_same_data_are_fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names, days, amounts = _simulated(300)
    summary = RFM_SUMMARY(names, days, amounts)
    x, t_x, age = ([row[at] for row in summary[1:]] for at in (1, 2, 3))
    fitted = BGNBD_FIT(x, t_x, age)

    def refuse(*_: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr(bg_nbd, "fit", refuse)
    assert BGNBD_FIT(x, t_x, age) == fitted
    assert len(CLV_PREDICT(names, days, amounts)) == 301  # the same fit inside
    with pytest.raises(AssertionError, match="fitted again"):
        BGNBD_FIT(x[1:], t_x[1:], age[1:])


def test_a_fault_is_remembered_too_and_memory_is_bounded() -> None:
    for size in range(fits.MOST + 5):
        with pytest.raises(NoAnswerError):
            fits.fit(BG_NBD, np.zeros(size + 2), np.zeros(size + 2), np.full(size + 2, 9.0))
    assert len(fits._memory) <= fits.MOST


def test_purchases_are_predicted_even_if_spend_cannot_be() -> None:
    names, days, _ = _simulated(300)
    orders = prediction.Orders(
        np.unique(names, return_inverse=True)[1], np.array(days, int), np.full(len(names), 9.0)
    )
    found = prediction.predict(
        orders,
        horizon=4,
        period="week",
        gross_margin=1,
        discount_rate=0,
        end=None,
        model="BG/NBD",
        interval=0.9,
    )
    assert isinstance(found.spend, NoAnswerError)
    assert np.isfinite(found.purchases).all()


def test_a_split_without_orders_before_or_after_is_refused() -> None:
    names, days, amounts = _simulated(20)
    with pytest.raises(NoAnswerError, match="before split_date"):
        CLV_BACKTEST(names, days, amounts, 45_000)
    with pytest.raises(NoAnswerError, match="from split_date on"):
        CLV_BACKTEST(names, days, amounts, 46_000)


def test_a_next_purchase_beyond_the_calendar_is_blank_and_said() -> None:
    names, days, amounts = _simulated(1500, shape=0.03)  # who hardly ever buy again
    session.forget_faults()
    found = CLV_PREDICT(names, days, amounts, 52, "day")
    blank = [row for row in found[1:] if row[11] is None]
    assert 1000 < len(blank) < 1500
    assert all(row[3] == 0 and 0 <= row[10] < 0.01 for row in blank)
    row = next(number for number, row in enumerate(found, 1) if row[11] is None)
    (fault,) = [one for one in session.recent_faults() if "next_purchase" in one.sentence]
    assert fault.is_caveat
    assert fault.sentence == (
        f"next_purchase is blank in row {row} of the result and {len(blank) - 1} more: these "
        "customers buy so seldom that it lies after the year 9999; go by p_buys instead."
    )
