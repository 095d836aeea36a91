"""A few of the small files that made the command hang or crash; `hangs.py` runs all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from attacks import hangs


@pytest.mark.parametrize(
    "name",
    [
        "parentheses 3,000",
        "elements 200,000 after",
        "merged whole sheet",
        "names 10,000",
        "INDIRECT of the sheet",
        "OFFSET of the sheet",
    ],
)
def test_a_small_file_is_computed_or_refused_in_time(name: str) -> None:
    # In a process of its own: a run begins with the memory of the process that starts it.
    script = [sys.executable, hangs.__file__, "--only", name, "--bar", "30", "--room", "600"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
