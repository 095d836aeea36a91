"""The twin of tests/hosts/windows/test_registry.py: what it shows with a stand-in, for real."""

import sys

from clv_xl.hosts.windows.registry import UserRegistry

KEY = "Software\\clv_xl checks"

if __name__ == "__main__":
    registry = UserRegistry()
    assert registry.read(KEY) is None
    assert not registry.is_empty(KEY)
    registry.write(f"{KEY}\\one\\two é", {"": "default", "name": "Łucja"})
    assert registry.read(KEY) == {}
    assert not registry.is_empty(KEY)
    assert registry.read(f"{KEY}\\ONE\\two é") == {"": "default", "name": "Łucja"}
    registry.remove(f"{KEY}\\one")
    assert registry.is_empty(KEY)
    registry.remove(KEY)
    registry.remove(KEY)
    assert registry.read(KEY) is None
    assert registry.version("No.Such.Program") is None
    sys.stdout.write("as it was\n")
