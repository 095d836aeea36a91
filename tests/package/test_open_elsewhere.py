"""A workbook that another program has open is not replaced; the files beside it may be anything."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from clv_xl.errors import FileError
from clv_xl.package.open_elsewhere import refuse_if_open


@pytest.mark.parametrize(
    ("record", "user"),
    [
        (b"\3Ann" + b" " * 161, " (user Ann)"),
        (b"\3A\nn", ""),
        (b"\3   ", ""),
        (b"", ""),
        (b"\x3c" + b"u" * 99, f" (user {'u' * 54})"),
    ],
)
def test_the_user_of_excel_is_named_if_there_is_a_name(
    book: Path, record: bytes, user: str
) -> None:
    book.with_name("~$book.xlsx").write_bytes(record)
    with pytest.raises(FileError) as caught:
        refuse_if_open(book)
    assert str(caught.value) == f"Close 'book.xlsx' in Excel{user} and retry."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_in_the_place_of_excels_file_is_not_waited_for(book: Path) -> None:
    os.mkfifo(book.with_name("~$book.xlsx"))
    with pytest.raises(FileError, match=r"^Close 'book.xlsx' in Excel and retry\.$"):
        refuse_if_open(book)


def test_a_file_of_which_nothing_is_known_is_not_refused(book: Path, tmp_path: Path) -> None:
    refuse_if_open(book)
    refuse_if_open(tmp_path / "new.xlsx")


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_file_that_nobody_may_write_is_read_only(book: Path, mode: int) -> None:
    book.chmod(mode)
    with pytest.raises(FileError, match=r"'book\.xlsx' is read-only"):
        refuse_if_open(book)


def test_a_file_that_others_may_write_is_read_only(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, kind: kind != os.W_OK)
    with pytest.raises(FileError, match=r"'book\.xlsx' is read-only"):
        refuse_if_open(book)


def test_a_look_that_fails_is_not_taken_for_a_file_that_nobody_has_open(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> bool:
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(Path, "exists", fail)
    with pytest.raises(OSError, match="no"):
        refuse_if_open(book)


def test_a_name_too_long_for_a_file_beside_it_is_not_open_elsewhere(tmp_path: Path) -> None:
    long = tmp_path / ("n" * 250 + ".xlsx")
    long.touch()
    refuse_if_open(long)
    long.chmod(0o444)
    with pytest.raises(FileError, match="read-only"):
        refuse_if_open(long)


def test_a_folder_is_no_file_to_replace(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        refuse_if_open(tmp_path)
