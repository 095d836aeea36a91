"""Installing in the spreadsheet programs of this computer, and checking that it works."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from clv_xl.errors import HostError


def install(program: str | None, *, dll: bool = False) -> Iterator[str]:
    """Make the functions available in a program, or in every one found.

    Parameters
    ----------
    program : str or None
        excel or libreoffice.
    dll : bool
        For Excel on a computer whose registry is closed: write the add-in that starts the server.

    Yields
    ------
    str
        What was done, in sentences.

    Raises
    ------
    HostError
        The program is not here, or the functions cannot be installed in it.
    """
    actions = {"excel": lambda: _install_excel(dll=dll), "libreoffice": _install_libreoffice}
    yield from _in_each(program, actions)


def uninstall(program: str | None) -> Iterator[str]:
    """Remove the functions from a program, or from every one.

    Parameters
    ----------
    program : str or None
        excel or libreoffice.

    Yields
    ------
    str
        What was done, in sentences.

    Raises
    ------
    HostError
        The program is not here, or the functions cannot be removed from it.
    """
    yield from _in_each(program, {"excel": _uninstall_excel, "libreoffice": _uninstall_libreoffice})


def _in_each(program: str | None, actions: dict[str, Callable[[], Iterable[str]]]) -> Iterator[str]:
    if program is not None:
        yield from actions[program]()
        return
    absent: list[str] = []
    for action in actions.values():
        try:
            yield from action()
        except HostError as fault:
            absent.append(fault.sentence)
    if len(absent) == len(actions):
        raise HostError(" ".join(f"{sentence.rstrip('.')}." for sentence in absent))
    yield from absent


def _install_excel(*, dll: bool) -> Iterator[str]:
    from clv_xl.hosts import windows
    from clv_xl.workbook import template

    if sys.platform != "win32":  # fails before the template is built
        return windows.install(dll=dll)
    brought = Path(template.__file__).with_name(template.NAME)  # by the set-up program
    if brought.is_file():
        return windows.install(brought.read_bytes(), dll=dll)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / template.NAME
        template.build(path)
        return windows.install(path.read_bytes(), dll=dll)


def _uninstall_excel() -> Iterable[str]:
    from clv_xl.hosts import windows

    return windows.uninstall()


def _install_libreoffice() -> Iterable[str]:
    from clv_xl.hosts import libreoffice

    return libreoffice.install()


def _uninstall_libreoffice() -> Iterable[str]:
    from clv_xl.hosts import libreoffice

    return libreoffice.uninstall()


PIP_AGAIN: Final = "install clv_xl again, with pip's --force-reinstall"


def diagnose(workbook: Path | None = None) -> Iterator[tuple[bool, str]]:
    """Check Python, the package, and each program.

    Parameters
    ----------
    workbook : Path, optional
        A workbook whose macros should run in Excel.

    Yields
    ------
    (bool, str)
        Whether it is in order, and a sentence; of a fault with its remedy.
    """
    from clv_xl.call import call
    from clv_xl.hosts import libreoffice, windows

    yield True, f"Python {sys.version.split()[0]}."
    works = call("CLV", [1000, 6, 5]).cells == 30000
    failure = f"The functions do not compute; {PIP_AGAIN}."
    yield works, "=CLV(1000, 6, 5) gives 30000." if works else failure
    yield from libreoffice.diagnose()
    yield from windows.diagnose()
    if workbook is not None:
        yield from windows.diagnose_workbook(workbook)
