"""The names go into a workbook and out of it, and nothing else changes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from clv_xl.errors import FileError
from clv_xl.hosts.lambdas.edition import FORMULAS, names
from clv_xl.hosts.lambdas.workbook_names import add, remove
from clv_xl.hosts.libreoffice.program import Program, environment

NAMES = {name.name: name for name in names()}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with a formula and a name of its own."""
    made = openpyxl.Workbook()
    made.active["A1"] = "=1+1"
    made.defined_names["mine"] = DefinedName("mine", attr_text="Sheet!$A$1")
    path = tmp_path / "shop.xlsx"
    made.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def defined(path: Path) -> dict[str, str]:
    return {name: one.attr_text for name, one in openpyxl.load_workbook(path).defined_names.items()}


def test_the_names_are_added_and_every_other_part_stays(book: Path) -> None:
    before = parts(book)
    assert add(book).functions == len(FORMULAS)
    after = parts(book)
    assert {name for name in before if before[name] != after[name]} == {"xl/workbook.xml"}
    assert list(before) == list(after)
    assert defined(book) == {"mine": "Sheet!$A$1"} | {
        name: one.formula for name, one in NAMES.items()
    }


def test_added_again_the_file_stays_as_it_is(book: Path) -> None:
    add(book)
    before = book.read_bytes()
    assert add(book).functions == 0
    assert book.read_bytes() == before


def test_removed_the_other_names_stay(book: Path) -> None:
    before = defined(book)
    add(book)
    assert remove(book).functions == len(FORMULAS)
    assert defined(book) == before
    assert remove(book).functions == 0


def test_a_book_without_names_gets_a_list_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(path)
    add(path)
    main = parts(path)["xl/workbook.xml"].decode()
    assert main.index("</sheets>") < main.index("<definedName ") < main.index("<calcPr")
    remove(path)
    assert "<definedName" not in parts(path)["xl/workbook.xml"].decode()


def test_a_name_of_ours_for_something_else_is_refused(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made.defined_names["clv_net"] = DefinedName("clv_net", attr_text="Sheet!$B$1")
    made.save(book)
    before = book.read_bytes()
    with pytest.raises(FileError, match="has the name CLV_NET for something else"):
        add(book)
    assert book.read_bytes() == before
    remove(book)  # it is no LAMBDA, so it is not ours to remove
    assert "clv_net" in defined(book)


def test_names_of_an_older_version_are_removed(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    old = DefinedName("CLV_NET", attr_text="_xlfn.LAMBDA(_xlpm.a,_xlpm.a)")
    made.defined_names["CLV_NET"] = old
    made.save(book)
    with pytest.raises(FileError, match="--remove first"):
        add(book)
    assert remove(book).functions == 1
    assert add(book).functions == len(FORMULAS)


def test_a_workbook_with_macros_is_refused() -> None:
    with pytest.raises(FileError, match="has macros"):
        add(ROOT / "workbook_template.xlsm")


def test_a_workbook_for_xlwings_lite_is_refused(book: Path) -> None:
    with zipfile.ZipFile(book, "a") as opened:
        opened.writestr(
            "xl/webextensions/webextension1.xml", '<a><reference id="WA200008175"/></a>'
        )
    with pytest.raises(FileError, match="made for xlwings Lite"):
        add(book)


def test_openpyxl_keeps_names_and_comments(book: Path) -> None:
    add(book)
    openpyxl.load_workbook(book).save(book)
    found = openpyxl.load_workbook(book).defined_names
    assert all(
        (found[name].attr_text, found[name].comment) == (one.formula, one.comment)
        for name, one in NAMES.items()
    )


@pytest.mark.libreoffice
def test_libreoffice_keeps_the_names_and_adding_them_anew_restores_their_formulas(
    book: Path, libreoffice: Program, tmp_path: Path
) -> None:
    add(book)
    profile = (tmp_path / "profile").as_uri()
    words = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    saved = tmp_path / "saved"
    command = [libreoffice.soffice, *words, "--outdir", saved, book]
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment())
    path = saved / book.name
    assert set(NAMES) <= set(defined(path))
    with pytest.raises(FileError, match="LibreOffice saved it"):
        add(path)  # in small letters and without comments
    assert remove(path).functions == len(FORMULAS)
    add(path)
    found = defined(path)
    assert {name: found[name] for name in NAMES} == {n: one.formula for n, one in NAMES.items()}


def test_the_command(book: Path) -> None:
    def run(*words: str) -> str:
        command = [sys.executable, "-m", "clv_xl", "add-functions", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    out = book.with_name("with_functions.xlsx")
    assert f"{len(FORMULAS)} functions added" in run(str(book), "--out", str(out))
    assert "mine" in defined(out)
    assert "CLV" not in defined(book)
    assert f"{len(FORMULAS)} functions removed" in run(str(out), "--remove")
