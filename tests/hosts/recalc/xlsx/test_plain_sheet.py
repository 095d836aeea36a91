"""A sheet in its plain form and back: what is usual stays bytes, what is not stays its writer's."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from attacks.sheets import odd_sheet
from package.example_files import SHEET, repacked
from recalc_books import cell_xml, workbook, xml

import clv_xl
from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx.formula_scanner import formula_cells
from clv_xl.hosts.recalc.xlsx.plain_sheet import plain_sheet
from clv_xl.package import open_package

TEMPLATE = Path(__file__).parents[4] / "workbook_template.xlsm"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}">'
USUAL = (
    '<row r="1" spans="1:2"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><f>A1+1</f><v>2</v></c>'
    '</row>\r\n<row r="3"/><row r="4"><c r="A4" t="inlineStr"><is><t>x</t></is></c></row>'
)


def sheet(rows: str, head: str = HEAD, tail: str = "</worksheet>") -> bytes:
    return f"{head}<sheetData>{rows}</sheetData>{tail}".encode()


def test_a_usual_sheet_is_its_own_plain_form() -> None:
    content = sheet(USUAL)
    plain = plain_sheet(content)
    assert (plain.rows, plain.filed) == (USUAL.encode(), None)
    assert plain.plain() == plain.part() == content


def test_every_sheet_of_the_template_is_usual() -> None:
    package = open_package(TEMPLATE)
    sheets = [name for name in package.names if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) > 10
    assert [name for name in sheets if plain_sheet(package.read(name)).filed] == []


@pytest.mark.parametrize(
    "content",
    [
        sheet(USUAL.replace("<v>2</v>", "<v>2</v><extLst><a/></extLst>")),
        sheet(USUAL.replace('r="1" spans', "r='1' spans")),
        sheet(USUAL.replace("<v>2", "<v><![CDATA[2]]>")),
        sheet(USUAL.replace("<c r", "<!-- --><c r")),
        sheet(USUAL.replace('s="1"', 's="1>"')),
        sheet(USUAL, HEAD.replace("<", '<?xml version="1.0" encoding="ascii"?><')),
        sheet(USUAL, f"{HEAD}<!-- <sheetData> -->"),
        sheet(USUAL, HEAD.replace("xmlns=", "xmlns:y=").replace("<", "<y:"), "</y:worksheet>"),
        sheet(USUAL, f'<worksheet xmlns="{MAIN}" xmlns:y="{MAIN}">'),
        sheet(USUAL, tail="<extLst><a xmlns='o'><sheetData></sheetData></a></extLst></worksheet>"),
    ],
    ids=range(10),
)
def test_what_may_mean_something_else_is_read_exactly(content: bytes) -> None:
    if b"<y:worksheet" in content:
        with pytest.raises(FileError, match="cannot be read"):
            plain_sheet(content)
        return
    plain = plain_sheet(content)
    assert (plain.filed is None) == (content.endswith(b"</sheetData></a></extLst></worksheet>"))
    assert [(one.row, one.column, one.text, one.value) for one in formula_cells(plain.rows)] == [
        (1, 2, "A1+1", "2")
    ]


@pytest.mark.parametrize("seed", range(40))
def test_an_odd_sheet_whose_rows_stay_keeps_every_byte(seed: int) -> None:
    made = odd_sheet(random.Random(seed))
    if made.in_order:
        plain = plain_sheet(made.content)
        assert plain.part() == made.content
        assert len(list(formula_cells(plain.rows))) == len(made.values)


# Rows and cells that no program writes so


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('<row r="2"><c r="A2"/></row><row r="1"/>', "out of order or twice"),
        ('<row r="1"/><row r="1"/>', "out of order or twice"),
        ('<row r="x"/>', "no proper place"),
        ('<row r="0"/>', "no proper place"),
        ('<row r="1048577"/>', "Sheet 'Sheet' "),
        ('<row r="1"><c r="A2"/></row>', "no proper place"),
        ('<row r="1"><c r="XFE1"/></row>', "no proper place"),
        ('<row r="1"><c r="1"/></row>', "no proper place"),
    ],
)
def test_rows_and_cells_in_no_order_are_one_sentence(tmp_path: Path, rows: str, told: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": {"A9": "=CLV(1,1,1)", "B1": "=1+1"}})
    for content in (f"<!-- -->{rows}", rows):
        formula = '<row r="1048576"><c r="A1048576"><f>CLV(1,1,1)</f><v>7</v></c></row>'
        repacked(path, **{SHEET: sheet(content + formula)})
        before = path.read_bytes()
        with pytest.raises(FileError) as caught:
            recalculate(path)
        assert told in str(caught.value) or "has no proper name" in str(caught.value)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><f>CLV(1,1,1)</f></c></row><row r="1"><c r="A1"><f>1</f></c></row>',
        '<row r="1"><c r="A1"><f>1</f></c><c r="A1"><f>CLV(1,1,1)</f></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><f>CLV(1,1,1)</f></c></row>',
        '<row r="1"><c r="B1"><f>CLV(1,1,1)</f></c><c r="A1"><f>1</f></c></row>',
        '<row r="1"><c r="A1"><f>CLV(1,1,1)</f></c></row><row r="1"><c r="B1"><v>1</v></c></row>',
    ],
)
def test_no_cell_is_written_twice(tmp_path: Path, rows: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": 1}})
    repacked(path, **{SHEET: sheet(rows)})
    before = path.read_bytes()
    with pytest.raises(FileError, match="out of order or twice"):
        recalculate(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("code", ["99999999999", "0", "xD800", "xFFFFFFFFF", "9" * 5000])
@pytest.mark.parametrize("tag", ["f", "v"])
def test_a_reference_to_no_character_is_one_sentence(tmp_path: Path, tag: str, code: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": 1}})
    cell = '<c r="A1" t="str"><f>CLV(1,1,1)</f><v>7</v></c>'.replace(
        f"<{tag}>", f"<{tag}>&#{code};"
    )
    repacked(path, **{SHEET: sheet(f'<row r="1">{cell}</row>')})
    with pytest.raises(FileError, match="damaged: a part of it is not well-formed"):
        recalculate(path)


# Cells that change


def test_a_changed_cell_keeps_its_extension_list(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": 1}})
    kept = '<extLst><ext uri="{1}" xmlns:o="urn:o"><o:c>1</o:c></ext></extLst>'
    cells = f'<c r="A1"><f>CLV(2,2,1)</f><v>7</v>{kept}</c><c r="B1" t="str"><v>x</v>{kept}</c>'
    repacked(path, **{SHEET: sheet(f'<row r="1">{cells}</row>')})
    recalculate(path)
    assert f"<f>CLV(2,2,1)</f><v>4</v>{kept}</c>" in xml(path)
    assert f'<c r="B1" t="str"><v>x</v>{kept}</c>' in xml(path)


def test_a_prefix_is_kept_beside_another_default_namespace(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": 1}})
    head = f'<x:worksheet xmlns:x="{MAIN}" xmlns="urn:other">'
    rows = (
        '<x:row r="1"><x:c r="A1" cm="1"><x:f t="array" ref="A1">CLV({1;2},2,1)</x:f></x:c></x:row>'
    )
    repacked(path, **{SHEET: f"{head}<x:sheetData>{rows}</x:sheetData></x:worksheet>".encode()})
    recalculate(path)
    assert xml(path).startswith(head)
    assert '<x:f t="array" ref="A1:A2">' in xml(path)
    assert '<x:row r="2"><x:c r="A2"><x:v>4</x:v></x:c></x:row>' in xml(path)


def test_refresh_of_an_odd_sheet_leaves_what_it_does_not_change(tmp_path: Path) -> None:
    cells = {"A1": "customer", "B1": "date", "C1": "amount", "A2": "Ann", "B2": 45000, "C2": 10}
    cells |= {"F1": "customer", "F2": "Ann", "H2": "beside"}
    tables = {"Orders": ("Sheet", "A1:C2"), "Customers": ("Sheet", "F1:F2")}
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells}, tables=tables)
    written = xml(path).replace('<row r="1"', '<!-- mine --><row  r="1"')
    repacked(path, **{SHEET: written.encode()})
    beside = cell_xml(path, "H2")
    rows = {"customer": ["Ann", "Bob"], "date": ["2023-03-15"] * 2, "amount": [10, 11]}
    clv_xl.refresh(path, orders=rows, add=True)
    assert '<!-- mine --><row  r="1"' in xml(path)
    assert beside in xml(path)
    assert "<t>Bob</t>" in cell_xml(path, "A3") + cell_xml(path, "A4")
