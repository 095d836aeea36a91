"""The add-in installed in a LibreOffice and removed, in settings of the test's own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from clv_xl.errors import HostError
from clv_xl.hosts.libreoffice import diagnose, diagnosis, install, installation, program, uninstall
from clv_xl.hosts.libreoffice.installation import Target

needs_libreoffice = pytest.mark.libreoffice


def traces(profile: Path) -> list[Path]:
    """Files in the settings that name clv_xl in their name or content."""
    return [
        path
        for path in profile.rglob("*")
        if "clv" in path.name.lower() or (path.is_file() and b"clvxl" in path.read_bytes().lower())
    ]


@needs_libreoffice
def test_install_twice_then_uninstall_leaves_nothing(libreoffice, tmp_path):
    profile = tmp_path / "profile"
    assert [ok for ok, _ in diagnose(profile)] == [True, False]
    assert "has the functions now" in install(profile)[0]
    assert "has the functions now" in install(profile)[0]
    assert [ok for ok, _ in diagnose(profile)] == [True, True, True]
    assert traces(profile)
    assert uninstall(profile) == ["The functions are removed from LibreOffice."]
    assert traces(profile) == []
    assert "nothing to remove" in uninstall(profile)[0]


@needs_libreoffice
def test_another_python_and_all_users_are_said_in_a_sentence(libreoffice, tmp_path, monkeypatch):
    profile, module = tmp_path / "profile", "clv_xl.hosts.libreoffice.installation"
    with monkeypatch.context() as before:
        before.setattr(f"{module}.sys.executable", "/elsewhere/python")
        first = install(profile)
    again = install(profile)
    assert not any("no longer" in sentence for sentence in first)
    moved = f"They run in {sys.executable} now, no longer in /elsewhere/python."
    assert again[1] == moved
    assert (installation.FOR_ALL in again) is installation.is_administrator()
    assert moved not in install(profile)


@needs_libreoffice
def test_an_older_one_is_replaced(libreoffice, tmp_path, monkeypatch):
    profile = tmp_path / "profile"
    with monkeypatch.context() as before:
        before.setattr("clv_xl.hosts.libreoffice.extension.version", lambda _: "0.0.1")
        before.setattr("clv_xl.hosts.libreoffice.installation.version", lambda _: "0.0.1")
        install(profile)
    assert any("of clv_xl 0.0.1, this is" in text for ok, text in diagnose(profile) if not ok)
    assert "clv_xl 0.0.1 is replaced by" in install(profile)[0]
    assert all(ok for ok, _ in diagnose(profile))


@needs_libreoffice
def test_a_python_that_is_gone_is_diagnosed(libreoffice, tmp_path):
    profile = tmp_path / "profile"
    install(profile)
    settings = Target(libreoffice, profile).installed().settings
    known = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps({**known, "python": str(tmp_path / "python")}), "utf-8")
    (fault,) = [text for ok, text in diagnose(profile) if not ok]
    assert "is gone or has no clv_xl any more; run: clv-xl install libreoffice" in fault


def test_copies_that_libreoffice_keeps_of_a_user_are_swept(tmp_path):
    kept = tmp_path / "user" / "extensions" / "tmp" / "extensions"
    cache = tmp_path / "user" / "uno_packages" / "cache" / "uno_packages"
    for folder, name in ((kept, "clv_xl.oxt"), (cache, "clv_xl.oxt"), (cache, "other.oxt")):
        copy = folder / f"lu{name}.tmp_" / name
        copy.mkdir(parents=True)
        copy.parent.with_suffix(".tmp").touch()
    Target(program.Program(tmp_path), tmp_path).remove_leftovers()
    assert list(kept.iterdir()) == []
    assert sorted(path.name for path in cache.iterdir()) == ["luother.oxt.tmp", "luother.oxt.tmp_"]


def test_a_missing_libreoffice_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(program, "_folders", lambda: iter(()))
    for attempt in (install, uninstall):
        with pytest.raises(HostError, match=r"Install LibreOffice 24\.8 or newer"):
            attempt()
    ((ok, sentence),) = diagnose()
    assert not ok
    assert "not found" in sentence


def test_an_old_libreoffice_is_refused(monkeypatch, tmp_path):
    old = program.Program(tmp_path)
    old.__dict__["version"] = (7, 4, 7, 2)
    for module in (program, diagnosis, installation):
        monkeypatch.setattr(module, "find_any_version", lambda: old)
    with pytest.raises(HostError, match=r"LibreOffice 7\.4\.7 is too old"):
        install()
    ((ok, sentence),) = diagnose()
    assert not ok
    assert "24.8 or newer" in sentence
