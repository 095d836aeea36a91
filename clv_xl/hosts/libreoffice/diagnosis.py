"""Checks of the add-in in LibreOffice, each fault with its remedy (`clv-xl doctor`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError
from clv_xl.hosts.libreoffice.installation import Installed, Target
from clv_xl.hosts.libreoffice.program import OLDEST, environment, find_any_version, too_old_sentence

REMEDY: Final = "run: clv-xl install libreoffice"
_PATIENCE: Final = 60


def diagnose(profile: Path | None = None) -> Iterator[tuple[bool, str]]:
    """Check LibreOffice and the add-in, as far as each check makes sense after those before.

    Parameters
    ----------
    profile : Path, optional
        A folder of settings to use instead of the user's, for tests.

    Yields
    ------
    (bool, str)
        Whether it is in order, and a sentence; of a fault with what to do about it.
    """
    try:
        program = find_any_version()
        old = program.version < OLDEST
        yield (
            not old,
            f"{too_old_sentence(program)}." if old else f"LibreOffice {program.shown_version}.",
        )
        if old:
            return
        _ = program.python
        target = Target(program, profile)
        installed = target.installed() or target.installed(everyone=True)
    except HostError as fault:
        yield False, f"{fault.sentence}."
        return
    if installed is None:
        yield False, f"The functions are not in LibreOffice; {REMEDY}"
        return
    yield from _check_addin(installed)


def _check_addin(installed: Installed) -> Iterator[tuple[bool, str]]:
    here = version("clv_xl")
    if not installed.registered:
        yield False, f"The add-in is in LibreOffice, but switched off; {REMEDY}"
    elif installed.version != here:
        yield (
            False,
            f"The add-in in LibreOffice is of clv_xl {installed.version}, this is {here}; {REMEDY}",
        )
    else:
        yield True, f"The add-in in LibreOffice is of clv_xl {here}."
    if installed.settings is not None:
        works = _worker_starts(installed.settings)
        yield (
            works,
            "The Python that the add-in starts has clv_xl."
            if works
            else f"The Python that the add-in starts is gone or has no clv_xl any more; {REMEDY}",
        )


def _worker_starts(settings: Path) -> bool:
    """Whether the recorded Python can be started and knows the functions."""
    try:
        python = json.loads(settings.read_text(encoding="utf-8"))["python"]
        done = subprocess.run(  # noqa: S603 - the interpreter that the user installed the add-in with
            [python, "-E", "-P", "-c", "import clv_xl.hosts.libreoffice.worker"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            env=environment(),
            cwd=Path(python).parent,
            check=False,
        )
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
