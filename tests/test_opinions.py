"""What README's section Opinions says of open questions is what the functions do."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path

import numpy as np
import pytest

from clv_xl import (
    BASE_BRIDGE,
    BGNBD_ALIVE,
    CAC_BUDGET,
    CAC_PAYBACK,
    CLV_COHORT,
    CLV_PREDICT,
    CLV_RETENTION,
    CUSTOMER_DECILES,
    CUSTOMER_QUADRANT,
    MBGNBD_ALIVE,
    MRR_MOVEMENTS,
    PURCHASE_GAPS,
    RFM_SCORE,
    RFM_SEGMENT,
    RFM_SUMMARY,
)

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def day(number: int) -> dt.date:
    """Return a day of January 2024."""
    return dt.date(2024, 1, number)


def summary(days: list[int], amounts: list[float]) -> list[object]:
    """Return frequency, recency, age and value of one customer on the last of January."""
    rows = RFM_SUMMARY(["Ann"] * len(days), [day(d) for d in days], amounts, "day", day(31))
    return list(rows[1][1:5])


def test_orders_of_one_day_are_one_purchase() -> None:
    assert summary([1, 9, 9], [1, 20, 30]) == [1, 8, 30, 50]


def test_a_day_below_zero_is_no_purchase() -> None:
    assert summary([1, 9, 20], [1, 20, -5]) == [1, 8, 30, 20]
    assert summary([1, 9, 9], [1, 20, -5]) == [1, 8, 30, 15]


def test_an_order_of_nothing_is_a_purchase() -> None:
    assert summary([1, 9, 20], [1, 20, 0]) == [2, 19, 30, 10]


def test_the_first_purchase_counts_for_neither_frequency_nor_value() -> None:
    assert summary([1, 9, 20], [1000, 20, 30]) == [2, 19, 30, 25]


def test_only_one_model_is_sure_of_customers_who_never_came_back() -> None:
    assert BGNBD_ALIVE([0.243, 4.414, 0.793, 2.426], 0, 0, 39) == 1
    assert MBGNBD_ALIVE([0.525, 6.183, 0.891, 1.614], 0, 0, 39) < 0.9


def test_equal_customers_score_equal() -> None:
    scores = np.array(RFM_SCORE([1, 2, 3, 4, 5], [1, 1, 1, 2, 3], [9, 9, 9, 9, 9]))
    assert list(scores[:, 1]) == [1, 1, 1, 4, 5]
    assert len(set(scores[:, 2])) == 1


def test_a_segment_follows_recency_and_the_mean_of_the_others() -> None:
    for frequency, money in [(4, 5), (5, 4), (5, 5)]:
        assert RFM_SEGMENT(2, frequency, money) == RFM_SEGMENT(2, 5, 5)


def test_quantiles_are_those_of_spreadsheets() -> None:
    customers = [name for name in "abcd" for _ in range(2)]
    gaps = [3, 4, 10, 20]
    days = [dt.date(2024, 1, 1) + dt.timedelta(d) for gap in gaps for d in (0, gap)]
    headings, first = PURCHASE_GAPS(customers, days)[:2]
    shown = dict(zip(headings, first, strict=True))
    quartiles = statistics.quantiles(gaps, n=4, method="inclusive")
    names = ("25 % within days", "median days to the next", "75 % within days")
    assert [shown[name] for name in names] == quartiles


def test_at_the_cut_is_high_and_the_cuts_are_medians() -> None:
    assert list(CUSTOMER_QUADRANT([1, 2, 1000], [1, 2, 1000])) == ["Loss", "Star", "Star"]


def test_cohorts_are_calendar_weeks_from_monday() -> None:
    sunday, monday = dt.date(2023, 12, 31), dt.date(2024, 1, 1)
    cohorts = [row[0] for row in CLV_COHORT(["a", "b"], [sunday, monday], [1, 1], "week")[1:]]
    assert cohorts == ["2023-12-25", "2024-01-01"]


def test_periods_of_models_are_equally_long() -> None:
    dates = [dt.date(2024, 1, 1), dt.date(2024, 3, 1)]
    row = RFM_SUMMARY(["a", "a"], dates, [1, 1], "month", dt.date(2025, 1, 1))[1]
    assert row[2:4] == pytest.approx([60 / (365.25 / 12), 366 / (365.25 / 12)])


def test_margins_come_at_the_end_of_their_period() -> None:
    expected = sum(100 * 0.8**t / 1.1**t for t in range(1, 500))
    assert CLV_RETENTION(100, 0.8, 0.1) == pytest.approx(expected)
    assert CLV_RETENTION(100, 0.8, 0.1, timing=1) == pytest.approx(expected + 100)


def test_predictions_are_discounted_at_the_end_of_each_period() -> None:
    dates = [day(1), day(9), day(20), day(2), day(30)]
    now, later = (
        [row[headings.index("clv")] for row in rows]
        for headings, *rows in (
            CLV_PREDICT(
                list("aaabb"), dates, [9, 8, 7, 6, 5], 1, "month", 1, rate, day(31), "Average pace"
            )
            for rate in (0, 0.12)
        )
    )
    assert all(value > 0 for value in now)
    assert later == pytest.approx([value / 1.12 ** (1 / 12) for value in now])


def test_payback_is_in_proportion() -> None:
    assert CAC_PAYBACK(150, 100) == 1.5


def test_the_target_is_three() -> None:
    assert CAC_BUDGET(300) == 100


def test_who_returns_is_new_and_was_lost() -> None:
    dates = [dt.date(2024, month, 1) for month in (1, 3, 1, 2, 3)]
    headings, *rows = MRR_MOVEMENTS(["a", "a", "b", "b", "b"], dates, [10, 10, 5, 5, 5])
    new, churned = ([row[at] for row in rows] for at in map(headings.index, ("new", "churned")))
    assert (new, churned) == ([15, 0, 10], [0, 10, 0])


def test_what_changed_together_is_shared_evenly() -> None:
    """From 1 order of 10 to 2 of 20: half of the joint change of 10 goes to either."""
    february = dt.date(2024, 2, 1)
    dates = [day(1), february, dt.date(2024, 2, 9)]
    headings, *rows = BASE_BRIDGE(["a"] * 3, dates, [10, 20, 20], day(1), february, 1)
    stayed = next(dict(zip(headings, row, strict=True)) for row in rows if row[1] and row[5])
    assert stayed["due to orders per customer"] == (2 - 1) * (10 + 20) / 2
    assert stayed["due to value per order"] == (20 - 10) * (1 + 2) / 2


def test_tenths_are_of_customers_by_the_value_of_all_their_rows() -> None:
    rows = CUSTOMER_DECILES(["a", "b", "b", "c", "d"], [20, 100, -90, 15, 1], bins=2)
    at = rows[0].index("value per customer")
    assert [row[1] for row in rows[1:]] == [2, 2]
    assert rows[1][at] == (20 + 15) / 2


def test_readme_has_an_answer_and_a_reason_for_each() -> None:
    table = README.split("\n## Opinions\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
    tests = [name for name in globals() if name.startswith("test_")]
    assert len(tests) == len(rows) + 2, "margins have two tests, and this is one"
    assert all(cell.strip() for row in rows for cell in row)
