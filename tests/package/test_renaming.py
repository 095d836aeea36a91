"""A file is put in another's place, where that is possible within some time."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from clv_xl.package import renaming
from clv_xl.package.renaming import rename_over


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When it was tried; the first three times fail, as while another program has the file."""
    now, tried, real = [0.0], [], Path.replace

    def replace(path: Path, target: Path) -> Path:
        tried.append(now[0])
        if len(tried) <= 3:
            raise PermissionError(13, "Access denied")
        return real(path, target)

    clock = types.SimpleNamespace(
        monotonic=lambda: now[0], sleep=lambda pause: now.append(now.pop() + pause)
    )
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(renaming, "time", clock)
    return tried


def two(folder: Path) -> tuple[Path, Path]:
    new, target = folder / "new", folder / "target"
    new.write_text("new")
    target.write_text("old")
    return new, target


def test_windows_is_asked_again_while_another_program_has_the_file(
    tmp_path: Path, attempts: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming, "sys", types.SimpleNamespace(platform="win32"))
    new, target = two(tmp_path)
    rename_over(new, target)
    assert target.read_text() == "new"
    assert len(attempts) == 4


def test_windows_is_not_asked_for_ever(
    tmp_path: Path, attempts: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(renaming, "PATIENCE", 0.03)
    new, target = two(tmp_path)
    with pytest.raises(PermissionError):
        rename_over(new, target)
    assert 0.03 <= attempts[-1] < 1
    assert target.read_text() == "old"


def test_elsewhere_a_refusal_is_final(
    tmp_path: Path, attempts: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming, "sys", types.SimpleNamespace(platform="linux"))
    with pytest.raises(PermissionError):
        rename_over(*two(tmp_path))
    assert len(attempts) == 1
