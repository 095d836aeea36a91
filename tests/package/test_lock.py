"""One run at a time changes a file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from package import posix

from clv_xl.errors import FileError
from clv_xl.package import lock, open_package
from clv_xl.package.new_file import _machine_key, name_key

MODULE = sys.modules["clv_xl.package.lock"]  # under its name the package has the function


def test_a_second_run_waits_and_then_refuses(book: Path) -> None:
    with lock(book):
        start = time.monotonic()
        with pytest.raises(FileError, match="Another run of clv-xl"), lock(book, patience=0.2):
            pass
        assert 0.2 <= time.monotonic() - start < 2


def test_a_run_waits_ten_seconds_by_default(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(MODULE.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(MODULE.time, "sleep", lambda pause: now.append(now.pop() + pause))
    with lock(book), pytest.raises(FileError), lock(book):
        pass
    assert 10 <= now[0] < 10.1


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


@posix.locks
def test_the_lock_holds_whatever_the_temporary_folder_and_name_of_the_file(
    book: Path, tmp_path: Path
) -> None:
    (tmp_path / "link.xlsx").symlink_to(book)
    os.link(book, tmp_path / "twin.xlsx")
    code = (
        "import sys\nfrom clv_xl.package import lock\nfrom clv_xl.errors import FileError\n"
        "try:\n    with lock(sys.argv[1], patience=0): print('held')\n"
        "except FileError as fault: print('refused')"
    )
    (tmp_path / "elsewhere").mkdir()
    place = {**os.environ, "TMPDIR": str(tmp_path / "elsewhere")}
    for name in ("book.xlsx", "link.xlsx", "twin.xlsx"):
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        with lock(book):
            run = subprocess.run(command, capture_output=True, text=True, env=place, check=True)
        assert run.stdout == "refused\n", run.stderr
        run = subprocess.run(command, capture_output=True, text=True, env=place, check=True)
        assert run.stdout == "held\n", run.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_killed_run_leaves_nothing_and_holds_nothing(book: Path, tmp_path: Path) -> None:
    code = (
        "import sys,time\nfrom clv_xl.package import lock\n"
        "with lock(sys.argv[1]): print('held', flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", code, str(book)], stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline().split() == [b"held"]
    with pytest.raises(FileError), lock(book, patience=0):
        pass
    run.kill()
    run.wait()
    run.stdout.close()
    with lock(book, patience=0):
        assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_run_that_waited_locks_the_file_that_has_replaced_the_old_one(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, new = lock(book), book.with_name("new")
    first.__enter__()
    new.write_bytes(b"new")

    def finish(_: float) -> None:
        new.replace(book)
        first.__exit__(None, None, None)

    monkeypatch.setattr(MODULE.time, "sleep", finish)
    with lock(book):
        monkeypatch.undo()
        with pytest.raises(FileError), lock(book, patience=0):
            pass


@posix.locks
def test_the_lock_is_not_taken_when_the_file_is_no_longer_at_its_name(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def swap(handle: int) -> bool:
        if not looked:
            book.rename(book.with_name("old.xlsx"))
            looked.append("gone")
        return True

    monkeypatch.setattr(MODULE, "try_lock", swap)
    with lock(book):
        looked.append("in")
    assert looked == ["gone", "in"]  # nothing is left to lock


@posix.locks
def test_a_file_system_without_locks_is_no_reason_to_refuse(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lack(_: int) -> bool:
        raise MODULE.WithoutLocksError

    monkeypatch.setattr(MODULE, "try_lock", lack)
    with lock(book, patience=0), lock(book, patience=0):
        pass


@posix.locks
def test_a_lock_that_keeps_failing_names_its_cause_at_once(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(MODULE, "try_lock", fail)
    with pytest.raises(FileError) as caught, lock(book, patience=60):
        pass
    assert str(caught.value) == (
        f"'book.xlsx' could not be locked ({os.strerror(errno.EIO)}); it is as it was."
    )


def test_a_file_that_vanishes_while_it_is_looked_at_is_not_a_failure(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def vanish(path: Path, *arguments: object, **options: object) -> object:
        book.unlink(missing_ok=True)
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", vanish)
    with lock(book, patience=0):
        pass


def test_a_file_that_is_open_elsewhere_or_read_only_is_refused_before_any_work(
    book: Path, tmp_path: Path
) -> None:
    beside = tmp_path / ".~lock.book.xlsx#"
    beside.touch()
    with pytest.raises(FileError, match="in LibreOffice"), lock(book):
        pass
    beside.unlink()
    book.chmod(0o444)
    with pytest.raises(FileError, match="read-only"), lock(book):
        pass


def test_a_lock_leaves_content_and_times_alone(book: Path) -> None:
    before = (book.read_bytes(), book.stat().st_mtime_ns)
    with lock(book):
        pass
    assert (book.read_bytes(), book.stat().st_mtime_ns) == before


def test_what_a_dead_run_left_is_swept_even_if_nothing_is_saved(book: Path, tmp_path: Path) -> None:
    left = tmp_path / f".clv_xl-{_machine_key()}-{name_key(book)}-dead.tmp"
    left.touch()
    with lock(book):
        assert not left.exists()
    with lock(tmp_path / "nowhere" / "book.xlsx"):
        pass
