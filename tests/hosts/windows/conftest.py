"""A Windows computer for the tests of the installation."""

import types

import pytest

from clv_xl.hosts.windows import paths


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A Windows user's folders and Python."""
    monkeypatch.setenv("APPDATA", str(tmp_path / "App Data \u00fc"))
    python = tmp_path / "Python 3" / "python.exe"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(
        paths, "sys", types.SimpleNamespace(executable=str(python), base_prefix=str(python.parent))
    )
    return tmp_path
