"""No test changes the registry or the start folder of the user who runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import own_user
import pytest


@pytest.mark.parametrize("event", ["CreateKey", "SetValue", "DeleteKey"])
def test_a_change_of_the_registry_fails(event: str) -> None:
    with pytest.raises(own_user.RegistryChanged):
        sys.audit(f"winreg.{event}", 0, "Software", 0)


def test_reading_the_registry_is_allowed() -> None:
    sys.audit("winreg.OpenKey", 0, "Software", 0)
    sys.audit("winreg.QueryValue", 0, "Software", "")


def test_the_settings_of_the_user_are_a_folder_of_the_tests(tmp_path: Path) -> None:
    asked = "import own_user, os, pathlib; own_user.protect(pathlib.Path('x'), windows=True)"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; print(os.environ['APPDATA'])"],
        env={**os.environ, "PYTHONPATH": str(Path(own_user.__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "x\n"


@pytest.mark.skipif(sys.platform != "win32", reason="settings of Windows")
def test_here_too() -> None:
    assert Path(os.environ["APPDATA"]).parent == Path(tempfile.gettempdir())
