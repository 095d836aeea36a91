"""Two programs call the server at once, each many times: `two_clients.py [CALLS]`.

The server's memory must not grow with the calls.
"""

import subprocess
import sys
import time

import win32com.client
from server_process import memory

from clv_xl.hosts.windows.identity import PROG_ID

CALLS = 1000
WARM_UP = 200
MOST_GROWTH = 8.0
"""MB; the caches of the interpreter grow a little, whatever the number of calls."""


def ask(calls: int) -> int:
    """Return how many of so many calls did not give what they should."""
    server = win32com.client.Dispatch(PROG_ID)
    given = (
        server.CallUDF("clv_xl.hosts.excel", "CLV", (float(number), 6.0, 5.0))
        for number in range(calls)
    )
    return sum(answer != 30 * number for number, answer in enumerate(given))


def ask_at_once(calls: int) -> int:
    """Return how many calls of two programs at once went wrong."""
    words = [sys.executable, __file__, str(calls), "one of two"]
    clients = [subprocess.Popen(words) for _ in range(2)]
    return sum(client.wait() for client in clients)


if __name__ == "__main__":
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    if len(sys.argv) > 2:
        sys.exit(min(ask(calls), 255))
    wrong, at_start = ask_at_once(WARM_UP), memory()
    began = time.monotonic()
    wrong += ask_at_once(calls)
    seconds, grown = time.monotonic() - began, memory() - at_start
    sys.stdout.write(f"note  2 x {calls} calls in {seconds:.1f} s, ")
    sys.stdout.write(f"memory {at_start:.1f} MB and then {at_start + grown:.1f} MB\n")
    sys.stdout.write(f"{wrong} wrong\n" if wrong else "")
    sys.stdout.write("memory grows\n" if grown > MOST_GROWTH else "" if wrong else "all alike\n")
