"""The process of the server: whether it stays after its last client, and ends by itself.

`server_process.py stays`: a client comes and goes, and 5 seconds later the server must be there.
`server_process.py ends`: within two minutes it must be gone.
"""

import contextlib
import sys
import time
from collections.abc import Iterator

import pywintypes
import win32api
import win32com.client
import win32con
import win32process

from clv_xl.hosts.windows.identity import PROG_ID

MOST = 120
MEGABYTE = 2**20
RIGHTS = win32con.PROCESS_QUERY_INFORMATION | win32con.PROCESS_VM_READ


def servers() -> Iterator[int]:
    """Yield the bytes of memory of every server; they alone are a pythonw.exe here."""
    for process in win32process.EnumProcesses():
        with contextlib.suppress(pywintypes.error):  # it has ended, or is the system's
            opened = win32api.OpenProcess(RIGHTS, False, process)
            if win32process.GetModuleFileNameEx(opened, 0).lower().endswith("pythonw.exe"):
                yield win32process.GetProcessMemoryInfo(opened)["PagefileUsage"]


def memory() -> float:
    """Return the memory of the server, or of all if there are several, in MB."""
    return sum(servers()) / MEGABYTE


def stays() -> str:
    """Return "there" if the server outlives its client."""
    server = win32com.client.Dispatch(PROG_ID)
    if not any(servers()):
        return "never there"
    del server
    time.sleep(5)
    return "there" if any(servers()) else "went with its client"


def ends() -> str:
    """Return "gone" when the server has ended by itself."""
    began = time.monotonic()
    while any(servers()):
        if time.monotonic() - began > MOST:
            return f"still there, {len(list(servers()))}"
        time.sleep(2)
    return "gone"


if __name__ == "__main__":
    sys.stdout.write({"stays": stays, "ends": ends}[sys.argv[1]]() + "\n")
