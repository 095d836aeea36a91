"""The backtest beside simple rules: published figures, brute force, data without an answer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import CLV_BACKTEST, CLV_PREDICT, session
from clv_xl.errors import ClvError
from clv_xl.maths.ranking import auc, normalised_gini, top_found

SPLIT = pd.Timestamp(1997, 10, 1)
LAST = pd.Timestamp(1998, 6, 30)
COLUMNS = "customer", "date", "amount"
# Same rate as before, and recency alone; 39 weeks fitted, 39 weeks after.
RULE_ERROR, RECENCY = 1.0237, 0.771
PUBLISHED = {"BG/NBD": (0.7855, 0.757), "MBG/NBD": (0.7648, 0.760), "Pareto/NBD": (0.7545, None)}


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    path = Path(__file__).parents[1] / "data" / "CDNOW_sample.txt"
    frame = pd.read_csv(path, sep=r"\s+", header=None, dtype={1: str, 2: str})
    dates = pd.to_datetime(frame[2], format="%Y%m%d")
    return pd.DataFrame({"customer": frame[1], "date": dates, "amount": frame[4]})


def measures(orders: pd.DataFrame, split: pd.Timestamp, *rest: object) -> list[float]:
    """The values of the backtest, top to bottom."""
    columns = [orders[name].tolist() for name in COLUMNS]
    return [row[1] for row in CLV_BACKTEST(*columns, split.date(), *rest)[1:]]


def by_hand(orders: pd.DataFrame) -> pd.DataFrame:
    """Each customer before the split: the rule's prediction, recency, and what came."""
    days = orders.groupby(["customer", "date"], sort=False)["amount"].sum().reset_index()
    before, after = days[days["date"] < SPLIT], days[days["date"] >= SPLIT]
    seen = before.groupby("customer").agg(
        first=("date", "min"), last=("date", "max"), count=("date", "size"), mean=("amount", "mean")
    )
    age = (SPLIT - dt.timedelta(1) - seen["first"]).dt.days
    seen["rule"] = ((seen["count"] - 1) / age * ((LAST - SPLIT).days + 1)).fillna(0)
    seen["revenue"] = after.groupby("customer")["amount"].sum().reindex(seen.index, fill_value=0)
    seen["later"] = after.groupby("customer").size().reindex(seen.index, fill_value=0)
    return seen


def pairs_in_order(score: np.ndarray, positive: np.ndarray) -> float:
    """The AUC by comparing every customer who did with every one who did not."""
    did, did_not = score[positive][:, None], score[~positive]
    return float(((did > did_not) + (did == did_not) / 2).mean())


# --- published ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_figures_of_the_cdnow_sample(orders: pd.DataFrame, model: str) -> None:
    error, area = PUBLISHED[model]
    found = measures(orders, SPLIT, "week", model)
    assert found[4] == pytest.approx(error, abs=5e-5)
    assert found[9] == pytest.approx(RULE_ERROR, abs=5e-5)
    assert found[10] == pytest.approx(1 - error / RULE_ERROR, abs=2e-4)
    assert found[13] == pytest.approx(RECENCY, abs=5e-4)
    if area is not None:
        assert found[12] == pytest.approx(area, abs=5e-4)


# --- identities ---------------------------------------------------------------------------------


def test_the_rules_are_those_of_a_calculation_by_hand(orders: pd.DataFrame) -> None:
    seen = by_hand(orders)
    found = measures(orders, SPLIT, "week", "BG/NBD")
    assert found[9] == pytest.approx((seen["rule"] - seen["later"]).abs().mean(), rel=1e-12)
    bought = (seen["later"] > 0).to_numpy()
    since = (seen["last"] - SPLIT).dt.days.to_numpy()
    assert found[13] == pytest.approx(pairs_in_order(since, bought), rel=1e-12)
    fifth = round(len(seen) / 5)
    money = np.where(seen["count"] > 1, seen["mean"], 0) * seen["rule"]
    best = seen["revenue"].sort_values(ascending=False, kind="stable").index[:fifth]
    chosen = money.sort_values(ascending=False, kind="stable").index[:fifth]
    assert found[11] == pytest.approx(best.isin(chosen).mean(), abs=1e-12)

    columns = [orders[name].tolist() for name in COLUMNS]
    end = (SPLIT - dt.timedelta(1)).date()
    table = CLV_PREDICT(*columns, 39, "week", 1, 0, end, "BG/NBD")
    predicted = pd.DataFrame(table[1:], columns=table[0]).set_index("customer").loc[seen.index]
    buys = predicted["p_buys"].to_numpy(float)
    assert found[12] == pytest.approx(pairs_in_order(buys, bought), rel=1e-12)

    def gini(score: pd.Series) -> float:
        rank = score.rank(ascending=False, method="average") - 0.5
        share = seen["revenue"] / seen["revenue"].sum()
        return 1 - 2 * float((share * rank).sum()) / len(seen)

    value = (predicted["expected_purchases"] * predicted["expected_spend"]).astype(float)
    assert found[14] == pytest.approx(gini(value) / gini(seen["revenue"]), rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    score, positive = np.array([row[0] for row in rows], float), np.array([row[1] for row in rows])
    found = auc(score, positive)
    if positive.all() or not positive.any():
        assert isinstance(found, ClvError)
    else:
        assert found == pytest.approx(pairs_in_order(score, positive), rel=1e-12)
        assert auc(-score, positive) == pytest.approx(1 - found, rel=1e-12)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_no_ranking_beats_the_values_themselves(values: list[int], random: object) -> None:
    actual = np.array(values, float)
    other = actual.copy()
    random.shuffle(other)  # type: ignore[attr-defined]
    found = normalised_gini(actual, other)
    if np.ptp(actual) == 0:
        assert isinstance(found, ClvError)
        return
    assert normalised_gini(actual, actual) == 1
    assert found <= 1 + 1e-12
    assert normalised_gini(actual, -other) == pytest.approx(-found, abs=1e-12)
    assert top_found(actual, actual) == 1


# --- limits and domain --------------------------------------------------------------------------


def test_when_nobody_buys_again_there_is_nobody_to_tell_apart(orders: pd.DataFrame) -> None:
    early = orders[orders["date"] < SPLIT]
    stranger = pd.DataFrame([["new", LAST, 10.0]], columns=list(COLUMNS))
    found = measures(pd.concat([early, stranger]), SPLIT, "week", "BG/NBD")
    assert found[1] == 0
    assert found[9] > found[4] > 0
    assert np.isnan(found[12:]).all()
    sentences = {fault.sentence for fault in session.recent_faults()}
    assert any("No customer bought again after split_date" in sentence for sentence in sentences)
