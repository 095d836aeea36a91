"""A workbook that `recalc` and `refresh` both change, in any size, and a process that does so."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl.worksheet.table import Table

from clv_xl.cli import main
from clv_xl.refresh.workbook import refresh

SIZES = {"small": (30, 0), "middle": (400, 400_000), "large": (1_500, 6_000_000)}
"""Orders, and bytes of a picture that is only copied."""
COMMANDS = ("recalc", "refresh")
_loaded: list[Path] = []


class Shop(NamedTuple):
    """A workbook in a folder of its own, and what a command makes of it.

    Parameters
    ----------
    book : Path
    before, after : bytes
        The whole file before and after a run that nothing disturbs.
    command : list of str
    output : Path
        Where the command's output goes, out of the way of the book's folder.
    """

    book: Path
    before: bytes
    after: bytes
    command: list[str]
    output: Path

    def reset(self) -> None:
        """Put everything as it was before the first run."""
        shutil.rmtree(self.book.parent)
        self.book.parent.mkdir()
        self.book.write_bytes(self.before)

    def beside(self) -> set[str]:
        """The names of the files beside the book."""
        return {path.name for path in self.book.parent.iterdir()} - {self.book.name}

    def start(self, prepare: Callable[[], object] = lambda: None) -> int:
        """Start the command in a copy of this process, which has loaded it already."""
        process = os.fork()
        if process:
            return process
        status = 70
        try:
            os.setpgid(0, 0)
            written = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(written, 1)
            os.dup2(written, 2)
            sys.argv = ["clv-xl", *self.command]
            prepare()
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def make(folder: Path, size: str, command: str, *options: str) -> Shop:
    """Write the book and run the command once."""
    folder.mkdir()
    (folder / "shop").mkdir()
    book, source = folder / "shop" / "shop.xlsx", folder / "orders.csv"
    orders, noise = SIZES[size]
    _write(book, orders, noise)
    lines = [f"C-{n % 7};{n % 28 + 1:02}.06.2025;{n}.5" for n in range(max(5, orders // 10))]
    source.write_text("\n".join(["customer;date;amount", *lines]))
    words = ["recalc"] if command == "recalc" else ["refresh", "--add", "--orders", str(source)]
    words += ["--dates", "DMY", "--decimal", "."] if command == "refresh" else []
    before = book.read_bytes()
    _load(folder / "loads.xlsx", source)
    shop = Shop(book, before, b"", [*words, str(book), *options], folder / "output.txt")
    _, status = os.waitpid(shop.start(), 0)
    if status:
        raise SystemExit(shop.output.read_text())
    shop = shop._replace(after=book.read_bytes())
    shop.reset()
    return shop


def _load(book: Path, source: Path) -> None:
    """Let this process load what a run needs, so that the runs that fork from it need not."""
    if not _loaded:
        _write(book, 10, 0)
        refresh(book, orders=str(source), date_order="dmy", decimal=".")
        _loaded.append(book)


def _write(path: Path, orders: int, noise: int) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Orders"
    sheet.append(["customer", "date", "amount"])
    for n in range(orders):
        sheet.append([f"C-{n % 7}", dt.date(2025, 1, 1) + dt.timedelta(n % 90), float(n % 50)])
    sheet.add_table(Table(displayName="Orders", ref=f"A1:C{orders + 1}"))
    customers = made.create_sheet("Customers")
    customers.append(["customer", "segment"])
    for n in range(7):
        customers.append([f"C-{n}", "a"])
    customers.add_table(Table(displayName="Customers", ref="A1:B8"))
    report = made.create_sheet("Report")
    report["A1"] = "=SUM(Orders[amount])"
    report["A2"] = "=CLV(A1, 1, 1)"
    for row in range(3, min(orders, 100)):
        report[f"A{row}"] = f"=CLV(Orders!C{row}, 2, 1)"
    made.save(path)
    if noise:
        with zipfile.ZipFile(path, "a") as opened:
            opened.writestr("xl/media/image1.png", random.Random(1).randbytes(noise))
