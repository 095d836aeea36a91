"""A separate LibreOffice process: no windows, its own settings, no add-in but that of clv_xl."""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from clv_xl.errors import HostError
from clv_xl.hosts.libreoffice import extension
from clv_xl.hosts.libreoffice.program import UNANSWERING, Program, environment, find, run

DRIVE: Final = Path(__file__).with_name("drive.py")
_TRIES: Final = 3
_START: Final = 60
_WORK: Final = 3600

_SETTINGS: Final = {
    ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode"): "0",
    ("org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode"): "0",
    ("org.openoffice.Setup/L10N", "ooLocale"): "en-US",
    ("org.openoffice.Setup/L10N", "ooSetupSystemLocale"): "en-US",
    ("org.openoffice.Office.Common/Misc", "FirstRun"): "false",
}
"""Every formula is computed when a file is opened; numbers and names are those of en-US."""


class Office:
    """A running LibreOffice; use it in a `with` statement.

    The user's own LibreOffice may run at the same time and is not touched: settings, temporary
    files and extensions are separate. Starting is tried three times, since it sometimes fails.
    """

    def __init__(self) -> None:
        self.program: Program = find()
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.pipe = ""

    def __enter__(self) -> Self:
        for _ in range(_TRIES):
            try:
                self._start()
            except HostError:
                self._end()
            else:
                return self
        raise HostError(UNANSWERING)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def scratch(self) -> Path:
        """A folder for files that it is to read or write, which is removed when it ends."""
        assert self._folder is not None  # noqa: S101 - it runs
        return self._folder

    def ask(self, *command: str | Path, patience: float = _WORK) -> Any:
        """Return the answer of drive.py to a command.

        Raises
        ------
        HostError
            It gave none.
        """
        done = run(
            [self.program.python, DRIVE, self.pipe, str(_START), *command],
            patience=patience,
            scratch=self._folder,
        )
        if done.returncode:
            raise HostError(UNANSWERING)
        return json.loads(done.stdout)

    def _start(self) -> None:
        self._folder = folder = Path(tempfile.mkdtemp(prefix="clv_xl-"))
        self.pipe = f"clv_xl_{secrets.token_hex(8)}"
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        with zipfile.ZipFile(io.BytesIO(extension.build(sys.executable))) as archive:
            archive.extractall(folder / "bundled" / extension.FILE_NAME)
        self._process = subprocess.Popen(  # noqa: S603 - LibreOffice itself
            [
                str(self.program.soffice),
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                f"--accept=pipe,name={self.pipe};urp;",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                f"-env:BUNDLED_EXTENSIONS={(folder / 'bundled').as_uri()}",
                f"-env:UNO_SHARED_PACKAGES_CACHE={(folder / 'shared').as_uri()}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(folder),
            cwd=folder,
            start_new_session=sys.platform != "win32",
        )
        self.ask("ready", patience=2 * _START)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            try:
                if process.poll() is None:
                    self.ask("end", patience=_START)
                process.wait(_START)
            except (HostError, subprocess.TimeoutExpired):
                _kill(process)
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and its child processes, which are LibreOffice's own."""
    if sys.platform == "win32":
        system = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32")
        command = [str(system / "taskkill.exe"), "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, cwd=system, check=False)  # noqa: S603 - a process id
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for (path, name), value in _SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n"
    )
