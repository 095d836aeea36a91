"""The command as a process of its own: what it writes to a terminal, and to pipes and files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-P", "-c", "from clv_xl.cli import main; main()")


def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command; what it writes is kept unless options say where it goes."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([*COMMAND, *map(str, words)], check=False, **given)


def on_a_terminal(*words: str | Path, kind: str = "dumb") -> str:
    """All that the command writes to a terminal of POSIX, by default one that knows no colours."""
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": kind, "COLUMNS": "300"}
    environment.pop("FORCE_COLOR", None)
    command: Sequence[str] = [*COMMAND, *map(str, words)]
    pieces = []
    with subprocess.Popen(command, stdout=slave, stderr=slave, env=environment):
        os.close(slave)
        try:
            while piece := os.read(master, 65_536):
                pieces.append(piece)
        except OSError:  # the other end is closed
            pass
    os.close(master)
    return b"".join(pieces).decode().replace("\r\n", "\n")
