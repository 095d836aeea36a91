"""What of the lock file the Windows Python of `.ci/windows` gets."""

from __future__ import annotations

import re
from pathlib import Path

from wine.windows_lock import OF_TESTS, PACKAGES, windows_lines

LOCK = Path(__file__).parents[2] / ".ci" / "requirements.txt"


def test_every_package_once_with_hashes_and_without_conditions() -> None:
    lines = windows_lines(LOCK.read_text("utf-8"))
    assert sorted(line.split("==")[0] for line in lines) == sorted(PACKAGES | OF_TESTS)
    assert all(
        re.fullmatch(r"[a-z0-9-]+==[\w.]+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines
    )


def test_the_line_for_windows_and_its_python_is_taken() -> None:
    lock = (
        "numpy==1 ; python_full_version < '3.12' \\\n    --hash=sha256:old\n"
        "numpy==2 ; python_full_version >= '3.12' \\\n    --hash=sha256:a \\\n"
        "    --hash=sha256:b\n"
        "pluggy==3 ; sys_platform != 'win32' \\\n    --hash=sha256:no\n"
        "other==4 \\\n    --hash=sha256:no\n"
    )
    assert windows_lines(lock) == ["numpy==2 --hash=sha256:a --hash=sha256:b"]
