"""A small workbook for the tests of package/."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from package.renameat2 import can_exchange_files


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "hello"
    workbook.save(path)
    return path


@pytest.fixture
def can_exchange(tmp_path: Path) -> None:
    """Skip the test where no two files can change places, as the system itself says."""
    if not can_exchange_files(tmp_path):
        pytest.skip("this file system cannot exchange files")
