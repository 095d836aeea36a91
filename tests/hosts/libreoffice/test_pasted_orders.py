"""What sheet Start says after a paste in LibreOffice that has no function of clv_xl."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pasted_orders import FIRST, SMALL, own_orders, paste, sentences

from clv_xl.hosts.libreoffice.program import Program, environment

pytestmark = pytest.mark.libreoffice


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
    paste(path, "Orders", own_orders(FIRST, len(SMALL.orders) + 30), SMALL)
    saved = saved_by_libreoffice(libreoffice, path)
    said = sentences(saved)
    assert said["Rows"].startswith("Fix: 30 rows below the Orders table")
    assert said["Orders"].startswith("Fix: the check could not run: install clv_xl")
    formulas = [str(cell.value) for cell in load_workbook(saved)["Start"]["C"]]
    assert any("Orders[[#Headers],[customer]]" in formula for formula in formulas)


def test_sample_orders_below_a_short_and_wide_paste_are_counted(
    libreoffice: Program, tmp_path: Path
) -> None:
    path = tmp_path / "shorter.xlsx"
    paste(path, "Orders", own_orders(FIRST, 50, wide=16), SMALL)
    said = sentences(saved_by_libreoffice(libreoffice, path))
    assert said["Sample"].startswith(f"Fix: {len(SMALL.orders) - 50} sample orders")
    assert said["Rows"].startswith("All")
