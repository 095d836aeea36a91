"""A workbook is written under the ending under which Excel opens it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from package.example_files import digest

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
from clv_xl.package import open_package

TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"


def test_macros_are_not_written_into_a_plain_workbook(tmp_path: Path) -> None:
    book, out = shutil.copy(TEMPLATE, tmp_path / "book.xlsm"), tmp_path / "out.xlsx"
    before = digest(book)
    with pytest.raises(FileError) as caught:
        recalculate(book, out)
    assert str(caught.value) == (
        "A .xlsx file cannot hold the macros of this workbook: let 'out.xlsx' end in .xlsm, or "
        "write a copy without macros and formulas by clv-xl share."
    )
    with pytest.raises(FileError, match="cannot hold the macros"):
        open_package(book).save({}, out)
    assert (digest(book), out.exists()) == (before, False)


@pytest.mark.parametrize("name", ["out.xlsm", "out.XLSM", "out.bak"])
def test_the_ending_of_its_kind_and_others_that_are_no_workbooks_are_written(
    tmp_path: Path, name: str
) -> None:
    open_package(TEMPLATE).save({}, tmp_path / name)
    assert len(open_package(tmp_path / name).names) > 50
    if name == "out.xlsm":
        assert openpyxl.load_workbook(tmp_path / name, keep_vba=True).vba_archive is not None


def test_a_plain_workbook_is_no_macro_workbook(book: Path) -> None:
    with pytest.raises(FileError, match=r"only as a \.xlsx file: let 'out.xlsm' end in \.xlsx"):
        open_package(book).save({}, book.with_name("out.xlsm"))
    open_package(book).save({}, book.with_name("out.xlsx"))
    assert openpyxl.load_workbook(book.with_name("out.xlsx")).active["A1"].value == "hello"
