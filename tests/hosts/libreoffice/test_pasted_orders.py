"""What sheet Start says after a paste in LibreOffice, with and without our functions."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pasted_orders import FIRST, HEADER, SMALL, SMALLEST, inputs, own_orders, paste, sentences

from clv_xl.hosts.libreoffice import compute
from clv_xl.hosts.libreoffice.program import Program, environment
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.formula.grammar import cell_name
from clv_xl.workbook.declarations import Value
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.template import sheets

pytestmark = pytest.mark.libreoffice
REMEDY = "in Excel drag the table's corner over them, in LibreOffice run clv-xl recalc on this file"


def saved_by_libreoffice(program: Program, path: Path) -> Path:
    folder = path.parent / "saved"
    profile = (path.parent / "profile").as_uri()
    words = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [str(program.soffice), *words, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
        env=environment(),
    )
    return folder / path.name


def test_rows_below_the_orders_are_counted_and_a_check_without_us_did_not_run(
    libreoffice: Program, tmp_path: Path
) -> None:
    path = tmp_path / "longer.xlsx"
    paste(path, "Orders", own_orders(FIRST, len(SMALL.orders) + 30), inputs(SMALL))
    saved = saved_by_libreoffice(libreoffice, path)
    said = sentences(saved)
    assert said["Rows"].startswith("Fix: 30 rows below the Orders table")
    assert said["Orders"].startswith("Fix: the check could not run: install clv_xl")
    formulas = [str(cell.value) for cell in load_workbook(saved)["Start"]["C"]]
    assert any("Orders[#Headers]" in formula for formula in formulas)


def test_sample_orders_below_a_short_and_wide_paste_are_counted(
    libreoffice: Program, tmp_path: Path
) -> None:
    path = tmp_path / "shorter.xlsx"
    paste(path, "Orders", own_orders(FIRST, 50, wide=16), inputs(SMALL))
    said = sentences(saved_by_libreoffice(libreoffice, path))
    assert said["Sample"].startswith(f"Fix: {len(SMALL.orders) - 50} sample orders")
    assert said["Rows"].startswith("All")


def computed(path: Path) -> tuple[str, str, object]:
    """The sentence on the columns, the note for all reports, and the revenue, by LibreOffice."""
    values = compute(path)
    places = {
        key: (layout.sheet.title, body)
        for layout in arrange(sheets(SMALLEST))
        for key, body in layout.bodies.items()
    }

    def cell(key: str, row: int, column: int) -> object:
        title, body = places[key]
        return values[title].get(cell_name(body.top + row, body.left + column))

    return str(cell("findings", 0, 1)), str(cell("data_note", 0, 0)), cell("orders_counted", 2, 1)


def pasted(path: Path, cells: dict[tuple[int, int], Value]) -> Path:
    """A computed workbook into which cells were pasted: what formulas fill stays as it was."""
    paste(path, "Orders", {}, sheets(SMALLEST))
    recalculate(path)
    book = load_workbook(path)
    for (row, column), value in cells.items():
        book["Orders"].cell(row, column).value = value
    book.save(path)
    return path


def export(headings: Sequence[str], columns: Sequence[str]) -> dict[tuple[int, int], Value]:
    """The orders as another program exports them, with its headings; unknown columns hold x."""
    cells: dict[tuple[int, int], Value] = {}
    for at, (heading, column) in enumerate(zip(headings, columns, strict=True), start=2):
        cells[HEADER, at] = heading
        for row, order in enumerate(SMALLEST.orders, start=FIRST):
            cells[row, at] = getattr(order, column, "x")
    return cells


@pytest.mark.usefixtures("libreoffice")
def test_columns_in_another_order_give_the_same_revenue(tmp_path: Path) -> None:
    headings = ("Umsatz", "Kunde", "Artikel", "Bestelldatum", "Bestellnummer")
    columns = ("amount", "customer", "product", "date", "order")
    said, _, revenue = computed(pasted(tmp_path / "book.xlsx", export(headings, columns)))
    assert said.startswith("All columns")
    assert revenue == pytest.approx(sum(order.amount for order in SMALLEST.orders))


@pytest.mark.usefixtures("libreoffice")
def test_a_wide_paste_with_its_own_headings_is_said_and_gives_no_figure(tmp_path: Path) -> None:
    headings = (
        "Row ID",
        "Order ID",
        "Order Date",
        "Ship Date",
        "Ship Mode",
        "Customer ID",
        "Sales",
    )
    columns = ("row", "order", "date", "ship", "mode", "customer", "amount")
    said, note, revenue = computed(pasted(tmp_path / "book.xlsx", export(headings, columns)))
    assert said.startswith("Fix: no column of the Orders table is headed customer or the like")
    assert said.endswith("2 columns right of the table are not read: " + REMEDY)
    assert note == said
    assert not isinstance(revenue, float)
