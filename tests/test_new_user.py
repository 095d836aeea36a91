"""What a new user met in version 0.1.0, harm by harm, and what stands there now.

H1 to H3 and what only a spreadsheet program shows are also in `hosts/libreoffice/test_new_user.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from businesses.figures import Figures
from businesses.filled import Filled, begins_with_a_word
from pasted_orders import FIRST, SMALLEST, Pasted, own_orders, paste, sentences
from recalc_books import ORDERS, shown, workbook

from clv_xl.call import call
from clv_xl.hosts.recalc import Report, recalculate
from clv_xl.workbook import key_tables
from clv_xl.workbook.declarations import Value
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "workbook_template.xlsm"
LAST = FIRST + len(SMALLEST.orders) - 1
OWN = 60
"""Orders of a user's own, each of 10 to 16."""


def computed(folder: Path, pasted: Pasted) -> tuple[Path, Report]:
    """The small template with cells of sheet Orders overwritten, computed."""
    path = folder / "book.xlsx"
    paste(path, "Orders", pasted, sheets(SMALLEST))
    return path, recalculate(path)


def figure(path: Path, label: str) -> Any:
    """A key figure of sheet Start."""
    rows = openpyxl.load_workbook(path, data_only=True)["Start"].iter_rows(values_only=True)
    texts = [list(row) for row in rows]
    first = next(at for at, row in enumerate(texts) if "At a glance" in row)
    return next(row[row.index(label) + 1] for row in texts[first:] if label in row)


def amounts(rows: Pasted) -> float:
    return sum(float(str(value)) for (_, column), value in rows.items() if column == 6)


SAMPLE_REVENUE = sum(order.amount for order in SMALLEST.orders)


def test_h01_orders_below_the_table_are_counted_and_said(tmp_path: Path) -> None:
    rows = own_orders(LAST + 1, OWN)
    path, report = computed(tmp_path, rows)
    assert [(one.table, one.rows, one.added) for one in report.growth] == [("Orders", OWN, True)]
    assert sentences(path)["Rows"].startswith("All rows")
    assert figure(path, "Revenue") == pytest.approx(SAMPLE_REVENUE + amounts(rows))


@pytest.fixture(scope="module")
def short_paste(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Own orders over the first ones of the sample."""
    path, _ = computed(tmp_path_factory.mktemp("short"), own_orders(FIRST, OWN))
    return path


def test_h02_sample_orders_left_under_a_short_paste_are_counted_and_said(short_paste: Path) -> None:
    said = sentences(short_paste)["Sample"]
    assert said.startswith(f"Fix: {len(SMALLEST.orders) - OWN} sample orders")
    assert "Delete" in said


def test_h03_a_wide_paste_destroys_no_check_and_no_report(tmp_path: Path) -> None:
    rows = own_orders(FIRST, len(SMALLEST.orders), wide=16)
    path, _ = computed(tmp_path, rows)
    assert sentences(path)["Orders"].startswith(("Check: ", "All good"))
    check = openpyxl.load_workbook(path, data_only=True)["Orders check"]
    read = [row for row in check.iter_rows(values_only=True) if "Orders read" in row]
    assert [row[row.index("Orders read") + 1] for row in read] == [len(SMALLEST.orders)]
    assert figure(path, "Revenue") == pytest.approx(amounts(rows), rel=1e-9)


def test_h04_libreoffice_users_are_told_how_a_table_is_entered() -> None:
    told = "Ctrl+Shift+Enter"
    assert told in (ROOT / "README.md").read_text("utf-8")
    cells = openpyxl.load_workbook(TEMPLATE, read_only=True)["Functions"].iter_rows(
        values_only=True
    )
    assert any(told in str(cell) for row in cells for cell in row)


def test_h05_a_typed_table_function_fills_the_cells_around_it(tmp_path: Path) -> None:
    typed = {
        "E1": "=RFM_SUMMARY(A2:A5,B2:B5,C2:C5)",
        "E10": "=CLV_SEGMENT(A2:A5,C2:C5)",
        "E20": "=SBG_FIT({1000;631;468;382})",
        "K20": "=SBG_SURVIVAL(F21:F22,1)",
    }
    path = workbook(tmp_path / "typed.xlsx", {"Sheet": ORDERS | typed})
    report = recalculate(path)
    assert (report.errors, report.cut, report.not_computed) == ((), (), ())
    cells = shown(path)
    assert [cells[f"E{row}"] for row in (2, 3, 4)] == ["Ann", "Ben", "Cid"]
    assert cells["E14"] == "All"
    assert 0 < cells["K20"] < 1
    assert recalculate(path).changed == 0


@pytest.mark.parametrize("name", ["loyal_wholesale", "agency", "shop_of_one_month"])
def test_h06_predictions_answer_or_say_why_not(
    name: str, filled_business: Callable[[str], Filled]
) -> None:
    filled = filled_business(name)
    (_, verdict, *_), *figures = filled.rows("forecast")
    assert begins_with_a_word(verdict)
    assert "CLV_ERRORS" not in verdict
    answered = all(isinstance(row[1], (int, float)) for row in figures)
    assert answered or verdict.startswith("Do not use")
    lines = [fault.sentence for fault in filled.report.recalculation.errors]
    assert len(lines) == len(set(lines))


def test_h07_blank_costs_empty_no_report(filled_business: Callable[[str], Filled]) -> None:
    filled = filled_business("agency")
    rows = filled.rows("by_segment")
    assert {row[0] for row in rows} == {"Law", "Health", "Retail", "All"}
    assert all(row[5] > 0 for row in rows)


def test_h08_the_demo_prints_what_its_workbook_holds() -> None:
    """`clv-xl demo` prints these tables; test_cli.py compares them with what it has printed."""
    places = {
        key: (layout.sheet.title, body)
        for layout in arrange(sheets(generate()))
        for key, body in layout.bodies.items()
    }
    title, body = places["scores"]
    rows = openpyxl.load_workbook(TEMPLATE, data_only=True)[title].iter_rows(
        body.top, min_col=body.left, max_col=body.left + 9, values_only=True
    )
    every_customer = {(row[0], row[6], row[7], row[9]) for row in rows}
    (_, *best) = dict(key_tables.read(TEMPLATE))["Who will be worth most (sheet Predictions)"]
    assert len(best) == 8
    assert set(map(tuple, best)) <= every_customer


AS_TEXT = {
    (FIRST + at, column): value
    for at in range(len(SMALLEST.orders))
    for column, value in (
        (3, f"{SMALLEST.orders[at].date:%d.%m.%Y}"),
        (6, f"{SMALLEST.orders[at].amount:,.2f}".translate(str.maketrans(",.", ".,"))),
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def as_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The orders as a German program exports them: 31.12.2024 and 1.234,56, both as text."""
    path, _ = computed(tmp_path_factory.mktemp("text"), AS_TEXT)
    return path


def test_h10_amounts_with_a_decimal_comma_are_read(as_text: Path) -> None:
    assert figure(as_text, "Revenue") == pytest.approx(SAMPLE_REVENUE)


def test_h10_rows_that_cannot_be_read_stop_no_others(tmp_path: Path) -> None:
    pasted: dict[tuple[int, int], Value] = {(FIRST + at, 6): "much" for at in range(20)}
    path, report = computed(tmp_path, pasted)
    left_out = [one.sentence for one in report.caveats if "left out" in one.sentence]
    assert [one.partition(", the first")[0] for one in left_out] == [
        "amount cannot be read in 20 rows"
    ]
    rest = sum(order.amount for order in SMALLEST.orders[20:])
    assert figure(path, "Revenue") == pytest.approx(rest)
    assert re.match(r"Fix: 20 rows", sentences(path)["Orders"])
    assert isinstance(figure(path, "CLV so far"), float)


def test_h11_dates_as_text_are_the_same_days_everywhere(as_text: Path) -> None:
    book = openpyxl.load_workbook(as_text, data_only=True)
    rows = [row for row in book["Settings"].iter_rows(values_only=True) if row[1]]
    (last,) = (row[2] for row in rows if row[1] == "Last day of the orders")
    assert last.date() == max(order.date for order in SMALLEST.orders)
    cells = [cell for row in book["Backtest"].iter_rows(values_only=True) for cell in row]
    assert not [cell for cell in cells if "there must be orders before" in str(cell)]


def test_h12_without_satisfaction_scores_the_quadrants_have_a_stand_in(
    filled_business: Callable[[str], Filled],
) -> None:
    filled = filled_business("donations")
    groups = filled.rows("quadrant_counts")
    assert sum(row[1] for row in groups) == len(filled.business.customers["customer"])
    cells = (cell for row in filled.values["Quadrants"].iter_rows(values_only=True) for cell in row)
    assert any("stand-in" in str(cell) and "satisfaction" in str(cell) for cell in cells)


def test_h13_the_same_order_line_again_is_counted_once_and_said(
    filled_business: Callable[[str], Filled],
) -> None:
    filled = filled_business("shop_with_returns")
    expected = Figures(filled.business)
    assert expected.repeated > 10
    figures = {row[0]: row[1] for row in filled.rows("figures")}
    assert figures["Revenue"] == pytest.approx(expected.revenue)
    findings = {row[0]: row[1] for row in filled.rows("orders_check")}
    assert expected.repeated in [rows for text, rows in findings.items() if "again" in text]


def test_h14_customers_of_orders_that_the_list_lacks_are_named(short_paste: Path) -> None:
    book = openpyxl.load_workbook(short_paste, data_only=True)
    named = {
        str(cell)
        for title in ("Start", "Customers", "Orders check")
        for row in book[title].iter_rows(values_only=True)
        for cell in row
    }
    assert {f"Client {number}" for number in range(5)} <= named
    assert "Fix: " in sentences(short_paste)["Customers"]


def test_h15_there_is_one_cac(filled_business: Callable[[str], Filled]) -> None:
    for name in ("agency", "loyal_wholesale"):
        filled = filled_business(name)
        figures = {row[0]: row[1] for row in filled.rows("figures")}
        (everyone,) = (row for row in filled.rows("by_channel") if row[0] == "All")
        assert figures["CAC"] == pytest.approx(everyone[3])
        assert figures["CLV to CAC"] == pytest.approx(everyone[5])


def test_h16_a_number_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = '=CLV_SEGMENT({"Gold";"Basic";"Gold"},{1234567.891;20;5},{3;4;9})'
    done = subprocess.run(
        [sys.executable, "-c", "from clv_xl.cli import main; main()", "eval", formula],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"COLUMNS": "40"},
    )
    assert "1,234,572.89" in done.stdout
    assert "…" not in done.stdout


def test_h17_a_formula_being_typed_leaves_few_entries() -> None:
    call("CAC_RATIO", [300, 0])
    for _ in range(8):
        call("CLV", [1000])
    found = call("CLV_ERRORS", []).cells
    assert isinstance(found, list)
    assert len(found) == 1 + 2


def test_h18_commands_of_the_readme_work_as_printed() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    before = text[: text.index("`clv-xl ")]
    assert re.search(r"bin/activate|\.venv/bin/clv-xl", before)
