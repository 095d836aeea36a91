"""Books are computed whatever their styles are, and keep them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from package.example_files import repacked
from recalc_books import cell_xml, edit, shown, workbook

from clv_xl.hosts.recalc import recalculate

STYLES, SHEET = "xl/styles.xml", "xl/worksheets/sheet1.xml"
CELLS = {"A1": 5, "B1": "=CLV(A1,2,1)", "B2": "=B1+1", "D1": "~=CLV_CASHFLOWS(A1:A1)"}
VALUES = {"A1": 5, "B1": 10, "B2": 11}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workbook(tmp_path / "book.xlsx", {"Sheet": CELLS})


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as opened:
        return opened.read(name)


def assert_computed(path: Path) -> None:
    assert recalculate(path).complete
    assert VALUES.items() <= shown(path).items()


def test_a_book_without_styles_is_computed_and_stays_without(path: Path) -> None:
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    changes = {
        types: re.sub(rb"<Override [^>]*styles[^>]*/>", b"", part(path, types)),
        links: re.sub(rb"<Relationship [^>]*styles[^>]*/>", b"", part(path, links)),
    }
    repacked(path, **{STYLES: None, **changes})
    recalculate(path)
    with zipfile.ZipFile(path) as opened:
        assert STYLES not in opened.namelist()
    assert "<v>10</v>" in cell_xml(path, "B1")
    assert "<v>11</v>" in cell_xml(path, "B2")


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (rb"<cellStyles.*?</cellStyles>", b""),
        (rb'(<cellXfs.*?<xf [^>]*fontId=")0', rb"\g<1>7"),
        (rb'(<cellXfs.*?<xf [^>]*xfId=")0', rb"\g<1>-1"),
        (rb"<fonts.*?</fonts>", b""),
        (rb"<cellXfs.*?</cellXfs>", b""),
    ],
)
def test_a_book_whose_styles_lack_something_is_computed_and_keeps_them(
    path: Path, pattern: bytes, written: bytes
) -> None:
    styles = re.sub(pattern, written, part(path, STYLES), flags=re.DOTALL)
    assert styles != part(path, STYLES)
    repacked(path, **{STYLES: styles})
    recalculate(path)
    assert part(path, STYLES) == styles
    assert "<v>10</v>" in cell_xml(path, "B1")


@pytest.mark.parametrize("style", ["-1", "99", "x", ""])
@pytest.mark.parametrize("cell", ["A1", "B1", "B2", "D1"])
def test_a_cell_with_a_style_that_is_not_there_is_computed_and_keeps_it(
    path: Path, cell: str, style: str
) -> None:
    edit(path, {SHEET: [(f'<c r="{cell}"', f'<c r="{cell}" s="{style}"')]})
    recalculate(path)
    assert f' s="{style}"' in cell_xml(path, cell)
    assert "<v>10</v>" in cell_xml(path, "B1")


def test_a_text_that_looks_like_a_style_is_none(path: Path) -> None:
    edit(path, {SHEET: [("<f>B1+1</f>", '<f>IF(1,B1+1," s="&amp;"99")</f>')]})
    assert_computed(path)
