"""`clv-xl` without a network, noting what it writes: `watched_command.py NOTES ARGUMENT...`.

Every path that Python opens for writing, makes, links or renames goes to the file NOTES, one JSON
text a line. `crash` as the first argument makes the computation fail inside with the name of the
first customer in its message, as a defect might. Programs of others that are started, such as
LibreOffice, are not watched.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import sys
from typing import Any

import no_network

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
BEYOND = 1100
"""From here on descriptors stay open in the forks in which the command computes."""
PATHS = {"os.mkdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.truncate": 1}


def watch(notes: str) -> None:
    """Note from now on what is written."""
    opened = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    handle = fcntl.fcntl(opened, fcntl.F_DUPFD, BEYOND)
    os.close(opened)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and arguments[2] & WRITES:
            paths = arguments[:1]
        else:
            paths = arguments[: PATHS.get(event, 0)]
        for path in paths:
            if not isinstance(path, int):
                os.write(handle, json.dumps(os.fsdecode(path)).encode() + b"\n")

    sys.addaudithook(note)


def crash(word: str) -> None:
    """Make every computation of a workbook fail."""
    import clv_xl.hosts.recalc as recalc

    def fail(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError(word)

    recalc.recalculate = fail


def main() -> None:
    """Run the command that the arguments say."""
    notes, *words = sys.argv[1:]
    no_network.ban(deadly=True)
    if words[0] == "crash":
        crash(words[1])
        words = words[2:]
    from clv_xl.cli import main as command

    sys.argv = ["clv-xl", *words]
    watch(notes)
    command()


if __name__ == "__main__":
    main()
