"""The registration of the server, with a stand-in for the registry."""

import re
import subprocess
from pathlib import PureWindowsPath

import pytest
from hosts.windows.registry_stand_in import PYTHON, StandInRegistry

from clv_xl.hosts.vba.modules import modules
from clv_xl.hosts.windows import server
from clv_xl.hosts.windows.identity import CLSID, PROG_ID
from clv_xl.hosts.windows.registration import (
    CLASSES,
    command,
    entries,
    register,
    registered_command,
    unregister,
)


def test_registration_writes_the_users_classes_and_nothing_else():
    registry = StandInRegistry()
    register(registry, command(PYTHON))
    written = {key for key, values in registry.keys.items() if values}
    assert written == {
        f"{CLASSES}\\{PROG_ID}".lower(),
        f"{CLASSES}\\{PROG_ID}\\CLSID".lower(),
        *(
            f"{CLASSES}\\{branch}CLSID\\{CLSID}{end}".lower()
            for branch in ("", "WOW6432Node\\")
            for end in ("", "\\ProgID", "\\LocalServer32")
        ),
    }
    assert registered_command(registry) == command(PYTHON)


def test_the_command_quotes_the_path_and_isolates_python():
    start = command(PYTHON)
    assert start == f'"{PYTHON}" -E -P -m clv_xl.hosts.windows'
    assert subprocess.list2cmdline([str(PYTHON), *start.split('" ')[1].split()]) == start


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"software\\classes\\clsid": {}},
        {"software\\classes\\clsid": {}, "software\\classes\\clsid\\{other}": {"": "x"}},
        {"software\\classes\\wow6432node": {"a": "b"}, "software\\classes\\other.server": {}},
    ],
)
def test_unregistering_removes_exactly_what_was_written(others):
    registry, before = StandInRegistry(**others), StandInRegistry(**others).keys
    register(registry, command(PYTHON))
    unregister(registry)
    kept = dict(before)
    if others == {"software\\classes\\clsid": {}}:
        kept.pop("software\\classes\\clsid")  # an empty key holds nothing and is removed too
    assert registry.keys == kept
    unregister(registry)
    assert registry.keys == kept


def test_registering_again_replaces_the_old_python():
    registry = StandInRegistry()
    register(registry, command(PureWindowsPath(r"C:\old\pythonw.exe")))
    register(registry, command(PYTHON))
    assert registered_command(registry) == command(PYTHON)


@pytest.mark.parametrize("key", list(entries("x")))
def test_an_incomplete_registration_counts_as_none(key):
    registry = StandInRegistry()
    register(registry, command(PYTHON))
    registry.remove(key)
    assert registered_command(registry) is None


def test_the_workbook_asks_for_the_registered_name():
    host = next(module for module in modules([]) if module.name == "ClvHost")
    assert f'Private Const ServerName As String = "{PROG_ID}"' in host.text
    named = set(re.findall(r'"(clv_xl\.hosts\.\w+)"', host.text))
    assert named == server.FUNCTION_MODULES
