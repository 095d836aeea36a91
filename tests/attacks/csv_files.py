"""Text files of orders mutated at random, through `clv-xl refresh`.

    python tests/attacks/csv_files.py --count 1000 --seed 1 --jobs 2

Each is refused in one sentence, and the workbook is as it was; or it is put in, and the workbook
holds what an independent reader finds: as many orders as were said to be put in, the names of
customers that stand in the text, and the same sum in its cells as in its formula.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import itertools
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
from attacks import forked, written_files
from attacks.mutations import bytes_changed
from attacks.outcome import BAD, Kind, Outcome, figures
from attacks.workbooks import REFUSED
from recalc_books import workbook

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1250")
_DATES = ("%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d")
_DIALECTS = tuple(itertools.product(";,\t|", ",.", _DATES, _ENCODINGS))
_NAMES = (
    "Müller; Söhne, KG",
    'José "Pepe" Núñez',
    "00123",
    "Ann",
    "=1+1",
    "O'Neill\nLtd",
    "-5",
    "Čapek",
)
_PUT_IN = re.compile(r"Orders: [\d,]+ rows? read, ([\d,]+) added")
_HEADINGS = ("Kunde", "Datum", "Betrag")


class Attack(NamedTuple):
    """One file: how its refresh ended, and what is wrong with what it wrote or said."""

    number: int
    outcome: Outcome
    faults: tuple[str, ...]

    @property
    def is_bad(self) -> bool:
        return self.outcome.kind in BAD or bool(self.faults)


def mutant(seed: int, number: int) -> bytes:
    """Return a text file of orders with up to six changes."""
    draw = random.Random(f"{seed}/{number}")
    separator, mark, date, encoding = draw.choice(_DIALECTS)
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=separator, quoting=draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    )
    writer.writerow(_HEADINGS)
    for _ in range(draw.randint(1, 12)):
        day = dt.date(2024, 1, 1) + dt.timedelta(draw.randrange(360))
        amount = f"{draw.uniform(-50, 5000):,.2f}"
        if mark == ",":
            amount = amount.translate(str.maketrans(",.", ".,"))
        writer.writerow([draw.choice(_NAMES), day.strftime(date), amount])
    content = text.getvalue().encode(encoding, "replace")
    for _ in range(draw.randint(0, 3)):
        content = _changed(content, draw)
    return content


def _changed(content: bytes, draw: random.Random) -> bytes:
    match draw.randrange(6):
        case 0:
            lines = content.splitlines(keepends=True)
            at = draw.randrange(len(lines) + 1)
            lines[at:at] = draw.choice((lines[:1], lines[-1:], [b"\r\n"], [b"sum;;9\n"]))
            return b"".join(lines)
        case 1:
            return content[: draw.randrange(len(content) + 1)]
        case 2:
            strange = (
                b'"',
                b"\x00",
                b";",
                b",",
                b"\r",
                b"\n",
                b"\t",
                b"\xff\xfe",
                b"\x1b[2J",
                b"  ",
            )
            at = draw.randrange(len(content) + 1)
            return content[:at] + draw.choice(strange) + content[at:]
        case 3:
            numbers = (b"1e999", b"nan", b"inf", b"1,234", b"31/12/9999", b"0000-00-00", b"9" * 400)
            fields = list(re.finditer(rb"[\d.,/-]{3,}", content))
            if not fields:
                return content
            field = draw.choice(fields)
            return content[: field.start()] + draw.choice(numbers) + content[field.end() :]
        case _:
            return bytes_changed(content, draw)


@cache
def book() -> bytes:
    """Return a small workbook with the table Orders and the sum of its amounts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        headings = {"A1": "customer", "B1": "date", "C1": "amount", "E1": "=SUM(Orders[amount])"}
        row = {"A2": "Old", "B2": 45000, "C2": 1.0}
        people = {"A1": "customer", "B1": "segment", "A2": "Old", "B2": "gold"}
        tables = {"Orders": ("Data", "A1:C2"), "Customers": ("People", "A1:B2")}
        sheets = {"Data": headings | row, "People": people}
        return workbook(path, sheets, tables=tables).read_bytes()


def attack(content: bytes, number: int = 0) -> Attack:
    """Return what a refresh does with a file."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        before, after = Path(folder) / "before.xlsx", Path(folder) / "after.xlsx"
        source = Path(folder) / "orders.csv"
        before.write_bytes(book())
        after.write_bytes(book())
        source.write_bytes(content)
        outcome = forked.run("refresh", after, "--orders", source)
        if outcome.kind in BAD or REFUSED.fullmatch(outcome.err):
            same = after.read_bytes() == book()
            return Attack(number, outcome, () if same else ("the workbook was changed",))
        if outcome.err.startswith("clv-xl: "):
            return Attack(number, outcome, ("more than one sentence",))
        faults = [*written_files.faults(before, after, "refresh"), *_wrong(after, content, outcome)]
        return Attack(number, outcome, tuple(faults))


def _wrong(path: Path, content: bytes, outcome: Outcome) -> Iterator[str]:
    """Yield what does not agree between the file, what was said of it, and the workbook."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Data"]
    reference = openpyxl.load_workbook(path)["Data"].tables["Orders"].ref
    rows: list[tuple[Any, ...]] = [
        tuple(cell.value for cell in row)
        for row in sheet[reference][1:]
        if any(cell.value is not None for cell in row)
    ]
    found = _PUT_IN.search(outcome.out)
    if found is not None and int(found[1].replace(",", "")) != len(rows):
        yield f"{len(rows)} rows are in the table"
    amounts = [row[2] for row in rows if isinstance(row[2], (int, float))]
    total = sheet["E1"].value
    if not isinstance(total, (int, float)) or abs(total - sum(amounts)) > 1e-6 * (1 + abs(total)):
        yield "the sum is not that of the rows"
    texts = [
        content.decode(one, "replace") for one in (*_ENCODINGS, "cp850", "mac_roman", "iso8859-2")
    ]
    unquoted = [re.sub(r'[\s"]+', "", text) for text in texts]
    for name in {str(row[0]) for row in rows if isinstance(row[0], str)}:
        plain = re.sub(r'[\s"]+', "", name)
        if not any(plain in text for text in unquoted):
            yield "a customer has a name that is not in the file"


class _Work:
    """The attack on one mutant, for another process."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, number: int) -> Attack:
        return attack(mutant(self.seed, number), number)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--only", type=int, help="The number of one mutant.")
    given = asked.parse_args()
    forked.load(book())
    numbers = range(given.count) if given.only is None else [given.only]
    done: list[Attack] = []
    for one in forked.spread(_Work(given.seed), numbers, given.jobs):
        done.append(one)
        if one.is_bad or given.only is not None:
            forked.say(one.number, "csv", *one.faults, forked.shown(one.outcome))
    put_in = sum(one.outcome.kind is Kind.OK for one in done)
    wrong = sum(bool(one.faults) for one in done)
    title = f"CSV files seed {given.seed}"
    forked.say(figures(title, [one.outcome for one in done], put_in=put_in, wrong=wrong))
    return int(any(one.is_bad for one in done))


if __name__ == "__main__":
    sys.exit(main())
