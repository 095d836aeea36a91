"""The choice of a model: what is taken, when, and the sentence that says why."""

from __future__ import annotations

from pathlib import Path

import forecast_businesses as businesses
import numpy as np
import pytest

from clv_xl import CLV_BACKTEST, CLV_MODELS, CLV_PREDICT, CLV_TRACKING
from clv_xl.errors import NoAnswerError
from clv_xl.functions import CATALOGUE
from clv_xl.maths import fits, model_choice
from clv_xl.maths.fitted_models import AUTOMATIC, FORECAST_MODELS
from clv_xl.maths.likelihood import Fit
from clv_xl.maths.model_choice import HeldOut, History, compare
from clv_xl.workbook.sample import generate

DATA = Path(__file__).parents[1] / "data"
MODELS = [*FORECAST_MODELS, AUTOMATIC]
SAMPLE = generate().orders
ORDERS = (
    [row.customer for row in SAMPLE],
    [row.date for row in SAMPLE],
    [row.amount for row in SAMPLE],
)


def first(rows: list[businesses.Row]) -> list[object]:
    """The chosen model: its line of CLV_MODELS."""
    return CLV_MODELS(*businesses.columns(rows))[1]


def predicted(rows: list[businesses.Row], model: str = AUTOMATIC) -> list[list[object]]:
    return CLV_PREDICT(*businesses.columns(rows), 52, "week", 1, 0, None, model)[1:]


# Which model is taken.


def test_clients_silent_for_ten_months_are_counted_in_the_sentence() -> None:
    rows = businesses.retainers()
    last = max(day for _, day, _ in rows)
    silent = sorted({name for name, _, _ in rows})[:3]
    left = [row for row in rows if row[0] not in silent or (last - row[1]).days > 300]
    title, _, _, verdict = first(left)
    assert title == "Average pace"
    assert verdict.endswith(
        "customers go on at the average pace of their orders. 3 customers count as hardly active, "
        "silent for far longer than that pace."
    )
    forecast = {row[0]: row for row in predicted(left)}
    assert all(forecast[name][6] < 0.1 for name in silent)
    assert all(row[6] == 1 for name, row in forecast.items() if name not in silent)


def test_the_most_likely_model_that_the_orders_support_is_taken() -> None:
    table = CLV_MODELS(*ORDERS)
    assert table[0] == ["model", "log-likelihood", "backtest error", "verdict"]
    by_model = {row[0]: row[1:] for row in table[1:]}
    assert list(by_model) == ["MBG/NBD", "BG/NBD", "Pareto/NBD", "NBD", "Average pace"]
    assert by_model["MBG/NBD"][2] == "Reliable: no other model describes your orders better."
    assert by_model["BG/NBD"][2] == (
        "Reliable: describes your orders about as well as the best, MBG/NBD."
    )
    assert "how likely they are to leave" in by_model["Pareto/NBD"][2]
    assert "every customer counts as active" in by_model["NBD"][2]
    likelihoods = [row[1] for row in table[1:]]
    assert likelihoods == sorted(likelihoods, reverse=True)
    # Who takes everybody as active predicts far too much.
    assert by_model["NBD"][1] > 2 * by_model["MBG/NBD"][1]


def test_where_nobody_leaves_the_model_without_leaving_answers_and_says_so() -> None:
    title, likelihood, error, verdict = first(businesses.loyal_wholesale())
    assert title == "NBD"
    assert isinstance(likelihood, float)
    assert error < 0.02
    assert verdict == "Reliable: nobody is seen to leave, so every customer counts as active."


@pytest.mark.parametrize(("business", "says"), [("retainers", "only 12"), ("one_month", "only 15")])
def test_few_customers_go_on_at_the_average_pace_and_that_is_said(business: str, says: str) -> None:
    title, _, _, verdict = first(getattr(businesses, business)())
    assert title == "Average pace"
    assert verdict.startswith(f"Use with caution: {says} customers have bought again")
    assert "average pace" in verdict


def test_customers_all_alike_go_on_at_the_average_pace() -> None:
    title, _, _, verdict = first(businesses.all_alike())
    assert title == "Average pace"
    assert "nobody is seen to leave" in verdict


def test_a_vague_model_is_taken_with_caution_if_no_other_fits() -> None:
    title, _, _, verdict = first(businesses.shop())
    assert title == "Pareto/NBD"
    assert verdict.startswith("Use with caution: no other model")


def test_orders_of_one_day_have_no_forecast_and_the_first_line_says_why() -> None:
    title, likelihood, error, verdict = first(businesses.one_day())
    assert (title, likelihood, error) == ("Average pace", None, None)
    assert verdict.startswith("Do not use: all orders are from one day")
    with pytest.raises(NoAnswerError, match="from one day"):
        predicted(businesses.one_day())


def test_the_sentence_of_a_fit_that_failed_stands_in_its_line() -> None:
    rows = CLV_MODELS(*businesses.columns(businesses.loyal_wholesale()))
    refused = [row for row in rows[1:] if row[1] is None]
    assert [row[0] for row in refused] == ["BG/NBD", "MBG/NBD", "Pareto/NBD"]
    assert all(row[3].startswith("Do not use: nobody is seen to leave") for row in refused)


def test_of_models_as_likely_the_one_that_predicted_clearly_better_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    likelihoods = {"bg_nbd": -100.0, "mbg_nbd": -101.0, "pareto_nbd": -103.0, "nbd": -200.0}
    errors = {"BG/NBD": (0.30, 1.0), "MBG/NBD": (0.10, 0.9), "Pareto/NBD": (0.0, 0.1)}

    def fit(model: object, *_: object) -> Fit:
        value = likelihoods.get(model.module, -300.0)
        return Fit(model.published, model.parameters._make([0.01] * len(model.names)), value, 99)

    monkeypatch.setattr(fits, "fit", fit)
    monkeypatch.setattr(
        model_choice, "_errors", lambda model, _: errors.get(model.title, (np.nan, np.nan))
    )
    history = History(np.ones(99, int), np.ones(99), np.full(99, 9.0))
    chosen, *others = compare(history, HeldOut(history, 3.0, np.ones(99)))
    assert chosen.model.title == "MBG/NBD"
    assert "predicted the last third of them better" in chosen.verdict
    verdicts = {one.model.title: one.verdict for one in others}
    assert "MBG/NBD predicted the last third" in verdicts["BG/NBD"]
    assert verdicts["Pareto/NBD"] == "Reliable, but MBG/NBD describes your orders better."
    errors["MBG/NBD"] = (0.27, 0.9)  # not clearly
    assert compare(history, None)[0].model.title == "BG/NBD"


# What the functions make of it.


@pytest.mark.parametrize("model", MODELS)
def test_every_choice_predicts_tests_and_tracks(model: str) -> None:
    split = businesses.START + (ORDERS[1][-1] - ORDERS[1][0]) * 2 / 3
    table = CLV_PREDICT(*ORDERS, 52, "week", 1, 0, None, model)
    assert len(table) == 401
    assert all(0 <= row[6] <= 1 and row[7] > 0 and row[9] > 0 for row in table[1:])
    measures = dict(CLV_BACKTEST(*ORDERS, split, "week", model)[1:])
    assert measures["Predicted purchases"] > 0
    assert CLV_TRACKING(*ORDERS[:2], split, "week", model)[-1][4] > 0


def test_automatic_is_the_first_line_of_the_models() -> None:
    best = CLV_MODELS(*ORDERS)[1][0]
    assert CLV_PREDICT(*ORDERS, 52, "week", 1, 0, None, AUTOMATIC) == CLV_PREDICT(
        *ORDERS, 52, "week", 1, 0, None, best
    )


def test_a_backtest_chooses_by_the_orders_before_the_split_only() -> None:
    customers, dates, amounts = businesses.columns(businesses.loyal_wholesale())
    split = businesses.START.replace(year=2024)
    # All leave on the day of the split, which the choice must not know.
    seen = [date < split for date in dates]
    last = [
        (name, split, 5.0) for name in dict.fromkeys(customers) if name.endswith(("1", "2", "3"))
    ]
    early = [
        row
        for row, before in zip(zip(customers, dates, amounts, strict=True), seen, strict=True)
        if before
    ]
    columns = list(map(list, zip(*early, *last, strict=True)))
    by_choice = CLV_BACKTEST(*columns, split, "week", AUTOMATIC)
    assert by_choice == CLV_BACKTEST(*columns, split, "week", "NBD")
    assert CLV_TRACKING(*columns[:2], split, "week", AUTOMATIC) == CLV_TRACKING(
        *columns[:2], split, "week", "NBD"
    )


def test_a_backtest_does_not_see_orders_after_the_end() -> None:
    end, split = ORDERS[1][0].replace(year=2024, month=6), ORDERS[1][0].replace(year=2024)
    kept = [row for row in zip(*ORDERS, strict=True) if row[1] <= end]
    kept.append((kept[0][0], end, 1.0))  # so that both end on this day
    both = [row for row in zip(*ORDERS, strict=True) if row[1] > end]
    assert CLV_BACKTEST(
        *map(list, zip(*kept, *both, strict=True)), split, "week", AUTOMATIC, end
    ) == CLV_BACKTEST(*map(list, zip(*kept, strict=True)), split, "week", AUTOMATIC)
    with pytest.raises(NoAnswerError, match="from split_date on"):
        CLV_BACKTEST(*ORDERS, split, "week", AUTOMATIC, split.replace(year=2023, month=12))


def test_spend_that_cannot_be_modelled_is_the_average_order() -> None:
    rows = predicted(businesses.retainers())
    assert [row[8] for row in rows] == [1000.0 + 250 * number for number in range(12)]
    assert all(row[9] == pytest.approx(row[7] * row[8]) for row in rows)
    once = predicted(businesses.seen_once())
    assert {row[8] for row in once} == {29.5}


def test_spend_of_a_model_by_name_stays_an_error() -> None:
    days = dict.fromkeys((row.customer, row.date) for row in businesses.loyal_wholesale())
    flat = [name for name, _ in days], [day for _, day in days], [9.0] * len(days)
    named = CLV_PREDICT(*flat, 52, "week", 1, 0, None, "NBD")
    assert all(np.isnan(row[8]) and np.isnan(row[9]) for row in named[1:])
    automatic = CLV_PREDICT(*flat, 52, "week", 1, 0, None, AUTOMATIC)
    assert {row[8] for row in automatic[1:]} == {9.0}


def test_a_forecast_out_of_the_ordinary_has_its_reason_among_the_caveats() -> None:
    from clv_xl import session
    from clv_xl.call import call

    columns = [[[cell] for cell in column] for column in businesses.columns(businesses.retainers())]
    columns[1] = [[(day[0] - businesses.START).days + 44_928.0] for day in columns[1]]
    call("CLV_PREDICT", [*columns, 52.0, "week", 1.0, 0.0, None, AUTOMATIC])
    sentences = [fault.sentence for fault in session.recent_faults(5)]
    assert any("Average pace was taken: only 12 customers" in text for text in sentences)
    assert any("average order" in text for text in sentences)


def test_the_choices_are_the_six_models() -> None:
    for name in ("CLV_PREDICT", "CLV_FORECAST", "CLV_BACKTEST", "CLV_TRACKING"):
        (model,) = (one for one in CATALOGUE[name].parameters if one.name == "model")
        assert list(model.meaning.choices) == MODELS
        assert model.default == "BG/NBD"


def test_the_choice_for_cdnow_is_the_same_each_time() -> None:
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    columns = (
        [row[1] for row in rows],
        [f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}" for row in rows],
        [float(row[4]) for row in rows],
    )
    found = CLV_MODELS(*columns)
    assert found[1][0] == "MBG/NBD"
    assert CLV_MODELS(*columns) == found
