"""Two more servers for all users of Wine: `other_servers.py`, and as what Windows starts, `bare`.

ClvXl.Bare is xlwings' own server with one function, beside which calls are measured. ClvXl.Second
is the server of clv_xl under another class: Wine's COM cannot start one again that was killed.
"""

import sys
import winreg
from pathlib import Path
from typing import Any

import xlwings

from clv_xl.hosts.windows import paths

BARE = "{3B1F6E52-8C0D-4B7A-9D55-0A4E7C2F9B11}"
SECOND = "{3B1F6E52-8C0D-4B7A-9D55-0A4E7C2F9B12}"
REGISTRY: Any = winreg


@xlwings.func
@xlwings.arg("value", "raw")
@xlwings.arg("frequency", "raw")
@xlwings.arg("lifespan", "raw")
@xlwings.ret("raw")
def product(value: Any, frequency: float, lifespan: float) -> list[list[float]]:
    """Return the product of three numbers, the first of them also a column."""
    if isinstance(value, tuple):
        return [[row[0] * frequency * lifespan] for row in value]
    return [[value * frequency * lifespan]]


def register(name: str, clsid: str, words: str) -> None:
    """Enter a server that this Python starts with these words."""
    values = {
        name: name,
        f"{name}\\CLSID": clsid,
        f"CLSID\\{clsid}\\ProgID": name,
        f"CLSID\\{clsid}\\LocalServer32": f'"{paths.interpreter()}" -E {words}',
    }
    for key, value in values.items():
        with REGISTRY.CreateKey(REGISTRY.HKEY_LOCAL_MACHINE, f"Software\\Classes\\{key}") as opened:
            REGISTRY.SetValueEx(opened, "", 0, REGISTRY.REG_SZ, value)


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        from xlwings import com_server

        com_server.serve(BARE)
    else:
        register("ClvXl.Bare", BARE, f'"{Path(__file__).resolve()}" bare')
        second = f"from clv_xl.hosts.windows.server import serve; serve('{SECOND}')"
        register("ClvXl.Second", SECOND, f'-P -c "{second}"')
        sys.stdout.write("entered\n")
