"""Installing for Excel and removing, in the folders of a stand-in computer."""

import sys
import types

import pytest
from hosts.windows.registry_stand_in import StandInRegistry, faults, files

from clv_xl.errors import HostError
from clv_xl.hosts.vba import addin as addin_file
from clv_xl.hosts.windows import installation, paths
from clv_xl.hosts.windows.registration import (
    registered_command,
)


def test_installed_and_removed_without_a_trace(computer):
    registry = StandInRegistry()
    before, folders = dict(registry.keys), files(computer)
    sentences = list(installation.install(b"template", registry=registry))
    assert len(sentences) == 2
    assert paths.addin().read_bytes() == addin_file.addin()
    assert paths.template().read_bytes() == b"template"
    python = computer / "Python 3" / "python.exe"
    assert registered_command(registry) == f'"{python}" -E -P -m clv_xl.hosts.windows'
    list(installation.uninstall(registry=registry))
    assert registry.keys == before
    assert files(computer) == folders
    list(installation.uninstall(registry=registry))


def test_other_files_in_the_folders_stay(computer):
    registry = StandInRegistry()
    list(installation.install(b"template", registry=registry))
    theirs = paths.addin().with_name("Personal.xlsb")
    theirs.touch()
    list(installation.uninstall(registry=registry))
    assert files(paths.roaming()) == [theirs]


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows this would install; .ci/windows does"
)
def test_elsewhere_a_sentence_says_what_to_do():
    for act in (installation.install, installation.uninstall):
        with pytest.raises(HostError, match="only on Windows"):
            list(act())


def test_the_stores_python_is_refused(computer, monkeypatch):
    store = "/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12"
    monkeypatch.setattr(
        paths, "sys", types.SimpleNamespace(executable="python.exe", base_prefix=store)
    )
    registry = StandInRegistry()
    before = dict(registry.keys)
    with pytest.raises(HostError, match=r"python\.org"):
        list(installation.install(registry=registry))
    assert registry.keys == before
    assert faults(registry) == [f"{installation.STORE}."]
