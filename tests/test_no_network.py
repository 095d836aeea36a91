"""The package uses no network: the ban of the whole suite holds, and nothing here runs into it.

`no_network` says how. What the suite runs elsewhere, runs under the ban too: LibreOffice, the
template, refresh, installations. `attacks/canaries.py` runs every command.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import no_network
import openpyxl
import pytest
from click.testing import CliRunner
from import_graph import PACKAGE, imported

import clv_xl
from clv_xl.cli import cli
from clv_xl.functions import CATALOGUE

LIBRARIES = {
    *("asyncio", "ftplib", "http", "httpx", "imaplib", "nntplib", "poplib", "requests", "smtplib"),
    *("socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "xmlrpc"),
}
NOT_ON_EVERY_SYSTEM = {"uno", "unohelper", "com", "winreg", "msvcrt", "win32com", "pythoncom"}

needs_the_kernel = pytest.mark.skipif(
    not no_network.holds_for_children(), reason="only Linux can take the network from children"
)


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        timeout=300,
    )


def test_python_cannot_open_a_connection() -> None:
    for attempt in (socket.socket, lambda: socket.getaddrinfo("localhost", 80)):
        with pytest.raises(no_network.NetworkUsed):
            attempt()
    no_network.ATTEMPTS.clear()


@needs_the_kernel
@pytest.mark.parametrize("deadly", [False, True])
def test_a_child_in_any_language_opens_local_sockets_only(deadly: bool) -> None:
    done = python(
        f"""if True:
        import ctypes, no_network, resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if {deadly}:
            no_network.ban(deadly=True)
        library = ctypes.CDLL(None)
        print(library.socket(1, 1, 0) >= 0, flush=True)
        print(library.socket(2, 1, 0), flush=True)
        """
    )
    assert done.stdout.split() == (["True"] if deadly else ["True", "-1"])
    assert (done.returncode < 0) is deadly


def test_no_module_imports_a_library_for_networks() -> None:
    used = {(path.name, name) for path in PACKAGE.rglob("*.py") for name in imported(path)}
    assert used
    assert not {
        (file, name)
        for file, name in used
        if name.partition(".")[0] in LIBRARIES and not name.startswith("urllib.parse")
    }


def test_every_module_can_be_imported() -> None:
    for module in pkgutil.walk_packages(clv_xl.__path__, "clv_xl."):
        if module.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ImportError as fault:
            assert fault.name in NOT_ON_EVERY_SYSTEM  # noqa: PT017 - others have them


def test_examples_and_a_book_are_computed_where_a_socket_is_the_end(tmp_path: Path) -> None:
    """The first example of every function, and commands over a book that names addresses."""
    path, copy = str(tmp_path / "book.xlsx"), str(tmp_path / "copy.xlsx")
    book = openpyxl.Workbook()
    book.active["A1"] = "=CLV(1000, 6, 5)"
    book.active["A2"] = '=HYPERLINK("http://127.0.0.1:9/", A1)'
    book.active["A3"] = '=WEBSERVICE("http://127.0.0.1:9/")'
    book.save(path)
    examples = [next(iter(function.examples)) for function in CATALOGUE.values()]
    commands = [["eval", "--json", *examples], ["recalc", path], ["share", path, "--out", copy]]
    done = python(
        f"""if True:
        import no_network
        from click.testing import CliRunner
        from clv_xl.cli import cli
        no_network.ban(deadly=True)
        for words in {[*commands, ["functions"], ["serve"]]!r}:
            print(CliRunner().invoke(cli, words).stdout.count("\\n"))
        """
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == str(len(examples))
    assert openpyxl.load_workbook(copy).active["A1"].value == 30000


def test_a_document_type_from_the_network_is_not_fetched(tmp_path: Path) -> None:
    path, evil = tmp_path / "book.xlsx", tmp_path / "evil.xlsx"
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                kind = '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/sheet.dtd">'
                text = f"{kind}{text.partition('?>')[2] or text}"
            new.writestr(name, text)
    done = CliRunner().invoke(cli, ["recalc", str(evil)])
    assert done.exit_code != 0
