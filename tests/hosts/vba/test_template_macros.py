"""The template in LibreOffice with macros allowed: no button is shown, and Refresh computes."""

import json
import subprocess
from pathlib import Path

import pytest

from clv_xl.hosts.libreoffice.program import environment

pytestmark = pytest.mark.libreoffice

TEMPLATE = Path(__file__).parents[3] / "workbook_template.xlsm"
SESSION = Path(__file__).with_name("macros_session.py")
REFRESH = "vnd.sun.star.script:VBAProject.ClvRibbon.ClvRefresh?language=Basic&location=document"


@pytest.fixture(scope="module")
def report(office, tmp_path_factory):
    path = tmp_path_factory.mktemp("macros") / "book.xlsm"
    path.write_bytes(TEMPLATE.read_bytes())
    done = subprocess.run(
        [str(office.program.python), str(SESSION), office.pipe, str(path), REFRESH],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_sheet_shows_a_button_that_is_excels(report):
    assert {"Start", "Segments", "Cohorts", "Quadrants"} <= report["sheets"].keys()
    assert not any(sheet["buttons"] for sheet in report["sheets"].values())


def test_the_sheet_with_help_is_not_seen(report):
    hidden = [name for name, sheet in report["sheets"].items() if not sheet["seen"]]
    assert hidden == ["_IntelliSense_"]


def test_refresh_computes_and_nothing_else_changes(report):
    assert report["dice"][0] != report["dice"][1]
    for name, sheet in report["sheets"].items():
        for row, (before, after) in enumerate(zip(sheet["before"], sheet["after"], strict=True), 1):
            if (name, row) != ("Start", 1):
                assert after == before or "CLV_" in str(before), (name, row)
