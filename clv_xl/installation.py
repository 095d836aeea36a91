"""Which spreadsheet programs are here, and whether the functions work in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from clv_xl.errors import HostError


def install(program: str | None) -> list[str]:
    """Make the functions available in a program, or in every one found.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    HostError
        The program is not here, or does not take the functions.
    """
    from clv_xl.hosts import libreoffice

    if program == "excel":
        raise HostError(NOT_YET)
    return list(libreoffice.install())


def uninstall(program: str | None) -> list[str]:
    """Remove the functions from a program, or from every one.

    Returns
    -------
    list of str
        What was done, in sentences.
    """
    from clv_xl.hosts import libreoffice

    if program == "excel":
        raise HostError(NOT_YET)
    return list(libreoffice.uninstall())


NOT_YET = (
    "clv-xl does not set up Excel by itself yet; use the functions through xlwings as the README "
    "says, or in LibreOffice"
)


def diagnose() -> Iterator[tuple[bool, str]]:
    """Check Python, the package, and each program; every fault with its remedy."""
    from clv_xl.call import call
    from clv_xl.hosts import libreoffice

    yield True, f"Python {sys.version.split()[0]}."
    works = call("CLV", [1000, 6, 5]) == 30000
    yield (
        works,
        "The functions compute: =CLV(1000, 6, 5) gives 30000."
        if works
        else "The functions do not compute; install clv_xl again with pip's --force-reinstall.",
    )
    yield from libreoffice.diagnose()
