"""What a customer is worth: sums term by term, limits, shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.maths import acquisition, calculator, value

shares = st.floats(0, 1)
rates = st.floats(0, 0.5)
money = st.floats(-1e6, 1e6)

# Published and stated figures


def test_the_figures_of_the_contract() -> None:
    assert value.lifetime_value(1000, 6, 5) == 30_000
    assert value.quotient(300, 100) == 3
    assert value.retention_value(100, 0.8, 0.1) == pytest.approx(100 * 0.8 / 0.3, rel=1e-14)
    assert value.retention_value(100, 0.8, 0.1, timing=1) == pytest.approx(110 / 0.3, rel=1e-14)


def test_a_mortgage_annuity_as_printed_in_tables() -> None:
    # Present value of an annuity of 1, 30 periods at 6 %: 13.7648 in every printed table.
    assert value.annuity(30, 0.06) == pytest.approx(13.7648, abs=5e-5)
    assert value.annuity(10, 0.10) == pytest.approx(6.1446, abs=5e-5)


# Identities


@given(money, shares, rates, st.integers(0, 60), st.sampled_from([0, 1]))
def test_retention_value_is_its_sum(m: float, r: float, d: float, n: int, timing: int) -> None:
    terms = range(n) if timing else range(1, n + 1)
    total = sum(m * r**t / (1 + d) ** t for t in terms)
    found = value.retention_value(m, r, d, horizon=n, timing=timing)
    assert found == pytest.approx(total, rel=1e-9, abs=1e-9 * abs(m) + 1e-300)


@given(st.floats(0.01, 1e5), st.floats(0, 0.98), rates)
def test_an_endless_sum_is_the_limit_of_long_ones(m: float, r: float, d: float) -> None:
    assert value.retention_value(m, r, d) == pytest.approx(
        value.retention_value(m, r, d, horizon=5000).item(), rel=1e-9
    )


@given(st.integers(0, 200), st.floats(0, 2))
def test_an_annuity_is_its_sum(n: int, d: float) -> None:
    total = sum((1 + d) ** -t for t in range(1, n + 1))
    assert value.annuity(n, d) == pytest.approx(total, rel=1e-10)


@given(st.floats(1e-14, 1e-6), st.integers(1, 100))
def test_an_annuity_at_a_tiny_rate_keeps_its_digits(d: float, n: int) -> None:
    series = n - d * n * (n + 1) / 2 + d * d * n * (n + 1) * (n + 2) / 6
    assert value.annuity(n, d) == pytest.approx(series, rel=1e-11)


@given(st.lists(st.tuples(money, shares), min_size=1, max_size=30), rates, st.sampled_from([0, 1]))
def test_cash_flows_are_their_sum(flows: list[tuple[float, float]], d: float, timing: int) -> None:
    start = 0 if timing else 1
    total = sum(m * s / (1 + d) ** t for t, (m, s) in enumerate(flows, start))
    margins, survival = map(np.array, zip(*flows, strict=True))
    found = value.cash_flow_value(margins, d, survival, 0.0, timing)
    assert found == pytest.approx(total, rel=1e-9, abs=1e-6)


@given(st.floats(0.0, 0.99), st.floats(0.5, 365), st.floats(0.5, 365))
def test_churn_converted_there_and_back_is_the_same(c: float, a: float, b: float) -> None:
    there = value.churn_per_period(c, a, b).item()
    if there < 1 - 1e-6:
        assert value.churn_per_period(there, b, a) == pytest.approx(c, rel=1e-6, abs=1e-12)


@given(st.floats(0, 2), st.floats(0.5, 365))
def test_a_rate_per_period_compounds_to_the_annual_one(a: float, k: float) -> None:
    per_period = value.rate_per_period(a, k).item()
    assert (1 + per_period) ** k - 1 == pytest.approx(a, rel=1e-9, abs=1e-12)


@given(st.floats(1, 1e4), shares, shares, st.floats(0.001, 0.5), st.sampled_from([0, 1]))
def test_retention_gain_is_a_difference(m: float, r: float, q: float, d: float, t: int) -> None:
    before = value.retention_value(m, r, d, timing=t)
    after = value.retention_value(m, q, d, timing=t)
    assert value.retention_gain(m, r, q, d, t) == pytest.approx(after - before, rel=1e-12)


def _payback(cost: float, margin: float, r: float, d: float) -> float:
    """Period by period, as an owner would with a pencil."""
    earned = 0.0
    for period in range(1, 100_000):
        earning = margin * (r / (1 + d)) ** period
        if earned + earning >= cost:
            return period - 1 + (cost - earned) / earning
        earned += earning
    return np.inf


@given(st.floats(0.01, 500), st.floats(1, 200), st.floats(0.05, 0.999), st.floats(0, 0.3))
def test_payback_is_counted_period_by_period(c: float, m: float, r: float, d: float) -> None:
    limit = m * r / (1 + d - r)
    if abs(c - limit) > 1e-6 * limit:
        assert acquisition.payback_periods(c, m, r, d) == pytest.approx(
            _payback(c, m, r, d), rel=1e-8
        )


@given(st.floats(1, 200), st.floats(0.05, 0.95), st.floats(0.0, 0.3))
def test_a_customer_never_pays_back_more_than_they_are_worth(m: float, r: float, d: float) -> None:
    worth = value.retention_value(m, r, d).item()
    assert np.isinf(acquisition.payback_periods(worth * (1 + 1e-9), m, r, d))
    assert np.isfinite(acquisition.payback_periods(worth * (1 - 1e-6), m, r, d))


def test_the_calculator_agrees_with_the_formulas_it_is_made_of() -> None:
    clv, by_churn, lifespan, cac, ratio, payback, largest, net, added = calculator.measures(
        0.04, 30, 75, 25, 4000, 1.5, 0.6, 1500
    )
    margin = 75 * 1.5 * 0.6
    assert clv == value.lifetime_value(75, 1.5, 30, 0.6) == pytest.approx(margin * 30)
    assert by_churn == pytest.approx(margin / 0.04)
    assert lifespan == 25
    assert cac == 160
    assert ratio == pytest.approx(clv / 160)  # type: ignore[operator]
    assert payback == pytest.approx(acquisition.payback_periods(160, margin).item())
    assert largest == pytest.approx(clv / 3)  # type: ignore[operator]
    assert net == pytest.approx(clv - 160)  # type: ignore[operator]
    assert added == pytest.approx(25 * clv - 4000 - 1500)  # type: ignore[operator]


# Limits and domain


def test_a_sum_without_end_is_infinite() -> None:
    assert value.retention_value([100, -100], 1, 0).tolist() == [np.inf, -np.inf]
    assert value.retention_value(0, 1, 0) == 0
    assert value.retention_value(100, 1, 0, horizon=3) == 300


def test_the_edges_of_retention() -> None:
    assert value.retention_value(100, 0, 0.1, timing=[0, 1]).tolist() == [0, 100]
    assert value.retention_value(100, 0.5, 0, horizon=0, timing=[0, 1]).tolist() == [0, 0]


def test_a_churn_rate_of_one_is_one_in_any_period() -> None:
    assert value.churn_per_period(1, 1, [12, 1]).tolist() == [1, 1]
    assert value.churn_per_period(0, 1, 12) == 0


def test_shares_above_one_are_nan() -> None:
    assert np.isnan(value.share_lost(10, 11))
    assert np.isnan(value.share_kept(10, 5, 6))
    assert value.share_lost(10, 10) == 1


def test_a_cost_of_nothing_is_paid_back_at_once() -> None:
    assert acquisition.payback_periods(0, [10, 0], 0.5).tolist() == [0, 0]
    assert acquisition.payback_periods(100, [0, -5], 1).tolist() == [np.inf, np.inf]
    assert np.isinf(acquisition.payback_periods(400, 100, 0.8))  # reached only in the limit


def test_nan_stays_in_its_element() -> None:
    found = value.retention_value([100, np.nan, 100], 0.8, 0.1)
    assert np.isnan(found).tolist() == [False, True, False]


# Shapes


def test_scalars_columns_and_tables() -> None:
    column, row = np.array([[1.0], [2.0], [3.0]]), np.array([[0.5, 0.6]])
    assert value.retention_value(1, 0.5, 0.1).shape == ()
    assert value.retention_value(column, 0.5, 0.1).shape == (3, 1)
    assert value.retention_value(column, row, 0.1).shape == (3, 2)
    assert acquisition.payback_periods(column, row).shape == (3, 2)
