"""One build of the template for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from once import once, run_folder
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from clv_xl.workbook import build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> Path:
        build(folder / "workbook.xlsm")
        return folder / "workbook.xlsm"

    return once(run_folder(tmp_path_factory), "template_built", make)


@pytest.fixture(scope="session")
def values(built: Path) -> Workbook:
    return load_workbook(built, data_only=True)


@pytest.fixture(scope="session")
def formulas(built: Path) -> Workbook:
    return load_workbook(built)
