"""The copy that is printed: reports by the colour of their tabs, one page wide, no inputs."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from clv_xl.errors import FileError
from clv_xl.values_copy.printed import reports_only

REPORT, OTHER = "1B5E6B", "D9B44A"


def book(path: Path, **colours: str) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, colour in colours.items():
        sheet = made.create_sheet(title)
        sheet["A1"] = f"about {title}"
        if colour:
            sheet.sheet_properties.tabColor = colour
    made.save(path)
    return path


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def test_all_but_the_reports_are_hidden(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", Orders=OTHER, Umsatz=REPORT, Notes="", Mine=REPORT)
    done = reports_only(file, {REPORT})
    assert done.sheets == ("Umsatz", "Mine")
    copy = opened(done.content)
    assert {sheet.title for sheet in copy if sheet.sheet_state == "visible"} == {"Umsatz", "Mine"}
    assert copy.active.title == "Umsatz"


def test_a_report_that_the_user_has_hidden_stays_hidden(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", One=REPORT, Two=REPORT)
    made = openpyxl.load_workbook(file)
    made["Two"].sheet_state = "hidden"
    made.save(file)
    assert reports_only(file, {REPORT}).sheets == ("One",)


def test_each_report_is_one_page_wide(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", Plain=REPORT, Own=REPORT)
    made = openpyxl.load_workbook(file)
    own = made["Own"]
    own.sheet_properties.pageSetUpPr.fitToPage = True
    own.page_setup.fitToHeight, own.page_setup.fitToWidth = 1, 3
    own.page_setup.orientation = "landscape"
    own.oddFooter.left.text = "mine"
    own["B2"].hyperlink = "https://example.org"
    made.save(file)
    copy = opened(reports_only(file, {REPORT}).content)
    setups = {sheet.title: (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
              for sheet in copy}  # fmt: skip
    assert setups == {"Plain": (1, 0), "Own": (1, 1)}
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in copy)
    assert copy["Own"].page_setup.orientation == "landscape"
    assert copy["Own"].oddFooter.left.text == "mine"


def test_page_setup_stands_where_the_file_format_wants_it(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", One=REPORT)
    with zipfile.ZipFile(BytesIO(reports_only(file, {REPORT}).content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.index("<sheetData") < sheet.index("<pageMargins") < sheet.index("<pageSetup")
    assert sheet.index("<tabColor") < sheet.index("<pageSetUpPr")


def test_a_text_for_the_screen_alone_is_not_printed(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", One=REPORT, Two=REPORT)
    copy = opened(reports_only(file, {REPORT}, "about One").content)
    assert (copy["One"]["A1"].value or "", copy["Two"]["A1"].value) == ("", "about Two")


def test_a_workbook_without_reports_is_refused(tmp_path: Path) -> None:
    file = book(tmp_path / "secret name.xlsx", Orders=OTHER)
    with pytest.raises(FileError, match="has no report sheets to print"):
        reports_only(file, {REPORT})
