"""How a command ended that was run with limits of time and memory, and figures over many."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from lxml import etree

COMMAND = (sys.executable, "-c", "from clv_xl.cli import main; main()")
"""`clv-xl` of the checkout that the tests run in; arguments follow."""
CLOSED_PIPE = 128 + 13
"""The status of a command whose reader has gone, as of `head`: it ends, and has nobody to tell."""
_TRACES = ("Traceback (most recent call last)", "panicked at", "went wrong inside clv-xl")
_POLL = 0.01


class Kind(StrEnum):
    OK = "ok"
    SENTENCE = "sentence"
    TRACEBACK = "traceback"
    CRASH = "crash"
    HANG = "hang"
    MEMORY = "over memory"
    DAMAGED = "damaged"


BAD = frozenset(Kind) - {Kind.OK, Kind.SENTENCE}
"""What must not happen, whatever the input."""


class Outcome(NamedTuple):
    kind: Kind
    status: int
    seconds: float
    megabytes: float
    out: str
    err: str


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    seconds: float = 10,
    megabytes: float = 500,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Run a command, such as `[*COMMAND, "recalc", path]`, until it ends or passes a limit.

    Then it is killed with what it started.

    Memory is the peak of the process itself as Linux knows it, 0 on other systems.
    """
    started, peak, kind = time.monotonic(), 0.0, None
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
        while kind is None and process.poll() is None:
            peak = max(peak, _peak(process.pid))
            if time.monotonic() - started > seconds:
                kind = Kind.HANG
            elif peak > megabytes:
                kind = Kind.MEMORY
            else:
                time.sleep(_POLL)
        if kind is not None:
            os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        took = time.monotonic() - started
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Outcome(kind or classify(status, *texts), status, took, peak, *texts)


def classify(status: int, out: str, err: str) -> Kind:
    """Return how a command ended by itself.

    A reader that has gone is told nothing, and the command has ended as it should. Any other
    failure is a status other than 0 with something on stderr: the command's last word, or a line
    for each cause of a wrong cell. Whoever expects one line only counts them in `Outcome.err`.
    """
    if any(trace in out + err for trace in _TRACES):
        return Kind.TRACEBACK
    if status == CLOSED_PIPE:
        return Kind.SENTENCE
    if status < 0 or status > 130 or (status and not err.strip()):
        return Kind.CRASH
    return Kind.SENTENCE if status else Kind.OK


def is_whole(path: Path) -> bool:
    """Whether a workbook's parts agree with their checksums, and its XML is well-formed."""
    try:
        with zipfile.ZipFile(path) as opened:
            for name in opened.namelist():
                part = opened.read(name)
                if name.endswith((".xml", ".rels", ".vml")):
                    etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError):
        return False
    return True


def figures(title: str, outcomes: Iterable[Outcome], **counted: int) -> str:
    """Return one line: how often each ending, the slowest and the largest run, and other counts."""
    ended = list(outcomes)
    kinds = Counter(one.kind for one in ended)
    parts = [f"{kind} {kinds[kind]}" for kind in Kind]
    parts += [f"{name.replace('_', ' ')} {number}" for name, number in counted.items()]
    slowest = max((one.seconds for one in ended), default=0)
    largest = max((one.megabytes for one in ended), default=0)
    return (
        f"{title}: {len(ended)} runs: {', '.join(parts)}; "
        f"slowest {slowest:.1f} s, largest {largest:.0f} MB"
    )


def status(outcomes: Iterable[Outcome]) -> int:
    """Return the exit status of a script: 1 if anything happened that must not."""
    return int(any(one.kind in BAD for one in outcomes))


def _peak(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0")
    return int(line.split()[1]) / 1024
