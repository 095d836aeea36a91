"""A copy with values only: what every cell shows stays, and nothing in it computes."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from package.example_files import SHEET, raw_parts, repacked
from recalc_books import cell_xml, workbook

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
from clv_xl.package import archive
from clv_xl.package.content_types import add_part
from clv_xl.package.namespaces import OFFICE, WORKBOOK
from clv_xl.package.relations import relate
from clv_xl.values_copy import share
from clv_xl.workbook import banner

TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"
LIBREOFFICE = Path(__file__).parents[1] / "data" / "libreoffice_controls.xlsx"
RELATIONS = re.compile(r"\.rels$|^\[Content_Types\]")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def cells(path: Path) -> dict[str, dict[str, Any]]:
    """The stored values of every sheet that is shown."""
    return {
        sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets
        if sheet.title != "_IntelliSense_"
    }


def formulas(path: Path) -> list[str]:
    """Every element that holds a formula of a cell, a table or a link."""
    tags = ("c/{*}f", "calculatedColumnFormula", "totalsRowFormula", "externalReference")
    return [
        f"{name}: {found.tag}"
        for name, content in parts(path).items()
        if name.endswith(".xml")
        for tag in tags
        for found in etree.fromstring(content).iterfind(f".//{{*}}{tag}")
    ]


def assert_whole(path: Path) -> None:
    """Every relation leads to a part, every part has a relation, and a content type."""
    found = parts(path)
    types = etree.fromstring(found["[Content_Types].xml"])
    named = {one.get("PartName", "").lstrip("/") for one in types} - {""}
    extensions = {one.get("Extension") for one in types}
    assert named <= found.keys()
    for name in found.keys() - named - {"[Content_Types].xml"}:
        assert name.rsplit(".", 1)[1] in extensions
    for name in found:
        if name.endswith(".rels"):
            folder = Path(name).parent.parent
            source = (folder / Path(name).stem).as_posix()
            assert source in found or source == "_rels" or name == "_rels/.rels", name
            for relation in etree.fromstring(found[name]):
                if relation.get("TargetMode") != "External":
                    target = Path("/") / folder / relation.get("Target", "")
                    assert str(target.resolve()).lstrip("/") in found, name


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("share") / "copy.xlsx"
    done = share(TEMPLATE, out)
    assert (done.path, done.without_value) == (out, 0)
    assert done.formulas > 1000
    return out


# The template


def test_every_cell_of_the_template_shows_what_it_did(copy: Path) -> None:
    assert cells(copy) == cells(TEMPLATE)


def test_a_text_for_the_screen_alone_is_not_shared(tmp_path: Path) -> None:
    out = tmp_path / "copy.xlsx"
    share(TEMPLATE, out, on_screen=banner.MISSING)
    before, after = cells(TEMPLATE), cells(out)
    assert sum(banner.MISSING in found.values() for found in before.values()) > 10
    for title, found in before.items():
        expected = {one: None if value == banner.MISSING else value for one, value in found.items()}
        assert {one: after[title][one] or None for one in found} == {
            one: value or None for one, value in expected.items()
        }


def test_nothing_in_the_copy_computes_or_runs(copy: Path) -> None:
    assert formulas(copy) == []
    found = parts(copy)
    assert not [name for name in found if "vba" in name.lower() or "customUI" in name]
    everything = b"".join(content for name, content in found.items() if name != "xl/styles.xml")
    for word in (b"macroEnabled", b"vbaProject", b"extensibility", b"ClvRefresh", b' cm="'):
        assert word not in everything, word
    assert b"_IntelliSense_" not in found["xl/workbook.xml"]


def test_the_copy_is_a_whole_plain_workbook(copy: Path) -> None:
    assert_whole(copy)
    assert b"spreadsheetml.sheet.main+xml" in parts(copy)["[Content_Types].xml"]


def test_charts_formats_and_texts_are_byte_identical(copy: Path) -> None:
    before, after = raw_parts(TEMPLATE), raw_parts(copy)
    same = {name for name in after if before[name] == after[name]}
    charts = {name for name in before if "/charts/chart" in name}
    assert charts
    assert charts <= same
    assert {"xl/styles.xml", "xl/theme/theme1.xml", "docProps/core.xml"} <= same
    changed = {name for name in after.keys() - same if not RELATIONS.search(name)}
    assert all(
        name.startswith(("xl/worksheets/", "xl/tables/", "xl/drawings/", "xl/workbook"))
        for name in changed
    )


def test_the_template_keeps_its_names_rules_and_links(copy: Path) -> None:
    before, after = openpyxl.load_workbook(TEMPLATE), openpyxl.load_workbook(copy)
    ranges = [name for name, one in before.defined_names.items() if "(" not in one.attr_text]
    assert list(after.defined_names) == ranges
    assert len(ranges) > 20
    for sheet in after.worksheets:
        old = before[sheet.title]
        assert len(sheet.conditional_formatting) == len(old.conditional_formatting)
        assert sheet.data_validations.count == old.data_validations.count
        assert sheet.print_title_rows == old.print_title_rows
        assert list(sheet.tables) == list(old.tables)
        assert len(sheet._charts) == len(old._charts)


@pytest.mark.libreoffice
def test_libreoffice_opens_the_copy_and_shows_its_values(copy: Path, tmp_path: Path) -> None:
    from clv_xl.hosts.libreoffice import program

    own_settings = f"-env:UserInstallation={(tmp_path / 'settings').as_uri()}"
    office = [program.find().soffice, own_settings, "--headless", "--convert-to"]
    for kind in ("csv", "pdf"):
        subprocess.run([*office, kind, "--outdir", tmp_path, copy], check=True, timeout=300)
    assert (tmp_path / "copy.pdf").stat().st_size > 50_000
    text = (tmp_path / "copy.csv").read_text("utf-8")
    assert "Err:" not in text
    assert "#NAME?" not in text
    assert "Customer" in text


# Books of others


def test_each_kind_of_value_stays(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "book.xlsx",
        {
            "Data": {
                "A1": "=1+1", "A2": "=1>2", "A3": "=1/0", "A4": '="a & b"', "A5": '=" x "',
                "A6": '=""', "B1": ("{=A1:A2}", "B1:B2"), "C1": "~=CLV({1;2},3,4)", "D1": True,
                "D2": "text", "D3": 2.5,
            }
        },
    )  # fmt: skip
    recalculate(book)
    out = tmp_path / "copy.xlsx"
    done = share(book, out)
    assert (done.formulas, done.without_value) == (8, 0)
    assert cells(out) == cells(book)
    assert formulas(out) == []
    shown = cells(out)["Data"]
    assert [shown[name] for name in ("A1", "A2", "A3", "A4", "A5", "B1", "C1", "C2")] == [
        2, False, "#DIV/0!", "a & b", " x ", 2, 12, 24,
    ]  # fmt: skip
    assert_whole(out)


SHAPES = {
    "shared": '<c r="A1"><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c>'
    '<c r="B1"><f t="shared" si="0"/><v>3</v></c>',
    "written by xlsxwriter": '<c r="A1" s="0"><f>1+1</f><v>2</v></c>'
    '<c r="B1" t="b"><f>1=1</f><v>1</v></c>',
    "inline": '<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    '<c r="B1" t="inlineStr"><f>"b"</f><is><t>b</t></is></c>',
    "error": '<c r="A1" t="e"><f>NA()</f><v>#N/A</v></c><c r="B1" t="e"><v>#NUM!</v></c>',
    "unnamed": '<c t="str"><f>"a"</f><v>a</v></c><c><v>3</v></c>',
    "what-if": '<c r="A1"><f t="dataTable" ref="A1:B1" dt2D="0" dtr="0" r1="C1"/><v>7</v></c>'
    '<c r="B1"><v>8</v></c>',
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_each_way_of_writing_a_cell_is_understood(tmp_path: Path, shape: str, prefix: str) -> None:
    inner = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", SHAPES[shape])
    name = f":{prefix[:-1]}" if prefix else ""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f"{prefix}sheetData"
    sheet = f"""<{prefix}worksheet xmlns{name}="{main}"><{data}><{prefix}row r="1">{inner}\
</{prefix}row></{data}></{prefix}worksheet>"""
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}})
    repacked(book, **{SHEET.replace("/", "__"): sheet.encode()})
    out = tmp_path / "copy.xlsx"
    share(book, out)
    assert formulas(out) == []
    assert cells(out) == cells(book)


def test_a_formula_without_a_stored_value_is_counted_and_empty(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": "=1+1", "A2": "=2+2", "A3": 3}})
    done = share(book, tmp_path / "copy.xlsx")
    assert (done.formulas, done.without_value) == (2, 2)
    assert cells(tmp_path / "copy.xlsx") == {"Data": {"A1": None, "A2": None, "A3": 3}}
    assert "<v" not in cell_xml(tmp_path / "copy.xlsx", "A1")


def test_parts_without_formulas_are_byte_identical(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1, "A2": "x"}, "More": {"A1": "=1"}})
    share(book, tmp_path / "copy.xlsx")
    before, after = raw_parts(book), raw_parts(tmp_path / "copy.xlsx")
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet2.xml"}


def test_comments_charts_tables_and_working_rules_stay(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in [("name", "value"), ("a", 1), ("b", 2)]:
        sheet.append(row)
    sheet["A2"].comment = Comment("note", "me")
    table = Table(displayName="Data", ref="A1:B3")
    table._initialise_columns()
    for column, title in zip(table.tableColumns, ("name", "value"), strict=True):
        column.name = title
    table.tableColumns[1].calculatedColumnFormula = openpyxl.worksheet.table.TableFormula(
        attr_text="1+1"
    )
    sheet.add_table(table)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sheet.add_chart(chart, "D1")
    sheet.conditional_formatting.add("A1:A3", FormulaRule(formula=["B1>1"]))
    sheet.conditional_formatting.add("A1:A3", FormulaRule(formula=["clv(B1,1,1)>1"]))
    sheet.conditional_formatting.add("B1:B3", FormulaRule(formula=["CAC_RATIO(B1,1)>1"]))
    for rule in ("B1>0", "CLV_NET(B1)>0"):
        validation = DataValidation(type="custom", formula1=rule)
        validation.add("B2")
        sheet.add_data_validation(validation)
    made.save(tmp_path / "book.xlsx")
    share(tmp_path / "book.xlsx", tmp_path / "copy.xlsx")
    copied = openpyxl.load_workbook(tmp_path / "copy.xlsx").active
    assert copied["A2"].comment.text == "note"
    assert len(copied._charts) == 1
    assert copied.tables["Data"].ref == "A1:B3"
    assert [rule.formula for one in copied.conditional_formatting for rule in one.rules] == [
        ["B1>1"]
    ]
    assert [one.formula1 for one in copied.data_validations.dataValidation] == ["B1>0"]
    assert formulas(tmp_path / "copy.xlsx") == []
    assert_whole(tmp_path / "copy.xlsx")


def test_names_of_ranges_stay_and_formulas_only_where_they_are_used(tmp_path: Path) -> None:
    names = {
        "Rate": "Data!$A$1",
        "Columns": "Data!$A:$B,'Data'!$1:$2",
        "Grown": "Data!$A$1*1.1",
        "Used": "OFFSET(Data!$A$1,0,0,Twice)",
        "Twice": "2*1",
        "Value": "CLV(1,2,3)",
        "Behind": "Value+1",
        "Linked": "[1]Other!$A$1",
    }
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}}, names=names)
    made = openpyxl.load_workbook(book)
    made["Data"].conditional_formatting.add("A1", FormulaRule(formula=["SUM(Used)>1"]))
    made["Data"].conditional_formatting.add("A1", FormulaRule(formula=["Behind>1"]))
    made.save(book)
    share(book, tmp_path / "copy.xlsx")
    copied = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert set(copied.defined_names) == {"Rate", "Columns", "Used", "Twice"}
    rules = [rule.formula for one in copied["Data"].conditional_formatting for rule in one.rules]
    assert rules == [["SUM(Used)>1"]]


def test_links_to_other_workbooks_and_the_order_of_computing_are_gone(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}})
    made = parts(book)
    link, chain = "xl/externalLinks/link1.xml", "xl/calcChain.xml"
    add_part(made, link, b"<externalLink/>", "application/xml")
    add_part(made, chain, b"<calcChain/>", "application/xml")
    relate(made, WORKBOOK, f"{OFFICE}/calcChain", chain)
    own = relate(made, WORKBOOK, f"{OFFICE}/externalLink", link)
    relate(made, link, f"{OFFICE}/externalLinkPath", "xl/elsewhere.xlsx")
    mark = f'</sheets><externalReferences><externalReference xmlns:r="{OFFICE}" r:id="{own}"/>'
    made[WORKBOOK] = made[WORKBOOK].replace(b"</sheets>", f"{mark}</externalReferences>".encode())
    book.write_bytes(archive.write(made))
    share(book, tmp_path / "copy.xlsx")
    found = parts(tmp_path / "copy.xlsx")
    assert not [name for name in found if "Link" in name or "calcChain" in name]
    assert b"externalReference" not in found[WORKBOOK]
    assert_whole(tmp_path / "copy.xlsx")


def test_rules_that_refer_to_spills_are_gone(tmp_path: Path) -> None:
    names = {"Spilled": "_xlfn.ANCHORARRAY(Data!$A$1)", "Typed": "Data!$A$1#", "Fixed": "Data!$A$1"}
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}}, names=names)
    made = openpyxl.load_workbook(book)
    sheet = made["Data"]
    for rule in ("_xlfn.ANCHORARRAY($A$1)>1", "SUM(A1#)>1", "ROWS(Spilled)>1", '"#"&Fixed="#1"'):
        sheet.conditional_formatting.add("A1", FormulaRule(formula=[rule]))
    for choices in ("$A$1#", "_xlfn.ANCHORARRAY(Data!$A$1)", "Spilled", "Fixed"):
        validation = DataValidation(type="list", formula1=choices)
        validation.add("B2")
        sheet.add_data_validation(validation)
    made.save(book)
    share(book, tmp_path / "copy.xlsx")
    copied = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert set(copied.defined_names) == {"Fixed"}
    rules = [rule.formula for one in copied["Data"].conditional_formatting for rule in one.rules]
    assert rules == [['"#"&Fixed="#1"']]
    left = copied["Data"].data_validations.dataValidation
    assert [one.formula1 for one in left] == ["Fixed"]


NEWER = """<extLst><ext uri="{a}" xmlns:x14="x14" xmlns:xm="xm"><x14:conditionalFormattings>\
<x14:conditionalFormatting><x14:cfRule type="expression"><xm:f>%s</xm:f></x14:cfRule>\
<xm:sqref>A1</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>\
<ext uri="{b}" xmlns:x14="x14" xmlns:xm="xm"><x14:dataValidations count="1"><x14:dataValidation \
type="list"><x14:formula1><xm:f>Other!$A$1</xm:f></x14:formula1><xm:sqref>A1</xm:sqref>\
</x14:dataValidation></x14:dataValidations></ext></extLst>"""


@pytest.mark.parametrize(("rule", "stays"), [("CLV(A1,1,1)>1", False), ("Other!A1>1", True)])
def test_rules_in_an_extension_go_with_what_they_leave_empty(
    tmp_path: Path, rule: str, *, stays: bool
) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}, "Other": {"A1": 1}})
    content = parts(book)[SHEET].replace(b"</worksheet>", (NEWER % rule).encode() + b"</worksheet>")
    repacked(book, **{SHEET.replace("/", "__"): content})
    share(book, tmp_path / "copy.xlsx")
    root = etree.fromstring(parts(tmp_path / "copy.xlsx")[SHEET])
    assert [one.get("uri") for one in root.iter("{*}ext")] == ["{a}"] * stays + ["{b}"]
    assert not [one for one in root.iter("{*}conditionalFormattings") if not len(one)]


# Controls

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
CHOICES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="o" xmlns:x="x">{}</xml>"""


def with_controls(path: Path, *controls: tuple[str, str, str]) -> Path:
    """A workbook with controls: kind of part, content of that part, macro."""
    book = workbook(path, {"Data": {"A1": "=1+1", "A2": 3}})
    recalculate(book)
    made = parts(book)
    elements = shapes = ""
    for number, (kind, content, macro) in enumerate(controls, start=1025):
        name = f"xl/{kind}s/{kind}{number}.xml"
        add_part(made, name, content.encode(), "application/xml")
        own = relate(made, SHEET, f"{OFFICE}/{kind}", name)
        properties = f'<controlPr macro="{macro}"/>' if macro else "<controlPr/>"
        control = f'<control shapeId="{number}" r:id="{own}" name="C{number}">'
        elements += (
            f'<mc:AlternateContent><mc:Choice Requires="x14">{control}{properties}</control>'
            f"</mc:Choice><mc:Fallback>{control}</control></mc:Fallback></mc:AlternateContent>"
        )
        shapes += f'<v:shape id="_x0000_s{number}"><x:ClientData ObjectType="Pict"/></v:shape>'
    drawing = "xl/drawings/vmlDrawing1.vml"
    add_part(made, drawing, VML.format(shapes).encode(), "application/xml")
    own = relate(made, SHEET, f"{OFFICE}/vmlDrawing", drawing)
    tail = (
        f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{own}"/><mc:AlternateContent '
        f'xmlns:mc="{CHOICES}" xmlns:r="{OFFICE}" xmlns:x14="{X14}"><mc:Choice Requires="x14">'
        f"<controls>{elements}</controls></mc:Choice></mc:AlternateContent></worksheet>"
    )
    made[SHEET] = made[SHEET].replace(b"</worksheet>", tail.encode())
    book.write_bytes(archive.write(made))
    return book


FORM = f'<formControlPr xmlns="{X14}" objectType="%s"/>'
BUTTON, BOX = ("ctrlProp", FORM % "Button", ""), ("ctrlProp", FORM % "CheckBox", "")
RUNNING_BOX = ("ctrlProp", FORM % "CheckBox", "[0]!Run")
ACTIVE_X = ("control", '<ocx xmlns="ax"/>', "")


@pytest.mark.parametrize("control", [BUTTON, RUNNING_BOX, ACTIVE_X])
def test_a_control_that_runs_macros_leaves_no_trace(
    tmp_path: Path, control: tuple[str, str, str]
) -> None:
    book = with_controls(tmp_path / "book.xlsx", control)
    share(book, tmp_path / "copy.xlsx")
    found = parts(tmp_path / "copy.xlsx")
    assert not [name for name in found if "ctrlProp" in name or "control" in name or "vml" in name]
    for word in (b"control", b"legacyDrawing", b"AlternateContent"):
        assert word not in found[SHEET]
    assert_whole(tmp_path / "copy.xlsx")
    assert cells(tmp_path / "copy.xlsx") == cells(book)


def test_a_box_that_runs_nothing_stays_beside_a_removed_button(tmp_path: Path) -> None:
    share(with_controls(tmp_path / "book.xlsx", BUTTON, BOX), tmp_path / "copy.xlsx")
    found = parts(tmp_path / "copy.xlsx")
    assert [name for name in found if "ctrlProp1" in name] == ["xl/ctrlProps/ctrlProp1026.xml"]
    sheet = etree.fromstring(found[SHEET])
    assert {one.get("shapeId") for one in sheet.iter("{*}control")} == {"1026"}
    assert b"_x0000_s1025" not in found["xl/drawings/vmlDrawing1.vml"]
    assert b"_x0000_s1026" in found["xl/drawings/vmlDrawing1.vml"]
    assert_whole(tmp_path / "copy.xlsx")


def test_a_button_and_a_note_made_by_libreoffice(tmp_path: Path) -> None:
    """The file: a push button with a macro, a check box without, a note, a formula."""
    share(LIBREOFFICE, tmp_path / "copy.xlsx")
    found = parts(tmp_path / "copy.xlsx")
    everything = b"".join(found.values())
    for word in (b"CommandButton", b"Module1.Run", b'id="1001"'):
        assert word not in everything, word
    assert b"CheckBox" in found["xl/drawings/drawing1.xml"]
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx").active["B2"].comment.text == "a note"
    assert formulas(tmp_path / "copy.xlsx") == []
    assert_whole(tmp_path / "copy.xlsx")


CELLS = st.one_of(
    st.integers(-1000, 1000),
    st.booleans(),
    st.text("ab <&'\"\u00e9\n", min_size=1, max_size=5),
    st.sampled_from(['="a<b&"', "=1/0", "=1+2", "=2>1", '=""', "=NA()", "=F9", "=CLV(1,2,3)"]),
)


@settings(max_examples=25)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_random_books_show_the_same_without_formulas(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.active["F9"] = "=6*7"
    made.save(folder / "book.xlsx")
    recalculate(folder / "book.xlsx")
    done = share(folder / "book.xlsx", folder / "copy.xlsx")
    assert done.without_value == 0
    assert cells(folder / "copy.xlsx") == cells(folder / "book.xlsx")
    assert formulas(folder / "copy.xlsx") == []
    before, after = raw_parts(folder / "book.xlsx"), raw_parts(folder / "copy.xlsx")
    assert {name for name in before if before[name] != after.get(name)} == {SHEET}


# Refused


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": "=1"}})
    before = book.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(book)
    for out in (book, tmp_path / "link.xlsx"):
        with pytest.raises(FileError, match="is the workbook itself"):
            share(book, out)
    assert book.read_bytes() == before


def test_the_copy_must_be_an_xlsx_file(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 1}})
    with pytest.raises(FileError, match=r"end in \.xlsx"):
        share(book, tmp_path / "copy.xlsm")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 cut", "damaged"),
        (b"hello", "not an Excel workbook"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "protected with a password",
        ),
    ],
)
def test_damaged_and_protected_files_are_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "book.xlsx").write_bytes(content)
    with pytest.raises(FileError, match=sentence):
        share(tmp_path / "book.xlsx", tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()


def test_an_older_copy_is_replaced(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Data": {"A1": 5}})
    shutil.copy(TEMPLATE, tmp_path / "copy.xlsx")
    share(book, tmp_path / "copy.xlsx")
    assert cells(tmp_path / "copy.xlsx") == {"Data": {"A1": 5}}
