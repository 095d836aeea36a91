"""Processes that run tests side by side make what they share once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from once import once


def test_it_is_made_once_and_given_to_all(tmp_path: Path) -> None:
    asked: list[Path] = []

    def make(folder: Path) -> str:
        asked.append(folder)
        return folder.name

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: once(tmp_path, "book", make), range(8)))
    assert given == ["book"] * 8
    assert asked == [tmp_path / "book"]


def test_a_failure_is_told_and_the_next_one_tries(tmp_path: Path) -> None:
    def fail(folder: Path) -> str:
        (folder / "half").touch()
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        once(tmp_path, "book", fail)
    assert once(tmp_path, "book", lambda folder: list(folder.iterdir())) == []
