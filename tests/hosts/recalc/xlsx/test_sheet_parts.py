"""Sheets as bytes: formula cells found however they are written, values put in and no more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries
from recalc_books import shown, workbook, xml

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx.formula_scanner import formula_cells
from clv_xl.hosts.recalc.xlsx.plain_sheet import plain_sheet
from clv_xl.hosts.recalc.xlsx.value_patcher import Put, splice

TEMPLATE = Path(__file__).parents[4] / "workbook_template.xlsm"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELLS = {
    "A1": 5, "A2": 7, "B1": "=CLV(A1,2,1)", "B2": '=IF(A2>5,"a & b","c")', "B3": "=B1+1",
    "D2": "~=CLV(A1:A2,10,1)", "F1": "words",
}  # fmt: skip
WANTED = {
    "A1": 5, "A2": 7, "B1": 10, "B2": "a & b", "B3": 11, "D2": 50, "D3": 70, "F1": "words",
}  # fmt: skip


def prefixed(content: str) -> str:
    content = re.sub(r"<(/?)(?=\w)", r"<\1x:", content)
    return content.replace(" xmlns=", " xmlns:x=", 1)


def indented(content: str) -> str:
    return re.sub(r"(?<=>)(?=<(?!/?\w*t\b))", "\n  ", content)


def reordered(content: str) -> str:
    return re.sub(r'<(c|row) (r="\w+")([^>/]*)', r"<\1\3 \2", content)


def without_places(content: str) -> str:
    return re.sub(r'<(c|row) r="\w+"', r"<\1", content)


WAYS: dict[str, Callable[[str], str]] = {
    "prefixed": prefixed,
    "indented": indented,
    "reordered": reordered,
    "single quotes": lambda content: re.sub(r'="([^"<>&]*)"', r"='\1'", content),
    "rows without numbers": lambda content: re.sub(r'<row r="\d+"', "<row", content),
    "comments": lambda content: re.sub(
        "(<row[^>]*>)", r"\1<!-- <c r='Z9'><f>1</f></c> -->", content
    ),
    "character data": lambda content: (
        re.sub("<f>([^<]*)</f>", r"<f><![CDATA[\1]]></f>", content)
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    ),
    "numeric references": lambda content: content.replace("&gt;", "&#62;").replace(
        "&amp;", "&#x26;"
    ),
    "values first": lambda content: re.sub("(<f[^>]*>[^<]*</f>)(<v></v>)", r"\2\1", content),
    "Windows line ends": lambda content: content.replace("<row", "\r\n<row"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_sheet_is_computed_however_it_is_written(tmp_path: Path, way: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": CELLS})
    usual = xml(path)
    written = WAYS[way](usual)
    assert written != usual
    rewrite(path, {"xl/worksheets/sheet1.xml": written.encode()})
    report = recalculate(path)
    assert (report.formulas, report.complete) == (4, True)
    assert shown(path) == WANTED
    assert recalculate(path).changed == 0


def test_cells_and_rows_without_places_are_where_they_stand(tmp_path: Path) -> None:
    cells = {"A1": 5, "B1": "=CLV(A1,2,1)", "A2": 6, "B2": "=CLV(A2,2,1)"}
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells})
    rewrite(path, {"xl/worksheets/sheet1.xml": without_places(xml(path)).encode()})
    recalculate(path)
    assert shown(path) == {"A1": 5, "B1": 10, "A2": 6, "B2": 12}


def rewrite(path: Path, changes: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | changes).items():
            new.writestr(name, content)


# The copy that the engine reads.

ONE_KILLED = """
import os, signal, sys
import ironcalc
def killed(*_): os.kill(os.getpid(), signal.SIGKILL)
ironcalc.load_from_xlsx = killed
from clv_xl.hosts.recalc import recalculate
recalculate(sys.argv[1])
"""
ONE_WITHOUT_ROOM = """
import resource, signal, sys
from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try: recalculate(sys.argv[1])
except FileError as fault: print(fault)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")
@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        (ONE_KILLED, -9, ""),
        (ONE_WITHOUT_ROOM, 0, "There is no room for a temporary copy of 'book.xlsx'. "),
    ],
)
def test_a_run_that_ends_early_leaves_no_data_behind(
    tmp_path: Path, script: str, status: int, said: str
) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": CELLS})
    before = path.read_bytes()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env=os.environ | {"TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout[: len(said)], done.stderr) == (status, said, "")
    assert path.read_bytes() == before
    assert [left for left in scratch.rglob("*") if left.is_file() and left.stat().st_size] == []


# What is stored is not believed.


def everything(path: Path) -> dict[str, Any]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in {None, ""}
    }


def falsified(content: bytes, value: str | None) -> bytes:
    """Give every formula cell, and every cell that one fills, another value, or none."""
    root = etree.fromstring(content)
    cells = {cell.get("r"): cell for cell in root.iter(f"{{{MAIN}}}c")}
    wrong = set()
    for formula in root.iter(f"{{{MAIN}}}f"):
        left, top, right, bottom = range_boundaries(
            formula.get("ref") or formula.getparent().get("r")
        )
        for row in range(top, bottom + 1):
            wrong |= {f"{get_column_letter(at)}{row}" for at in range(left, right + 1)}
    for name in wrong & cells.keys():
        for old in cells[name].findall(f"{{{MAIN}}}v"):
            cells[name].remove(old)
        cells[name].attrib.pop("t", None)
        if value is not None:
            etree.SubElement(cells[name], f"{{{MAIN}}}v").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def test_the_template_is_computed_right_whatever_is_stored_in_it(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(TEMPLATE.read_bytes())
    with zipfile.ZipFile(path) as old:
        sheets = [name for name in old.namelist() if name.startswith("xl/worksheets/sheet")]
        changes = {name: falsified(old.read(name), "777") for name in sheets}
    rewrite(path, changes)
    found, wanted = everything(path), everything(TEMPLATE)
    assert len([name for name in wanted if found.get(name) != wanted[name]]) > 2_000
    assert recalculate(path).complete
    found = everything(path)
    assert found.keys() == wanted.keys()
    assert [
        (name, found[name], value)
        for name, value in wanted.items()
        if found[name] != (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value)
    ] == []


# Values put into the bytes.

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6)
NAMES = st.tuples(st.integers(1, 6), st.integers(1, 5))


@st.composite
def sheets(draw: st.DrawFn) -> tuple[bytes, dict[tuple[int, int], tuple[str, str, str]]]:
    """A sheet and its cells: formula, type and value of each."""
    cells = draw(
        st.dictionaries(
            NAMES,
            st.tuples(
                st.sampled_from(["", "SUM(1,2)", 'IF(A1<2,"a&b","")']),
                st.sampled_from(["n", "str", "e", "b", "none"]),
                TEXTS,
            ),
            max_size=12,
        )
    )
    lines = []
    for row in sorted({row for row, _ in cells} | draw(st.sets(st.integers(1, 6)))):
        here = [(column, *cells[row, column]) for at, column in sorted(cells) if at == row]
        inside = "".join(xml_of(row, *one) for one in here)
        tag = f'row r="{row}" spans="1:5"'
        lines.append(f"<{tag}>{inside}</row>" if inside else f"<{tag}/>")
    text = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    return text.encode(), {
        name: (formula, kind, value if kind == "str" else "7")
        for name, (formula, kind, value) in cells.items()
    }


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xml_of(row: int, column: int, formula: str, kind: str, value: str) -> str:
    name = f"{get_column_letter(column)}{row}"
    written = f"<f>{escaped(formula)}</f>" if formula else ""
    if kind == "none":
        return f'<c r="{name}" s="3">{written}</c>' if written else f'<c r="{name}" s="3"/>'
    text = escaped(value) if kind == "str" else "7"
    mark = "" if kind == "n" else f' t="{kind}"'
    return f'<c r="{name}" s="3"{mark}>{written}<v xml:space="preserve">{text}</v></c>'


def cells_of(content: bytes) -> dict[tuple[int, int], tuple[str, str, str]]:
    found = {}
    last = (0, 0)
    for cell in etree.fromstring(content).iter(f"{{{MAIN}}}c"):
        column, row, _, _ = range_boundaries(cell.get("r"))
        assert (row, column) > last
        last = (row, column)
        value = cell.find(f"{{{MAIN}}}v")
        kind = "none" if value is None else cell.get("t", "n")
        text = "7" if value is None else value.text or ""
        found[row, column] = (cell.findtext(f"{{{MAIN}}}f") or "", kind, text)
    return found


PUTS = st.one_of(
    st.just(Put()), st.just(Put("n", "7")), st.just(Put("n", "0.5")), st.just(Put("e", "#N/A")),
    TEXTS.map(lambda text: Put("str", text)),
)  # fmt: skip


@given(sheet=sheets(), wanted=st.dictionaries(NAMES, PUTS, max_size=12))
def test_what_is_put_in_is_there_and_nothing_else_changes(
    sheet: tuple[bytes, dict[tuple[int, int], tuple[str, str, str]]],
    wanted: dict[tuple[int, int], Put],
) -> None:
    content, before = sheet
    by_row: dict[int, dict[int, Put]] = {}
    for (row, column), put in wanted.items():
        by_row.setdefault(row, {})[column] = put
    plain = plain_sheet(content)
    rows, changed = splice(plain.rows, by_row)
    new = plain.with_pieces(rows).part()
    expected = dict(before)
    for name, put in wanted.items():
        formula = before.get(name, ("", "", ""))[0]
        if put.kind:
            expected[name] = (formula, put.kind, put.text)
        elif name in before and not formula:
            expected[name] = ("", "none", "7")
    if not any("\r" in put.text for put in wanted.values()):
        assert cells_of(new) == expected
    differing = [name for name in expected if expected[name] != before.get(name)]
    assert changed == len(differing)
    assert (new == content) == (not differing)
    again, more = splice(rows, by_row)
    assert (again, more) == (rows, 0)


@given(sheets())
def test_formula_cells_are_found_as_a_parser_finds_them(
    sheet: tuple[bytes, dict[tuple[int, int], tuple[str, str, str]]],
) -> None:
    content, cells = sheet
    plain = plain_sheet(content)
    found = list(formula_cells(plain.rows))
    wanted = [
        (row, column, formula, None if kind == "none" else value)
        for (row, column), (formula, kind, value) in sorted(cells.items())
        if formula
    ]
    assert [(one.row, one.column, one.text, one.value) for one in found] == wanted
    assert plain.part() == content
    assert cells_of(plain.plain()) == cells_of(content)


# Formulas of any kind, in any place, over what was stored by anybody.

PLACES = [f"{column}{row}" for column in "ABC" for row in range(1, 6)]


@st.composite
def webs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, float], dict[str, float]]:
    """Cells, what they show, and what the file says that their formulas showed."""
    places = draw(st.permutations(PLACES))[: draw(st.integers(3, len(PLACES)))]
    cells: dict[str, Any] = {}
    values: dict[str, float] = {}
    for place in places:
        known = st.sampled_from(sorted(values)) if values else st.nothing()
        kind = draw(st.sampled_from(KINDS)) if values else "number"
        one = draw(known) if values else ""
        two = draw(known) if values else ""
        if kind == "number":
            cells[place] = values[place] = draw(st.integers(1, 5))
        elif kind == "block":
            inside = [at for at in PLACES if at[0] == one[0] and at in values]
            if any(at[0] == one[0] and at not in values for at in PLACES):
                kind = "ours"
            else:
                cells[place] = f"=CLV_CASHFLOWS({one[0]}1:{one[0]}5)"
                values[place] = sum(values[at] for at in inside)
        if kind in WRITTEN:
            text, value = WRITTEN[kind]
            cells[place] = text.format(one, two)
            values[place] = value(values[one], values[two])
    stored = {
        place: draw(st.sampled_from([float(values[place]), 3.0, -1.0]))
        for place in values
        if draw(st.booleans())
    }
    return cells, values, stored


WRITTEN: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "native": ("={0}+{1}", lambda a, b: a + b),
    "ours": ("=CLV({0},{1},1)", lambda a, b: a * b),
    "argument": ("=CLV({0}*2,1,{1}+1)", lambda a, b: 2 * a * (b + 1)),
    "nested": ("=CLV(CLV({0},2,1)+1,{1},1)", lambda a, b: (2 * a + 1) * b),
    "wrapped": ('=IFERROR(CLV({0},1,1),"")+{1}', lambda a, b: a + b),
    "bound": ("=_xlfn.LET(_xlpm.x,{0}+1,CLV(_xlpm.x,{1},1))", lambda a, b: (a + 1) * b),
    "indirect": ('=INDIRECT("{0}")+CLV({1},1,1)', lambda a, b: a + b),
}
KINDS = ["number", "block", *WRITTEN]


@settings(max_examples=150, deadline=None)
@given(webs())
def test_any_web_of_formulas_is_computed_in_its_order(
    tmp_path_factory: pytest.TempPathFactory,
    web: tuple[dict[str, Any], dict[str, float], dict[str, float]],
) -> None:
    cells, values, stored = web
    path = workbook(tmp_path_factory.mktemp("web") / "book.xlsx", {"Sheet": cells})
    content = xml(path)
    for place, value in stored.items():
        content = re.sub(
            f'(<c r="{place}"[^>]*><f>[^<]*</f>)<v></v>', rf"\g<1><v>{value}</v>", content
        )
    rewrite(path, {"xl/worksheets/sheet1.xml": content.encode()})
    assert recalculate(path).complete
    assert shown(path) == pytest.approx(values, rel=1e-12)
