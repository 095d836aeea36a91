"""A stand-in for the user's registry, and what tests of the installation compare."""

from pathlib import PureWindowsPath

from clv_xl.hosts.windows import diagnosis
from clv_xl.hosts.windows.registration import CLASSES

PYTHON = PureWindowsPath(r"C:\Users\Zo\u00eb M\u00fcller\my python\pythonw.exe")


class StandInRegistry:
    """The operations of a user's registry; keys ignore case."""

    def __init__(self, **keys):
        self.keys = {"software": {}, CLASSES.lower(): {}, **keys}
        self.programs = {"Excel.Application": "16"}

    def version(self, program):
        return self.programs.get(program)

    def read(self, key):
        found = self.keys.get(key.lower())
        return None if found is None else dict(found)

    def write(self, key, values):
        parts = key.lower().split("\\")
        for count in range(1, len(parts) + 1):
            self.keys.setdefault("\\".join(parts[:count]), {})
        self.keys[key.lower()].update(values)

    def remove(self, key):
        for known in list(self.keys):
            if known == key.lower() or known.startswith(key.lower() + "\\"):
                del self.keys[known]

    def is_empty(self, key):
        below = any(known.startswith(key.lower() + "\\") for known in self.keys)
        return self.keys.get(key.lower()) == {} and not below


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def faults(registry):
    """The sentences of what is not in order."""
    return [sentence for fine, sentence in diagnosis.diagnose(registry) if not fine]
