"""What a new user met in LibreOffice in version 0.1.0, and what stands there now.

LibreOffice grows no table on a paste, so here the three silent traps must be said, not healed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pasted_orders import FIRST, SMALLEST, Pasted, own_orders, paste

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.libreoffice import compute
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.recalc import recalculate
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.template import sheets

pytestmark = pytest.mark.libreoffice
LAST = FIRST + len(SMALLEST.orders) - 1


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with few customers, computed, as a user opens it."""
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    paste(path, "Orders", {}, sheets(SMALLEST))
    recalculate(path)
    return path


Says = Callable[..., dict[str, Cell]]


@pytest.fixture
def said(template: Path, tmp_path: Path, office: Office) -> Says:
    """What Start says in a LibreOffice that has the functions, after a paste, by label."""

    def of(pasted: Pasted, sheet: str = "Orders") -> dict[str, Cell]:
        book = load_workbook(template)
        for (row, column), value in pasted.items():
            book[sheet].cell(row, column).value = value
        path = tmp_path / "pasted.xlsx"
        book.save(path)
        computed = compute(path, office=office)["Start"]
        labels = [row[0] for row in book["Start"].iter_rows(min_col=2, max_col=2)]
        shown = ((str(cell.value), f"C{cell.row}") for cell in labels)
        return {label: computed[place] for label, place in shown if place in computed}

    return of


def test_h01_orders_below_the_table_are_said_in_libreoffice(said: Says) -> None:
    found = said(own_orders(LAST + 1, 60))
    assert str(found["Rows"]).startswith("Fix: 60 rows below the Orders table are not counted")
    assert found["Revenue"] == pytest.approx(sum(order.amount for order in SMALLEST.orders))


def test_h02_sample_orders_under_a_short_paste_are_said_in_libreoffice(said: Says) -> None:
    found = said(own_orders(FIRST, 60))
    assert str(found["Sample"]).startswith(f"Fix: {len(SMALLEST.orders) - 60} sample orders")


def test_h03_a_wide_paste_is_checked_in_libreoffice(said: Says) -> None:
    rows = own_orders(FIRST, len(SMALLEST.orders), wide=16)
    found = said(rows)
    assert str(found["Orders"]).startswith(("Check: ", "All good"))
    assert found["Revenue"] == pytest.approx(
        sum(10.0 + at % 7 for at in range(len(SMALLEST.orders)))
    )
    assert not [label for label, value in found.items() if isinstance(value, CellError)]


def test_h03_an_overwritten_check_never_reads_as_no_problems_in_libreoffice(said: Says) -> None:
    (layout,) = (one for one in arrange(sheets(SMALLEST)) if one.sheet.title == "Orders check")
    body = layout.bodies["orders_check"]
    foreign = dict.fromkeys(body.cells(), "Office supplies")
    foreign[body.top - 1, body.left] = "Office supplies"
    found = said(foreign, "Orders check")
    assert str(found["Orders"]).startswith("Fix: the check could not run")


def test_h04_the_newest_sentence_is_read_in_a_single_cell(calc: Any) -> None:
    _, alone, chosen = calc.typed("=CAC_RATIO(300,0)", "=CLV_ERRORS()", "=INDEX(CLV_ERRORS(),2,4)")
    assert alone == chosen
    assert "cac is 0" in alone


def test_h04_ctrl_shift_enter_fills_the_whole_table(calc: Any) -> None:
    (table,) = calc.arrays(("=CLV({1;2},{3,4},5)", 2, 2))
    assert table == [[15, 20], [30, 40]]


def test_h17_a_formula_typed_argument_by_argument_leaves_one_entry_in_libreoffice(
    calc: Any,
) -> None:
    steps = ["=CLV()", "=CLV(1000)", "=CLV(1000)", "=CLV(1000,6)", "=CLV(1000,6,5)"]
    (counted,) = calc.typed("=ROWS(CLV_ERRORS(1000))")
    *_, value, after = calc.typed(*steps, "=ROWS(CLV_ERRORS(1000))")
    assert value == 30000
    assert after - counted <= 1
