"""The models over real orders in a real LibreOffice, and the same without it."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.libreoffice import compute
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.recalc import recalculate

pytestmark = pytest.mark.libreoffice

DATA = Path(__file__).parents[2] / "data"
CUSTOMERS = 2357


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CDNOW sample with summary, fits, P(alive) for each customer and predictions beside it."""
    book = openpyxl.Workbook()
    orders = book.active
    assert orders is not None
    orders.title = "Orders"
    orders.append(["customer", "date", "amount"])
    first: dict[str, float] = {}
    for line in (DATA / "CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, amount = line.split()
        first.setdefault(customer, float(amount))
        orders.append([customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", float(amount)])
    last = orders.max_row
    columns = [f"Orders!${letter}$2:${letter}${last}" for letter in "ABC"]
    sheet = book.create_sheet("Model")
    end = CUSTOMERS + 1

    def table(anchor: str, corner: str, formula: str) -> None:
        sheet[anchor] = ArrayFormula(f"{anchor}:{corner}", formula)

    table("A1", f"E{end}", f'=RFM_SUMMARY({",".join(columns)},"week",DATE(1997,9,30))')
    history = f"B2:B{end},C2:C{end},D2:D{end}"
    table("G1", "I7", f"=BGNBD_FIT({history})")
    table("G10", "I16", f"=PNBD_FIT({history})")
    table("G20", "I25", f"=GG_FIT(B2:B{end},E2:E{end})")
    table("K2", f"K{end}", f"=BGNBD_ALIVE(G1:I7,{history})")
    table(
        "M1", f"V{end}",
        f'=CLV_PREDICT({",".join(columns)},39,"week",1,0.1,DATE(1997,9,30))',
    )  # fmt: skip
    sheet["X1"] = "Large"  # whether the first order was
    for row, amount in enumerate(first.values(), 2):
        sheet[f"X{row}"] = float(amount > 30)
    table("Z1", "AC9", f"=PNBD_FIT_COVARIATES({history},X1:X{end})")
    table("AE2", f"AE{end}", f"=PNBD_ALIVE(Z1:AC9,{history},X2:X{end})")
    for anchor, corner, model in (("AG1", "AJ6", "BG/NBD"), ("AG10", "AJ15", "Average pace")):
        table(
            anchor, corner,
            f'=CLV_FORECAST({",".join(columns)},39,"week",0.5,DATE(1997,9,30),"{model}")',
        )  # fmt: skip
    path = tmp_path_factory.mktemp("cdnow") / "cdnow.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def cells(cdnow: Path, office: Office) -> dict[str, Cell]:
    """What LibreOffice computes in it."""
    return compute(cdnow, office=office)["Model"]


def test_cdnow_in_libreoffice_has_the_published_parameters(cells: dict[str, Cell]) -> None:
    assert not [name for name, cell in cells.items() if isinstance(cell, CellError)]
    fit = [cells[f"H{row}"] for row in range(2, 7)]
    assert fit == pytest.approx([0.2425945, 4.413602, 0.792922, 2.425907, -9582.4292], rel=1e-6)
    pareto = [cells[f"H{row}"] for row in range(11, 16)]
    assert pareto == pytest.approx([0.553277, 10.57768, 0.60624, 11.6687, -9594.9762], rel=4e-6)
    spend = [cells[f"H{row}"] for row in range(21, 25)]
    assert spend == pytest.approx([6.25, 3.744, 15.44, -4055.9177], rel=1e-3)
    assert cells["H25"] == 946
    alive = [cells[f"K{row}"] for row in range(2, CUSTOMERS + 2)]
    assert alive == pytest.approx([cells[f"S{row}"] for row in range(2, CUSTOMERS + 2)])
    assert 0 < min(alive) < max(alive) == 1


def test_the_forecast_in_libreoffice_adds_up_the_predictions(cells: dict[str, Cell]) -> None:
    assert [cells[f"{column}1"] for column in ("AG", "AH", "AI", "AJ")] == [
        "measure",
        "low",
        "expected",
        "high",
    ]
    purchases = [cells[f"T{row}"] for row in range(2, CUSTOMERS + 2)]
    assert cells["AI2"] == pytest.approx(sum(purchases))  # type: ignore[arg-type]
    for row in (2, 3, 4, 11, 12, 13):
        low, expected, high = (cells[f"{column}{row}"] for column in ("AH", "AI", "AJ"))
        assert 0 < low < expected < high  # type: ignore[operator]
    assert cells["AH2"] < 1882 < cells["AJ2"]  # type: ignore[operator]
    for row in (5, 6):  # nobody sees who is active
        assert not cells[f"AH{row}"]
        assert not cells[f"AJ{row}"]


def test_covariates_in_libreoffice_have_names_and_words(cells: dict[str, Cell]) -> None:
    assert [cells[f"Z{row}"] for row in (6, 7, 9)] == [
        "dropout_Large",
        "purchases_Large",
        "customers",
    ]
    effect = cells["AA7"]
    assert isinstance(effect, float)
    assert cells["AC1"] == "in words"
    assert cells["AC7"] == f"buys {math.exp(effect):.2g} times as often per unit of Large"
    plain, likelihood = cells["H15"], cells["AA8"]
    assert isinstance(plain, float)
    assert isinstance(likelihood, float)
    assert likelihood > plain
    assert all(0 < cells[f"AE{row}"] <= 1 for row in range(2, CUSTOMERS + 2))  # type: ignore[operator]


def test_cdnow_without_a_spreadsheet_program_is_the_same(
    cdnow: Path, cells: dict[str, Cell], tmp_path: Path
) -> None:
    report = recalculate(cdnow, tmp_path / "cdnow.xlsx")
    assert report.complete
    stored = openpyxl.load_workbook(tmp_path / "cdnow.xlsx", data_only=True)["Model"]
    compared = 0
    for name, cell in cells.items():
        if isinstance(cell, float):
            assert stored[name].value == pytest.approx(cell, rel=1e-9, abs=1e-9), name
            compared += 1
    assert compared > 10 * CUSTOMERS
    forecast = [f"{column}{row}" for column in ("AH", "AI", "AJ") for row in (2, 3, 4, 11, 12, 13)]
    assert all(isinstance(cells[name], float) for name in forecast)
