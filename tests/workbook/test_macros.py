"""What makes the functions work in Excel, as it lies in the template and in the add-in."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from pathlib import Path

import olefile
import pytest
from lxml import etree
from oletools.olevba import VBA_Parser
from openpyxl.utils import FORMULAE
from openpyxl.workbook import Workbook

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.excel_help import intellisense
from clv_xl.hosts.vba.addin import addin
from clv_xl.hosts.vba.modules import modules
from clv_xl.hosts.vba.ribbon import PART, RELATION, ribbon
from clv_xl.workbook import build, buttons, design, places
from clv_xl.workbook.declarations import Role
from clv_xl.workbook.layout import FIRST_ROW, arrange
from clv_xl.workbook.macros import INTELLISENSE, MACRO_ENABLED
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LAYOUTS = arrange(sheets(generate()))
WITH_BUTTON = [one for one in LAYOUTS if one.sheet.role in {Role.START, Role.REPORT}]


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        assert len(set(names)) == len(names)
        return {name: package.read(name) for name in names}


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("lite") / "workbook.xlsx"
    build(path, for_lite=True)
    return parts_of(path.read_bytes())


@pytest.fixture(scope="module")
def template(built: Path) -> dict[str, bytes]:
    return parts_of(built.read_bytes())


@pytest.fixture(scope="module", params=["template", "addin", "lite"])
def parts(request: pytest.FixtureRequest) -> dict[str, bytes]:
    if request.param == "addin":
        return parts_of(addin())
    return request.getfixturevalue(request.param)


def relations(parts: dict[str, bytes], source: str) -> dict[str, tuple[str, str]]:
    """Type and target by id."""
    folder, name = posixpath.split(source)
    found = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if found is None:
        return {}
    return {
        one.get("Id"): (
            one.get("Type"),
            posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/"),
        )
        for one in etree.fromstring(found)
    }


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    targets = relations(parts, "xl/workbook.xml")
    book = etree.fromstring(parts["xl/workbook.xml"])
    return {
        one.get("name"): targets[one.get(f"{OFFICE}id")][1] for one in book.iter(f"{MAIN}sheet")
    }


# Both files and the one without macros, as packages.


def test_relations_and_content_types_are_whole(parts: dict[str, bytes]) -> None:
    known = etree.fromstring(parts["[Content_Types].xml"])
    named = [one.get("PartName") for one in known if one.get("PartName")]
    endings = [one.get("Extension") for one in known if one.get("Extension")]
    assert len(set(named)) == len(named)
    assert len(set(endings)) == len(endings)
    assert {name.lstrip("/") for name in named} <= set(parts)
    aimed_at = {"[Content_Types].xml"}
    for name in parts:
        assert f"/{name}" in named or name.rpartition(".")[2] in endings
        if name.endswith(".rels"):
            aimed_at.add(name)
            folder, last = posixpath.split(name)
            source = posixpath.join(posixpath.dirname(folder), last.removesuffix(".rels"))
            assert source == "" or source in parts
            targets = {target for _, target in relations(parts, source).values()}
            assert targets <= set(parts)
            aimed_at |= targets
    assert aimed_at == set(parts), "a part that nothing leads to"


def test_main_part_says_what_the_file_is(parts: dict[str, bytes]) -> None:
    known = {
        one.get("PartName"): one.get("ContentType")
        for one in etree.fromstring(parts["[Content_Types].xml"])
    }
    main = known["/xl/workbook.xml"]
    if "xl/vbaProject.bin" not in parts:
        assert main.endswith("spreadsheetml.sheet.main+xml")
    elif len(sheet_parts(parts)) > 1:
        assert main == MACRO_ENABLED
    else:
        assert main == "application/vnd.ms-excel.addin.macroEnabled.main+xml"


def test_every_formula_has_its_value(parts: dict[str, bytes]) -> None:
    for sheet in sheet_parts(parts).values():
        for cell in etree.fromstring(parts[sheet]).iter(f"{MAIN}c"):
            if cell.find(f"{MAIN}f") is not None:
                assert cell.findtext(f"{MAIN}v") or cell.get("t") == "str", cell.get("r")


def test_drawings_stand_where_the_format_wants_them(parts: dict[str, bytes]) -> None:
    for sheet in sheet_parts(parts).values():
        names = [etree.QName(one).localname for one in etree.fromstring(parts[sheet])]
        for later in ("legacyDrawing", "tableParts", "extLst"):
            if "drawing" in names and later in names:
                assert names.index("drawing") < names.index(later)
        for earlier in ("sheetData", "pageSetup", "headerFooter", "rowBreaks"):
            if "drawing" in names and earlier in names:
                assert names.index("drawing") > names.index(earlier)


# The VBA project and the ribbon.


def code_names(parts: dict[str, bytes]) -> list[str]:
    book = etree.fromstring(parts["xl/workbook.xml"]).find(f"{MAIN}workbookPr")
    return [
        book.get("codeName"),
        *(
            etree.fromstring(parts[sheet]).find(f"{MAIN}sheetPr").get("codeName")
            for sheet in sheet_parts(parts).values()
        ),
    ]


def test_code_names_are_the_document_modules(parts: dict[str, bytes]) -> None:
    if "xl/vbaProject.bin" not in parts:
        return
    with olefile.OleFileIO(
        parts["xl/vbaProject.bin"], raise_defects=olefile.DEFECT_UNSURE
    ) as project:
        assert project.parsing_issues == []
        text = project.openstream("PROJECT").read().decode("cp1252")
    documents = re.findall(r"^Document=(\w+)/", text, re.MULTILINE)
    assert documents == code_names(parts)
    assert len(set(documents)) == len(documents)


def test_modules_are_read_as_they_were_written(parts: dict[str, bytes]) -> None:
    if "xl/vbaProject.bin" not in parts:
        return
    parser = VBA_Parser("vbaProject.bin", data=parts["xl/vbaProject.bin"])
    read = {
        name.removesuffix(".bas").removesuffix(".cls"): text
        for _, _, name, text in parser.extract_macros()
    }
    parser.close()
    written = {one.name: one.stored_text for one in modules(code_names(parts)[1:])}
    assert {name: text.splitlines() for name, text in read.items()} == {
        name: text.splitlines() for name, text in written.items()
    }


def test_one_relation_leads_to_the_ribbon(parts: dict[str, bytes]) -> None:
    leading = [target for kind, target in relations(parts, "").values() if "extensibility" in kind]
    if "xl/vbaProject.bin" not in parts:
        assert leading == []
        return
    assert leading == [PART]
    assert parts["_rels/.rels"].count(RELATION.encode()) == 1
    assert parts[PART] == ribbon()
    books = [
        target for kind, target in relations(parts, "xl/workbook.xml").values() if "vba" in kind
    ]
    assert books == ["xl/vbaProject.bin"]


# The hidden sheet.


def test_the_sheet_with_help_is_there_and_hidden(values: Workbook) -> None:
    sheet = values[INTELLISENSE]
    assert sheet.sheet_state == "hidden"
    assert values.sheetnames[-1] == INTELLISENSE
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for row, expected in zip(rows, intellisense(), strict=True):
        filled = [value or None for value in expected]
        assert row == filled + [None] * (len(row) - len(filled))


def test_all_other_sheets_are_seen(values: Workbook) -> None:
    seen = [sheet.title for sheet in values if sheet.sheet_state == "visible"]
    assert seen == [layout.sheet.title for layout in LAYOUTS]


# The buttons.


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.sheet.title)
def test_reports_have_one_button_that_computes(template: dict[str, bytes], layout) -> None:
    sheet = sheet_parts(template)[layout.sheet.title]
    shapes = []
    for kind, target in relations(template, sheet).values():
        if kind.endswith("/drawing"):
            root = etree.fromstring(template[target])
            shapes += root.findall(f".//{DRAWING}sp")
            ids = [one.get("id") for one in root.iter(f"{DRAWING}cNvPr")]
            assert len(set(ids)) == len(ids)
            assert len(root.findall(f".//{DRAWING}graphicFrame")) == len(layout.charts)
    expected = ["[0]!ClvRefresh"] if layout in WITH_BUTTON else []
    assert [one.get("macro") for one in shapes] == expected


@pytest.mark.parametrize("layout", WITH_BUTTON, ids=lambda layout: layout.sheet.title)
def test_a_button_is_there_for_excel_only_and_not_printed(
    template: dict[str, bytes], layout
) -> None:
    """LibreOffice, which would print a button that does nothing, knows no slicers of 2012."""
    sheet = sheet_parts(template)[layout.sheet.title]
    (drawing,) = [
        etree.fromstring(template[target])
        for kind, target in relations(template, sheet).values()
        if kind.endswith("/drawing")
    ]
    (choice,) = drawing.findall("{*}AlternateContent/{*}Choice")
    assert choice.nsmap[choice.get("Requires")].endswith("/2012/slicer")
    assert choice.find(f".//{DRAWING}clientData").get("fPrintsWithSheet") == "0"
    assert len(choice.getparent().find("{*}Fallback")) == 0


@pytest.mark.parametrize("layout", WITH_BUTTON, ids=lambda layout: layout.sheet.title)
def test_a_button_covers_nothing(layout) -> None:
    column, across, down = buttons.places(LAYOUTS)[layout.sheet.title]
    height = layout.heights[FIRST_ROW] * 4 / 3
    assert 0 <= down <= height - buttons.HEIGHT
    titles = [place for place in layout.cells if place[0] == FIRST_ROW]
    assert titles == [(FIRST_ROW, 2)]
    title_ends = len(layout.sheet.heading) * 18 * 4 / 3 * 0.6
    before = [
        places.column_pixels(layout.widths.get(one, design.NARROW)) for one in range(1, column + 1)
    ]
    assert sum(before) + across > before[0] + title_ends
    for area, _ in layout.charts:
        assert area.top > FIRST_ROW


def test_buttons_stay_in_their_place_from_tab_to_tab() -> None:
    lefts = set()
    for layout in WITH_BUTTON:
        column, across, _ = buttons.places(LAYOUTS)[layout.sheet.title]
        lefts.add(
            across
            + sum(
                places.column_pixels(layout.widths.get(one, design.NARROW))
                for one in range(1, column + 1)
            )
        )
    assert len(lefts) == 1


# Formulas as Excel must find them.


def formulas(parts: dict[str, bytes]):
    for title, sheet in sheet_parts(parts).items():
        for cell in etree.fromstring(parts[sheet]).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                yield f"{title}!{cell.get('r')}", cell, formula


def test_tables_spill_and_single_values_do_not(template: dict[str, bytes]) -> None:
    tables = [name for name, function in CATALOGUE.items() if function.is_table]
    spilling = 0
    for place, cell, formula in formulas(template):
        outer = re.match(r"(?:IFERROR\()?(\w+)\(", formula.text)
        ours = outer is not None and outer[1] in tables
        if ours:
            assert formula.get("t") == "array", place
        if formula.get("t") == "array":
            assert cell.get("cm") == "1", place
            spilling += ours
        else:
            assert cell.get("cm") is None, place
    assert spilling >= 8


def test_functions_that_the_format_does_not_know_bear_a_prefix(template: dict[str, bytes]) -> None:
    called = re.compile(r"(?<![\w.])((?:_xlfn\.)?(?:_xlws\.)?[A-Z][A-Z0-9_.]*)\(")
    texts = [formula.text for _, _, formula in formulas(template)]
    for name, part in template.items():
        if name.startswith("xl/tables/"):
            texts += [
                one.text for one in etree.fromstring(part).iter(f"{MAIN}calculatedColumnFormula")
            ]
    seen = {name for text in texts for name in called.findall(re.sub('"[^"]*"', '""', text))}
    assert {"CLV_SEGMENT", "CLV"} <= seen
    strange = {
        name for name in seen if name not in FORMULAE and name not in CATALOGUE and name[0] != "_"
    }
    assert strange == set()
    assert not [name for name in seen if name[0] == "_" and name.rpartition(".")[2] in FORMULAE]


# The workbook without macros.


def test_lite_has_the_sheets_and_no_macros(
    lite: dict[str, bytes], template: dict[str, bytes]
) -> None:
    ours = sheet_parts(lite)
    assert list(ours) == [layout.sheet.title for layout in LAYOUTS]
    assert not [name for name in lite if "vba" in name or "customUI" in name]
    assert b"macro=" not in b"".join(lite.values())
    for title, sheet in ours.items():
        mine = (
            {
                place: (formula.text, cell.findtext(f"{MAIN}v"))
                for place, cell, formula in formulas({**lite})
                if place.startswith(f"{title}!")
            }
            if title in {"Segments", "Calculator"}
            else {}
        )
        theirs = {
            place: (formula.text, cell.findtext(f"{MAIN}v"))
            for place, cell, formula in formulas(template)
            if place in mine
        }
        assert mine == theirs
        assert sheet in lite
