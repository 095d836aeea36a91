"""The template as a package that Excel accepts: parts, types, relations, names."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from clv_xl.workbook.macros import MACRO_ENABLED

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def parts(built: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(built) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_every_relation_has_its_target(parts: dict[str, bytes]) -> None:
    seen = 0
    for name, content in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        ids = []
        for relation in etree.fromstring(content):
            ids.append(relation.get("Id"))
            if relation.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target")))
            assert target.lstrip("/") in parts, (name, target)
            seen += 1
        assert len(set(ids)) == len(ids)
    assert seen > 20


def test_every_part_has_a_content_type(parts: dict[str, bytes]) -> None:
    root = etree.fromstring(parts["[Content_Types].xml"])
    defaults = {entry.get("Extension") for entry in root if entry.get("Extension")}
    overrides = {entry.get("PartName"): entry.get("ContentType") for entry in root}
    for name in parts:
        if name != "[Content_Types].xml":
            assert f"/{name}" in overrides or name.rsplit(".", 1)[-1] in defaults
    assert {name.lstrip("/") for name in overrides if name} <= set(parts)
    assert overrides["/xl/workbook.xml"] == MACRO_ENABLED


def test_stored_values_show_before_anything_is_recalculated(parts: dict[str, bytes]) -> None:
    calculation = etree.fromstring(parts["xl/workbook.xml"]).find(f"{MAIN}calcPr")
    assert calculation is not None
    assert calculation.get("fullCalcOnLoad") in {None, "0"}
    assert int(calculation.get("calcId", "0")) >= 191029


def test_sheets_have_neutral_code_names(parts: dict[str, bytes]) -> None:
    assert b'codeName="ThisWorkbook"' in parts["xl/workbook.xml"]
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    for name in sheets:
        number = re.findall(r"\d+", name)[0]
        assert f'codeName="Sheet{number}"'.encode() in parts[name]


def test_spilling_formulas_are_marked_and_described(parts: dict[str, bytes]) -> None:
    spills = 0
    for name, content in parts.items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in etree.fromstring(content).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            array = formula is not None and formula.get("t") == "array"
            assert array == (cell.get("cm") == "1")
            if array:
                assert formula.get("ref", "").startswith(cell.get("r"))
                spills += 1
    assert spills >= 12
    assert b"XLDAPR" in parts["xl/metadata.xml"]
    assert b"sheetMetadata" in parts["xl/_rels/workbook.xml.rels"]


def test_functions_newer_than_the_format_bear_their_prefix(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        if name.startswith(("xl/worksheets/sheet", "xl/tables/")):
            assert not re.search(rb"(?<![.\w])(XLOOKUP|XMATCH|FILTER|SORTBY|IFNA)\(", content), name


def test_a_cell_without_a_value_does_not_call_itself_a_number(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            assert b't="n"' not in content


def test_charts_show_their_axes_and_titles(parts: dict[str, bytes]) -> None:
    charts = [etree.fromstring(parts[name]) for name in parts if name.startswith("xl/charts/")]
    assert len(charts) >= 8
    for chart in charts:
        for axis in [*chart.iter(f"{CHART}catAx"), *chart.iter(f"{CHART}valAx")]:
            assert axis.find(f"{CHART}delete").get("val") == "0"
        assert chart.find(f"{CHART}chart/{CHART}title") is not None


def test_every_chart_says_in_words_what_it_shows(parts: dict[str, bytes]) -> None:
    texts = [
        properties.get("descr", "")
        for name, content in parts.items()
        if name.startswith("xl/drawings/drawing")
        for properties in etree.fromstring(content).iter(f"{PICTURE}cNvPr")
    ]
    assert len(texts) >= len([name for name in parts if name.startswith("xl/charts/")])
    assert all(re.match(r"(Bar chart|Line chart|Chart|Button): .+", text) for text in texts)
    assert "Bar chart: Revenue by month. Shown: Returning, New" in texts


def test_start_is_printed_as_far_as_its_findings(formulas: Workbook) -> None:
    start = formulas["Start"]
    _, _, _, last = range_boundaries(start.print_area.replace("$", "").split("!")[1])
    assert start.cell(last, 2).value == "Lists"
    assert start.page_setup.fitToHeight == 1


def test_dates_of_the_file_are_fixed(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2025, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml")
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {b"2025-01-01T00:00:00Z"}


def test_tables_have_the_names_that_formulas_use(parts: dict[str, bytes]) -> None:
    names = {
        etree.fromstring(content).get("displayName")
        for name, content in parts.items()
        if name.startswith("xl/tables/")
    }
    assert names == {"Orders", "Customers", "Channels", "Cohort"}
