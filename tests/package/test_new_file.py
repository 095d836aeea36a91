"""Temporary files: whoever is alive keeps theirs, and those of the dead are swept up."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from package import posix

from clv_xl.package import new_file as module
from clv_xl.package.exclusive import WithoutLocksError
from clv_xl.package.new_file import _machine_key, name_key, new_file, sweep


def leftover(target: Path, machine: str = "", age: float = 0) -> Path:
    path = target.with_name(f".clv_xl-{machine or _machine_key()}-{name_key(target)}-dead.tmp")
    path.write_text("half")
    if age:
        os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime - age))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@posix.permissions
def test_a_file_is_private_and_gone_afterwards(book: Path, tmp_path: Path) -> None:
    with new_file(book, 0o600) as new:
        assert new.path.parent == tmp_path
        assert new.path.stat().st_mode & 0o777 == 0o600
        assert new.is_at(new.path)
        assert not new.is_at(book)
    assert names(tmp_path) == {"book.xlsx"}
    assert new.file.closed


@posix.open_files
def test_a_file_that_got_another_name_stays_and_so_does_what_took_its_place(
    book: Path, tmp_path: Path
) -> None:
    with new_file(book, 0o600) as new:
        new.path.rename(tmp_path / "kept")
        new.path.write_text("theirs")
    assert (tmp_path / "kept").exists()
    assert new.path.read_text() == "theirs"


def test_two_files_of_one_target_have_two_names_however_long_its_own_is(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250 + ".xlsx")
    with new_file(target, 0o600) as one, new_file(target, 0o600) as other:
        assert one.path != other.path


def test_what_a_dead_run_left_is_swept_and_what_belongs_to_another_file_is_not(
    book: Path, tmp_path: Path
) -> None:
    leftover(book)
    others = leftover(tmp_path / "other.xlsx")
    mine = tmp_path / f".clv_xl-mine-{name_key(book)}.tmp"
    mine.touch()
    sweep(book)
    assert names(tmp_path) == {"book.xlsx", others.name, mine.name}


def test_the_file_of_a_live_run_is_not_swept_even_when_it_is_old(
    book: Path, tmp_path: Path
) -> None:
    with new_file(book, 0o600) as new:
        os.utime(new.path, (1, 1))
        code = (
            "import sys,pathlib\nfrom clv_xl.package.new_file import sweep\n"
            "sweep(pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", code, str(book)], check=True)
        sweep(book)
        assert new.path.exists()


@pytest.mark.parametrize(("age", "left"), [(3500, True), (3700, False)])
def test_another_machines_file_is_only_swept_when_it_is_old(
    book: Path, age: float, left: bool
) -> None:
    path = leftover(book, "00000000", age)
    sweep(book)
    assert path.exists() is left


@pytest.mark.parametrize(("age", "left"), [(3500, True), (3700, False)])
def test_without_locks_every_file_is_only_swept_when_it_is_old(
    book: Path, age: float, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lack(_: int) -> bool:
        raise WithoutLocksError

    monkeypatch.setattr(module, "try_lock", lack)
    path = leftover(book, age=age)
    sweep(book)
    assert path.exists() is left
    with new_file(book, 0o600) as new:
        assert new.path.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_what_is_no_file_under_such_a_name_is_left_and_not_waited_for(
    book: Path, tmp_path: Path
) -> None:
    beginning = f".clv_xl-{_machine_key()}-{name_key(book)}"
    (tmp_path / f"{beginning}-aa.tmp").mkdir()
    (tmp_path / f"{beginning}-bb.tmp").symlink_to(book)
    os.mkfifo(tmp_path / f"{beginning}-cc.tmp")
    sweep(book)
    assert {"book.xlsx", f"{beginning}-aa.tmp", f"{beginning}-bb.tmp"} <= names(tmp_path)
    assert book.stat().st_size


@posix.open_files
@pytest.mark.parametrize("how", ["locked", "removed"])
def test_a_file_that_another_run_swept_too_early_is_made_anew(
    book: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Path] = []

    def steal(handle: int) -> bool:
        if not swept:
            swept.extend(path for path in book.parent.iterdir() if path != book)
            swept[0].unlink()
            return how == "removed"
        return True

    monkeypatch.setattr(module, "try_lock", steal)
    with new_file(book, 0o600) as new:
        assert new.is_at(new.path)
        assert [new.path] != swept
        new.file.write(b"x")


def test_a_lock_that_fails_leaves_no_file(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> bool:
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(module, "try_lock", fail)
    with pytest.raises(OSError, match="no"), new_file(book, 0o600):
        pass
    assert names(tmp_path) == {"book.xlsx"}


def test_a_key_is_that_of_the_machine_or_of_the_name(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name_key(book) != name_key(book.with_name("other.xlsx"))
    assert len(_machine_key()) == len(name_key(book)) == 8
    here = _machine_key()
    monkeypatch.delattr(os, "uname", raising=False)
    monkeypatch.setenv("COMPUTERNAME", "one")
    assert here != _machine_key()
    one = _machine_key()
    monkeypatch.setenv("COMPUTERNAME", "two")
    assert _machine_key() != one


def test_closing_a_file_that_is_on_the_disk_is_no_reason_to_fail(book: Path) -> None:
    with new_file(book, 0o600) as new:
        os.close(new.file.fileno())
    assert not new.path.exists()
