"""One run at a time changes a file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clv_xl.errors import FileError
from clv_xl.package import lock, open_package


def test_a_second_run_waits_and_then_refuses(book: Path) -> None:
    with lock(book):
        start = time.monotonic()
        with pytest.raises(FileError, match="Another run of clv-xl"), lock(book, patience=0.2):
            pass
        assert 0.2 <= time.monotonic() - start < 2


def test_a_lock_is_free_again_afterwards_and_other_files_are_not_locked(
    book: Path, tmp_path: Path
) -> None:
    with lock(book), lock(tmp_path / "other.xlsx", patience=0):
        pass
    with lock(book, patience=0):
        pass


def test_two_runs_at_once_lose_no_update(book: Path) -> None:
    script = (
        "import sys\nfrom clv_xl.package import lock, open_package\n"
        "for n in range(15):\n"
        "    with lock(sys.argv[1]):\n"
        "        open_package(sys.argv[1]).save({f'{sys.argv[2]}{n}.xml': b'<n/>'})"
    )
    runs = [subprocess.Popen([sys.executable, "-c", script, str(book), who]) for who in "ab"]
    assert [run.wait() for run in runs] == [0, 0]
    names = open_package(book).names
    assert {f"{who}{n}.xml" for who in "ab" for n in range(15)} <= set(names)


def test_many_runs_take_turns_and_leave_no_lock_behind(tmp_path):
    counter, locks = tmp_path / "counter.txt", tmp_path / "locks"
    counter.write_text("0")
    locks.mkdir()
    code = (
        "import sys, pathlib\n"
        "from clv_xl.package import lock\n"
        "counter = pathlib.Path(sys.argv[1])\n"
        "for _ in range(60):\n"
        "    with lock(counter, patience=60):\n"
        "        counter.write_text(str(int(counter.read_text()) + 1))\n"
    )
    places = {**os.environ, "TMPDIR": str(locks), "TEMP": str(locks), "TMP": str(locks)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(counter)], env=places) for _ in range(4)
    ]
    assert [run.wait(120) for run in runs] == [0] * 4
    assert counter.read_text() == "240"
    assert list(locks.iterdir()) == []
