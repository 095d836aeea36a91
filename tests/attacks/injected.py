"""Every output of the program, and what must be true of a text that went through it."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import os
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import openpyxl
from lxml import etree
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from screens import on_a_terminal
from text_book import MAIN, Formula, decoded, text_book
from workbook_stand_in import Name, Range, Workbook, Worksheet

import clv_xl
from clv_xl import failures, terminal
from clv_xl.call import call
from clv_xl.cli import cli
from clv_xl.coercion import label_key
from clv_xl.hosts import excel_cells
from clv_xl.hosts.libreoffice import worker
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.process import exclusive_process
from clv_xl.values_copy import share

SURROGATES = ["\udc9b31m", "\udcff"]
"""What words of a command line hold where they are no text; workbooks cannot hold it."""
MOST_WORDS = 1000
ORDER_HEADINGS = ["order", "customer", "date", "amount", "note"]
CUSTOMERS = [["customer", "segment"], ["Ann", "gold"]]
DAY = dt.date(2024, 12, 31)
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Fault(NamedTuple):
    kind: str
    output: str
    text: str


KINDS = FORMULA, CONTROL, CHANGED, OTHER = (
    "formulas made",
    "control codes",
    "texts changed",
    "other faults",
)


class Check:
    """What is expected of each output, and what was found."""

    def __init__(self, texts: Sequence[str], folder: Path) -> None:
        self.texts, self.folder = list(texts), folder
        self.faults: list[Fault] = []
        self.outputs: Counter[str] = Counter()

    def same(self, output: str, found: Iterable[Any], wanted: Sequence[str] | None = None) -> None:
        """Texts must be those that were sent."""
        wanted = self.texts if wanted is None else wanted
        found = list(found)
        self.outputs[output] += len(wanted)
        if len(found) != len(wanted):
            self.faults.append(Fault(CHANGED, output, f"{len(found)} for {len(wanted)} texts"))
        for one, other in zip(wanted, found, strict=False):
            if one != other:
                self.faults.append(Fault(CHANGED, output, f"{one[:60]!r} is {str(other)[:60]!r}"))

    def among(self, output: str, found: Iterable[Any], wanted: Sequence[str]) -> None:
        """Each text must be there once, in any order."""
        self.outputs[output] += len(wanted)
        missing, more = Counter(wanted), Counter(found)
        self.faults += [
            Fault(CHANGED, output, f"{sign} {str(text)[:60]!r}")
            for sign, texts in (("lost", missing - more), ("new", more - missing))
            for text in texts
        ]

    def screen(self, output: str, shown: str, what: str = "") -> None:
        """Nothing on a screen may be more than visible."""
        self.outputs[output] += 1
        hidden = {letter for letter in shown if unicodedata.category(letter) in _UNSEEN}
        if hidden - {"\n", "\u200c", "\u200d"}:
            self.faults.append(Fault(CONTROL, output, f"{sorted(hidden)!r} {what[:60]!r}"))
        for sign in ("Traceback", "went wrong inside", "panicked"):
            if sign in shown:
                self.faults.append(Fault(OTHER, output, f"{sign} {what[:60]!r}"))

    def formulas(self, output: str, path: Path, allowed: int = 0) -> None:
        """A file may hold no more formulas than before, and no links to elsewhere."""
        made = max(0, len([cell for cell in cells(path).values() if cell.formula]) - allowed)
        with zipfile.ZipFile(path) as opened:
            parts = [opened.read(name) for name in opened.namelist() if name.endswith("sheet1.xml")]
        made += sum(part.count(b"<hyperlink") for part in parts)
        self.faults += [Fault(FORMULA, output, "")] * made


class Stored(NamedTuple):
    value: str | None
    formula: str
    is_error: bool = False


EMPTY = Stored(None, "")


def cells(path: Path, number: int = 1) -> dict[str, Stored]:
    """The texts and formulas that a file stores in a sheet, by the name of the cell."""
    with zipfile.ZipFile(path) as opened:
        sheet = etree.fromstring(opened.read(f"xl/worksheets/sheet{number}.xml"), _PARSER)
        strings = []
        if "xl/sharedStrings.xml" in opened.namelist():
            table = etree.fromstring(opened.read("xl/sharedStrings.xml"), _PARSER)
            strings = ["".join(item.itertext()) for item in table]
    found = {}
    for cell in sheet.iter(f"{{{MAIN}}}c"):
        value, formula = cell.find(f"{{{MAIN}}}v"), cell.find(f"{{{MAIN}}}f")
        text = None if value is None else value.text or ""
        if cell.get("t") == "s":
            text = strings[int(text or 0)]
        elif cell.get("t") == "inlineStr":
            text = "".join(cell.find(f"{{{MAIN}}}is").itertext())
        found[cell.get("r")] = Stored(
            None if text is None else decoded(text),
            "" if formula is None else formula.text or "=",
            cell.get("t") == "e",
        )
    return found


_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False)


def column(path: Path, letter: str, count: int, first: int = 2, number: int = 1) -> list[Any]:
    stored = cells(path, number)
    return [stored.get(f"{letter}{row}", EMPTY).value for row in range(first, first + count)]


def book_of_texts(check: Check) -> Path:
    """A row for each text: itself, formulas that pass it on; and tables with all of them."""
    count = len(check.texts)
    last = count + 1
    block = f"A2:A{last},B2:B{last},C2:C{last}"
    days = f"A2:A{last},D2:D{last},B2:B{last}"
    rows: list[list[Any]] = [["name", "value", "cost", "date"]]
    for row, text in enumerate(check.texts, 2):
        rows.append(
            [text, 100, 5, 45000, Formula(f"A{row}"), Formula(f'IF(CLV(1,1,1)=1,A{row},"")')]
        )
    rows[1] += [Formula(f"CLV_SEGMENT({block})", f"G2:G{count + 3}")]
    rows[1] += [Formula(f"RFM_SUMMARY({days})", f"H2:H{count + 2}")]
    return text_book(check.folder / "book.xlsx", rows)


def through_recalc_and_share(check: Check) -> Path:
    book = book_of_texts(check)
    count = len(check.texts)
    before = len([cell for cell in cells(book).values() if cell.formula])
    recalculate(book)
    check.formulas("recalc", book, before)
    for letter in "AEF":
        check.same("recalc, a cell", column(book, letter, count))
    stored = cells(book)
    for letter in "GH":
        block = [stored.get(f"{letter}{row}", EMPTY) for row in range(3, count + 3)]
        shown = [cell.value for cell in block if cell.value is not None and not cell.is_error]
        check.among("recalc, a table", [one for one in shown if one != "All"], labels(check.texts))
    copy = check.folder / "copy.xlsx"
    share(book, copy)
    check.formulas("share", copy)
    for letter in "AEFGH":
        check.same("share", column(copy, letter, count, 3), column(book, letter, count, 3))
    return book


def shop(path: Path) -> Path:
    """Tables Orders and Customers, and cells that say what the last refresh did."""
    book = openpyxl.Workbook()
    for sheet, name, rows, area in (
        (book.active, "Orders", [ORDER_HEADINGS, ["A1", "Ann", DAY, 1, "n"]], "A1:E2"),
        (book.create_sheet(), "Customers", CUSTOMERS, "A1:B2"),
    ):
        sheet.title = name
        for row in rows:
            sheet.append(row)
        sheet.add_table(Table(displayName=name, ref=area))
    book.defined_names["Last_refresh"] = DefinedName(
        "Last_refresh", attr_text="Customers!$F$1:$F$12"
    )
    book.save(path)
    return path


def orders_of(texts: Sequence[str]) -> dict[str, list[Any]]:
    return {
        "order": [f"N{number}" for number in range(len(texts))],
        "customer": list(texts),
        "date": [DAY] * len(texts),
        "amount": [5.0] * len(texts),
        "note": list(texts),
    }


def labels(texts: Sequence[str]) -> list[str]:
    """Texts as names: without blanks around them, one of those that differ only in case."""
    found: dict[Any, str] = {}
    for text in texts:
        found.setdefault(label_key(text), text.strip())
    return list(found.values())


def through_refresh(check: Check) -> None:
    texts = [text for text in labels(check.texts) if text not in {"#VALUE!", "#N/A"}]
    in_files = [
        text for text in texts if not any(sign < " " and sign not in "\t\n\r" for sign in text)
    ]
    with_file = check.folder / "=cmd|' C calc'!A0 \u202e\x1b[2J.csv"
    with with_file.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=";")
        columns = orders_of(in_files)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    columns = orders_of(texts)
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    for row in rows[1:]:
        row[2] = 45657.0
    workbook = text_book(check.folder / "source.xlsx", rows)
    for output, source, wanted in (
        ("refresh of a text file", with_file, in_files),
        ("refresh of a workbook", workbook, texts),
        ("refresh of a frame", columns, texts),
    ):
        book = shop(check.folder / "shop.xlsx")
        clv_xl.refresh(book, orders=source)
        check.formulas(output, book)
        count, kept = len(wanted), list(map(in_xml, wanted))
        check.same(output, map(in_xml, column(book, "B", count)), kept)
        check.same(output, map(in_xml, column(book, "E", count)), kept)
        check.among(output, map(in_xml, column(book, "A", count, 3, number=2)), kept)
        (line,) = column(book, "F", 1, 1, number=2)
        name = in_xml(source.name) if isinstance(source, Path) else "a data frame"
        said = in_xml(line).partition(": ")[2]
        check.same("refresh, its line in the sheet", [said], [f"Orders from {name}."])


def in_xml(text: str | None) -> str:
    """A text without the signs that XML cannot hold; refresh leaves them out of cells."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text or "")


def through_open_excel(check: Check) -> None:
    """The button Refresh, with a stand-in for the workbook that is open in Excel."""
    from clv_xl.refresh.open_book import AS_TEXT, OpenBook
    from clv_xl.refresh.update import update

    texts = [text for text in labels(check.texts) if text not in {"#VALUE!", "#N/A"}]
    sheet, people = Worksheet("Orders"), Worksheet("Customers")
    orders = sheet.table("Orders", "A1:E2", [ORDER_HEADINGS, ["A1", "Ann", 45000.0, 1.0, "n"]])
    customers = people.table("Customers", "A1:B2", CUSTOMERS)
    book = Workbook(sheet, people)
    lines = Range(people, "F1:F12")
    book.Names.members.append(Name("Last_refresh", lines))
    opened = OpenBook(book)
    update(opened, {"Orders": orders_of(texts)})
    opened.finish()
    check.same("refresh in Excel", [row[1] for row in orders.rows()[1:]], texts)
    check.same("refresh in Excel", [row[4] for row in orders.rows()[1:]], texts)
    check.among("refresh in Excel", [row[0] for row in customers.rows()[2:]], texts)
    for where in (sheet, people):
        for place, value in where.cells.items():
            if (
                isinstance(value, str)
                and value[:1] in {"=", "+", "-", "@"}
                and where.formats.get(place) != AS_TEXT
            ):
                check.faults.append(Fault(FORMULA, "refresh in Excel", value[:60]))


def through_terminal(check: Check, book: Path) -> None:
    """What `eval` writes to a terminal, a pipe, a file, and as JSON."""
    words = ["eval", "--workbook", str(book)]
    for start in range(0, len(check.texts), MOST_WORDS):
        texts = check.texts[start : start + MOST_WORDS]
        formulas = [f"=A{row}" for row in range(start + 2, start + len(texts) + 2)]
        shown = "".join(f"{terminal.visible(text)}\n" for text in texts)
        if os.name == "posix":
            seen = on_a_terminal(*words, *formulas)
            check.screen("terminal, values", seen)
            check.same("terminal, values", seen.splitlines(), shown.splitlines())
        piped = "".join(written_by([*words, *formulas]))
        check.screen("pipe, values", piped)
        check.same("pipe, values", piped.splitlines(), shown.splitlines())
        lines, _ = written_by([*words, "--json", *formulas])
        check.screen("JSON", lines)
        check.same("JSON", map(json.loads, lines.splitlines()), texts)
        with (check.folder / "values.txt").open("w+", encoding="utf-8", newline="\n") as file:
            written_by([*words, *formulas], file)
            file.seek(0)
            check.same("file", [file.read()], ["".join(f"{text}\n" for text in texts)])
    short = [text for text in check.texts if len(text) < 300]
    book = text_book(check.folder / "narrow.xlsx", [["name"], *([text, 1, 1] for text in short)])
    last = len(short) + 1
    words = ["eval", "--workbook", str(book)]
    tables = [f"=A2:A{last}", f"=CLV_SEGMENT(A2:A{last},B2:B{last},C2:C{last})"]
    if os.name == "posix":
        check.screen("terminal, tables", on_a_terminal(*words, *tables))
    check.screen("pipe, tables", "".join(written_by([*words, *tables])))
    lines, _ = written_by([*words, "--json", *tables])
    cells_shown, segments = map(json.loads, lines.splitlines())
    check.same("JSON", [row[0] for row in cells_shown], short)
    check.among("JSON", [row[0] for row in segments[1:-1]], labels(short))


def through_sentences(check: Check, book: Path) -> None:
    """What is said of formulas, files, sheets, options and cells that are called so."""
    small = text_book(check.folder / "small.xlsx", [["a"]])
    shop_book = shop(check.folder / "shop.xlsx")
    for text in [*check.texts, *SURROGATES]:
        if "\0" in text or len(text) > 1000:  # what no command line holds
            continue
        for words in (
            ["eval", text],
            ["recalc", f"{text}.xlsx"],
            ["eval", "--workbook", str(small), "--sheet", text, "=A1"],
            ["recalc", str(small), "--engine", text],
            ["refresh", str(shop_book), "--map", text],
            ["refresh", str(shop_book), "--map", f"customer={text}", "--orders", str(book)],
            ["refresh", str(shop_book), "--orders", f"{text}.csv"],
            [text],
            ["--", text],
        ):
            out, err = written_by(words)
            check.screen("sentences", out + err, text)
            if not out + err:
                check.faults.append(Fault(OTHER, "sentences", f"nothing said of {text[:60]!r}"))
    for text in check.texts:
        title = text.translate(dict.fromkeys(map(ord, "[]:*?/\\'\0")))[:31]
        if not title.isprintable() and title.strip():
            odd = text_book(check.folder / "odd.xlsx", [[Formula("CAC_RATIO(300,0)")]], sheet=title)
            check.screen("sentences on sheets", "".join(written_by(["recalc", str(odd)])), title)


def written_by(words: Sequence[str], file: TextIO | None = None) -> tuple[str, str]:
    """Run a command in this process and return what it writes to pipes, or let a file take it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.redirect_stdout(file or out),
        contextlib.redirect_stderr(err),
        terminal.screen(native=True),
    ):
        failures.run(lambda: cli.main(list(words), prog_name="clv-xl", standalone_mode=False))
    for stream in (out, err):
        stream.seek(0)
    return out.read(), err.read()


def through_results(check: Check) -> None:
    """Python, and what both add-ins hand to their program."""
    texts = [*check.texts, *SURROGATES]
    ones, days = [100.0] * len(texts), [45000.0] * len(texts)
    wanted = labels(texts)
    table = clv_xl.RFM_SUMMARY(texts, days, ones)
    check.among("Python", [row[0] for row in table[1:]], wanted)
    check.among("Python", [row[0] for row in clv_xl.CLV_SEGMENT(texts, ones, ones)[1:-1]], wanted)
    found = call(
        "CLV_SEGMENT", [[[text] for text in texts], [[1.0]] * len(texts), [[1.0]] * len(texts)]
    )
    sent = excel_cells.encode(found.cells)
    check.among("Excel", [row[0] for row in sent[1:-1]], wanted)
    column_of = [(len(texts), tuple((one,) for one in cells)) for cells in (texts, ones, ones)]
    rows = worker.answer("CLV_SEGMENT", 0, tuple(column_of))
    check.among("LibreOffice", [row[0] for row in rows[1:-1]], wanted)


def checked(texts: Sequence[str]) -> Check:
    """Send texts through every output and return what was found."""
    with tempfile.TemporaryDirectory() as folder, exclusive_process():
        check = Check(texts, Path(folder))
        book = through_recalc_and_share(check)
        through_refresh(check)
        through_open_excel(check)
        through_results(check)
        through_terminal(check, book)
        through_sentences(check, book)
    return check
