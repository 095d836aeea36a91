"""Whether the server stays after its last client, and ends by itself.

`server_process.py stays`: a client comes and goes, and 5 seconds later the server must be there.
`server_process.py ends`: within two minutes it must be gone.
"""

import subprocess
import sys
import time

import win32com.client

from clv_xl.hosts.windows.identity import PROG_ID

MOST = 120


def is_there() -> bool:
    """Return whether the process of the server runs; it alone is a pythonw.exe here."""
    done = subprocess.run(["tasklist"], capture_output=True, check=True)
    return b"pythonw" in done.stdout.lower()


def stays() -> str:
    """Return "there" if the server outlives its client."""
    server = win32com.client.Dispatch(PROG_ID)
    if not is_there():
        return "never there"
    del server
    time.sleep(5)
    return "there" if is_there() else "went with its client"


def ends() -> str:
    """Return "gone" when the server has ended by itself."""
    began = time.monotonic()
    while is_there():
        if time.monotonic() - began > MOST:
            return "still there"
        time.sleep(2)
    return "gone"


if __name__ == "__main__":
    sys.stdout.write({"stays": stays, "ends": ends}[sys.argv[1]]() + "\n")
