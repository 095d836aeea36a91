"""Runs of `recalc` and `refresh` that are killed: the book is the old one or the new one.

    python tests/attacks/kills.py --count 1000 --seed 1

Half of the kills come at any time of the run, half within milliseconds of the appearance of the
temporary file, when the book is about to be replaced; half of the runs keep backups. After some of
them the next run must do its work and leave nothing beside the book but the backups.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from shop_book import COMMANDS, SIZES, Shop, make

_NEXT_RUN_EVERY = 5
_CLOSE = 0.012
_AIMS = ("any time", "close")


def kill(shop: Shop, aim: str, draw: random.Random, lasts: float) -> str:
    """Start a run, kill it, and say in a word or two what came of it."""
    process, started = shop.start(), time.monotonic()
    wait = draw.uniform(0, lasts)
    if aim == "close":
        while not any(".tmp" in name for name in shop.beside()):
            if os.waitpid(process, os.WNOHANG)[0]:
                return "ended first"
            if time.monotonic() - started > 60:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                return "hung"
            time.sleep(0.0005)
        wait = draw.uniform(0, _CLOSE)
    time.sleep(wait)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return "killed" if os.WIFSIGNALED(status) else "ended first"


def judge(shop: Shop) -> Counter[str]:
    """Say what is wrong beside the book and with it; nothing may be but a leftover."""
    found = Counter[str]()
    content = shop.book.read_bytes() if shop.book.exists() else b""
    found["new"] = content == shop.after
    found["damaged"] = content not in (shop.before, shop.after)
    for name in shop.beside():
        if ".backup-" in name:
            copy = shop.book.with_name(name).read_bytes()
            found["damaged backups"] += copy not in (shop.before, shop.after)
        else:
            found["leftovers"] += 1
    return found


def next_run(shop: Shop) -> Counter[str]:
    """Run once more, undisturbed."""
    recalc = shop.command[0] == "recalc"
    ends = os.waitstatus_to_exitcode(os.waitpid(shop.start(), 0)[1])
    left = [name for name in shop.beside() if ".backup-" not in name]
    wrong = ends != 0 or (recalc and shop.book.read_bytes() != shop.after)
    return Counter({"next runs": 1, "next runs failed": int(wrong), "not swept": len(left)})


def lasting(shop: Shop) -> float:
    """How long a run lasts, in seconds."""
    started = time.monotonic()
    os.waitpid(shop.start(), 0)
    shop.reset()
    return time.monotonic() - started


def attack(count: int, seed: int) -> Counter[str]:
    """Kill so many runs, in turn of each command, size and aim, and count what came of them."""
    draw, total = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        kinds = list(itertools.product(COMMANDS, SIZES, ([], ["--backup"])))
        shops = [
            make(Path(folder) / str(n), size, command, *options)
            for n, (command, size, options) in enumerate(kinds[: max(2, count // 2)])
        ]
        lasts = [lasting(shop) for shop in shops]
        for n in range(count):
            chosen = n // len(_AIMS) % len(shops)
            shop, aim = shops[chosen], _AIMS[n % len(_AIMS)]
            outcome = kill(shop, aim, draw, lasts[chosen])
            total[outcome] += 1
            total += (judged := judge(shop))
            total[f"left when {aim}"] += judged["leftovers"]
            if n // len(_AIMS) % _NEXT_RUN_EVERY == 0:
                total += next_run(shop)
            shop.reset()
    return total


BAD = ("damaged", "damaged backups", "next runs failed", "not swept", "hung")


def main() -> None:
    """Print one line of figures; end with 1 if anything was lost or left for good."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    total = attack(chosen.count, chosen.seed)
    names = ["killed", "ended first", "new", *BAD, *(f"left when {aim}" for aim in _AIMS)]
    figures = ", ".join(f"{name} {total[name]}" for name in [*names, "next runs"])
    sys.stdout.write(f"kills: {chosen.count} runs: {figures}\n")
    sys.exit(any(total[name] for name in BAD))


if __name__ == "__main__":
    main()
