"""Nothing of a user's data leaves their own files: `python tests/attacks/canaries.py --count 10`.

Each kind of input holds a word found nowhere else: names of customers, segments and channels,
amounts as text, order numbers, headings, sheets, defined names, comments, properties and names of
files, fields of a CSV. All commands run over them, failures and a crash included, each where
asking for the network ends the process. The words of data must not show in sentences for the
terminal nor in the output of commands that give no cells; no word at all in names of temporary
files or in files that are ours; and nothing may be left in the temporary and the home folder. What
LibreOffice writes in its own temporary folder is looked at only after it has ended.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import string
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
from attacks import outcome
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

WATCHED = Path(__file__).with_name("watched_command.py")
TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"
TRACE = outcome.Kind.TRACEBACK
DATA = ("customer", "segment", "channel", "amount", "order", "cell", "comment", "author", "field")
"""Kinds of words that no sentence may quote."""
PLACES = ("heading", "sheet", "file", "name", "function")
"""Kinds that a sentence may need to say where something is."""


class Command(NamedTuple):
    """Arguments; whether it prints cells, which are the user's own data; an end that is right."""

    words: Sequence[str]
    prints_cells: bool = False
    accepts: outcome.Kind = outcome.Kind.OK


Choice = Callable[[Path, dict[str, str]], Iterable[Command]]
"""Writes inputs with these words into a folder and gives what runs over them."""


class Leak(NamedTuple):
    command: str
    place: str
    kind: str


class Folders(NamedTuple):
    own: Path
    temporary: Path
    home: Path
    notes: Path


def make_words(dice: random.Random) -> dict[str, str]:
    """Return a word for each kind of input, none of them part of another text."""
    return {
        kind: "zq" + "".join(dice.choices(string.ascii_lowercase, k=12)) for kind in DATA + PLACES
    }


def write_book(path: Path, words: dict[str, str]) -> None:
    """Write a workbook that holds every word of the data, some where they are errors."""
    book = openpyxl.Workbook()
    rows = {
        "Orders": [
            ("order", "customer", "date", "amount", words["heading"]),
            *(
                (f"{words['order']}{at}", f"{words['customer']}{at % 7}", day, 10 + at, None)
                for at in range(40)
                for day in [dt.date(2024, 1, 1) + dt.timedelta(days=9 * at)]
            ),
            (words["order"], words["customer"], words["cell"], words["amount"], words["cell"]),
        ],
        "Customers": [
            ("customer", "segment", "channel", "acquisition_cost"),
            *(
                (f"{words['customer']}{at}", words["segment"], words["channel"], words["amount"])
                for at in range(8)
            ),
        ],
        "Channels": [("channel", "spend"), (words["channel"], words["amount"])],
    }
    for title, lines in rows.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        last = openpyxl.utils.get_column_letter(len(lines[0]))
        sheet.add_table(Table(displayName=title, ref=f"A1:{last}{len(lines)}"))
    book["Orders"]["B2"].comment = Comment(words["comment"], words["author"])
    own = book.worksheets[0]
    own.title = words["sheet"]
    orders = [f"Orders!{column}2:{column}42" for column in "BCD"]
    formulas = (
        "=CLV(1000, 6, 5)",
        "=CLV(Customers!A2, 6, 5)",
        f"=CLV({words['name']}, 6, 5)",
        f'=CLV("{words["cell"]}", 6, 5)',
        "=CLV_SEGMENT(Customers!B2:B9, Customers!D2:D9, Customers!D2:D9)",
        f"=RFM_SUMMARY({', '.join(orders)})",
        "=INDEX(CLV_ERRORS(), 2, 4)",
        f"={words['function']}(1)",
    )
    for row, formula in enumerate(formulas, 1):
        own.cell(row * 100, 1, formula)
    book.defined_names[words["name"]] = DefinedName(words["name"], attr_text="Customers!$A$3")
    book.properties.creator = book.properties.title = words["author"]
    book.save(path)


def write_sources(folder: Path, words: dict[str, str]) -> dict[str, Path]:
    """Write files of orders: a good one, one of two readings, one that cannot be read, others."""
    field, customer = words["field"], words["customer"]
    headings = "order,customer,date,amount"
    texts = {
        "good": f"{headings},{words['heading']}\n{field}1,{customer}1,2025-03-01,5,\n",
        "two readings": f"{headings}\n{field}1,{field},03/04/2024,5\n",
        "unreadable": f"{headings}\n{field}1,{field},{field},{field}\n",
        "no heading": f"{words['heading']},b\n{field},{customer}\n",
        "no table": f'"{field}\n',
    }
    found = {}
    for name, text in texts.items():
        found[name] = folder / f"{words['file']} {name}.csv"
        found[name].write_text(text, "utf-8")
    return found


def commands(folder: Path, words: dict[str, str]) -> Iterator[Command]:
    """Write the inputs into a folder and yield what runs over them, one after the other."""
    book, copy = folder / f"{words['file']}.xlsx", folder / f"{words['file']} copy.xlsx"
    write_book(book, words)
    broken = folder / f"{words['file']} broken.xlsx"
    broken.write_bytes(book.read_bytes()[:3000])
    sources = write_sources(folder, words)
    yield Command(["recalc", str(book)])
    yield Command(["recalc", str(book), "--out", str(copy)])
    yield Command(["eval", "--workbook", str(book), "=CLV(Customers!A2, 1, 1)"])
    yield Command(["eval", "--workbook", str(book), "=Customers!A2:C5"], prints_cells=True)
    yield Command(
        ["--debug", "eval", "--workbook", str(book), "--sheet", "nowhere", "=A1"], accepts=TRACE
    )
    for source in sources.values():
        yield Command(["refresh", str(book), "--orders", str(source), "--add"])
    yield Command(["--debug", "refresh", str(book), "--orders", str(sources["unreadable"])])
    yield Command(["refresh", str(book), "--customers", str(copy), "--sheet", "Customers"])
    yield Command(["share", str(book), "--out", str(copy)])
    yield Command(["share", str(book), "--out", str(book)])
    for path in (broken, folder / f"{words['file']} nowhere.xlsx"):
        yield Command(["recalc", str(path)])
        yield Command(["doctor", str(path)], accepts=outcome.Kind.CRASH)  # all is on stdout
    yield Command(["crash", words["customer"], "recalc", str(book)], accepts=TRACE)
    yield Command(["functions"])
    yield Command(["serve"])


def slow_commands(folder: Path, words: dict[str, str]) -> Iterator[Command]:
    """Yield what builds or computes the template, or starts LibreOffice."""
    shop = folder / f"{words['file']} shop.xlsm"
    shutil.copy(TEMPLATE, shop)
    good = folder / f"{words['file']} good.csv"
    yield Command(["refresh", str(shop), "--orders", str(good)])
    yield Command(["share", str(shop), "--out", str(folder / f"{words['file']} values.xlsx")])
    yield Command(["template", "--out", str(folder / f"{words['file']} new.xlsm")])
    yield Command(["template", "--check", "--out", str(folder / f"{words['file']} broken.xlsx")])
    yield Command(["demo", "--out", str(folder / words["file"])], prints_cells=True)
    yield Command(["recalc", str(folder / f"{words['file']}.xlsx"), "--engine", "libreoffice"])
    yield Command(["install", "libreoffice"])
    yield Command(["doctor", str(shop)], accepts=outcome.Kind.CRASH)
    yield Command(["uninstall", "libreoffice"])


def all_commands(folder: Path, words: dict[str, str]) -> Iterator[Command]:
    """Yield every command."""
    yield from commands(folder, words)
    yield from slow_commands(folder, words)


def run(command: Command, folders: Folders) -> outcome.Outcome:
    """Run a command with a home and a temporary folder of its own."""
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folders.temporary))
    return outcome.run(
        [sys.executable, str(WATCHED), str(folders.notes), *command.words],
        seconds=600,
        megabytes=4000,
        environment={**places, "HOME": str(folders.home), "PYTHONPATH": str(WATCHED.parents[1])},
    )


def leaks(
    command: Command, done: outcome.Outcome, folders: Folders, words: dict[str, str]
) -> Iterator[Leak]:
    """Yield each word that is where it must not be after a command."""
    name = " ".join(command.words[: 2 if command.words[0].startswith("-") else 1])
    shown = (done.err if command.prints_cells else done.out + done.err).lower()
    for kind in DATA:
        if words[kind] in shown:
            yield Leak(name, "output", kind)
    for path in _written(folders):
        own = path.is_relative_to(folders.own)
        for kind in DATA if own else DATA + PLACES:
            if words[kind] in str(path):
                yield Leak(name, "name of a file", kind)
    for path in [*folders.temporary.rglob("*"), *folders.home.rglob("*")]:
        if path.is_relative_to(folders.temporary):
            yield Leak(name, "left in the temporary folder", path.name)
        content = path.read_bytes() if path.is_file() else b""
        for kind in DATA + PLACES:
            if words[kind] in str(path) or words[kind].encode() in content:
                yield Leak(name, "a file of ours", kind)


def _written(folders: Folders) -> list[Path]:
    lines = folders.notes.read_text("utf-8").splitlines()
    return [Path(os.path.realpath(json.loads(line))) for line in lines]


def attack(seed: int, choose: Choice) -> tuple[list[outcome.Outcome], list[Leak]]:
    """Run commands over inputs of their own, and return how they ended and what leaked."""
    words = make_words(random.Random(seed))
    done, found = [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(os.path.realpath(name))
        folders = Folders(root / "own", root / "temporary", root / "home", root / "notes")
        for folder in folders[:3]:
            folder.mkdir()
        for command in choose(folders.own, words):
            folders.notes.write_bytes(b"")
            ended = run(command, folders)
            right = ended.kind is command.accepts
            done.append(ended._replace(kind=outcome.Kind.OK) if right else ended)
            found += leaks(command, ended, folders, words)
    return done, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", action="store_true", help="the template and LibreOffice too")
    asked = parser.parse_args()
    ended, found = [], []
    for seed in range(asked.seed, asked.seed + asked.count):
        done, leaked = attack(seed, all_commands if asked.slow else commands)
        ended += done
        found += leaked
    lines = [": ".join(leak) for leak in dict.fromkeys(found)]
    lines.append(outcome.figures("canaries", ended, leaked=len(found)))
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(found) or outcome.status(ended))


if __name__ == "__main__":
    sys.exit(main())
