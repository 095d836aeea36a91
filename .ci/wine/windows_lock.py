"""Writes what of the lock file a Windows Python 3.13 needs for clv_xl and its tests of Windows.

`windows_lock.py REQUIREMENTS`: the lines of these packages with their hashes and without the
conditions, which pip would judge by the system that it downloads on.
"""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

PYTHON = {"sys_platform": "win32", "platform_system": "Windows", "python_full_version": "3.13.2"}
PYTHON |= {"python_version": "3.13", "os_name": "nt", "platform_machine": "AMD64"}
PACKAGES = frozenset(
    [
        *("click", "colorama", "et-xmlfile", "ironcalc", "lxml", "markdown-it-py", "mdurl"),
        *("numpy", "openpyxl", "pygments", "pywin32", "rich", "scipy", "xlwings"),
        *("hypothesis", "iniconfig", "olefile", "packaging", "pluggy", "pytest"),
        "sortedcontainers",
    ]
)


def windows_lines(lock: str) -> list[str]:
    """Return the requirements of a lock file that Windows has, each with its hashes."""
    found = []
    for entry in re.findall(r"^[A-Za-z0-9].*?(?:[^\\]\n|\Z)", lock, re.MULTILINE | re.DOTALL):
        condition, *hashes = entry.replace("\\\n", "").split(" --hash=")
        wanted = Requirement(condition.strip())
        if wanted.name not in PACKAGES:
            continue
        if wanted.marker is None or wanted.marker.evaluate(PYTHON):
            digests = "".join(f" --hash={digest.strip()}" for digest in hashes)
            found.append(f"{wanted.name}{wanted.specifier}{digests}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(windows_lines(Path(sys.argv[1]).read_text("utf-8"))) + "\n")
