"""The package as others install it: one wheel for every system, with all that it needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What xlwings Lite cannot have: its Python runs in the browser.
NOT_IN_A_BROWSER = (
    "ironcalc",
    "winreg",
    "win32com",
    "pythoncom",
    "uno",
    "subprocess",
    "openpyxl",
    "lxml",
    "click",
    "rich",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run([sys.executable, *build], cwd=ROOT, capture_output=True, check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_one_wheel_serves_every_system(wheel: Path, names: set[str]) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dll", ".pyc"))]


def test_everything_in_the_package_is_in_the_wheel(names: set[str]) -> None:
    in_package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "clv_xl").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if name.startswith("clv_xl/")} == in_package
    assert {"clv_xl/hosts/vba/text/ClvHost.bas", "clv_xl/hosts/vba/text/ribbon.xml"} <= in_package


def test_the_functions_need_no_more_than_a_browser_has() -> None:
    """The code of main.py in xlwings Lite, in a Python that has numpy, scipy and xlwings."""
    code = "\n".join(
        [
            "import builtins, sys",
            # xlwings and scipy themselves may look for more; only what clv_xl imports counts.
            "import scipy.integrate, scipy.optimize, scipy.special, scipy.stats, xlwings",
            f"barred = {NOT_IN_A_BROWSER!r}",
            "real = builtins.__import__",
            "def asked(name, *rest, **more):",
            "    if name.partition('.')[0] in barred:",
            "        raise ImportError(name)",
            "    return real(name, *rest, **more)",
            "builtins.__import__ = asked",
            "from clv_xl.hosts.excel import *",
            "print(CLV(1000.0, 6.0, 5.0))",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[[30000.0]]"
