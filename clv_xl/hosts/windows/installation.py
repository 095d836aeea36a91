"""The server registered and the add-ins written for this user's Excel, and removed again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from clv_xl.errors import FileError, HostError
from clv_xl.hosts.vba.addin import addin
from clv_xl.hosts.windows import paths, start
from clv_xl.hosts.windows.registration import command, register, unregister
from clv_xl.hosts.windows.registry import Registry, user_registry
from clv_xl.package.replacement import replace_file

ELSEWHERE = (
    "Excel can call clv_xl by itself only on Windows. On a Mac or the web use the free add-in "
    "xlwings Lite; the README says how, under Install"
)
STORE = (
    "This is the Microsoft Store's Python, which Excel cannot start. Install Python from "
    "python.org, then clv_xl with it, and try again"
)


CLOSED = (
    "Windows lets you enter no program in your registry, by a rule of this computer's. To have "
    "Excel start clv_xl without it, run: clv-xl install excel --dll"
)


def install(
    template: bytes | None = None, *, dll: bool = False, registry: Registry | None = None
) -> Iterator[str]:
    """Register the server for this user, and write the add-in to Excel's start folder.

    Parameters
    ----------
    template : bytes, optional
        The workbook that the ribbon's "New workbook" starts from.
    dll : bool
        Write the start add-in and its settings too, for a computer whose registry is closed
        to users.
    registry : Registry, optional
        Used instead of the user's own, for tests.

    Yields
    ------
    str
        What was done, in sentences.

    Raises
    ------
    HostError
        This is not Windows, Excel could not start this Python, or the registry is closed.
    FileError
        A file could not be written, mostly because Excel has it open.
    """
    registry = _require_registry(registry)
    if paths.is_store_python():
        raise HostError(STORE)
    settings = start.settings_file(start.settings()) if dll else b""
    is_registered = _try_register(registry)
    if not is_registered and not dll:
        raise HostError(CLOSED)
    _write_file(paths.addin(), addin())
    if dll:
        _write_file(paths.start_settings(), settings)
        _write_file(paths.start_addin(), start.addin())
    if template is not None:
        _write_file(paths.template(), template)
    who = "Windows" if is_registered else "The start add-in"
    yield f"{who} will start clv_xl for Excel with this Python, for you alone."
    if dll:
        yield f"The start add-in is at {paths.start_addin()}."
        yield f"What it starts is written in {paths.start_settings()}."
    yield f"The add-in is at {paths.addin()}; start Excel again to have it."


def uninstall(*, registry: Registry | None = None) -> Iterator[str]:
    """Remove what `install` wrote, and nothing else.

    Yields
    ------
    str
        What was done, in sentences.

    Raises
    ------
    HostError
        This is not Windows.
    FileError
        A file could not be removed, mostly because Excel has it open.
    """
    registry = _require_registry(registry)
    for path in (paths.addin(), paths.start_addin(), paths.template(), paths.start_settings()):
        _remove_file(path)
    unregister(registry)
    yield "Excel does not know clv_xl any more."


def _require_registry(registry: Registry | None) -> Registry:
    found = registry or user_registry()
    if found is None:
        raise HostError(ELSEWHERE)
    return found


def _try_register(registry: Registry) -> bool:
    """Register the server and return whether that was allowed; if not, remove what was written."""
    try:
        register(registry, command(paths.interpreter()))
    except PermissionError:
        with contextlib.suppress(PermissionError):
            unregister(registry)
        return False
    return True


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise FileError(f"The folder of {path.name} could not be made") from None
    replace_file(path, [content], size=len(content))


def _remove_file(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        own_folder = path.parent.name == paths.FOLDER and path.parent.exists()
        if own_folder and not any(path.parent.iterdir()):
            path.parent.rmdir()
    except OSError:
        raise FileError(f"{path.name} could not be removed; close Excel and try again") from None
