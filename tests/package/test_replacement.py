"""A file is replaced as a whole or not at all; files open elsewhere are refused."""

from __future__ import annotations

import errno
import os
import random
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from package import posix
from package.example_files import CHANGED, SHEET, digest, repacked

from clv_xl.errors import FileError
from clv_xl.package import open_package, replace_file, replacement
from clv_xl.package.exchange import exchange
from clv_xl.package.new_file import _machine_key, name_key


def test_a_killed_run_leaves_the_old_or_the_new_file_and_the_next_sweeps_up(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.save(path)
    repacked(path, **{"xl__media__noise.bin": random.Random(1).randbytes(2_000_000)})
    script = (
        "import sys\nfrom clv_xl.package import open_package\n"
        "for n in range(10**6):\n"
        "    open_package(sys.argv[1]).save({'n.xml': b'<n>%d</n>' % n})\n"
        "    n or print('ready', flush=True)"
    )
    draw, seen = random.Random(2), 0
    for _ in range(12):
        run = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(draw.random() * 0.08)
        run.kill()
        run.wait()
        run.stdout.close()
        package = open_package(path)  # every checksum agrees, or this raises
        seen += "n.xml" in package.names
    assert seen
    (tmp_path / f".clv_xl-{_machine_key()}-{name_key(path)}-dead.tmp").touch()
    open_package(path).save({"n.xml": b"<n/>"})
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.xlsx"]


def test_another_machines_fresh_temporary_file_is_left_alone(book: Path, tmp_path: Path) -> None:
    theirs = tmp_path / f".clv_xl-00000000-{name_key(book)}-1234.tmp"
    theirs.touch()
    open_package(book).save({SHEET: CHANGED})
    assert theirs.exists()
    os.utime(theirs, (1, 1))
    open_package(book).save({SHEET: CHANGED})
    assert not theirs.exists()


@posix.limits
def test_a_full_disk_leaves_the_file_as_it_was(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    script = (
        "import resource,signal,sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from clv_xl.package import open_package\nfrom clv_xl.errors import FileError\n"
        "package = open_package(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "try: package.save({'n.bin': __import__('os').urandom(200_000)})\n"
        "except FileError as fault: print(fault)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(book)], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("There is not enough room on the disk to save 'book.xlsx': 0.2 MB")
    assert digest(book) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_change_by_somebody_else_in_the_meantime_is_not_overwritten(book: Path) -> None:
    package = open_package(book)
    stamp = book.stat()
    changed = bytearray(book.read_bytes())
    changed[-1:] = b"\1"
    book.write_bytes(changed)
    os.utime(
        book, ns=(stamp.st_atime_ns, stamp.st_mtime_ns)
    )  # same size, same time: only the content differs
    with pytest.raises(FileError, match="changed by another program"):
        package.save({SHEET: CHANGED})
    assert book.read_bytes() == bytes(changed)


# Files open elsewhere


def test_a_workbook_open_in_excel_is_refused_with_its_user(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    (tmp_path / "~$book.xlsx").write_bytes(b"\3Ann" + b" " * 161)
    with pytest.raises(FileError, match=r"^Close 'book.xlsx' in Excel \(user Ann\) and retry\.$"):
        open_package(book).save({SHEET: CHANGED})
    assert digest(book) == before


def test_a_workbook_open_in_libreoffice_is_refused(book: Path, tmp_path: Path) -> None:
    (tmp_path / ".~lock.book.xlsx#").touch()
    with pytest.raises(FileError, match=r"Close 'book\.xlsx' in LibreOffice .* delete '\.~lock"):
        open_package(book).save({SHEET: CHANGED})


def test_a_read_only_file_is_refused(book: Path) -> None:
    book.chmod(0o444)
    before = digest(book)
    with pytest.raises(FileError, match="read-only"):
        open_package(book).save({SHEET: CHANGED})
    assert digest(book) == before


def test_a_missing_folder_is_named_as_such(book: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="folder"):
        open_package(book).save({}, tmp_path / "nowhere" / "out.xlsx")


# Another program that saves at the last moment

NOTE = "custom/note.bin"  # a part of no meaning


def when_exchanged(monkeypatch: pytest.MonkeyPatch, *saves: Callable[[], object] | None) -> None:
    """Let other programs save just before each exchange of two files."""
    before = iter(saves)

    def late(one: Path, other: Path) -> bool:
        save = next(before, None)
        if save is not None:
            save()
        return exchange(one, other)

    monkeypatch.setattr(replacement, "exchange", late)


def saved(book: Path, content: bytes) -> Callable[[], object]:
    """What another program does that writes a new file and renames it over the book."""

    def save() -> None:
        book.with_name("theirs").write_bytes(content)
        book.with_name("theirs").replace(book)

    return save


@pytest.mark.usefixtures("can_exchange")
@pytest.mark.parametrize("in_place", [True, False])
def test_a_version_saved_at_the_last_moment_is_put_back(
    book: Path, tmp_path: Path, in_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        book.write_bytes(b"theirs")

    when_exchanged(monkeypatch, write if in_place else saved(book, b"theirs"))
    with pytest.raises(FileError, match="changed by another program in the meantime"):
        open_package(book).save({NOTE: b"mine"})
    assert book.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.usefixtures("can_exchange")
def test_of_two_versions_saved_at_the_last_moment_the_later_stays(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_exchanged(monkeypatch, saved(book, b"first"), saved(book, b"second"))
    with pytest.raises(FileError, match="changed by another program"):
        open_package(book).save({NOTE: b"mine"})
    assert book.read_bytes() == b"second"


@pytest.mark.usefixtures("can_exchange")
def test_a_version_is_put_back_when_looking_at_it_fails_or_exchanging_again_does(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([True, OSError(errno.EIO, os.strerror(errno.EIO))])

    def look(_: Path, content: bytes) -> bool:
        seen = next(looks)
        if isinstance(seen, OSError):
            raise seen
        return seen

    monkeypatch.setattr(replacement, "holds", look)
    done: list[bool] = []

    def once(one: Path, other: Path) -> bool:
        done.append(not done and exchange(one, other))
        return done[-1]

    monkeypatch.setattr(replacement, "exchange", once)
    package, before = open_package(book), book.read_bytes()
    with pytest.raises(FileError, match=re.escape(os.strerror(errno.EIO))):
        package.save({NOTE: b"mine"})
    assert book.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.usefixtures("can_exchange")
def test_a_version_that_cannot_be_put_back_stays_beside_the_file_and_is_named(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bool] = []

    def once(one: Path, other: Path) -> bool:
        if done:
            raise OSError(errno.EIO, "the cause")
        saved(book, b"theirs")()
        done.append(exchange(one, other))
        return done[0]

    monkeypatch.setattr(replacement, "exchange", once)
    with pytest.raises(FileError, match=r"could not be put back \(the cause\)") as caught:
        open_package(book).save({NOTE: b"mine"})
    (kept,) = set(tmp_path.iterdir()) - {book}
    assert f"'{kept.name}' beside it" in str(caught.value)
    assert kept.read_bytes() == b"theirs"
    assert open_package(book).read(NOTE) == b"mine"


def test_where_files_cannot_be_exchanged_a_changed_file_is_refused_all_the_same(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacement, "exchange", lambda *_: False)
    open_package(book).save({NOTE: b"new"})
    assert open_package(book).read(NOTE) == b"new"
    package = open_package(book)
    book.write_bytes(b"theirs")
    with pytest.raises(FileError, match="changed by another program"):
        package.save({NOTE: b"mine"})
    assert book.read_bytes() == b"theirs"


def test_a_file_that_was_removed_in_the_meantime_is_not_made_anew(book: Path) -> None:
    package = open_package(book)
    book.unlink()
    with pytest.raises(FileError, match="changed by another program"):
        package.save({NOTE: b"mine"})
    assert not book.exists()


def test_a_program_that_opens_the_file_while_the_new_one_is_written_is_waited_for(
    book: Path, tmp_path: Path
) -> None:
    def chunks() -> Iterator[bytes]:
        (tmp_path / ".~lock.book.xlsx#").touch()
        yield b"new"

    before = book.read_bytes()
    with pytest.raises(FileError, match="in LibreOffice"):
        replace_file(book, chunks(), size=3)
    assert book.read_bytes() == before


# What a file keeps, and what a failure says


@posix.long_names
def test_the_longest_name_that_the_system_allows_is_saved(tmp_path: Path, book: Path) -> None:
    long = book.rename(tmp_path / ("n" * 250 + ".xlsx"))
    open_package(long).save({NOTE: b"new"})
    assert open_package(long).read(NOTE) == b"new"
    assert [path.name for path in tmp_path.iterdir()] == [long.name]


def test_the_other_names_of_a_file_keep_the_old_content(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    os.link(book, tmp_path / "twin.xlsx")
    open_package(book).save({NOTE: b"new"})
    assert (tmp_path / "twin.xlsx").read_bytes() == before


@posix.permissions
def test_a_new_file_has_the_usual_permissions_or_those_asked_for(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        replace_file(tmp_path / "usual", [b"1", memoryview(b"2")], size=2)
        replace_file(tmp_path / "asked", [b"x"], size=1, mode=0o604)
    finally:
        os.umask(old)
    assert (tmp_path / "usual").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "asked").stat().st_mode & 0o777 == 0o604
    assert (tmp_path / "usual").read_bytes() == b"12"


@posix.permissions
def test_a_file_is_never_open_to_others_while_it_is_written(book: Path, tmp_path: Path) -> None:
    book.chmod(0o600)
    seen = []

    def chunks() -> Iterator[bytes]:
        seen.extend(path.stat().st_mode & 0o777 for path in tmp_path.iterdir())
        yield b"new"

    replace_file(book, chunks(), size=3)
    assert seen == [0o600, 0o600]


def test_fewer_bytes_than_announced_are_a_failure(book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(FileError, match="could not be saved"):
        replace_file(book, [b"12"], size=3)
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("size", "amount"),
    [(5, "0.1 kB"), (5_120, "5.1 kB"), (99_900, "99.9 kB"), (200_000, "0.2 MB"), (3e7, "30.0 MB")],
)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_full_disk_is_told_with_the_room_that_is_needed(
    book: Path, size: int, amount: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = failing(book, OSError(number, "x"), monkeypatch, int(size))
    assert sentence == (
        f"There is not enough room on the disk to save 'book.xlsx': {amount} are needed. "
        "The file is as it was."
    )


def failing(book: Path, fault: OSError, monkeypatch: pytest.MonkeyPatch, size: int = 1) -> str:
    """What is said of a failure of the system; the file must be as it was."""

    def fail(*_: object) -> None:
        raise fault

    before = book.read_bytes()
    monkeypatch.setattr(replacement, "_write", fail)
    with pytest.raises(FileError) as caught:
        replace_file(book, [b"x"], size=size)
    assert book.read_bytes() == before
    assert len(list(book.parent.iterdir())) == 1
    return str(caught.value)


def test_every_failure_names_its_cause(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = PermissionError(errno.EACCES, "x")
    shared.winerror = 32
    assert failing(book, shared, monkeypatch) == "Close 'book.xlsx' in Excel and retry."
    assert failing(book, PermissionError(errno.EACCES, "x"), monkeypatch) == (
        "'book.xlsx' cannot be written: close it in Excel, or allow writing to its folder."
    )
    for number in (errno.EIO, errno.ENOENT, errno.ENAMETOOLONG):
        cause = os.strerror(number)
        assert failing(book, OSError(number, cause), monkeypatch) == (
            f"'book.xlsx' could not be saved ({cause}); the file is as it was."
        )


def test_a_folder_that_cannot_be_flushed_is_no_failure(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fail_for_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "no")
        real(handle)

    handles = open_handles()
    monkeypatch.setattr(os, "fsync", fail_for_folders)
    replace_file(book, [b"new"], size=3)
    assert book.read_bytes() == b"new"
    assert open_handles() == handles


def open_handles() -> int:
    """How many files this process has open, where the system tells."""
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


@posix.folders
def test_file_and_folder_are_flushed_around_the_replacement(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []

    def note(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        flushed.append((kind, book.read_bytes() == b"new"))

    monkeypatch.setattr(os, "fsync", note)
    replace_file(book, [b"new"], size=3)
    assert flushed == [("file", False), ("folder", True)]


def test_an_old_version_that_cannot_be_removed_is_no_failure(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, **options: object) -> None:
        raise OSError(errno.EIO, "no")

    package = open_package(book)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        package.save({NOTE: b"new"})
    assert open_package(book).read(NOTE) == b"new"
    open_package(book).save({NOTE: b"newer"})
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


@posix.open_files
def test_what_is_put_under_the_name_of_the_new_file_does_not_get_its_attributes(
    book: Path, tmp_path: Path
) -> None:
    book.chmod(0o606)
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    victim.chmod(0o600)

    def chunks() -> Iterator[bytes]:
        made = next(path for path in tmp_path.iterdir() if path.name.endswith(".tmp"))
        made.unlink()
        made.symlink_to(victim)
        yield b"new"

    replace_file(book, chunks(), size=3)
    assert victim.stat().st_mode & 0o777 == 0o600
    assert victim.read_text() == "theirs"
