"""Files made to do harm, through the commands that read workbooks, each a process of its own.

    python tests/attacks/hostile.py --jobs 2

Each is computed, or refused in one sentence and then as it was; in 10 s and 500 MB.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks import forked, written_files
from attacks.hostile_files import FILES, truncated
from attacks.outcome import BAD, COMMAND, Kind, Outcome, figures, run
from attacks.workbooks import REFUSED

COMMANDS = {
    "recalc": ("recalc", "book.xlsx"),
    "eval": ("eval", "--workbook", "book.xlsx", "=CLV(1000,6,5)"),
    "refresh": ("refresh", "book.xlsx", "--orders", "orders.csv"),
    "refresh from": ("refresh", "own.xlsx", "--orders", "book.xlsx"),
    "share": ("share", "book.xlsx", "--out", "plain.xlsx"),
}
_ORDERS = "customer;date;amount\nAnn;15.01.2025;12,50\n"
_WAIT = 60
"""Seconds of the clock, on a machine that is busy with others; the processor's are the measure."""


class Attack(NamedTuple):
    """One command on one file: how it ended, and what is wrong with what it wrote or said."""

    file: str
    command: str
    outcome: Outcome
    faults: tuple[str, ...]

    @property
    def is_bad(self) -> bool:
        return self.outcome.kind in BAD or bool(self.faults)


def attack(name: str, content: bytes, commands: Sequence[str]) -> Iterator[Attack]:
    """Yield what commands do with a file."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as place:
        folder = Path(place)
        (folder / "orders.csv").write_text(_ORDERS)
        (folder / "own.xlsx").write_bytes(_own())
        for command in commands:
            (folder / "book.xlsx").write_bytes(content)
            outcome = _measured(COMMANDS[command], folder)
            yield Attack(name, command, outcome, tuple(_faults(folder, content, command, outcome)))


def _own() -> bytes:
    from attacks.csv_files import book

    return book()


def _measured(arguments: Sequence[str], folder: Path) -> Outcome:
    """Run a command; the seconds are those of the processor."""
    before = _seconds()
    outcome = run([*COMMAND, *arguments], seconds=_WAIT, folder=folder)
    took = _seconds() - before
    kind = outcome.kind
    if kind in {Kind.OK, Kind.SENTENCE} and took > forked.SECONDS:
        kind = Kind.HANG
    return outcome._replace(kind=kind, seconds=took)


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _faults(folder: Path, content: bytes, command: str, outcome: Outcome) -> Iterator[str]:
    refused = bool(REFUSED.fullmatch(outcome.err)) and not outcome.out
    if outcome.err.startswith("clv-xl: ") and not refused:
        yield "more than one sentence"
    same = (folder / "book.xlsx").read_bytes() == content
    if not same and (refused or outcome.kind in BAD or command not in {"recalc", "refresh"}):
        yield "the file was changed"
    if not same and not refused and outcome.kind not in BAD:
        before = folder / "before.xlsx"
        before.write_bytes(content)
        yield from written_files.faults(before, folder / "book.xlsx", command)
        before.unlink()
    expected = {"orders.csv", "own.xlsx", "book.xlsx", "plain.xlsx"}
    yield from (f"{path.name} was left" for path in folder.iterdir() if path.name not in expected)
    if (folder.parent / "outside.xml").exists():
        yield "a file was written outside of the folder"


class _Work:
    """The attack of one file, for another process."""

    def __init__(self, commands: Sequence[str], cuts: int) -> None:
        self.commands, self.cuts = commands, dict(truncated(cuts))
        self.names = [*FILES, *self.cuts]

    def __call__(self, number: int) -> list[Attack]:
        name = self.names[number]
        content = self.cuts[name] if name in self.cuts else FILES[name]()
        return list(attack(name, content, self.commands))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--cuts", type=int, default=20, help="Cut a workbook off at so many places.")
    asked.add_argument("--only", help="Those with this word in their names.")
    asked.add_argument("--commands", nargs="*", choices=COMMANDS, default=list(COMMANDS))
    given = asked.parse_args()
    work = _Work(given.commands, given.cuts)
    numbers = [
        number for number, name in enumerate(work.names) if not given.only or given.only in name
    ]
    done: list[Attack] = []
    for made in forked.spread(work, numbers, given.jobs):
        for one in made:
            done.append(one)
            if one.is_bad or given.only:
                forked.say(f"{one.file}: {one.command}:", *one.faults, forked.shown(one.outcome))
    wrong = sum(bool(one.faults) for one in done)
    title = f"hostile files: {len(numbers)}"
    forked.say(figures(title, [one.outcome for one in done], wrong=wrong))
    return int(any(one.is_bad for one in done))


if __name__ == "__main__":
    sys.exit(main())
