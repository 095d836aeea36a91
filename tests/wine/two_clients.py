"""Two programs call the server at once, each many times; with a number it is one of the two."""

import subprocess
import sys
import time

import win32com.client

from clv_xl.hosts.windows.identity import PROG_ID

CALLS = 1000


def ask(calls: int) -> int:
    """Return how many of so many calls did not give what they should."""
    server = win32com.client.Dispatch(PROG_ID)
    given = (
        server.CallUDF("clv_xl.hosts.excel", "CLV", (float(number), 6.0, 5.0))
        for number in range(calls)
    )
    return sum(answer != 30 * number for number, answer in enumerate(given))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(min(ask(int(sys.argv[1])), 255))
    began = time.monotonic()
    clients = [subprocess.Popen([sys.executable, __file__, str(CALLS)]) for _ in range(2)]
    wrong = sum(client.wait() for client in clients)
    sys.stdout.write(f"note  2 x {CALLS} calls in {time.monotonic() - began:.1f} s\n")
    sys.stdout.write(f"{wrong} wrong\n" if wrong else "all alike\n")
