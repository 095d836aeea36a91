"""Two to four runs of one book at once, and another program that saves meanwhile: nothing is lost.

    python tests/attacks/concurrent_runs.py --count 100 --seed 1

Each run adds an order of its own, in half of the rounds with a temporary folder of its own. In one
round of three, another program saves its version at any time, in another one close to the moment
when the book is replaced; it renames a file over the book, or writes into the book in place.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
from outcome import BAD, Kind, classify, is_whole
from shop_book import Shop, make

_ROUND_LASTS = 120.0
_CLOSE = 0.012
_OTHERS = ("nobody", "any time", "close")
_MARK = "xl/media/theirs.png"


def temporary_folder(folder: Path) -> Callable[[], None]:
    """What lets a run have a temporary folder of its own."""

    def prepare() -> None:
        folder.mkdir(exist_ok=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)

    return prepare


def adding(shop: Shop, number: int) -> Shop:
    """The run that adds an order of its own."""
    source = shop.output.with_name(f"orders-{number}.csv")
    source.write_text(f"customer;date;amount\nC-1;01.07.2025;{1000 + number}.5\n")
    command = ["refresh", "--add", "--orders", str(source), "--dates", "DMY", "--decimal", "."]
    output = shop.output.with_name(f"output-{number}.txt")
    return shop._replace(command=[*command, str(shop.book)], output=output)


def their_version(shop: Shop) -> bytes:
    """What the other program saves."""
    stream = BytesIO(shop.before)
    with zipfile.ZipFile(stream, "a") as opened:
        opened.writestr(_MARK, b"theirs")
    return stream.getvalue()


def save(shop: Shop, content: bytes, *, in_place: bool) -> None:
    """Save as the other program does."""
    if in_place:
        shop.book.write_bytes(content)
    else:
        new = shop.output.with_name("theirs.xlsx")
        new.write_bytes(content)
        new.replace(shop.book)


def play(shop: Shop, draw: random.Random, number: int) -> Counter[str]:
    """Let one round take place, and count what came of it."""
    other, apart = _OTHERS[number % 3], bool(number // 3 % 2)
    runs = {}
    for n in range(draw.randint(2, 4)):
        folder = temporary_folder(shop.output.with_name(f"tmp-{n}"))
        runs[adding(shop, n).start(folder if apart else lambda: None)] = n
    ends: dict[int, int] = {}
    deadline = time.monotonic() + _ROUND_LASTS
    wait = draw.uniform(0, 1.5)
    saves_at = time.monotonic() + wait if other == "any time" else 0.0
    theirs, in_place, saved = their_version(shop), draw.random() < 0.5, other == "nobody"
    while len(ends) < len(runs) and time.monotonic() < deadline:
        if not saved:
            if other == "close" and any(".tmp" in name for name in shop.beside()):
                time.sleep(draw.uniform(0, _CLOSE))
                saves_at = time.monotonic()
            if saves_at and time.monotonic() >= saves_at:
                save(shop, theirs, in_place=in_place)
                saved = True
        ends |= ended(runs.keys() - ends.keys())
        time.sleep(0.0005)
    for process in runs.keys() - ends.keys():
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return judge(shop, {runs[one]: status for one, status in ends.items()}, len(runs), other, saved)


def ended(processes: set[int]) -> dict[int, int]:
    """Which processes have ended, with their exit status."""
    found = {}
    for process in processes:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            found[process] = os.waitstatus_to_exitcode(status)
    return found


def judge(shop: Shop, ends: dict[int, int], count: int, other: str, saved: bool) -> Counter[str]:
    """Count endings, and what is lost or left."""
    total: Counter[str] = Counter({"runs": count, "hung": count - len(ends)})
    for number, status in ends.items():
        text = adding(shop, number).output.read_text()
        total[classify(status, text, text)] += 1
    total["damaged"] += not is_whole(shop.book)
    total["left"] += len(shop.beside())
    if total["damaged"]:
        return total
    with zipfile.ZipFile(shop.book) as opened:
        names = opened.namelist()
    if other != "nobody":
        total["saved by another"] += saved
        total["theirs lost"] += saved and _MARK not in names
    else:
        sheet = openpyxl.load_workbook(shop.book)["Orders"]
        amounts = {row[2] for row in sheet.iter_rows(values_only=True)}
        for number, status in ends.items():
            there = 1000 + number + 0.5 in amounts
            total["ours lost"] += status == 0 and not there
            total["refused but done"] += status != 0 and there
    return total


LOSSES = ("hung", "damaged", "theirs lost", "ours lost", "refused but done", "left")


def main() -> None:
    """Print one line of figures; end with 1 if anything was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    draw, total = random.Random(chosen.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        shop = make(Path(folder) / "shop", "small", "refresh")
        for number in range(chosen.count):
            total += play(shop, draw, number)
            shop.reset()
    shown = ["runs", Kind.OK, Kind.SENTENCE, "saved by another", *sorted({*BAD, *LOSSES})]
    figures = ", ".join(f"{name} {total[name]}" for name in shown)
    sys.stdout.write(f"concurrent: {chosen.count} rounds: {figures}\n")
    sys.exit(any(total[name] for name in {*BAD, *LOSSES}))


if __name__ == "__main__":
    main()
