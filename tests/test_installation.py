"""Installing in each program, and the sentences where a program is absent."""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from clv_xl import installation
from clv_xl.errors import HostError
from clv_xl.hosts import libreoffice, windows
from clv_xl.workbook import template


def absent(*_: object, **__: object) -> Iterator[str]:
    raise HostError("It is not here")
    yield  # a generator, as the real ones are


def done(*_: object, **__: object) -> list[str]:
    return ["Done."]


@pytest.mark.parametrize("act", ["install", "uninstall"])
def test_a_program_asked_for_by_name_must_be_there(
    act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, act, absent)
    monkeypatch.setattr(libreoffice, act, done)
    with pytest.raises(HostError, match="not here"):
        list(getattr(installation, act)("excel"))
    assert list(getattr(installation, act)("libreoffice")) == ["Done."]


@pytest.mark.parametrize("act", ["install", "uninstall"])
def test_without_a_name_every_program_found_is_served(
    act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, act, absent)
    monkeypatch.setattr(libreoffice, act, done)
    assert list(getattr(installation, act)(None)) == ["Done.", "It is not here"]
    monkeypatch.setattr(libreoffice, act, absent)
    with pytest.raises(HostError, match=r"It is not here\. It is not here\."):
        list(getattr(installation, act)(None))


def test_a_template_that_was_brought_along_is_not_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / template.NAME).write_bytes(b"brought")
    monkeypatch.setattr(template, "__file__", str(tmp_path / "template.py"))
    monkeypatch.setattr(template, "build", absent)
    monkeypatch.setattr(installation, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(windows, "install", lambda content, **_: [content.decode()])
    assert list(installation.install("excel")) == ["brought"]


def test_the_diagnosis_begins_with_what_must_work_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libreoffice, "diagnose", lambda: iter([(False, "L")]))
    monkeypatch.setattr(windows, "diagnose", lambda: iter([(True, "W")]))
    found = list(installation.diagnose())
    assert [healthy for healthy, _ in found] == [True, True, False, True]
    assert found[1][1] == "=CLV(1000, 6, 5) gives 30000."
