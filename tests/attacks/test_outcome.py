"""Every ending of a command is told from the others."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
from attacks.outcome import COMMAND, Kind, classify, figures, is_whole, run, status


def python(code: str, **limits: float) -> Kind:
    return run([sys.executable, "-c", code], **limits).kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("print(1)", Kind.OK),
        ("import sys; sys.exit('clv-xl: There is no file.')", Kind.SENTENCE),
        ("1 / 0", Kind.TRACEBACK),
        ("import sys; sys.exit(1)", Kind.CRASH),
        ("import os; os.abort()", Kind.CRASH),
        ("import sys; sys.exit(141)", Kind.SENTENCE),
        ("import sys; sys.exit(139)", Kind.CRASH),
    ],
)
def test_how_a_command_ended_by_itself(code: str, kind: Kind) -> None:
    assert python(code) is kind


def test_a_command_is_ended_that_takes_too_long_or_too_much_memory() -> None:
    assert python("import time; time.sleep(60)", seconds=0.3) is Kind.HANG
    if sys.platform == "linux":
        assert python("b'1' * 10**8; import time; time.sleep(60)", megabytes=60) is Kind.MEMORY


def test_the_command_line_is_run_and_counted() -> None:
    outcome = run([*COMMAND, "recalc", "nowhere.xlsx"])
    assert (outcome.kind, outcome.err) == (
        Kind.SENTENCE,
        "clv-xl: There is no file 'nowhere.xlsx'.\n",
    )
    line = figures("files", [outcome], left_over=3)
    assert line.startswith("files: 1 runs: ok 0, sentence 1,")
    assert "left over 3" in line
    assert status([outcome]) == 0
    assert status([outcome._replace(kind=Kind.DAMAGED)]) == 1


def test_a_failure_inside_is_no_sentence() -> None:
    assert classify(1, "", "clv-xl: Something went wrong inside clv-xl (KeyError)") is (
        Kind.TRACEBACK
    )


def test_a_truncated_file_or_part_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    for part, whole in (("<a/>", True), ("<a>", False)):
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("a.xml", part)
        assert is_whole(path) is whole
    path.write_bytes(path.read_bytes()[:-9])
    assert not is_whole(path)
