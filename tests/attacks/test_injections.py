"""A few hostile texts through every output; `injections.py` sends more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("injections.py")


def test_no_text_becomes_a_formula_or_a_command_or_another_text() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--count", "12", "--seed", "3"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "formulas made 0, control codes 0, texts changed 0" in done.stdout
