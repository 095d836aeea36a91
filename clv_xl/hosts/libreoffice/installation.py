"""The add-in installed in the user's LibreOffice by unopkg, found there, and removed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError
from clv_xl.hosts.libreoffice import extension
from clv_xl.hosts.libreoffice.program import Program, find, find_any_version, run

REFUSED: Final = (
    "LibreOffice did not take the add-in. Close every LibreOffice window (also the quickstarter) "
    "and try again"
)
NOT_REMOVED: Final = (
    "LibreOffice did not let the add-in go. Close every LibreOffice window (also the quickstarter) "
    "and try again"
)
FOR_ALL: Final = (
    "As root you install for all users of this computer. For yourself alone: clv-xl uninstall "
    "libreoffice, then install as the user who works with LibreOffice."
)
_CACHE: Final = Path("uno_packages", "cache")


@dataclass(frozen=True)
class Target:
    """The LibreOffice to install into: the user's, or for tests one with settings of its own.

    Parameters
    ----------
    program : Program
    profile : Path, optional
        The folder of settings; by default the user's own.
    """

    program: Program
    profile: Path | None = None

    @property
    def options(self) -> list[str]:
        """The options with which unopkg and soffice use these settings."""
        if self.profile is None:
            return []
        return [
            f"-env:UserInstallation={self.profile.as_uri()}",
            f"-env:UNO_SHARED_PACKAGES_CACHE={(self.profile / 'shared').as_uri()}",
        ]

    @property
    def context(self) -> list[str]:
        """The option for all users: an administrator's unopkg installs for all users only."""
        return ["--shared"] if is_administrator() else []

    def unopkg(
        self, command: str, *arguments: str | Path, everyone: bool = False
    ) -> tuple[bool, str]:
        """Run unopkg and return whether it succeeded, and what it wrote.

        Parameters
        ----------
        command : str
        arguments : str or Path
        everyone : bool, optional
            Whether to act on the extensions of all users instead of this user's.
        """
        context = ["--shared"] if everyone else self.context
        with tempfile.TemporaryDirectory(prefix="clv_xl-", ignore_cleanup_errors=True) as scratch:
            done = run(
                [self.program.unopkg, command, *context, *self.options, *arguments],
                scratch=Path(scratch),
            )
        return done.returncode == 0, done.stdout

    def installed(self, *, everyone: bool = False) -> Installed | None:
        """Return the add-in that is installed for this user, or for all; None if there is none."""
        succeeded, listing = self.unopkg("list", everyone=everyone)
        for part in listing.split("Identifier: ")[1:] if succeeded else ():
            identifier, _, rest = part.partition("\n")
            if identifier.strip() == extension.IDENTIFIER:
                found = re.search(r"^\s*Version: (\S+)", rest, re.MULTILINE)
                url = re.search(r"^\s*URL: (\S+)", rest, re.MULTILINE)
                working = re.search(r"^\s*is registered: (\S+)", rest, re.MULTILINE)
                settings = self._settings(url[1]) if url else None
                return Installed(
                    found[1] if found else "",
                    working is not None and working[1] == "yes",
                    settings,
                    _python_named_in(settings) if settings else None,
                )
        return None

    def _settings(self, url: str) -> Path | None:
        """Return the add-in's settings file; unopkg names its folder by a variable."""
        place = url.partition("_CACHE/")[2]
        if "UNO_SHARED" in url:
            shared = self.program.folder.parent / "share" / _CACHE
            cache = shared if self.profile is None else self.profile / "shared"
        else:
            profile = self.profile or user_profile()
            cache = profile / "user" / _CACHE
        settings = cache / place / extension.SETTINGS
        return settings if place and settings.is_file() else None

    def remove_leftovers(self) -> None:
        """Remove the copies that LibreOffice keeps of a removed extension until it starts again."""
        user = (self.profile or user_profile()) / "user"
        for folder in (user / "extensions" / "tmp" / "extensions", user / _CACHE / "uno_packages"):
            for copy in folder.glob(f"*.tmp_/{extension.FILE_NAME}"):
                shutil.rmtree(copy.parent, ignore_errors=True)
                with contextlib.suppress(OSError):
                    copy.parent.with_suffix(".tmp").unlink()


@dataclass(frozen=True)
class Installed:
    """The add-in as it is installed in LibreOffice.

    Parameters
    ----------
    version : str
    registered : bool
        Whether LibreOffice uses it.
    settings : Path or None
        The file that names the Python it starts; None if it is not in the usual folder.
    python : str or None
        That Python.
    """

    version: str
    registered: bool
    settings: Path | None
    python: str | None = None


def _python_named_in(settings: Path) -> str | None:
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(settings.read_text(encoding="utf-8"))
        return str(known["python"]) if "python" in known else None
    return None


def is_administrator() -> bool:
    """Return whether this process runs as root."""
    return sys.platform != "win32" and os.geteuid() == 0


def user_profile() -> Path:
    """Return the usual folder of the user's LibreOffice settings."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "LibreOffice" / "4"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LibreOffice" / "4"
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "libreoffice" / "4"


def install(profile: Path | None = None) -> list[str]:
    """Add the add-in to LibreOffice; an older one is replaced.

    Parameters
    ----------
    profile : Path, optional
        A folder of settings to use instead of the user's, for tests.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    HostError
        LibreOffice is missing, too old, without Python, or refuses the add-in.
    """
    program = find()
    _ = program.python  # raises if there is none, which the add-in needs
    target = Target(program, profile)
    before = target.installed()
    with tempfile.TemporaryDirectory(prefix="clv_xl-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / extension.FILE_NAME
        file.write_bytes(extension.build(sys.executable))
        added, _ = target.unopkg("add", "--suppress-license", "--force", file)
    after = target.installed()
    if not added or after is None or not after.registered:
        raise HostError(REFUSED)
    whom = "all users" if target.context else "you"
    done = f"LibreOffice {program.shown_version} has the functions now, for {whom}"
    if before is not None and before.version != version("clv_xl"):
        done += f"; clv_xl {before.version} is replaced by {version('clv_xl')}"
    sentences = [f"{done}."]
    if before is not None and before.python not in {None, sys.executable}:
        sentences.append(f"They run in {sys.executable} now, no longer in {before.python}.")
    if target.context:
        sentences.append(FOR_ALL)
    restart = "Restart LibreOffice if it is open, then type =CLV(1000, 6, 5) in a cell: "
    return [*sentences, f"{restart}it shows 30000."]


def uninstall(profile: Path | None = None) -> list[str]:
    """Remove the add-in from LibreOffice completely.

    Parameters
    ----------
    profile : Path, optional
        A folder of settings to use instead of the user's, for tests.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    HostError
        LibreOffice is missing, or does not remove the add-in.
    """
    target = Target(find_any_version(), profile)
    if target.installed() is None:
        target.remove_leftovers()
        return ["The functions are not in LibreOffice; there is nothing to remove."]
    removed, _ = target.unopkg("remove", extension.IDENTIFIER)
    if not removed or target.installed() is not None:
        raise HostError(NOT_REMOVED)
    target.remove_leftovers()
    return ["The functions are removed from LibreOffice."]
