"""The last three versions are kept, the newest as number 1."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

import pytest
from package import posix

from clv_xl.errors import FileError
from clv_xl.package import open_package
from clv_xl.package.copies import copy_path
from clv_xl.package.new_file import NewFile, sweep

NOTE = "custom/note.bin"  # a part of no meaning


def kept(book: Path) -> list[bytes]:
    """What the copies of a workbook hold, the newest first."""
    paths = [copy_path(book, number) for number in (1, 2, 3)]
    return [open_package(path).get(NOTE, b"") for path in paths if path.exists()]


def save(book: Path, number: int) -> None:
    open_package(book).save({NOTE: b"%d" % number}, backup=True)


def test_the_newest_of_three_copies_is_number_one(book: Path) -> None:
    save(book, 1)
    assert kept(book) == [b""]
    for number in (2, 3, 4, 5):
        save(book, number)
    assert kept(book) == [b"4", b"3", b"2"]
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "book.backup-1.xlsx",
        "book.backup-2.xlsx",
        "book.backup-3.xlsx",
        "book.xlsx",
    ]


@posix.permissions
def test_a_copy_is_the_file_as_it_was_with_its_permissions(book: Path) -> None:
    book.chmod(0o640)
    before = book.read_bytes()
    save(book, 1)
    copy = copy_path(book, 1)
    assert copy.read_bytes() == before
    assert copy.stat().st_mode & 0o777 == 0o640
    assert not book.samefile(copy)


def test_a_run_that_fails_pushes_no_copy_out(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        save(book, number)
    monkeypatch.setattr("clv_xl.package.replacement._replace", lambda *_: 1 / 0)
    for number in (4, 5, 6):
        with pytest.raises(ZeroDivisionError):
            save(book, number)
    assert kept(book) == [b"3", b"2", b"1"]


def test_a_run_that_was_killed_between_its_steps_costs_no_copy(book: Path) -> None:
    for number in (1, 2, 3):
        save(book, number)
    copies = kept(book)
    copy_path(book, 1).rename(copy_path(book, 4))
    copy_path(book, 2).replace(copy_path(book, 3))
    copy_path(book, 4).rename(copy_path(book, 1))  # killed when the second had become the third
    save(book, 4)
    assert kept(book) == [b"3", copies[0], copies[1]]


def test_a_version_of_another_program_makes_no_copy(book: Path) -> None:
    package = open_package(book)
    save(book, 1)
    before = kept(book)
    with pytest.raises(FileError, match="changed by another program"):
        package.save({NOTE: b"mine"}, backup=True)
    assert kept(book) == before


def test_another_output_makes_no_copy(book: Path, tmp_path: Path) -> None:
    open_package(book).save({NOTE: b"n"}, tmp_path / "out.xlsx", backup=True)
    assert kept(book) == []
    assert not copy_path(tmp_path / "out.xlsx", 1).exists()


@posix.links
def test_what_a_link_in_the_place_of_a_copy_points_to_is_not_written(
    book: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("theirs")
    copy_path(book, 1).symlink_to(other)
    copy_path(book, 2).symlink_to("nowhere")
    save(book, 1)
    assert other.read_text() == "theirs"
    assert [copy_path(book, n).is_symlink() for n in (1, 2, 3)] == [False, True, True]
    assert copy_path(book, 3).readlink() == Path("nowhere")


def test_a_folder_in_the_place_of_a_copy_is_no_reason_to_fail(book: Path) -> None:
    copy_path(book, 1).mkdir()
    save(book, 1)
    assert copy_path(book, 2).is_dir()
    assert copy_path(book, 1).is_file()


def test_the_temporary_file_of_a_copy_is_swept_like_that_of_the_file(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[Path] = []

    def note(new: NewFile, chunks: Iterable[bytes], size: int) -> None:
        left.append(new.path)
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr("clv_xl.package.replacement._write", note)
    with pytest.raises(FileError):
        save(book, 1)
    left[0].touch()
    sweep(book)
    assert [path.name for path in book.parent.iterdir()] == ["book.xlsx"]
