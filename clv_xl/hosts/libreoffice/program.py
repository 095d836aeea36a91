"""The LibreOffice on this computer: its folder, its version, and a Python with the module `uno`.

Guaranteed: programs are started by their full path, in their own folder, and Pythons search no
current folder, so nothing that lies in the temporary folder, the current one or beside a workbook
is run. Not guaranteed: anything about those who may write into the folders of LibreOffice or of
Python, or into a folder that the user's PATH names in full.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError

OLDEST: Final = (24, 8)
"""Older ones show #NAME? for the functions in .xlsx files and save them under other names."""

ABSENT: Final = (
    "LibreOffice is not found on this computer. Install LibreOffice 24.8 or newer, then run this "
    "again"
)
UNANSWERING: Final = (
    "LibreOffice does not answer. Close every LibreOffice window and try again; if that does not "
    "help, install LibreOffice anew"
)
NO_PYTHON: Final = (
    "LibreOffice here has no Python, which its add-ins need. Install it: on Debian and Ubuntu the "
    "package python3-uno, on Fedora libreoffice-pyuno; LibreOffice's own installer brings it along"
)
_HAS_UNO: Final = "import sys; sys.path[:] = filter(None, sys.path); import uno"
"""The switches -I and -P would do the same but for LibreOffice's own Python, which finds `uno` by
the environment that its start sets, and for Pythons older than 3.11."""
_SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
_PATIENCE: Final = 120

_USUAL_PLACES: Final = {
    "linux": (
        "/usr/lib/libreoffice/program",
        "/usr/lib64/libreoffice/program",
        "/opt/libreoffice*/program",
        "/snap/libreoffice/current/lib/libreoffice/program",
    ),
    "darwin": ("/Applications/LibreOffice*.app/Contents/MacOS",),
    "win32": ("/Program Files/LibreOffice*/program", "/Program Files (x86)/LibreOffice*/program"),
}


@dataclass(frozen=True)
class Program:
    """An installed LibreOffice.

    Parameters
    ----------
    folder : Path
        The folder of its programs.
    """

    folder: Path

    @property
    def soffice(self) -> Path:
        """The program itself; on Windows the one that writes to its caller's console."""
        return self._named("soffice")

    @property
    def unopkg(self) -> Path:
        """The program that installs extensions."""
        return self._named("unopkg")

    def _named(self, name: str) -> Path:
        return self.folder / (f"{name}.com" if sys.platform == "win32" else name)

    @cached_property
    def version(self) -> tuple[int, ...]:
        """The version as numbers, such as (25, 2, 3, 2).

        Raises
        ------
        HostError
            LibreOffice does not answer.
        """
        output = run([self.soffice, "--version"]).stdout
        found = re.search(r"(\d+(?:\.\d+)+)", output)
        if not found:
            raise HostError(UNANSWERING)
        return tuple(int(part) for part in found[1].split("."))

    @property
    def shown_version(self) -> str:
        """The version in its usual form, such as 25.2.3."""
        return ".".join(map(str, self.version[:3]))

    @cached_property
    def python(self) -> Path:
        """A Python that has the module `uno`.

        The one that LibreOffice brings (Windows, Mac, its own Linux packages), else the system's,
        for which distributions build it. The user's own Python hardly ever has it, so it is tried
        last.

        Raises
        ------
        HostError
            There is none.
        """
        for candidate in self._pythons():
            if run([candidate, "-c", _HAS_UNO]).returncode == 0:
                return candidate
        raise HostError(NO_PYTHON)

    def _pythons(self) -> Iterator[Path]:
        own = "python.exe" if sys.platform == "win32" else "python"
        places = [self.folder / own, self.folder.parent / "Resources" / own]
        if sys.platform != "win32":
            places.append(_SYSTEM_PYTHON)
        places.append(Path(sys.executable))
        return (place for place in places if place.is_file())


def find() -> Program:
    """Return the LibreOffice of this computer.

    Raises
    ------
    HostError
        There is none, or it is too old.
    """
    program = find_any_version()
    if program.version < OLDEST:
        raise HostError(too_old_sentence(program))
    return program


def too_old_sentence(program: Program) -> str:
    """Return the sentence for a LibreOffice that is too old."""
    return (
        f"LibreOffice {program.shown_version} is too old: its workbooks would lose the functions. "
        "Install LibreOffice 24.8 or newer, then run this again"
    )


def find_any_version() -> Program:
    """Return the LibreOffice of this computer, whatever its version.

    Raises
    ------
    HostError
        There is none.
    """
    for folder in _folders():
        program = Program(folder)
        if program.soffice.is_file() and program.unopkg.is_file():
            return program
    raise HostError(ABSENT)


def _folders() -> Iterator[Path]:
    for name in ("soffice", "libreoffice"):
        on_path = shutil.which(name)
        if on_path is not None and Path(on_path).is_absolute():  # not found in the current folder
            yield Path(on_path).resolve().parent
    root = Path(Path.home().anchor)
    for pattern in _USUAL_PLACES.get(sys.platform, _USUAL_PLACES["linux"]):
        yield from sorted(root.glob(pattern.lstrip("/")), reverse=True)


def run(
    command: Sequence[str | Path], *, patience: float = _PATIENCE, scratch: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of LibreOffice in its own folder and return the completed process.

    Raises
    ------
    HostError
        It cannot be started or does not end.
    """
    try:
        return subprocess.run(  # noqa: S603 - the programs are LibreOffice's own
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=patience,
            env=environment(scratch),
            cwd=Path(command[0]).parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise HostError(UNANSWERING) from None


def environment(scratch: Path | None = None) -> Mapping[str, str]:
    """Return the environment for a program of LibreOffice: English, without Python's variables.

    A distribution's LibreOffice loads the library of the first python3 on the PATH. It fails if
    that is the Python of an activated virtual environment, so the system's is put first.

    Parameters
    ----------
    scratch : Path, optional
        A folder for its temporary files.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LC_", "LANG")) and name != "VIRTUAL_ENV"
    }
    kept["LC_ALL"] = "C.UTF-8"
    if sys.platform != "win32":
        folders = (str(_SYSTEM_PYTHON.parent), kept.get("PATH"))
        kept["PATH"] = os.pathsep.join(filter(None, folders))
    if scratch is not None:
        kept.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)))
    return kept
