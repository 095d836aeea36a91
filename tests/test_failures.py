"""How a command ends: a status and one sentence, whatever is raised, and nothing for `| head`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import click
import pytest
from recalc_books import edit, workbook
from screens import run

from clv_xl import failures, terminal
from clv_xl.errors import FileError

PANIC = """
import sys
from clv_xl import failures, terminal

def panic():
    import ironcalc
    model = ironcalc.load_from_xlsx(sys.argv[1], "en", "UTC", "en")
    model.set_user_input(0, 1, 1, "=1")

with terminal.screen():
    status = failures.run(panic)
sys.exit(status)
"""


class Panic(BaseException):
    """As the engine's: no Exception."""


def raising(fault: BaseException) -> Any:
    def command() -> None:
        raise fault

    return command


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (FileError("There is no file 'a.xlsx'."), 1, "There is no file 'a.xlsx'."),
        (click.UsageError("No such\n  option"), 2, "No such option"),
        (click.ClickException("odd"), 1, "odd"),
        (click.Abort(), 130, "Stopped."),
        (KeyboardInterrupt(), 130, "Stopped."),
        (MemoryError(), 1, "not enough memory"),
        (RecursionError("maximum recursion depth"), 1, "nested too deeply"),
        (PermissionError(13, "Permission denied", "a.xlsx"), 1, "a.xlsx: Permission denied."),
        (ValueError("Anna Smith"), 1, "inside clv-xl (ValueError); --debug shows where."),
        (Panic("Anna Smith"), 1, "built-in engine cannot compute this"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_whatever_is_raised_is_one_sentence_and_a_status(
    fault: BaseException, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.run(raising(fault)) == status
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("clv-xl: ")
    assert words in line
    assert "Anna" not in line
    assert shown.out == ""


def test_a_command_that_ends_by_itself_keeps_its_status() -> None:
    assert failures.run(lambda: None) == 0
    assert failures.run(lambda: sys.exit(3)) == 3
    assert failures.run(sys.exit) == 0
    assert failures.run(lambda: sys.exit("a sentence")) == 1


def test_debug_shows_where_with_nothing_raw(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(raising(ValueError("\x1b[2J\u202e")), debug=True) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "\\x1b[2J\\u202e" in shown
    assert "\x1b" not in shown


def test_what_libraries_warn_of_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        failures.run(lambda: warnings.warn("Print area of Anna Smith", stacklevel=1))
    assert capsys.readouterr() == ("", "")


def test_an_output_that_nobody_reads_ends_the_command_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert failures.run(raising(terminal.ClosedOutputError())) == 141
    assert capsys.readouterr() == ("", "")


def test_a_panic_of_the_engine_is_one_sentence_without_its_own_words(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": 5}})
    edit(book, {"xl/worksheets/sheet1.xml": [('r="A1"', 'r="A1" s="77"')]})
    done = subprocess.run(
        [sys.executable, "-P", "-c", PANIC, book],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"clv-xl: {failures.ENGINE_STOPPED}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")
@pytest.mark.parametrize("words", [["eval", "--json", *["=1"] * 20], ["functions"], ["--help"]])
def test_head_gets_no_message(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(*words, stdout=writer)
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode in {1, 141}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_under_the_output_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = run("eval", "=1", stdout=full)
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "The output cannot be written (No space left on device)" in line


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")
def test_ctrl_c_twice_is_one_word(tmp_path: Path) -> None:
    cells = {f"A{row}": f"=SUM(B$1:B{row})" for row in range(1, 3000)}
    book = workbook(tmp_path / "book.xlsx", {"Sheet": cells})
    before = book.read_bytes()
    code = "from clv_xl.cli import main; print(flush=True); main()"
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, "recalc", book],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        for _ in range(2):
            time.sleep(0.2)
            running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=120)
    assert said.split() == ["clv-xl:", "Stopped."]
    assert running.returncode == 130
    assert book.read_bytes() == before
