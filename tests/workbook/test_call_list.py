"""The call list and the RFM segments: figures from the raw orders, by pandas and plain Python."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from clv_xl import CLV_PREDICT
from clv_xl.functions.verdicts import RFM_SEGMENTS
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import CellRange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.sheets.rfm_segments import ACTIONS
from clv_xl.workbook.template import sheets

SAMPLE = generate()
MARGIN = 0.45
BODIES: dict[str, tuple[str, CellRange]] = {
    key: (layout.sheet.title, body)
    for layout in arrange(sheets(SAMPLE))
    for key, body in layout.bodies.items()
}


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    frame = pd.DataFrame(SAMPLE.orders)
    frame["customer"] = frame["customer"].str.strip().str.upper()
    return frame


def block(book: Workbook, key: str) -> list[list[object]]:
    title, area = BODIES[key]
    cells = book[title].iter_rows(area.top, area.bottom, area.left, area.right)
    return [[cell.value for cell in row] for row in cells]


def at_risk() -> list[list[object]]:
    """The forecasts below the warning of sheet Settings, the most value first."""
    columns = zip(*((row.customer, row.date, row.amount) for row in SAMPLE.orders), strict=True)
    scored = CLV_PREDICT(*map(list, columns), 52, "week", MARGIN, 0.1, None, "Automatic")[1:]
    return sorted((row for row in scored if row[6] < 0.5 and row[9] > 0), key=lambda row: -row[9])


def test_the_list_names_those_with_most_to_lose_first(
    values: Workbook, orders: pd.DataFrame
) -> None:
    revenue = orders.groupby("customer")["amount"].sum()
    segment = {row.customer: row.segment for row in SAMPLE.customers}
    listed = [row for row in block(values, "call_list") if row[0]]
    expected = at_risk()[:25]
    assert [row[0] for row in listed] == [row[0] for row in expected]
    assert [row[2] for row in listed] == pytest.approx([row[6] for row in expected])
    assert [row[3] for row in listed] == pytest.approx([row[9] for row in expected])
    assert [row[4].date() for row in listed] == [row[11] for row in expected]
    assert [row[5] for row in listed] == ["High" if row[6] < 0.25 else "Medium" for row in expected]
    names = [str(row[0]).strip().upper() for row in expected]
    assert [row[6] for row in listed] == pytest.approx([revenue[name] * MARGIN for name in names])
    assert [row[7] for row in listed] == [segment[name] for name in names]


def test_the_headline_says_how_many_and_how_much(values: Workbook) -> None:
    everyone = at_risk()
    listed = everyone[:25]
    worth, whole = (sum(row[9] for row in rows) for rows in (listed, everyone))
    assert block(values, "call_headline")[0][0] == (
        f"25 customers, {worth:,.0f} EUR: call these first "
        f"(of {len(everyone)} customers at risk with {whole:,.0f})"
    )
    high, medium, low = block(values, "call_risks")
    assert high[1] + medium[1] == len(everyone)
    assert high[2] + medium[2] == pytest.approx(whole)
    assert high[1] + medium[1] + low[1] == len(SAMPLE.customers)


def _scores(values: pd.Series) -> pd.Series:
    """1 plus the number of inner fifths that a value exceeds, equal values alike."""
    return 1 + sum((values > values.quantile(fifth / 5)).astype(int) for fifth in range(1, 5))


def test_rfm_segments_add_up_the_raw_orders(values: Workbook, orders: pd.DataFrame) -> None:
    by_day = orders.groupby(["customer", "date"])["amount"].sum().reset_index()
    bought = by_day[by_day["amount"] >= 0].groupby("customer")["date"]
    end: dt.date = orders["date"].max()
    customers = pd.DataFrame(
        {
            "days": bought.max().map(lambda day: (end - day).days),
            "purchases": bought.count(),
            "revenue": orders.groupby("customer")["amount"].sum(),
        }
    )
    listed = {str(row[0]).strip().upper(): row for row in block(values, "rfm_list") if row[0]}
    assert set(listed) == set(customers.index)
    for name, expected in customers.iterrows():
        assert listed[name][1:4] == pytest.approx(list(expected))
    goodness = (-customers["days"], customers["purchases"], customers["revenue"])
    scores = [_scores(column) for column in goodness]
    names = pd.Series(
        {
            name: RFM_SEGMENTS[r - 1][math.floor((f + m) / 2 + 0.5) - 1]
            for name, r, f, m in zip(customers.index, *scores, strict=True)
        }
    )
    for name, count, share, value, of_value, average, _ in block(values, "rfm_segments"):
        group = customers[names == name]
        assert count == len(group)
        assert share == pytest.approx(len(group) / len(customers))
        assert value == pytest.approx(group["revenue"].sum() * MARGIN)
        assert of_value == pytest.approx(group["revenue"].sum() / customers["revenue"].sum())
        if count:
            assert average == pytest.approx(group["revenue"].sum() / group["purchases"].sum())


def test_every_rfm_segment_has_its_action() -> None:
    assert set(ACTIONS) == {name for line in RFM_SEGMENTS for name in line}
