"""Nothing that lies in a folder open to others is run when LibreOffice and its Python are found."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from recalc_books import workbook

import clv_xl
from clv_xl.hosts.libreoffice import program

PACKAGE = Path(clv_xl.__file__).parent
COMMAND = "import sys; from clv_xl.cli import main; sys.argv[0] = 'clv-xl'; main()"
INSTALL = """
import sys
from pathlib import Path
from clv_xl.hosts.libreoffice import install
print(install(Path(sys.argv[1])))
"""
PLANTED = [
    "uno", "unohelper", "pyuno", "sitecustomize", "usercustomize", "numpy", "clv_xl", "click",
    "rich", "lxml", "ironcalc", "openpyxl", "json", "time", "pathlib", "os", "encodings", "com",
    "socket", "traceback", "warnings", "platform", "importlib", "marshal", "struct",
]  # fmt: skip
PROGRAMS = ["python", "python3", "soffice", "libreoffice", "unopkg", "uname", "dirname", "sed"]


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder with modules and programs that write down their names when they run."""
    folder = tmp_path / "open to others"
    folder.mkdir()
    seen = tmp_path / "seen"
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(seen)!r}, 'a').write('{name} ')\n")
    for name in PROGRAMS:
        file = folder / name
        file.write_text(f"#!/bin/sh\necho {name} >> '{seen}'\n")
        file.chmod(0o755)
    return folder


def run_in(folder: Path, code: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run code where the folder is the current one and that of temporary files."""
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))},
        check=False,
    )


@pytest.mark.libreoffice
def test_nothing_planted_runs_with_doctor_install_and_recalc(libreoffice, trap):
    book = workbook(trap / "book.xlsx", {"Sheet": {"A1": "=CLV(1000,6,5)"}})
    doctor = run_in(trap, COMMAND, "doctor")
    assert "LibreOffice 2" in doctor.stdout, doctor.stderr
    installed = run_in(trap, INSTALL, trap.parent / "profile")
    assert "has the functions now" in installed.stdout, installed.stderr
    computed = run_in(trap, COMMAND, "recalc", book, "--engine", "libreoffice")
    assert "1 with customer-value functions" in computed.stdout, computed.stderr
    assert not (trap.parent / "seen").exists(), (trap.parent / "seen").read_text()


def test_a_program_of_the_current_folder_is_not_libreoffice(trap, monkeypatch):
    """Windows looks there first, other systems if the PATH has an empty entry."""
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PATH", os.pathsep.join([".", ""]))
    assert trap not in {folder.absolute() for folder in program._folders()}


def test_every_program_is_started_in_a_folder_that_is_named():
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    starts = [
        (path, call)
        for path, text in texts.items()
        if "subprocess." in text
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "subprocess"
        and call.func.attr in {"run", "Popen"}
    ]
    assert len(starts) >= 6
    for path, call in starts:
        named = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert "tempdir" not in named.get("cwd", "tempdir"), path
