"""Tables that grow over the headings beside them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from recalc_books import edit, workbook

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.grammar import Area
from clv_xl.hosts.recalc.xlsx.table_columns import heading_texts, widened
from clv_xl.package import open_package

SHEET = "xl/worksheets/sheet1.xml"
TABLE = (
    b'<table xmlns="urn:m" ref="B2:C4"><autoFilter ref="B2:C4"/><tableColumns count="2">'
    b'<tableColumn id="4" name="a"/><tableColumn id="2" name="b"/></tableColumns></table>'
)


def test_a_table_has_the_headings_and_its_filter_the_range() -> None:
    root = etree.fromstring(widened(TABLE, Area("", 2, 2, 4, 3), ["x", "b", "c", "d"]))
    assert root.get("ref") == root.find("{*}autoFilter").get("ref") == "B2:E4"
    columns = root.find("{*}tableColumns")
    assert columns.get("count") == "4"
    assert [(one.get("id"), one.get("name")) for one in columns] == [
        ("4", "x"),
        ("2", "b"),
        ("5", "c"),
        ("6", "d"),
    ]


def test_a_table_without_a_filter_gets_none() -> None:
    plain = TABLE.replace(b'<autoFilter ref="B2:C4"/>', b"")
    root = etree.fromstring(widened(plain, Area("", 2, 2, 4, 3), ["a", "b", "c"]))
    assert root.get("ref") == "B2:D4"
    assert root.find("{*}autoFilter") is None


@pytest.mark.parametrize("inline", [False, True], ids=["shared texts", "texts in the cells"])
def test_headings_are_texts_not_formulas_or_numbers(tmp_path: Path, inline: bool) -> None:
    cells = {"A2": "one", "B2": 5, "C2": "=A2", "D2": "four", "A3": "below"}
    path = workbook(tmp_path / "book.xlsx", {"S": cells})
    if inline:
        found = openpyxl.load_workbook(path)
        assert found["S"]["D2"].value == "four"
        content = open_package(path).read(SHEET).decode()
        for cell in ("A2", "D2", "A3"):
            begin = content.index(f'<c r="{cell}"')
            end = content.index("</c>", begin) + 4
            old, text = content[begin:end], cells[cell]
            texts = f"<is><r><t>{text[:2]}</t></r><t>{text[2:]}</t></is>"
            new = f'<c r="{cell}" t="inlineStr">{texts}</c>'
            edit(path, {SHEET: [(old, new)]})
    package = open_package(path)
    assert heading_texts(package, SHEET, 2) == {1: "one", 4: "four"}
    assert heading_texts(package, SHEET, 3) == {1: "below"}
    assert heading_texts(package, SHEET, 9) == {}


@pytest.mark.parametrize("number", ["99", "-1", "x", ""])
def test_a_heading_that_is_no_shared_text_is_none(tmp_path: Path, number: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"S": {"A1": 1, "B1": "two"}})
    edit(
        path,
        {SHEET: [('<c r="A1"', '<c r="A1" t="s"'), (' t="n"', ""), ("<v>1<", f"<v>{number}<")]},
    )
    assert heading_texts(open_package(path), SHEET, 1) == {2: "two"}


@pytest.mark.parametrize("number", ["x", "", "9" * 5000])
def test_ids_that_are_no_numbers_do_not_count(number: str) -> None:
    part = TABLE.replace(b'id="4"', f'id="{number}"'.encode())
    root = etree.fromstring(widened(part, Area("", 2, 2, 4, 3), ["a", "b", "c"]))
    assert [one.get("id") for one in root.find("{*}tableColumns")] == [number, "2", "3"]


@pytest.mark.parametrize("columns", [b"", b'<tableColumns count="0"/>'])
def test_a_table_without_columns_is_damaged(columns: bytes) -> None:
    part = b'<table xmlns="urn:m" ref="B2:C4">' + columns + b"</table>"
    with pytest.raises(FileError, match="The workbook is damaged"):
        widened(part, Area("", 2, 2, 4, 3), ["a", "b", "c"])
