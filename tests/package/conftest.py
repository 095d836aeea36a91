"""A small workbook for the tests of package/."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "hello"
    workbook.save(path)
    return path
