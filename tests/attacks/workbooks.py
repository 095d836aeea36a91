"""Workbooks mutated at random, through every command that reads one.

    python tests/attacks/workbooks.py --count 10000 --seed 1 --jobs 2 --keep faults

Each is computed, and then what was written is sound, or refused in one sentence, and then the file
is as it was. A mutant is made anew by its number: `--only 4711`.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks import forked, written_files
from attacks.mutations import mutated
from attacks.outcome import BAD, Kind, Outcome, figures
from attacks.source_books import sources

REFUSED = re.compile(r"clv-xl: [^\n]+\n")
_ORDERS = "order;customer;date;amount\nN-1;Ann;15.01.2025;12,50\nN-2;Zed;26.02.2025;7,00\n"
_EVALUATED = ("=CLV(1000,6,5)", "=A1", "=SUM(Orders[amount])")


class Attack(NamedTuple):
    """One command on one mutant: how it ended, and what is wrong with what it wrote or said."""

    number: int
    source: str
    command: str
    outcome: Outcome
    faults: tuple[str, ...]

    @property
    def is_bad(self) -> bool:
        return self.outcome.kind in BAD or bool(self.faults)

    @property
    def was_computed(self) -> bool:
        return not self.outcome.err.startswith("clv-xl: ")


def mutant(seed: int, number: int) -> tuple[str, bytes]:
    """Return the word for the source of a mutant, and the mutant."""
    draw = random.Random(f"{seed}/{number}")
    books = sources()
    weights = [1.0 if name == "template" else 14.0 for name in books]
    name = draw.choices(list(books), weights)[0]
    return name, mutated(books[name], draw)


def attack(path: Path, number: int = 0, source: str = "") -> Iterator[Attack]:
    """Yield what each command does with a workbook; its folder is used up."""
    folder, kept = path.parent, path.read_bytes()
    orders, copy = folder / "orders.csv", folder / f"copy{path.suffix}"
    orders.write_text(_ORDERS)
    plain = folder / "plain.xlsx"
    commands: dict[str, tuple[tuple[str | Path, ...], Path | None]] = {
        "recalc": (("recalc", copy), copy),
        "refresh": (("refresh", copy, "--orders", orders), copy),
        "eval": (("eval", "--workbook", copy, *_EVALUATED), None),
        "share": (("share", path, "--out", plain), plain),
    }
    for name, (arguments, target) in commands.items():
        copy.write_bytes(kept)
        outcome = forked.run(*arguments)
        refused = bool(REFUSED.fullmatch(outcome.err)) and not outcome.out
        faults: list[str] = []
        if outcome.kind is Kind.SENTENCE and outcome.err.startswith("clv-xl: ") and not refused:
            faults.append("more than one sentence")
        if name != "share" and (refused or name == "eval" or outcome.kind in BAD):
            faults += [] if copy.read_bytes() == kept else ["the file was changed"]
        if name == "share" and (refused or outcome.kind in BAD):
            faults += ["a file was left"] if plain.exists() else []
        if target and outcome.kind in {Kind.OK, Kind.SENTENCE} and not refused:
            if target.exists():
                faults += written_files.faults(path, target, name)
            else:
                faults.append("nothing was written")
        yield Attack(number, source, name, outcome, tuple(faults))


def _attack_mutant(seed: int, number: int, keep: Path | None) -> list[Attack]:
    source, content = mutant(seed, number)
    suffix = ".xlsm" if source == "template" else ".xlsx"
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        path = Path(folder) / f"book{suffix}"
        path.write_bytes(content)
        made = list(attack(path, number, source))
        if keep and any(one.is_bad for one in made):
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep / f"{seed}-{number}{suffix}")
    return made


class _Work:
    """The attack on one mutant, for another process."""

    def __init__(self, seed: int, keep: Path | None) -> None:
        self.seed, self.keep = seed, keep

    def __call__(self, number: int) -> list[Attack]:
        return _attack_mutant(self.seed, number, self.keep)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--only", type=int, help="The number of one mutant.")
    asked.add_argument("--keep", type=Path, help="A folder for mutants that went wrong.")
    given = asked.parse_args()
    forked.load(sources()["mixed"])
    numbers = range(given.count) if given.only is None else [given.only]
    done: list[Attack] = []
    for made in forked.spread(_Work(given.seed, given.keep), numbers, given.jobs):
        done += made
        for one in made:
            if one.is_bad or given.only is not None:
                forked.say(
                    one.number, one.source, one.command, *one.faults, forked.shown(one.outcome)
                )
    bad = sum(one.is_bad for one in done)
    computed = sum(one.was_computed for one in done)
    wrong = sum(bool(one.faults) for one in done)
    title = f"workbooks seed {given.seed}"
    forked.say(figures(title, [one.outcome for one in done], computed=computed, wrong=wrong))
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
