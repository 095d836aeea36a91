"""The reports as a PDF, printed by a real LibreOffice and read by other programs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.styles import Font

from clv_xl import pdf
from clv_xl.cli import cli
from clv_xl.errors import FileError, HostError
from clv_xl.hosts.libreoffice import office as offices
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.libreoffice.program import ABSENT
from clv_xl.workbook import banner
from clv_xl.workbook.declarations import Role
from clv_xl.workbook.design import TABS

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext and pdfinfo are not installed"
)
real = pytest.mark.libreoffice


def book(path: Path) -> Path:
    """Two reports, the second 60 columns wide and 100 rows high; inputs before, between, after."""
    made = openpyxl.Workbook()
    made.active.title = "Orders"
    for title, role in [
        ("Value", Role.REPORT), ("Settings", Role.INPUT), ("Wide", Role.REPORT),
        ("Hidden one", Role.REPORT), ("Functions", Role.REFERENCE),
    ]:  # fmt: skip
        made.create_sheet(title).sheet_properties.tabColor = TABS[role]
    made["Hidden one"].sheet_state = "hidden"
    for sheet in made:
        sheet["B2"] = f"Contents of {sheet.title}"
        sheet["B1"], sheet["B1"].font = banner.MISSING, Font(color="FFFFFF")
    for column in range(2, 62):
        made["Wide"].cell(1, column, column)
    for row in range(1, 101):
        made["Wide"].cell(row + 2, 2, f"row {row}")
    made["Value"]["B4"] = "=1+1"
    made.save(path)
    return path


def pages(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


@real
@needs_poppler
def test_reports_are_printed_and_nothing_else(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    out.write_bytes(b"old")
    done = pdf.write(book(tmp_path / "book.xlsx"), out, office=office)
    assert (done.sheets, done.without_value) == (("Value", "Wide"), 1)
    found = pages(out)
    first, others = found[0], found[1:]
    assert "Contents of Value" in first
    assert "Contents of Wide" in others[0]
    text = "".join(found)
    assert not re.search("Contents of (Orders|Settings|Hidden|Functions)", text)
    assert banner.MISSING not in text
    # One page wide: every row stands on one page only, whatever stands to its right.
    assert len([page for page in found if "row 1\n" in f"{page}\n" or "row 1 " in page]) == 1
    assert re.search(r"\b61\b", others[0])
    assert len(others) <= 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.xlsx", "out.pdf"]
    assert not list(office.scratch.glob("reports.*"))


@real
@needs_poppler
def test_every_report_of_the_template_begins_a_page(office: Office, tmp_path: Path) -> None:
    template = Path(__file__).parents[3] / "workbook_template.xlsm"
    out = tmp_path / "template.pdf"
    done = pdf.write(template, out, office=office)
    text = pages(out)
    footers = [
        re.search(r"^ *(\S.*?) {2,}Page (\d+) of (\d+)", page, re.MULTILINE) for page in text
    ]
    titles = [found[1] for found in footers if found]
    assert len(titles) == len(text)
    assert tuple(dict.fromkeys(titles)) == done.sheets
    inputs = {"Orders", "Customers", "Channels", "Settings", "Functions"}
    assert len(done.sheets) > 8
    assert titles.count("Start") == 1
    assert not inputs & set(titles)
    assert "Refresh" not in {line.strip() for page in text for line in page.splitlines()}


@real
def test_what_cannot_be_printed_leaves_nothing_behind(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = book(tmp_path / "book.xlsx")
    with pytest.raises(FileError):
        pdf.write(file, tmp_path / "no folder" / "out.pdf", office=office)
    assert not list(office.scratch.glob("reports.*"))

    def fails(*_: object, **__: object) -> None:
        assert (office.scratch / "reports.xlsx").is_file()
        raise HostError("no answer")

    monkeypatch.setattr(pdf, "save_as", fails)
    with pytest.raises(HostError):
        pdf.write(file, tmp_path / "out.pdf", office=office)
    assert not list(office.scratch.glob("reports.*"))
    assert not (tmp_path / "out.pdf").exists()


def test_another_ending_than_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"let the name 'out\.xlsx' end in \.pdf"):
        pdf.write(tmp_path / "book.xlsx", tmp_path / "out.xlsx")


def test_without_libreoffice_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise HostError(ABSENT)

    monkeypatch.setattr(offices, "find", absent)
    before = set(Path(tempfile.gettempdir()).glob("clv_xl-*/reports.*"))
    done = CliRunner().invoke(
        cli, ["report", str(book(tmp_path / "book.xlsx")), "--pdf", str(tmp_path / "out.pdf")]
    )
    assert isinstance(done.exception, HostError)
    assert "Install LibreOffice 24.8 or newer" in done.exception.sentence
    assert not (tmp_path / "out.pdf").exists()
    assert set(Path(tempfile.gettempdir()).glob("clv_xl-*/reports.*")) <= before
