"""The columns of Customers and Channels are found in LibreOffice as in the recalculation."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from customer_columns import GERMAN, block, channels_block, figures, said, write_pasted
from openpyxl import load_workbook

from clv_xl.hosts.libreoffice import compute
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.libreoffice.program import Program, environment
from clv_xl.hosts.recalc import recalculate

pytestmark = pytest.mark.libreoffice


def differences(path: Path, office: Office) -> list[str]:
    """The cells in which LibreOffice computes otherwise than the file holds."""
    stored, found = load_workbook(path, data_only=True), []
    for title, cells in compute(path, office=office).items():
        for name, shown in cells.items():
            mine = stored[title][name].value
            if isinstance(shown, float) and isinstance(mine, (int, float)):
                same = shown == pytest.approx(mine, rel=1e-9, abs=1e-9)
            else:
                same = (mine or "") == str(shown or "")
            if not same:
                found.append(f"{title}!{name}: {mine} {shown}")
    return found


TWO = {**GERMAN, "machine": "Client"}
NONE = {**GERMAN, "customer": "Spalte", "segment": "a", "acquisition_cost": "b"}


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (GERMAN, "All columns that the reports need were found"),
        ({**GERMAN, "satisfaction": "x"}, "All columns that the reports need were found; sheet"),
        (NONE, "Fix: no column of the Customers table is headed customer"),
        (TWO, "Fix: more than one column of sheet Customers could be the customer"),
    ],
    ids=["German headings in another order", "without scores", "none fits", "two fit"],
)
def test_libreoffice_finds_the_same_columns(
    tmp_path: Path, office: Office, headings: Mapping[str, str], sentence: str
) -> None:
    path = tmp_path / "book.xlsx"
    write_pasted(path, customers=block(headings), channels=channels_block())
    recalculate(path)
    assert said(load_workbook(path, data_only=True)).startswith(sentence)
    assert differences(path, office) == []


def test_a_book_saved_by_libreoffice_finds_them_still(libreoffice: Program, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_pasted(path, customers=block(GERMAN), channels=channels_block())
    recalculate(path)
    before: dict[str, Any] = figures(load_workbook(path, data_only=True))
    profile = (tmp_path / "profile").as_uri()
    words = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [str(libreoffice.soffice), *words, "--outdir", str(tmp_path / "saved"), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
        env=environment(),
    )
    saved = tmp_path / "saved" / path.name
    recalculate(saved)
    after = figures(load_workbook(saved, data_only=True))
    assert after["Customers"] == [pytest.approx(line, nan_ok=True) for line in before["Customers"]]
