"""Every file-system call of `recalc` and `refresh` fails, once or for good: the book stays whole.

    python tests/attacks/faults.py                       # all of them
    python tests/attacks/faults.py --count 200 --seed 1  # some of them

A small library in C (`faults.c`, compiled here, Linux) stands before the C library and lets calls
fail that concern the book, what lies beside it, the temporary folder and the source of new orders.
A file whose removal failed is left beside the book until the next run, and is counted. As root, a
full disk follows: a file system in memory with too little room.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from outcome import BAD, Kind, classify
from shop_book import COMMANDS, SIZES, Shop, make

NUMBERS = (errno.EIO, errno.ENOSPC, errno.EACCES)
_LIBRARY = "CLV_XL_FAULTS"
_SECONDS = 60
_ROOM = (0, 4_096, 60_000, 0.5, 0.95)
WRONG = ("mixed", "false ok", "false failed", "several sentences")


def run(shop: Shop, plan: tuple[int, int, bool]) -> Counter[str]:
    """Run a command whose calls fail from a number on, with an error, once or for good."""
    first, number, lasting = plan
    temporary = shop.output.with_name("tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()

    def prepare() -> None:
        signal.alarm(_SECONDS)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        library().faults_plan(os.fsencode(shop.output.parent), first, number, lasting)

    _, status = os.waitpid(shop.start(prepare), 0)
    ends = os.waitstatus_to_exitcode(status)
    return judge(shop, ends, temporary, lasting=lasting)


def judge(shop: Shop, ends: int, temporary: Path, *, lasting: bool) -> Counter[str]:
    """Count how a run ended, and what is not as it must be."""
    text = shop.output.read_text()
    kind = Kind.HANG if ends == -signal.SIGALRM else classify(ends, text, text)
    content = shop.book.read_bytes() if shop.book.exists() else b""
    found = Counter[str]({kind: 1})
    found["mixed"] = content not in (shop.before, shop.after)
    found["false ok"] = kind is Kind.OK and content == shop.before
    replaced = "was replaced, and" in text
    found["false failed"] = kind is Kind.SENTENCE and (content == shop.after) != replaced
    found["several sentences"] = kind is Kind.SENTENCE and text.count("clv-xl: ") != 1
    left = [name for name in shop.beside() if ".backup-" not in name]
    found["left for good" if lasting else "left once"] = len(left) + len(list(temporary.iterdir()))
    if any(found[name] for name in WRONG) or kind in BAD:
        sys.stderr.write(f"{shop.command[0]}: {ends} {dict(found)} {text[-300:]}\n")
    return found


def library() -> ctypes.CDLL:
    """The library that lets calls fail; it is loaded already."""
    found = ctypes.CDLL(os.environ[_LIBRARY])
    found.faults_plan.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int]
    found.faults_calls.restype = ctypes.c_long
    return found


def attack(shops: list[Shop], count: int, draw: random.Random) -> Counter[str]:
    """Let calls fail: all, or so many of them chosen by chance."""
    total = Counter[str]()
    cases: list[tuple[Shop, tuple[int, int, bool]]] = []
    for shop in shops:
        run(shop, (-1, 0, False))
        calls = library().faults_calls()
        total["calls"] += calls
        shop.reset()
        cases += [(shop, one) for one in itertools.product(range(calls), NUMBERS, (False, True))]
    for shop, plan in draw.sample(cases, count) if count else cases:
        done = run(shop, plan)
        total["runs"] += 1
        total += done
        if any(done[name] for name in WRONG) or any(done[kind] for kind in BAD):
            sys.stderr.write(f"    {plan}\n")
        shop.reset()
    return total


def full_disk(disk: Path, shops: list[Shop], count: int, draw: random.Random) -> Counter[str]:
    """Run the commands on a file system with too little room, if one can be mounted."""
    total = Counter[str]()
    disk.mkdir()
    cases = list(itertools.product(shops, _ROOM))
    for made, room in draw.sample(cases, min(count, len(cases))) if count else cases:
        free = room if isinstance(room, int) else room * len(made.before)
        amount = len(made.before) + int(free) + 8_192
        mount = ["mount", "-t", "tmpfs", "-o", f"size={amount}", "tmpfs", disk]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return total
        try:
            (disk / "shop").mkdir()
            book = disk / "shop" / "shop.xlsx"
            words = [word.replace(str(made.book), str(book)) for word in made.command]
            shop = made._replace(book=book, command=words)
            shop.book.write_bytes(shop.before)
            total["full disks"] += 1
            total += run(shop, (-1, 0, False))
        finally:
            subprocess.run(["umount", disk], check=True)
    return total


def compiled(folder: Path) -> Path | None:
    """Compile the library; None where there is no compiler, or no Linux."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    made = folder / "faults.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)
    return made


def main() -> None:
    """Print one line of figures; end with 1 if anything was damaged or reported wrongly."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=0, help="by default every call")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(SIZES))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if _LIBRARY not in os.environ:
            made = compiled(folder)
            if made is None:
                sys.stdout.write("faults: not run, needs Linux and cc\n")
                return
            loaded = {**os.environ, "LD_PRELOAD": str(made), _LIBRARY: str(made)}
            sys.exit(
                subprocess.run([sys.executable, *sys.argv], env=loaded, check=False).returncode
            )
        kinds = list(itertools.product(chosen.sizes, COMMANDS))
        shops = [make(folder / f"{n}", *kind, "--backup") for n, kind in enumerate(kinds)]
        draw = random.Random(chosen.seed)
        total = attack(shops, chosen.count, draw)
        if os.geteuid() == 0:
            total += full_disk(folder / "disk", shops, chosen.count, draw)
    names = ["calls", "runs", "full disks", Kind.OK, Kind.SENTENCE, *sorted(BAD), *WRONG]
    shown = ", ".join(f"{one} {total[one]}" for one in [*names, "left once", "left for good"])
    sys.stdout.write(f"faults: {shown}\n")
    sys.exit(any(total[name] for name in {*BAD, *WRONG}))


if __name__ == "__main__":
    main()
