"""Which rows of orders count, in every function that takes orders."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl import CLV_TRACKING, ORDERS_SUMMARY
from clv_xl.call import call as reply_to
from clv_xl.cells import MISSING, CellError, serial
from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Kind
from clv_xl.hosts.recalc import Evaluator

pd = pytest.importorskip("pandas")

DATA = Path(__file__).parent / "data" / "CDNOW_sample.txt"
OVER_ORDERS = [
    function
    for function in CATALOGUE.values()
    if any(parameter.meaning.row_left_out for parameter in function.parameters)
]
WITHOUT_FIT = [
    "RFM_SUMMARY",
    "CLV_COHORT",
    "CUSTOMER_TOTALS",
    "CUSTOMERS_MISSING",
    "ORDERS_SUMMARY",
]
LIST = [["Ann"], ["Zed"], ["Cid"]]
UNREADABLE: dict[str, list[Any]] = {
    "customer": [None, " ", 1e16],
    "date": [None, "n/a", "2024-02-31", -5.0, True],
    "amount": [None, "x", "1,5", False, float("inf")],
}

Order = tuple[Any, Any, Any, Any]
"""Customer, date, amount, order number."""

orders = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "Bob", " ann", "Cid", "BOB", 7.0, "7"]),
        st.integers(45_300, 45_700).map(float),
        st.sampled_from([10.0, 25.5, -3.0, 0.0]),
        st.sampled_from(["R-1", "R-2", "r-3", None, 4.0]),
    ),
    min_size=2,
    max_size=20,
)


def call(name: str, given_: list[Any], **options: Any) -> Any:
    """What the cells show."""
    return reply_to(name, given_, **options).cells


def arguments(name: str, rows: list[Order], *, numbered: bool = True) -> list[Any]:
    """The arguments of a function over orders, by the columns of these rows."""
    customer, date, amount, order = ([[cell] for cell in part] for part in zip(*rows, strict=True))
    given_ = {
        "customer_list": LIST,
        "customer": customer,
        "date": date,
        "amount": amount,
        "mrr": amount,
        "attribute": [["tea"]] * len(rows),
        "measure": "revenue",
        "split_date": 35_700.0,
        "first_start": 44_562.0,
        "second_start": 44_928.0,
        "order": order if numbered else MISSING,
    }
    return [given_.get(parameter.name, MISSING) for parameter in CATALOGUE[name].parameters]


def caveats(name: str, rows: list[Order]) -> dict[tuple[str, str], int]:
    """How many rows the caveats of a call name, by argument and reason."""
    found = {}
    for fault in reply_to(name, arguments(name, rows)).faults:
        if not fault.is_caveat:
            continue
        reason = next(
            word for word in ("missing", "cannot be read", "again") if word in fault.sentence
        )
        many = re.search(r" in ([\d,]+) rows, the first in row ", fault.sentence)
        found[fault.argument, reason] = int(many[1].replace(",", "")) if many else 1
    return found


# Identities


@pytest.mark.parametrize("name", WITHOUT_FIT)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_rows_made_unreadable_give_the_result_without_them_and_their_number(
    name: str, data: st.DataObject
) -> None:
    rows: list[Order] = data.draw(orders)
    kept = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1))
    spoiled, wanted = [], dict.fromkeys(UNREADABLE, 0)
    for place, row in enumerate(rows):
        cells = dict(zip(("customer", "date", "amount"), row, strict=False))
        if place not in kept:
            column = data.draw(st.sampled_from(list(UNREADABLE)))
            cells[column] = data.draw(st.sampled_from(UNREADABLE[column]))
            wanted[column] += 1
        spoiled.append((*cells.values(), row[3]))
    without = [row for place, row in enumerate(rows) if place in kept]
    got, expected = (call(name, arguments(name, part)) for part in (spoiled, without))
    if name == "ORDERS_SUMMARY":
        assert got.pop(6) == ["Rows left out", sum(wanted.values())]
        assert expected.pop(6) == ["Rows left out", 0]
    assert got == expected
    said = caveats(name, spoiled)
    for column, count in wanted.items():
        assert said.get((column, "missing"), 0) + said.get((column, "cannot be read"), 0) == count


@pytest.mark.parametrize("name", WITHOUT_FIT)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_repeated_rows_give_the_result_without_them(name: str, data: st.DataObject) -> None:
    rows = [(*row[:3], f"R-{place}") for place, row in enumerate(data.draw(orders))]
    repeats = data.draw(st.lists(st.sampled_from(rows), max_size=6))
    spelled = [(row[0], row[1] + 1, row[2], f" {row[3].lower()}") for row in repeats]
    got, expected = (call(name, arguments(name, part)) for part in (rows + spelled, rows))
    if name == "ORDERS_SUMMARY":
        assert got.pop() == ["Repeated rows counted once", len(repeats)]
        expected.pop()
    assert got == expected
    assert caveats(name, rows + spelled).get(("order", "again"), 0) == len(repeats)


@given(orders, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_changes_no_number(rows: list[Order], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))

    def numbers(part: list[Order]) -> Any:
        # Of repeated rows the first counts, so that its day may be another.
        summary = call("ORDERS_SUMMARY", arguments("ORDERS_SUMMARY", part, numbered=False))
        totals = call("CUSTOMER_TOTALS", arguments("CUSTOMER_TOTALS", part))
        return summary, totals

    for one, other in zip(numbers(rows), numbers(shuffled), strict=True):
        for row, again in zip(one, other, strict=True):
            assert row == pytest.approx(again)


@pytest.mark.parametrize("function", OVER_ORDERS, ids=lambda function: function.name)
def test_every_function_over_orders_takes_order_last(function: Any) -> None:
    columns = {p.name for p in function.parameters if p.meaning.row_left_out}
    if "mrr" in columns:  # subscriptions have no order numbers
        assert columns == {"customer", "date", "mrr"}
        assert not any(p.meaning.numbers_orders for p in function.parameters)
        return
    last = function.parameters[-1]
    assert (last.name, last.required, last.column) == ("order", False, True)
    assert last.meaning.numbers_orders
    assert columns <= {"customer", "date", "amount"}


def messy_orders() -> list[Order]:
    """Orders of real customers as an export may hold them: gaps, texts, rows twice."""
    rng = np.random.default_rng(9)
    lines = [line.split() for line in DATA.read_text().splitlines() if line.strip()][:4_000]
    rows: list[Order] = [
        (line[1], float(serial(dt.datetime.strptime(line[2], "%Y%m%d"))), float(line[4]), f"R-{at}")
        for at, line in enumerate(lines)
    ]
    for at in rng.choice(len(rows), 200, replace=False).tolist():
        cells, spoiled = list(rows[at]), int(rng.integers(3))
        cells[spoiled] = "?" if spoiled and at % 2 else None
        rows[at] = (cells[0], cells[1], cells[2], cells[3])
    return rows + [rows[at] for at in rng.choice(len(rows), 300).tolist()]


def test_the_figures_are_those_of_pandas() -> None:
    rows = messy_orders()
    table = pd.DataFrame(rows, columns=["customer", "date", "amount", "order"])
    for column in ("date", "amount"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    good = table.dropna(subset=["customer", "date", "amount"])
    once = good.drop_duplicates(["order", "customer", "amount"])
    found = dict(call("ORDERS_SUMMARY", arguments("ORDERS_SUMMARY", rows))[1:])
    assert found == {
        "Orders counted": len(once),
        "Customers": once["customer"].nunique(),
        "Revenue": pytest.approx(once["amount"].sum()),
        "First order": once["date"].min(),
        "Last order": once["date"].max(),
        "Rows left out": len(table) - len(good),
        "Repeated rows counted once": len(good) - len(once),
    }
    by_customer = once.groupby("customer")
    summary = call("RFM_SUMMARY", arguments("RFM_SUMMARY", rows))
    days = by_customer["date"].nunique()
    assert {row[0]: row[1] + 1 for row in summary[1:]} == days.to_dict()
    missing = call("CUSTOMERS_MISSING", arguments("CUSTOMERS_MISSING", rows))
    largest = by_customer["amount"].sum().sort_values(ascending=False)
    assert {row[0]: row[2] for row in missing[1:]} == pytest.approx(largest.to_dict())
    assert [row[2] for row in missing[1:]] == pytest.approx(largest.tolist())


@pytest.mark.parametrize("name", ["CLV_PREDICT", "CLV_FORECAST", "CLV_BACKTEST", "CLV_TRACKING"])
def test_predictions_are_those_of_the_rows_that_count(name: str) -> None:
    rows = messy_orders()
    once, seen = [], set()
    for row in rows:
        if isinstance(row[1], float) and isinstance(row[2], float) and row[0] and row not in seen:
            seen.add(row)
            once.append(row)
    got = call(name, arguments(name, rows))
    assert got == call(name, arguments(name, once, numbered=False))


# What is said


ROWS: list[Order] = [
    ("Ann", 45_292.0, 10.0, "R-1"),
    ("Bob", 45_293.0, "100,00", "R-2"),
    (None, 45_294.0, 30.0, "R-3"),
    ("Bob", 45_295.0, "7,50", "R-4"),
    ("ann ", 45_296.0, 10.0, "r-1"),
]


def said(name: str) -> list[str]:
    """The sentences on ROWS, of the columns that a function has."""
    columns = [p.name for p in CATALOGUE[name].parameters if p.column]
    numbers = [column for column in columns if column in {"amount", "mrr"}]
    found = [
        (
            "customer is missing in row 3; this row is left out. Fill in what is missing (of "
            "merged cells only the first holds the name)"
        )
    ]
    found += [
        f"{column} cannot be read in 2 rows, the first in row 2; these rows are left out. Enter "
        "numbers there"
        for column in numbers
    ]
    if "order" in columns:
        compared = [one for one in ("amount", "attribute") if one in columns]
        same = ", ".join(["order number", "customer", *compared])
        found.append(
            f"The same {' and '.join(same.rsplit(', ', 1))} occur again in row 5; counted once. "
            "Give further orders a number of their own"
        )
    return found


@pytest.mark.parametrize("name", [function.name for function in OVER_ORDERS])
def test_every_function_says_which_rows_are_left_out(name: str) -> None:
    if CATALOGUE[name].reports_faults:
        return  # the check lists them itself
    faults = reply_to(name, arguments(name, ROWS)).faults
    wanted = said(name)
    # These orders are too few for a model: what says so comes last.
    assert [fault.sentence for fault in faults if fault.is_caveat] == wanted
    assert all(fault.is_caveat for fault in faults[: len(wanted)])


def test_the_check_lists_the_same_rows() -> None:
    table = call("ORDERS_CHECK", arguments("ORDERS_CHECK", ROWS))
    assert [row for row in table[1:] if not str(row[0]).startswith("Merged: names")] == [
        ["Orders read", 1, 1],
        ["Customers", 1, None],
        ["Left out: customer is missing (of merged cells only the first holds it)", 1, 3],
        ["Left out: amount is not a number", 2, 2],
        ["Merged: the same order number, customer and amount again, counted once", 1, 5],
    ]


def test_what_stops_every_report_is_no_row_left_out() -> None:
    rows: list[Order] = [
        ("Ann", "03/04/2024", 10.0, "R-1"),
        (CellError.NA, "n/a", 20.0, 1e16),
        ("Bob", "2024-01-09", CellError.REF, 1e16),
        ("Bob", "2024-01-09", 30.0, 1e16),
    ]
    table = call("ORDERS_CHECK", arguments("ORDERS_CHECK", rows))
    assert [row for row in table[3:] if not row[0].startswith("Read")] == [
        ["Fix: customer is an error value, which every report shows", 1, 2],
        ["Fix: date can be read in two ways, so every report asks; enter dates", 2, 1],
        ["Fix: amount is an error value, which every report shows", 1, 3],
        ["Check: order number of over 15 digits, not compared (store it as text)", 1, 4],
    ]


def test_rows_that_are_merged_already_are_no_longer_suspicious() -> None:
    rows: list[Order] = [("Ann", 45_292.0, 10.0, number) for number in ("R-1", "R-1", "R-2", None)]
    table = call("ORDERS_CHECK", arguments("ORDERS_CHECK", rows))
    found = {str(row[0]): row[1:] for row in table[1:]}
    assert found["Merged: the same order number, customer and amount again, counted once"] == [1, 2]
    assert found["Check: the same customer, date and amount again (kept)"] == [2, 3]


def test_without_amount_orders_are_compared_by_number_and_customer() -> None:
    days, numbers = [[45_292.0], [45_293.0], [45_294.0]], [["R-1"], ["R-1"], ["R-1"]]
    reply = reply_to(
        "RFM_SUMMARY", [[["Ann"], ["Ann"], ["Bob"]], days, MISSING, MISSING, MISSING, numbers]
    )
    assert [row[1] for row in reply.cells[1:]] == [0, 0]
    assert reply.faults[0].sentence.startswith("The same order number and customer occur again")


def test_order_numbers_match_as_labels_do() -> None:
    numbers = [["10"], [10.0], [" \uff11\uff10 "], ["R\u0131"], ["10,0"]]
    names, days = [["Ann"]] * 5, [[45_292.0 + day] for day in range(5)]
    summary = call("ORDERS_SUMMARY", [names, days, [[5.0]] * 5, MISSING, numbers])
    assert summary[1] == ["Orders counted", 3]


def test_order_numbers_that_spreadsheets_round_are_not_compared_and_said_so() -> None:
    columns = [[["Ann"]] * 2, [[45_292.0]] * 2, [[5.0]] * 2, MISSING, [[1e16], [1e16]]]
    reply = reply_to("ORDERS_SUMMARY", columns)
    assert reply.cells[1] == ["Orders counted", 2]
    assert [fault.sentence for fault in reply.faults] == [
        "order cannot be read in 2 rows, the first in row 1, and is not compared. Enter text there"
    ]


def test_an_order_number_alone_makes_no_row() -> None:
    rows: list[Order] = [("Ann", 45_292.0, 5.0, "R-1"), (None, None, None, "R-2")]
    reply = reply_to("ORDERS_SUMMARY", arguments("ORDERS_SUMMARY", rows))
    assert not reply.faults


# What stays an error


@pytest.mark.parametrize(
    ("column", "cells", "wanted"),
    [
        ("amount", ["1,010", "20", "30"], "amount in row 1 can be read in two ways"),
        ("amount", ["1,5", "2.5", "30"], "decimal comma in some rows"),
        ("date", ["03/04/2024", "n/a", "2024-01-09"], "could be day/month or month/day"),
    ],
)
def test_a_column_that_can_be_read_in_two_ways_is_asked_about(
    column: str, cells: list[str], wanted: str
) -> None:
    columns: dict[str, list[list[Any]]] = {
        "customer": [["Ann"], [None], ["Bob"]],
        "date": [[45_292.0]] * 3,
        "amount": [[5.0]] * 3,
    }
    columns[column] = [[cell] for cell in cells]
    reply = reply_to("ORDERS_SUMMARY", list(columns.values()))
    assert reply.cells is CellError.VALUE
    assert wanted in reply.faults[0].sentence


def test_beside_dates_a_text_that_may_be_two_days_is_left_out() -> None:
    days = [[45_292.0], ["03/04/2024"], [dt.date(2024, 1, 9)]]
    reply = reply_to("ORDERS_SUMMARY", [[["Ann"], ["Bob"], ["Cid"]], days, [[5.0]] * 3])
    assert reply.cells[1] == ["Orders counted", 2]
    assert reply.faults[0].sentence.startswith("date cannot be read in row 2")


def test_where_no_row_can_be_read_the_result_is_the_first_fault() -> None:
    columns = [[["Ann"], [None]], [["never"], [45_292.0]], [[5.0], [5.0]]]
    reply = reply_to("ORDERS_SUMMARY", columns)
    assert reply.cells is CellError.VALUE
    assert reply.faults[0].sentence.startswith("customer is empty in row 2")


@pytest.mark.parametrize("name", [function.name for function in OVER_ORDERS])
def test_an_error_value_in_any_column_is_the_result(name: str) -> None:
    if CATALOGUE[name].reports_faults:
        return
    columns = {p.name for p in CATALOGUE[name].parameters if p.column}
    for at, held_in in enumerate(({"customer"}, {"date"}, {"amount", "mrr"}, {"order"})):
        cells: list[Any] = ["Ann", 45_293.0, 5.0, "R-9"]
        cells[at] = CellError.REF
        rows: list[Order] = [*ROWS, (cells[0], cells[1], cells[2], cells[3])]
        if columns & held_in:
            assert call(name, arguments(name, rows)) is CellError.REF


def test_other_tables_keep_their_rules() -> None:
    assert call("CLV_SEGMENT", [[["Gold"], ["Basic"]], [[5.0], ["x"]]]) is CellError.VALUE
    labels = {
        parameter.name
        for function in CATALOGUE.values()
        for parameter in function.parameters
        if parameter.meaning.row_left_out and parameter.meaning.kind is Kind.LABEL
    }
    assert labels == {"customer"}


# The new functions


def test_orders_after_the_end_are_neither_counted_nor_left_out() -> None:
    rows: list[Order] = [*ROWS, ("Zed", 45_400.0, 99.0, "R-9")]
    given_ = arguments("ORDERS_SUMMARY", rows)
    given_[3] = 45_399.0
    assert call("ORDERS_SUMMARY", given_) == [
        ["measure", "value"],
        ["Orders counted", 1],
        ["Customers", 1],
        ["Revenue", 10],
        ["First order", 45_292],
        ["Last order", 45_292],
        ["Rows left out", 3],
        ["Repeated rows counted once", 1],
    ]
    given_[3] = 45_000.0
    reply = reply_to("ORDERS_SUMMARY", given_)
    assert reply.cells is CellError.NA
    assert reply.faults[-1].sentence == "There are no orders by end_date"


def test_without_amounts_only_the_revenue_is_missing() -> None:
    reply = reply_to("ORDERS_SUMMARY", [[["Ann"], ["Bob"]], [[45_292.0], [45_300.0]]])
    assert [row[1] for row in reply.cells[1:]] == [2, 2, CellError.VALUE, 45_292, 45_300, 0, 0]
    assert [fault.sentence for fault in reply.faults] == [
        "amount is missing: the revenue is its sum"
    ]


def test_python_has_the_first_and_last_day_as_dates() -> None:
    table = ORDERS_SUMMARY(["Ann", "Bob"], [dt.date(2024, 1, 1), dt.date(2024, 3, 9)], [5, 6])
    assert [row[1] for row in table[4:6]] == [dt.date(2024, 1, 1), dt.date(2024, 3, 9)]
    assert call("ORDERS_SUMMARY", [[["Ann"]], [[0.0]], [[5.0]]], date1904=True)[4][1] == 0


def test_missing_customers_come_largest_revenue_first_and_to_the_day() -> None:
    names = [["Bob"], ["Cid"], ["ANN "], ["cid"], ["Dan"]]
    amounts, days = [[5.0], [4.0], [90.0], [4.0], [70.0]], [[45_300.0 + at] for at in range(5)]
    assert call("CUSTOMERS_MISSING", [[["ann"], ["Eve"]], names, amounts, days, 45_303.0]) == [
        ["customer", "orders", "revenue"],
        ["Cid", 2, 8],
        ["Bob", 1, 5],
    ]
    without = call("CUSTOMERS_MISSING", [[["ann"]], names])
    assert without == [
        ["customer", "orders", "revenue"],
        ["Cid", 2, None],
        ["Bob", 1, None],
        ["Dan", 1, None],
    ]


@pytest.mark.parametrize("nobody", [None, [[None]], [[None], [""], [None]]])
def test_an_empty_list_of_customers_lacks_everybody(nobody: Any) -> None:
    names, amounts = [["Bob"], ["Cid"], ["bob"]], [[5.0], [7.0], [1.0]]
    missing = call("CUSTOMERS_MISSING", [nobody, names, amounts])
    assert missing[1:] == [["Cid", 1, 7], ["Bob", 2, 6]]
    totals = call("CUSTOMER_TOTALS", [nobody, names, amounts])
    assert totals == [[None, None]] * (1 if nobody is None else len(nobody))
    assert call("CUSTOMERS_MISSING", [MISSING, names, amounts]) is CellError.VALUE


def test_where_nobody_is_missing_a_workbook_shows_the_headings_only(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Ann", "ann", 5.0), ("Bob", "Bob", 6.0)):
        sheet.append(row)
    book.save(tmp_path / "orders.xlsx")
    book_ = Evaluator(tmp_path / "orders.xlsx")
    assert book_.evaluate("=ROWS(CUSTOMERS_MISSING(A1:A2,B1:B2,C1:C2))") == 1
    assert book_.evaluate("=INDEX(CUSTOMERS_MISSING(A1:A2,B1:B2,C1:C2),1,3)") == "revenue"


def test_tracking_counts_no_day_of_returns_where_amounts_are_given() -> None:
    table = pd.DataFrame(messy_orders(), columns=["name", "day", "amount", "order"]).dropna()
    table = table[(table["day"] != "?") & (table["amount"] != "?")].drop_duplicates()
    returned = table.iloc[::7].assign(amount=-500.0)
    table = pd.concat([table, returned])
    bought = table.groupby(["name", "day"], as_index=False)["amount"].sum()
    kept = bought[bought["amount"] >= 0]
    names, days, amounts = (table[column].tolist() for column in ("name", "day", "amount"))
    with_amounts = CLV_TRACKING(names, days, amount=amounts)
    assert with_amounts == CLV_TRACKING(kept["name"].tolist(), kept["day"].tolist())
    assert with_amounts != CLV_TRACKING(names, days)
