"""Checks of Excel, the server and the add-in, each fault with its remedy (`clv-xl doctor`)."""

from __future__ import annotations

import importlib
import importlib.util
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from clv_xl.errors import HostError
from clv_xl.hosts.vba.addin import addin
from clv_xl.hosts.windows import paths, start
from clv_xl.hosts.windows.identity import PROG_ID
from clv_xl.hosts.windows.installation import STORE
from clv_xl.hosts.windows.registration import command, registered_command
from clv_xl.hosts.windows.registry import Registry, user_registry

EXCEL: Final = "Excel.Application"
REMEDY: Final = "run: clv-xl install excel"
START_REMEDY: Final = f"{REMEDY} --dll"
POLICIES: Final = (
    "Software\\Policies\\Microsoft\\Office\\16.0\\Excel\\Security",
    "Software\\Microsoft\\Office\\16.0\\Excel\\Security",
)
MACROS_OFF: Final = {
    3: "Excel is set to allow signed macros only, and ours are not signed",
    4: "Excel is set to allow no macros at all",
}
PATIENCE: Final = 60

Finding = tuple[bool, str]


def diagnose(registry: Registry | None = None) -> Iterator[Finding]:
    """Check what Excel needs for the functions; a check that others make pointless is left out.

    Parameters
    ----------
    registry : Registry, optional
        Used instead of the user's own, for tests.

    Yields
    ------
    (bool, str)
        Whether it is in order, and a sentence; of a fault with what to do about it.
    """
    registry = registry or user_registry()
    if registry is None:
        yield True, "Excel: this is not Windows, so there is nothing to check."
        return
    excel = registry.version(EXCEL)
    if excel is None and registered_command(registry) is None:
        yield True, "Excel: Windows knows of none here, so there is nothing to check."
        return
    yield from [(True, f"Excel {excel}.")] if excel else []
    if paths.is_store_python():
        yield False, f"{STORE}."
        return
    yield True, f"Python of {8 * struct.calcsize('P')} bits; any Excel can call it."
    if importlib.util.find_spec("win32com") is None:
        yield False, "pywin32 is missing; run: python -m pip install pywin32"
        return
    with_start = paths.start_addin().exists() or paths.start_settings().exists()
    if registered_command(registry) is not None or not with_start:
        yield from _check_registration(registry)
    if with_start:
        yield from _check_start_addin()
    yield from _check_addin()
    yield from _check_macros(registry)


def diagnose_workbook(path: Path) -> Iterator[Finding]:
    """Check whether a workbook has macros, and whether Windows blocks them as a download.

    Parameters
    ----------
    path : Path

    Yields
    ------
    (bool, str)
        Whether it is in order, and a sentence; of a fault with what to do about it.
    """
    try:
        with zipfile.ZipFile(path) as package:
            macros = "xl/vbaProject.bin" in package.namelist()
    except (OSError, zipfile.BadZipFile):
        yield False, f"{path.name} cannot be read as a workbook; check the file's name."
        return
    if is_blocked(path):
        what = f"Windows blocks the macros of {path.name}, as of any file from the internet"
        yield False, f"{what}; right-click the file, choose Properties, tick Unblock."
    elif macros:
        yield True, f"{path.name} has macros and is not marked as a download."
    else:
        yield True, f"{path.name} has no macros; in Excel on Windows it computes with the add-in."


def _check_registration(registry: Registry) -> Iterator[Finding]:
    start = registered_command(registry)
    if start is None:
        yield False, f"Windows does not know the server of clv_xl; {REMEDY}"
        return
    found = re.match('"([^"]+)"', start)
    interpreter = Path(found[1]) if found else Path()
    if not interpreter.is_file():
        yield False, f"The Python that Excel starts is gone; {REMEDY}"
        return
    if start != command(paths.interpreter()):
        yield False, f"Excel starts another Python than this one; to change that, {REMEDY}"
    if not _has_clv_xl(interpreter):
        yield False, f"The Python that Excel starts has no clv_xl any more; {REMEDY}"
        return
    yield True, "Windows knows the server of clv_xl."
    if _server_answers():
        yield True, "The server starts and computes."
    else:
        yield False, f"The server does not answer; restart the computer, then {REMEDY}"


def _check_start_addin() -> Iterator[Finding]:
    """Check the start add-in: its settings file, and the Python and DLL that the file names."""
    try:
        settings = start.parse_settings(paths.start_settings().read_bytes())
    except OSError:
        settings = {}
    interpreter = Path(settings.get("python", ""))
    libraries = [Path(path) for word, path in settings.items() if word.startswith("dll")]
    if not interpreter.is_file():
        yield False, f"The Python that the start add-in names is gone; {START_REMEDY}"
    elif not libraries or not all(path.is_file() for path in libraries):
        yield False, f"The DLL that the start add-in loads is gone; {START_REMEDY}"
    elif not _has_clv_xl(interpreter):
        yield False, f"The Python that the start add-in names has no clv_xl; {START_REMEDY}"
    elif settings != _expected_settings():
        what = "The start add-in starts another Python than this one, or loads another DLL"
        yield False, f"{what}; to change that, {START_REMEDY}"
    elif not paths.start_addin().is_file():
        yield False, f"The start add-in is not in Excel's start folder; {START_REMEDY}"
    elif paths.start_addin().read_bytes() != start.addin():
        yield False, f"The start add-in is of another version; {START_REMEDY}"
    elif is_blocked(paths.start_addin()):
        yield False, f"Windows blocks the start add-in, as if a download; {START_REMEDY}"
    else:
        yield True, "The start add-in is in place, and so is what it names."


def _expected_settings() -> Mapping[str, str]:
    try:
        return start.settings()
    except HostError:
        return {}


def _has_clv_xl(interpreter: Path) -> bool:
    """Return whether the recorded Python can be started and has what the server needs."""
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter that the user installed with
            [interpreter, "-E", "-P", "-c", "import clv_xl.hosts.windows.server, win32com"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            cwd=interpreter.parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _server_answers() -> bool:
    """Return whether the server computes when it is called as Excel calls it."""
    try:
        client: Any = importlib.import_module("win32com.client")
        server = client.Dispatch(PROG_ID)
        return bool(server.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0)) == 30000)
    except Exception:  # noqa: BLE001 - whatever COM raises, it does not answer
        return False


def _check_addin() -> Iterator[Finding]:
    try:
        path = paths.addin()
    except HostError as fault:
        yield False, f"{fault.sentence}."
        return
    if not path.is_file():
        yield False, f"The add-in is not in Excel's start folder; {REMEDY}"
        return
    current = path.read_bytes() == addin()
    yield (
        current,
        "The add-in is in Excel's start folder."
        if current
        else f"The add-in is of another version of clv_xl; {REMEDY}",
    )
    if is_blocked(path):
        yield False, f"Windows blocks the add-in, as if it were a download; {REMEDY}"


def is_blocked(path: Path) -> bool:
    """Return whether Windows has marked a file as from the internet, which disables its macros.

    The mark is removed by a right click on the file, Properties, Unblock.
    """
    if sys.platform != "win32":
        return False
    try:
        with Path(f"{path}:Zone.Identifier").open(encoding="utf-8", errors="replace") as mark:
            return re.search(r"ZoneId=[34]", mark.read()) is not None
    except OSError:
        return False


def _check_macros(registry: Registry) -> Iterator[Finding]:
    for key in POLICIES:
        setting = (registry.read(key) or {}).get("VBAWarnings")
        if setting in MACROS_OFF:
            who = (
                "ask your administrator"
                if "Policies" in key
                else "change it under File, Options, Trust Center"
            )
            yield False, f"{MACROS_OFF[int(setting)]}; {who}."
            return
    yield True, "Excel's settings allow macros, at least after a question."
