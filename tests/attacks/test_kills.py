"""The attacks on saving, a few seconds of each; the scripts say how to run more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attacks fork")


@pytest.mark.parametrize(
    "command",
    [
        ("kills.py", "--count", "4"),
        ("concurrent_runs.py", "--count", "3"),
        ("faults.py", "--count", "4", "--sizes", "small"),
    ],
    ids=lambda command: command[0],
)
def test_nothing_is_damaged_or_lost(command: tuple[str, ...]) -> None:
    if command[0] == "faults.py" and not shutil.which("cc"):
        pytest.skip("needs a C compiler")
    script = Path(__file__).with_name(command[0])
    run = subprocess.run(
        [sys.executable, script, *command[1:]], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
