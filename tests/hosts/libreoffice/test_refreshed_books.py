"""A workbook saved by LibreOffice, refreshed: what is the user's stays, LibreOffice reads it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from package.example_files import raw_parts
from refresh import own_book

import clv_xl
from clv_xl.hosts.libreoffice import compute, save_as
from clv_xl.hosts.libreoffice.office import Office

pytestmark = pytest.mark.libreoffice


def test_all_around_the_tables_stays_in_a_workbook_of_libreoffice(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "saved.xlsx"
    save_as(own_book.write(tmp_path / "own.xlsx"), path, office=office)
    before = raw_parts(path)
    new = {"order": ["A3"], "date": ["2024-12-31"], "customer": ["Dora"], "amount": [7.25]}
    report = clv_xl.refresh(path, orders=new, add=True)
    after = raw_parts(path)
    assert report.tables[0].added == report.new_customers == 1
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert any("comment" in name for name in before)
    assert any("chart" in name for name in before)
    assert all(name.startswith(("xl/worksheets/sheet", "xl/tables/table")) for name in changed)
    assert len(changed) == 5
    assert openpyxl.load_workbook(path)["Notes"]["H1"].comment.text.endswith("Ask the bank")
    assert compute(path, office=office)["Notes"]["H1"] == 37.75
