"""Pipes, sockets, devices and folders are refused at once, wherever a file is read or written."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from clv_xl.errors import FileError
from clv_xl.package import lock, open_package, replace_file
from clv_xl.package.regular_file import holds, open_regular, read_regular, refuse_irregular
from clv_xl.refresh.files import file_rows

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
KINDS = ["a folder", "a pipe", "a socket", "a device"]


def special(folder: Path, kind: str) -> Path:
    path = folder / "x.xlsx"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        here = Path.cwd()
        os.chdir(folder)  # its path may be too long for a socket
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path.name)
        finally:
            os.chdir(here)
    else:
        path.symlink_to("/dev/zero")
    return path


def hold(path: Path) -> None:
    with lock(path):
        pass


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "use",
    [
        open_package,
        hold,
        lambda path: replace_file(path, [b"new"], size=3),
        lambda path: file_rows(path, lambda _: 0),
        lambda path: read_regular(path, most=9),
        lambda path: holds(path, b""),
        refuse_irregular,
    ],
)
def test_each_kind_is_named_at_once(
    tmp_path: Path, kind: str, use: Callable[[Path], object]
) -> None:
    path = special(tmp_path, kind)
    before = path.lstat()
    with pytest.raises(FileError) as caught:
        use(path)
    name = (
        "zero" if kind == "a device" and use not in (open_package, refuse_irregular) else "x.xlsx"
    )
    assert str(caught.value) in {
        f"'{one}' is {kind}, not a file. Name a file." for one in (name, "x.xlsx")
    }
    assert path.lstat().st_mode == before.st_mode
    assert [one.name for one in tmp_path.iterdir()] == ["x.xlsx"]


def test_what_became_a_pipe_after_the_first_look_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = special(tmp_path, "a pipe")
    monkeypatch.setattr("clv_xl.package.regular_file.refuse_irregular", lambda *_: None)
    with pytest.raises(FileError, match="'shown' is a pipe"), open_regular(path, "shown"):
        pass


def test_an_unknown_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clv_xl.package.regular_file._KINDS", {})
    with pytest.raises(FileError, match=r"'x\.xlsx' is something else, not a file"):
        refuse_irregular(special(tmp_path, "a pipe"))


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(2**20))
    assert read_regular(path, most=2**20) == bytes(2**20)
    path.write_bytes(bytes(2**20 + 1))
    for shown, name in (("", "x"), ("y", "y")):
        with pytest.raises(FileError) as caught:
            read_regular(path, shown, most=2**20)
        assert str(caught.value) == f"File refused: '{name}' is larger than 1 MB."


def test_only_the_same_content_counts_as_held(tmp_path: Path) -> None:
    path = tmp_path / "x"
    assert not holds(path, b"")
    path.write_bytes(b"ab")
    assert [holds(path, content) for content in (b"ab", b"ax", b"a", b"abc")] == [True] + [
        False
    ] * 3
