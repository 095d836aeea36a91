"""Writes what of the lock file a Windows Python 3.13 needs for clv_xl and its tests of Windows.

`windows_lock.py REQUIREMENTS [clv_xl|tests]`: the lines of these packages with their hashes and
without the conditions, which pip would judge by the system that it downloads on.
"""

import re
import sys
from collections.abc import Collection
from pathlib import Path

from packaging.requirements import Requirement

PYTHON = {"sys_platform": "win32", "platform_system": "Windows", "python_full_version": "3.13.2"}
PYTHON |= {"python_version": "3.13", "os_name": "nt", "platform_machine": "AMD64"}
PACKAGES = frozenset(
    [
        *("click", "colorama", "et-xmlfile", "ironcalc", "lxml", "markdown-it-py", "mdurl"),
        *("numpy", "openpyxl", "pygments", "pywin32", "rich", "scipy", "xlwings"),
    ]
)
OF_TESTS = frozenset(
    [
        *("hypothesis", "iniconfig", "olefile", "packaging", "pluggy", "pytest"),
        "sortedcontainers",
    ]
)


def windows_lines(lock: str, packages: Collection[str] = PACKAGES | OF_TESTS) -> list[str]:
    """Return the requirements of a lock file that Windows has, each with its hashes."""
    found = []
    for entry in re.findall(r"^[A-Za-z0-9].*?(?:[^\\]\n|\Z)", lock, re.MULTILINE | re.DOTALL):
        condition, *hashes = entry.replace("\\\n", "").split(" --hash=")
        wanted = Requirement(condition.strip())
        if wanted.name not in packages:
            continue
        if wanted.marker is None or wanted.marker.evaluate(PYTHON):
            digests = "".join(f" --hash={digest.strip()}" for digest in hashes)
            found.append(f"{wanted.name}{wanted.specifier}{digests}")
    return found


if __name__ == "__main__":
    wanted = {"clv_xl": PACKAGES, "tests": OF_TESTS}.get(sys.argv[-1], PACKAGES | OF_TESTS)
    lines = windows_lines(Path(sys.argv[1]).read_text("utf-8"), wanted)
    sys.stdout.writelines(f"{line}\n" for line in lines)
