"""The template opened in a LibreOffice that has no function of clv_xl, and in one that has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pasted_orders import SMALL

from clv_xl.hosts.libreoffice.computation import compute
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.libreoffice.program import Program, environment
from clv_xl.workbook import banner, build, design
from clv_xl.workbook.buttons import LABEL

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("banner") / "small.xlsm"
    build(path, SMALL)
    return path


def opened_without_the_functions(program: Program, path: Path, kind: str) -> str:
    """What a LibreOffice without the add-in makes of a file, in a format that is text."""
    profile = (path.parent / "profile").as_uri()
    words = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    subprocess.run(
        [str(program.soffice), *words, "--outdir", str(path.parent), str(path)],
        check=True,
        capture_output=True,
        timeout=240,
        env=environment(),
    )
    return path.with_suffix(f".{kind}").read_text("utf-8")


@pytest.fixture(scope="module")
def shown(libreoffice: Program, small: Path) -> str:
    """All sheets as a web page."""
    return opened_without_the_functions(libreoffice, small, "html")


def test_h09_without_the_functions_every_report_says_so_in_red(shown: str, small: Path) -> None:
    sheets = load_workbook(small, read_only=True)
    reports = sum(sheet["B1"].value == banner.MISSING for sheet in sheets)
    red = re.findall(rf'<font color="#{design.RED}">{re.escape(banner.MISSING)}', shown)
    assert len(red) == reports > 10


def test_h09_without_the_functions_headings_and_single_figures_stay(
    shown: str, small: Path
) -> None:
    text = re.sub(r"<[^>]+>|\s+", " ", shown)
    for heading in ("probability active", "average repeat purchase", "standard error", "finding"):
        assert heading in text
    revenue = load_workbook(small, data_only=True)["Start"]
    figures = {row[1].value: row[2].value for row in revenue.iter_rows(max_col=3)}
    assert f"{figures['Expected value']:,.0f}" in text
    assert f"{figures['Revenue']:,.0f}" in text


def test_the_button_that_only_excel_can_run_is_not_there(libreoffice: Program, small: Path) -> None:
    drawn = opened_without_the_functions(libreoffice, small, "fods")
    assert drawn.count("<draw:frame") > 5
    assert "<draw:custom-shape" not in drawn
    assert f'draw:name="{LABEL}"' not in drawn


def test_with_the_functions_no_report_says_that_they_are_missing(
    office: Office, small: Path
) -> None:
    computed = compute(small, office=office)
    tested = [cells["A1"] for cells in computed.values() if "A1" in cells]
    assert tested == [1.0] * len(tested)
    assert len(tested) > 10
