"""The workbook for Microsoft 365: what is committed, and what another engine computes in it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import ironcalc
import pytest
from openpyxl import load_workbook

from clv_xl.errors import FileError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lambdas.edition import FORMULAS, names
from clv_xl.hosts.lambdas.syntax import as_typed
from clv_xl.hosts.lambdas.workbook_names import remove
from clv_xl.workbook import microsoft_365
from clv_xl.workbook.microsoft_365 import NAME, build, check

COMMITTED = Path(microsoft_365.__file__).with_name(NAME)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("microsoft_365") / NAME
    build(path)
    return path


def test_the_committed_file_is_what_a_fresh_build_makes(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microsoft_365, "build", lambda path: shutil.copy(built, path))
    assert check(COMMITTED) == []


def test_the_file_brings_every_function_and_no_macro(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        assert not [name for name in package.namelist() if "vba" in name.lower()]
    book = load_workbook(built)
    assert FORMULAS.keys() <= book.defined_names.keys()
    text = {cell.value for row in book["Functions"].iter_rows() for cell in row}
    assert text >= FORMULAS.keys()
    assert not text & (CATALOGUE.keys() - FORMULAS.keys())


def test_another_engine_computes_every_stored_value_from_the_names(
    built: Path, tmp_path: Path
) -> None:
    """IronCalc, which takes names as they are typed but not as a file writes them."""
    plain = tmp_path / "plain.xlsx"
    assert remove(built, plain).functions == len(FORMULAS)
    model = ironcalc.load_from_xlsx(str(plain), "en", "UTC", "en")
    stored, formulas = load_workbook(built, data_only=True), load_workbook(built)
    cells = [
        (index, cell.row, cell.column)
        for index, sheet in enumerate(formulas)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    texts = [model.get_cell_formula(*cell) for cell in cells]
    for cell in cells:  # each new name reads all formulas again
        model.set_user_input(*cell, "")
    for name in names(as_typed):
        model.new_defined_name(name.name, None, name.formula)
    for cell, text in zip(cells, texts, strict=True):
        model.set_user_input(*cell, text)
    model.evaluate()
    assert len(cells) > 2 * len(FORMULAS)
    for index, row, column in cells:
        expected = stored.worksheets[index].cell(row, column).value
        found = model.get_cell_value(index, row, column)
        if expected is None:
            expected = ""  # which a file stores as nothing
        if isinstance(expected, float):
            expected = pytest.approx(expected, rel=1e-9)
        assert found == expected, (index, row, column)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"ends in \.xlsx"):
        build(tmp_path / "book.xlsm")
