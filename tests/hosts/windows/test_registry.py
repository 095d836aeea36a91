"""The registry of Windows, with a stand-in for winreg."""

import sys

from hosts.windows import winreg_stand_in
from hosts.windows.registry_stand_in import PYTHON

from clv_xl.hosts.windows.registration import (
    CLASSES,
    command,
    entries,
    register,
    registered_command,
    unregister,
)
from clv_xl.hosts.windows.registry import UserRegistry


def test_the_real_registry_is_used_as_winreg_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "winreg", winreg_stand_in)
    winreg_stand_in.reset()
    winreg_stand_in.keys["software\\classes\\other"] = {"": ("theirs", winreg_stand_in.REG_SZ)}
    before = {key: dict(values) for key, values in winreg_stand_in.keys.items()}
    registry = UserRegistry()
    register(registry, command(PYTHON))
    assert registered_command(registry) == command(PYTHON)
    for key, values in entries(command(PYTHON)).items():
        assert registry.read(key) == values
    assert registry.read(CLASSES + "\\nothing") is None
    assert not registry.is_empty(CLASSES + "\\nothing")
    assert not registry.is_empty(CLASSES + "\\other")
    assert registry.version("Excel.Application") == "16"
    assert registry.version("Word.Application") is None
    unregister(registry)
    assert winreg_stand_in.keys == before
