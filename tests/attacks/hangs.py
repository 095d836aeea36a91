"""Small files that make spreadsheet programs hang or fill the memory, through the command.

    python tests/attacks/hangs.py                  every case
    python tests/attacks/hangs.py --only merged    those whose name has the word

Each case has to end within 5 s and 500 MB, with a value or with a sentence; a traceback, a crash
without a word, a changed file after a refusal, or a leftover is damage. One line a case, one of
figures at the end; status 1 if a case is over its bar. The seconds are those of the processor,
which other programs do not lengthen; `--bar` sets another bar for slow machines.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import string
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_COMMAND = [sys.executable, "-c", "from clv_xl.cli import main; main()"]
_STOP = 300

Book = Callable[[Path], object]


@dataclass
class Ending:
    """How one run ended."""

    name: str
    status: int
    words: str
    seconds: float
    megabytes: float
    unharmed: bool

    def fault(self, bar: float, room: float) -> str:
        """Return what is wrong with it, or nothing."""
        if not self.unharmed:
            return "the file changed or something was left behind"
        if self.status not in {0, 1}:
            return f"status {self.status}"
        if self.status == 1 and not self.words.strip():
            return "no word"
        if "Traceback" in self.words or "inside clv-xl" in self.words or "panicked" in self.words:
            return "not our own sentence"
        if self.seconds > bar:
            return f"over {bar:g} s"
        return f"over {room:g} MB" if self.megabytes > room else ""


def book(
    path: Path,
    rows: str | Iterable[str] = "",
    *,
    names: str = "",
    after: str = "",
    strings: str = "",
    more: Iterable[tuple[str, str, bytes]] = (),
) -> Path:
    """Write a workbook of one sheet S from the XML of its rows.

    Parameters
    ----------
    path : Path
    rows : str or iterable of str
        What stands inside sheetData.
    names, strings : str
        What stands inside definedNames and sst.
    after : str
        What follows sheetData.
    more : iterable of tuple
        Further parts: name, content type, content.
    """
    more = list(more)
    parts = [("xl/workbook.xml", f"{_SHEET}.sheet.main+xml"),
             ("xl/worksheets/sheet1.xml", f"{_SHEET}.worksheet+xml"),
             ("xl/styles.xml", f"{_SHEET}.styles+xml"),
             ("xl/sharedStrings.xml", f"{_SHEET}.sharedStrings+xml"),
             *((name, kind) for name, kind, _ in more)]  # fmt: skip
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{types}</Types>",
        )
        out.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            _relations(
                [
                    ("worksheet", "worksheets/sheet1.xml"),
                    ("styles", "styles.xml"),
                    ("sharedStrings", "sharedStrings.xml"),
                ]
            ),
        )
        out.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" '
            f'sheetId="1" r:id="rId1"/></sheets>'
            + (f"<definedNames>{names}</definedNames>" if names else "")
            + "</workbook>",
        )
        out.writestr("xl/styles.xml", _STYLES)
        out.writestr("xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>')
        with out.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for row in [rows] if isinstance(rows, str) else rows:
                sheet.write(row.encode())
            sheet.write(f"</sheetData>{after}</worksheet>".encode())
        for name, _, content in more:
            out.writestr(name, content)
    return path


_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
    '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" '
    'xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def formulas(*texts: str, column: str = "A", first: int = 1) -> Iterable[str]:
    """Yield one row for each formula, without its equals sign."""
    for number, text in enumerate(texts, first):
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield f'<row r="{number}"><c r="{column}{number}"><f>{safe}</f></c></row>'


def defined(count: int) -> str:
    """Return as many defined names, each of one cell."""
    return "".join(
        f'<definedName name="name_{number}">S!$B${number % 1000 + 1}</definedName>'
        for number in range(count)
    )


def laughs(levels: int) -> str:
    """Return names of which each means the one before ten times."""
    lines = ['<definedName name="lol_0">1+1</definedName>']
    for number in range(1, levels):
        means = "+".join([f"lol_{number - 1}"] * 10)
        lines.append(f'<definedName name="lol_{number}">{means}</definedName>')
    return "".join(lines)


def chain(count: int, formula: str, *, ring: bool = False, up: bool = False) -> Iterable[str]:
    """Yield cells of column A of which each reads the next, or the one before."""
    end = 1 if up else count
    for row in range(1, count + 1):
        read = row - 1 if up else row + 1
        if row != end:
            yield from formulas(formula.format(f"A{read}"), first=row)
        elif ring:
            yield from formulas(formula.format(f"A{count if up else 1}"), first=row)
        else:
            yield f'<row r="{row}"><c r="A{row}"><v>5</v></c></row>'


def nested(opening: str, inner: str, closing: str, count: int) -> str:
    """Return a text with as many levels."""
    return opening * count + inner + closing * count


def letters(count: int) -> str:
    """Return a word of letters."""
    return "".join(random.Random(count).choices(string.ascii_lowercase, k=count))


_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
_DEEP = 200_000

_LIMITED: dict[str, tuple[str, ...]] = {
    "chain of ours 100,000": ("--limit-seconds", "3"),
    "chain of ours 100,000 up": ("--limit-seconds", "3"),
    "chain of ours 20,000": ("--limit-seconds", "3"),
    "chain of ours and native": ("--limit-seconds", "3"),
    "ring of ours 100,000": ("--limit-seconds", "3"),
    "INDIRECT of the sheet": ("--limit-seconds", "1"),
    "OFFSET of the sheet": ("--limit-memory", "300"),
}
"""Cases that are honest work, or that no text tells: they end by an option, not by themselves."""

CASES: dict[str, Book] = {
    # Deep and long (a crash without a word, once)
    "parentheses 3,000": lambda p: book(p, formulas(nested("(", "1", ")", 3_000))),
    "calls 5,000": lambda p: book(p, formulas(nested("SUM(", "1", ")", 5_000))),
    "calls of ours 5,000": lambda p: book(p, formulas(nested("CLV(", "1", ",6,5)", 5_000))),
    "calls of ours 190": lambda p: book(p, formulas(nested("CLV(", "1", ",6,5)", 190))),
    "calls 190": lambda p: book(p, formulas("CLV(1,6,5)+" + nested("SUM(2*(", "1", "))", 90))),
    "minus signs 100,000": lambda p: book(p, formulas("-" * 100_000 + "1")),
    "braces 100,000": lambda p: book(p, formulas("{" * 100_000 + "1")),
    "per cent signs 8,000": lambda p: book(p, formulas("1" + "%" * 8_000)),
    "sum of 4,000": lambda p: book(p, formulas("+".join("1" * 4_000), "CLV(A1,6,5)")),
    "powers 4,000": lambda p: book(p, formulas("^".join("1" * 4_000), "CLV(A1,6,5)")),
    "ampersands 4,000": lambda p: book(p, formulas("&".join("1" * 4_000))),
    "comparisons 4,000": lambda p: book(p, formulas("=".join("1" * 4_000))),
    "ranges 1,000": lambda p: book(p, formulas(":".join(["B1"] * 1_000))),
    "formula of 1,000,000": lambda p: book(p, formulas("1+" * 500_000 + "1")),
    "elements 200,000 in a cell": lambda p: book(p, nested("<a>", "", "</a>", _DEEP)),
    "elements 200,000 after": lambda p: book(p, after=nested("<a>", "", "</a>", _DEEP)),
    "elements 200,000 unclosed": lambda p: book(p, after="<a>" * _DEEP),
    "elements behind quotes": lambda p: book(p, after=nested('<a b="/>">', "", "</a>", _DEEP)),
    "elements in shared strings": lambda p: book(p, strings=nested("<r>", "", "</r>", _DEEP)),
    # Large
    "merged whole sheet": lambda p: book(
        p, formulas("CLV(1,6,5)"),
        after='<mergeCells count="1"><mergeCell ref="B1:XFD1048576"/></mergeCells>',
    ),
    "merged 100,000 rows": lambda p: book(
        p, formulas("CLV(1,6,5)"),
        after='<mergeCells count="1"><mergeCell ref="B1:XFD100000"/></mergeCells>',
    ),
    "SUM to a far cell": lambda p: book(p, [*formulas("SUM(A:XFC)", column="XFD"), _FAR]),
    "COUNTA of columns": lambda p: book(p, formulas("COUNTA(B:XFD)")),
    "COUNTA of blocks": lambda p: book(p, formulas("COUNTA(B1:XFC1048575)")),
    "SUMPRODUCT of the sheet": lambda p: book(p, formulas("SUMPRODUCT(B1:XFD1048576*1)")),
    "SUMPRODUCT by a name": lambda p: book(
        p, formulas("SUMPRODUCT(all*1)"),
        names='<definedName name="all">S!$B$1:$XFD$1048576</definedName>',
    ),
    "INDIRECT of the sheet": lambda p: book(p, formulas('SUMPRODUCT(INDIRECT("B1:XFD1048576")*1)')),
    "OFFSET of the sheet": lambda p: book(p, formulas("SUMPRODUCT(OFFSET(B1,0,0,1048576,9999)*1)")),
    "SEQUENCE": lambda p: book(p, formulas("SUM(_xlfn.SEQUENCE(1048576,16384))")),
    "MAKEARRAY": lambda p: book(
        p, formulas("SUM(_xlfn.MAKEARRAY(100000,10000,_xlfn.LAMBDA(_xlpm.a,_xlpm.b,1)))")
    ),
    "array formula of 18.9 million": lambda p: book(
        p, '<row r="1"><c r="A1"><f t="array" ref="A1:R1048576">1+1</f></c></row>'
    ),
    "ours over the whole sheet": lambda p: book(p, formulas("CLV_CONCENTRATION(B1:XFD1048576)")),
    "ours over columns to a far cell": lambda p: book(
        p, [*formulas("CLV_CONCENTRATION(B:XFC)"), _FAR]
    ),
    "names 10,000": lambda p: book(p, formulas("CLV(name_77,6,5)"), names=defined(10_000)),
    "names 10,000 all read": lambda p: book(
        p, formulas(*(f"name_{number}+1" for number in range(10_000)), "CLV(A1,6,5)"),
        names=defined(10_000),
    ),
    "names 1,000,000": lambda p: book(p, formulas("CLV(name_77,6,5)"), names=defined(1_000_000)),
    "names of names": lambda p: book(p, formulas("CLV(lol_9,6,5)"), names=laughs(10)),
    "names of names, native": lambda p: book(p, formulas("lol_9", "CLV(A1,6,5)"), names=laughs(10)),
    "names in a ring": lambda p: book(
        p, formulas("CLV(one,6,5)", "two+1"),
        names='<definedName name="one">two+1</definedName><definedName name="two">one+1'
        "</definedName>",
    ),
    "ring of ours 20,000": lambda p: book(p, chain(20_000, "CLV({},6,5)", ring=True)),
    "ring of ours 100,000": lambda p: book(p, chain(100_000, "CLV({},6,5)", ring=True)),
    "chain of ours 20,000": lambda p: book(p, chain(20_000, "CLV({},6,5)")),
    "chain of ours 100,000": lambda p: book(p, chain(100_000, "CLV({},6,5)")),
    "chain of ours 100,000 up": lambda p: book(p, chain(100_000, "CLV({},6,5)", up=True)),
    "chain of ours and native": lambda p: book(p, chain(20_000, "CLV({},6,5)+1")),
    "chain of native 100,000": lambda p: book(p, chain(100_000, "{}+1")),
    "chain of native 100,000 up": lambda p: book(p, chain(100_000, "{}+1", up=True)),
    "ring of native 100,000": lambda p: book(p, chain(100_000, "{}+1", ring=True)),
    # Long words
    "words of 8,000, 40 times": lambda p: book(
        p, formulas(*(f"{letters(8_000 + number)}+CLV(1,6,5)" for number in range(40)))
    ),
    "word of 40,000": lambda p: book(p, formulas(letters(40_000) + "+CLV(1,6,5)")),
    # Bombs
    "zeros 450 MB": lambda p: book(
        p, formulas("CLV(1,6,5)"), more=[("xl/media/image1.png", "image/png", bytes(450 << 20))]
    ),
    "zeros 450 MB in XML": lambda p: book(p, " " * (450 << 20)),
    "shared strings 1,000,000": lambda p: book(
        p, formulas("CLV(1,6,5)"),
        strings="".join(f"<si><t>text {number}</t></si>" for number in range(1_000_000)),
    ),
    "shared strings 1,000,000 shown": lambda p: book(
        p,
        (
            f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 1}</v></c></row>'
            for row in range(1, 1_000_001)
        ),
        strings="".join(f"<si><t>text {number}</t></si>" for number in range(1_000_000)),
    ),
    "text of 100 MB": lambda p: book(
        p, formulas("CLV(1,6,5)"), strings=f"<si><t>{'x' * (100 << 20)}</t></si>"
    ),
    "text of 100 MB in a cell": lambda p: book(
        p, f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * (100 << 20)}</t></is></c></row>'
    ),
}  # fmt: skip


def run(name: str, folder: Path, *options: str) -> Ending:
    """Make the file of a case, and let the command compute it."""
    path = folder / "book.xlsx"
    make = [sys.executable, __file__, "--make", name, str(path)]
    subprocess.run(make, check=True)  # a process would begin with the peak of the one that made it
    before = hashlib.sha256(path.read_bytes()).digest()
    spare = folder / "tmp"
    spare.mkdir(exist_ok=True)
    words = folder / "words.txt"
    with words.open("wb") as out:
        process = subprocess.Popen(
            [*_COMMAND, "recalc", str(path), *_LIMITED.get(name, ()), *options],
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "TMPDIR": str(spare)},
        )  # fmt: skip
        deadline = time.monotonic() + _STOP
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = words.read_text(errors="replace")
    kept = hashlib.sha256(path.read_bytes()).digest() == before or process.returncode == 0
    kept = kept or " values changed." in told
    left = [item for item in spare.rglob("*") if item.suffix != ".lock"]
    left += [item for item in folder.iterdir() if item not in {path, spare, words}]
    return Ending(
        name, process.returncode, told, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
        kept and not left,
    )  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the cases; return the status."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", default="", help="cases whose name has this")
    asked.add_argument("--bar", type=float, default=5.0, help="seconds of the processor")
    asked.add_argument("--room", type=float, default=500.0, help="megabytes")
    asked.add_argument("--make", nargs=2, metavar=("CASE", "PATH"), help="write one file only")
    options = asked.parse_args()
    if options.make:
        CASES[options.make[0]](Path(options.make[1]))
        return 0
    faults: list[str] = []
    worst = [0.0, 0.0]
    names = [name for name in CASES if options.only in name]
    for name in names:
        with tempfile.TemporaryDirectory(prefix="clv_xl-hangs-") as folder:
            ending = run(name, Path(folder))
        fault = ending.fault(options.bar, options.room)
        faults += [name] if fault else []
        worst = [max(worst[0], ending.seconds), max(worst[1], ending.megabytes)]
        told = " ".join(ending.words.split())[:150]
        line = f"{name:32} {ending.seconds:6.1f} s {ending.megabytes:6.0f} MB  {ending.status}"
        _say(f"{line}  {'!! ' + fault + ': ' if fault else ''}{told}")
    _say(f"{len(names)} cases, {len(faults)} over a bar; {worst[0]:.1f} s, {worst[1]:.0f} MB most")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
