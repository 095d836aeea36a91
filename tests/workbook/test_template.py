"""The template as a file: rebuilt, equal, complete, without errors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from clv_xl.errors import FileError
from clv_xl.functions import CATALOGUE
from clv_xl.workbook import check, template
from clv_xl.workbook.comparison import differences

COMMITTED = Path(__file__).parents[2] / "workbook_template.xlsm"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def changed(path: Path, out: Path, part: str, old: bytes, new: bytes) -> Path:
    """A copy of a package with the first occurrence of some bytes in one part replaced."""
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            copy.writestr(name, content)
    return out


def formula_cells(path: Path):
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                for cell in etree.fromstring(package.read(name)).iter(f"{MAIN}c"):
                    if cell.find(f"{MAIN}f") is not None:
                        yield name, cell


def test_the_committed_template_is_what_a_fresh_build_makes(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "build", lambda path, **_: shutil.copy(built, path))
    assert check(COMMITTED) == []


def test_what_cannot_be_compared_is_refused_before_the_long_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "build", lambda *_, **__: pytest.fail("was built"))
    with pytest.raises(FileError, match="There is no file"):
        check(tmp_path / "nowhere.xlsm")


def test_another_process_builds_the_same_bytes(built: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsm"
    code = "import sys; from clv_xl.workbook import build; build(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, str(other)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert other.read_bytes() == built.read_bytes()


def test_the_temporary_file_is_not_named_like_the_users_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(template, "write", lambda _, path: written.append(path))
    with pytest.raises(FileNotFoundError):
        template.build(tmp_path / "Smith.xlsm")
    assert [path.name for path in written] == [template.NAME]


def test_a_changed_input_is_a_difference(built: Path, tmp_path: Path) -> None:
    other = changed(
        built, tmp_path / "other.xlsm", "xl/worksheets/sheet2.xml", b"SAMPLE-10001", b"SAMPLE-20001"
    )
    assert len(differences(other, built)) == 1


def test_a_changed_formula_is_a_difference(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built) as package:
        part = next(name for name in package.namelist() if b"CLV_SEGMENT(" in package.read(name))
    other = changed(built, tmp_path / "other.xlsm", part, b"CLV_SEGMENT(", b"CLV_PROFILE(")
    assert "CLV_PROFILE" in differences(other, built)[0]


def test_only_the_last_digits_of_stored_values_may_differ(built: Path, tmp_path: Path) -> None:
    part = "xl/worksheets/sheet3.xml"
    with zipfile.ZipFile(built) as package:
        value = re.search(rb"<v>(\d+\.\d{2,})</v></c></row>", package.read(part))
    assert value
    near = repr(float(value[1]) * (1 + 1e-12)).encode()
    far = repr(float(value[1]) * (1 + 1e-6)).encode()
    for number, count in ((near, 0), (far, 1)):
        old, new = b"<v>%b</v></c></row>" % value[1], b"<v>%b</v></c></row>" % number
        other = changed(built, tmp_path / "other.xlsm", part, old, new)
        assert len(differences(other, built)) == count


def test_a_missing_part_is_a_difference(built: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsm"
    with zipfile.ZipFile(built) as package, zipfile.ZipFile(other, "w") as copy:
        for name in package.namelist():
            if name != "xl/metadata.xml":
                copy.writestr(name, package.read(name))
    assert differences(other, built) == ["xl/metadata.xml is missing"]


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note.xlsm"
    path.write_text("hello")
    with pytest.raises(FileError):
        check(path)


def test_every_formula_cell_holds_a_value(built: Path) -> None:
    cells = list(formula_cells(built))
    assert len(cells) > 1000
    without = [
        (name, cell.get("r"))
        for name, cell in cells
        if cell.find(f"{MAIN}v") is None
        or (not cell.findtext(f"{MAIN}v") and cell.get("t") != "str")
    ]
    assert without == []


def test_no_cell_shows_an_error(values: Workbook) -> None:
    errors = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in values
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e" or (isinstance(cell.value, str) and cell.value.startswith("#"))
    ]
    assert errors == []


def test_every_declared_function_is_explained(values: Workbook) -> None:
    sheet = values["Functions"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    for function in CATALOGUE.values():
        assert function.signature in texts
        for parameter in function.parameters:
            assert parameter.meaning.sentence in texts


def test_every_example_agrees(values: Workbook, formulas: Workbook) -> None:
    count = sum(len(function.examples) for function in CATALOGUE.values())
    every = list(values["Functions"].iter_rows(min_col=2, max_col=6, values_only=True))
    rows = every[[row[0] for row in every].index("Checks") :]
    checked = {row[1]: row for row in rows if isinstance(row[1], str) and row[1].startswith("=")}
    assert len(checked) == count
    assert {row[4] for row in checked.values()} == {"yes"}
    assert [row[0] for row in rows if row[0] == f"All {count} examples agree"]
    first = len(every) - len(rows)
    live = [cell.value for cell in formulas["Functions"]["D"][first:] if cell.data_type == "f"]
    assert sorted(live) == sorted(checked)


def bounds(area: str) -> tuple[int, int, int, int]:
    """First and last row, first and last column."""
    left, top, right, bottom = range_boundaries(area)
    return top, bottom, left, right


def test_a_report_is_never_a_dead_number(formulas: Workbook) -> None:
    """Below the head of a report, a number is an input or a formula's."""
    for title in ("Segments", "Cohorts", "Channel report", "Quadrants"):
        sheet = formulas[title]
        filled = {
            cell
            for row in sheet.iter_rows()
            for one in row
            if one.data_type == "f" and hasattr(one.value, "ref")
            for line in sheet.iter_rows(*bounds(one.value.ref))
            for cell in line
        }
        dead = [
            cell.coordinate
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "n" and cell.value is not None and cell not in filled
        ]
        # Charts' own cells begin with a fixed point or count their periods.
        assert len(dead) <= 12, (title, dead)
