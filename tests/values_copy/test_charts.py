"""A chart of cells that are gone draws what it had stored of them."""

from __future__ import annotations

import pytest
from lxml import etree

from clv_xl.package.namespaces import OFFICE, RELATIONS
from clv_xl.values_copy.charts import keep_values
from clv_xl.values_copy.formulas import Surviving

NAME = "xl/charts/chart1.xml"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
NUMBERS = (
    "<c:formatCode>0.0</c:formatCode><c:ptCount val='2'/>"
    "<c:pt idx='0'><c:v>1</c:v></c:pt><c:pt idx='1'><c:v>2</c:v></c:pt>"
)
TEXT = "<c:pt idx='0'><c:v>a</c:v></c:pt>"
TEXTS = f"<c:ptCount val='1'/>{TEXT}"
ELSEWHERE = ("[1]Sheet1!$A$1:$A$2", "'[2]My sheet'!$A$1", "[Book2.xlsx]Sheet1!$A$1", "Ours")


def reference(kind: str, formula: str, stored: str) -> str:
    cache = kind.replace("Ref", "Cache")
    return f"<c:{kind}><c:f>{formula}</c:f><c:{cache}>{stored}</c:{cache}></c:{kind}>"


def chart(inside: str, after: str = "") -> bytes:
    series = f"<c:chart><c:plotArea><c:barChart><c:ser>{inside}</c:ser></c:barChart></c:plotArea>"
    start = f'<c:chartSpace xmlns:c="{CHART}" xmlns:r="{OFFICE}">'
    return f"{start}{series}</c:chart>{after}</c:chartSpace>".encode()


def kept(content: bytes, **more: bytes) -> bytes:
    parts = {NAME: content, **more}
    keep_values(parts, NAME, Surviving({"ours": "CLV(1,2,3)"}))
    return parts[NAME]


@pytest.mark.parametrize("formula", ELSEWHERE)
def test_values_of_another_workbook_become_those_of_the_chart(formula: str) -> None:
    value = f"<c:val>{reference('numRef', formula, NUMBERS)}</c:val>"
    found = etree.fromstring(kept(chart(value)))
    (literal,) = found.iter("{*}numLit")
    assert [etree.QName(one).localname for one in literal] == ["formatCode", "ptCount", "pt", "pt"]
    assert [one.text for one in literal.iter("{*}v")] == ["1", "2"]
    assert not list(found.iter("{*}f"))


def test_names_and_categories_of_another_workbook_stay_as_texts() -> None:
    levels = f"<c:ptCount val='1'/><c:lvl>{TEXT}</c:lvl><c:lvl/>"
    content = chart(
        f"<c:tx>{reference('strRef', '[1]S!$A$1', TEXTS)}</c:tx>"
        f"<c:cat>{reference('multiLvlStrRef', '[1]S!$A$1:$B$1', levels)}</c:cat>"
    )
    found = etree.fromstring(kept(content))
    assert found.findtext(".//{*}ser/{*}tx/{*}v") == "a"
    (literal,) = found.iter("{*}strLit")
    assert [etree.QName(one).localname for one in literal] == ["ptCount", "pt"]


def test_a_title_taken_from_another_workbook_is_a_text() -> None:
    title = f"<c:title><c:tx>{reference('strRef', '[1]S!$A$1', TEXTS)}</c:tx></c:title>"
    found = etree.fromstring(kept(chart(title)))
    assert found.findtext(".//{*}title/{*}tx/{*}rich/{*}p/{*}r/{*}t") == "a"


def test_values_that_were_not_stored_leave_an_empty_series() -> None:
    found = etree.fromstring(
        kept(chart("<c:val><c:numRef><c:f>[1]S!$A$1</c:f></c:numRef></c:val>"))
    )
    assert found.find(".//{*}ser") is not None
    assert found.find(".//{*}val") is None


def test_the_link_of_the_chart_itself_is_gone() -> None:
    link = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="t/oleObject" '
        'Target="x.xlsx" TargetMode="External"/></Relationships>'
    )
    parts = {
        NAME: chart("", '<c:externalData r:id="rId1"/>'),
        "xl/charts/_rels/chart1.xml.rels": link.encode(),
    }
    keep_values(parts, NAME, Surviving({}))
    assert b"externalData" not in parts[NAME]
    assert list(parts) == [NAME]


def test_extensions_that_name_another_workbook_are_gone() -> None:
    extension = "<c:extLst><c:ext><c:f>[1]S!$A$1</c:f></c:ext></c:extLst>"
    value = f"<c:val>{reference('numRef', '[1]S!$A$1', NUMBERS)}</c:val>"
    assert b"extLst" not in kept(chart(value + extension))


def test_a_chart_of_cells_that_stay_is_untouched() -> None:
    content = chart(f"<c:val>{reference('numRef', 'Data!$A$1:$A$2', NUMBERS)}</c:val> ")
    assert kept(content) is content
