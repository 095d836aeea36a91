"""Books that the engine is given, by any way that the system has, or that it never sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from recalc_books import cell_xml, edit, shown, workbook

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx import engine_copy, loader

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "book.xlsx", {"S": {"A1": 2, "B1": "=CLV(A1,6,5)"}})


def test_a_system_without_descriptors_gives_the_file_a_name(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "_DESCRIPTORS", tmp_path / "nowhere")
    recalculate(book)
    assert shown(book)["B1"] == 60


def test_a_full_disk_is_one_sentence(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(engine_copy, "write", full)
    with pytest.raises(FileError, match=r"no room for a temporary copy of 'book\.xlsx'"):
        recalculate(book)


def test_a_formula_that_is_too_long_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"S": {"B1": "=" + "1+" * 5000 + "CLV(1,2,3)"}})
    with pytest.raises(FileError, match="The formula in S!B1"):
        recalculate(path)


@pytest.mark.parametrize("value", ["<v>no date</v>", "<v/>", ""])
def test_a_date_that_is_none_is_left_as_it_is(book: Path, value: str) -> None:
    cell = f'<row r="9"><c r="A9" t="d">{value}</c></row></sheetData>'
    edit(book, {SHEET: [("</sheetData>", cell)]})
    recalculate(book)
    assert "<v>60</v>" in cell_xml(book, "B1")
